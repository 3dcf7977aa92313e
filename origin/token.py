"""What stands behind /_mirage/token: a token of an identity provider for CloudFront's cookies of a path.

CloudFront Functions verify no public-key signature, and CloudFront signs `Authorization` itself on its way to a
Function URL: so edge/token.js hands both the token and the viewer's host over in headers of its own.
"""

from __future__ import annotations

import functools
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypedDict

from origin import signed_cookies
from origin.issuers import Issuers, Untrusted
from origin.signed_cookies import Signer
from variants import errors

token_header, host_header = "x-mirage-token", "x-mirage-host"
host_pattern = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
# infra/functions/token_exchange.py writes both.
exchanges_variable, keys_variable = "MIRAGE_EXCHANGES", "MIRAGE_TRUSTED_KEYS"


class Event(TypedDict):
    """The part of a Function URL's event (payload format 2.0) that is read."""

    headers: dict[str, str]
    queryStringParameters: dict[str, str]


class Answer(TypedDict):
    statusCode: int
    headers: dict[str, str]
    cookies: list[str]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a token opens: a path, for so many seconds at the most. `key` says where the private key is kept."""

    path: str
    issuer: str
    audience: str
    key: str
    seconds: int


class Keys(Protocol):
    def signer(self, place: str) -> Signer:
        """The signer of the private key that is kept there. Raises errors.MirageError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What the handler works with. `key_ids`: CloudFront's id of each trusted public key, by its digest."""

    exchanges: tuple[Exchange, ...]
    key_ids: Mapping[str, str]
    issuers: Issuers
    keys: Keys
    now: Callable[[], float] = time.time
    log: Callable[[str], None] = print


def handler(event: Event, _context: object) -> Answer:
    """204 with the cookies, or a documented refusal. Never raises."""
    return respond(event, _region())


def respond(event: Event, region: Region) -> Answer:
    """The answer; whatever goes wrong, nobody gets a cookie."""
    path = (event.get("queryStringParameters") or {}).get("path", "")
    try:
        made = _cookies(event["headers"], path, region)
    except errors.MirageError as error:
        return _refused(error, path, region)
    except Exception as error:
        return _refused(errors.Internal("Something went wrong here."), path, region, type(error).__name__)
    _tell(region, "info", path, "made")
    return {"statusCode": 204, "headers": {"cache-control": "no-store"}, "cookies": list(made), "body": ""}


def _cookies(headers: Mapping[str, str], path: str, region: Region) -> tuple[str, ...]:
    exchange = _wanted(path, region.exchanges)
    host = headers.get(host_header, "")
    if not host_pattern.fullmatch(host):
        raise errors.Internal("This stack does not say by which name it was asked.")
    ends = region.issuers.until(headers.get(token_header, ""), issuer=exchange.issuer, audience=exchange.audience)
    signed_by = region.keys.signer(exchange.key)
    key_id = region.key_ids.get(signed_by.digest)
    if key_id is None:
        raise errors.Internal("The private key of this stack is none of its trusted ones.")
    until = min(ends, int(region.now()) + exchange.seconds)
    text = signed_cookies.policy(host.lower(), exchange.path, until)
    return signed_cookies.cookies(text, exchange.path, signed_by, key_id)


def _wanted(path: str, exchanges: tuple[Exchange, ...]) -> Exchange:
    """The exchange for the path that was asked for, or the only one where none was."""
    if not path and len(exchanges) == 1:
        return exchanges[0]
    for each in exchanges:
        if each.path == path:
            return each
    raise errors.NotFound("Expected path, one that tokens open, received another.")


def _refused(error: errors.MirageError, path: str, region: Region, why: str = "") -> Answer:
    _tell(region, "info" if error.status < 500 else "error", path, error.code, why)
    headers = {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-mirage-error": error.code,
    }
    if isinstance(error, Untrusted):
        headers["www-authenticate"] = 'Bearer realm="Mirage"'
    if error.status == 503:
        headers["retry-after"] = str(error.retry_after_s or error.cache_seconds)
    body = json.dumps({"code": error.code, "message": error.message})
    return {"statusCode": error.status, "headers": headers, "cookies": [], "body": body}


def _tell(region: Region, level: str, path: str, how: str, why: str = "") -> None:
    """One line: nothing of the token is in it."""
    said = {"level": level, "event": "token", "path": path[:100], "how": how}
    region.log(json.dumps(said | ({"why": why} if why else {})))


@functools.cache
def _region() -> Region:
    from origin import token_wiring

    return Region(
        exchanges=tuple(Exchange(**each) for each in json.loads(os.environ[exchanges_variable])),
        key_ids=json.loads(os.environ[keys_variable]),
        issuers=Issuers(token_wiring.fetch, time.monotonic),
        keys=token_wiring.KeyStore(region=os.environ["AWS_REGION"]),
    )
