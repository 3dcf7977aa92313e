"""Whose request is it? Signature Version 4 verified by AWS's own signer (botocore), never by the product's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SigningKey

from emulator.aws.credentials import Credentials, Issuer
from emulator.wire import HttpRequest

max_skew_s = 15 * 60  # AWS "Troubleshooting Signature Version 4", read 2026-11


class Unsigned(Exception):
    """The signature is refused; `code` is AWS's, `told` further elements of S3's error document."""

    def __init__(self, code: str, message: str | None = None, told: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.told = told or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an Authorization header says."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed: tuple[str, ...]
    signature: str


def signer(asked: HttpRequest, *, service: str, region: str, issuer: Issuer, wall: Callable[[], float]) -> Credentials:
    """The credentials that signed this request for this service in this Region.

    Raises Unsigned. The time is this machine's: workers sign by it, whatever the emulator's clock was moved to.
    """
    claim = _claim(asked.headers.get("authorization", ""))
    found = issuer.find(claim.access_key_id)
    if found is None:
        raise Unsigned("InvalidAccessKeyId", told={"AWSAccessKeyId": claim.access_key_id})
    if asked.headers.get("x-amz-security-token") != found.session_token:
        raise Unsigned("InvalidToken")
    if claim.region != region:
        raise Unsigned(
            "AuthorizationHeaderMalformed",
            f"The authorization header is malformed; the region '{claim.region}' is wrong; expecting '{region}'",
            {"Region": region},
        )
    if claim.service != service:
        raise Unsigned(
            "AuthorizationHeaderMalformed",
            f'The authorization header is malformed; incorrect service "{claim.service}". '
            f'This endpoint belongs to "{service}".',
        )
    stamp = asked.headers.get("x-amz-date", "")
    if abs(_moment(stamp) - wall()) > max_skew_s:
        raise Unsigned("RequestTimeTooSkewed", told={"RequestTime": stamp})
    _refuse_incomplete(asked, claim)
    if _signature(asked, claim, found, stamp) != claim.signature:
        raise Unsigned("SignatureDoesNotMatch")
    return found


def _claim(header: str) -> Claim:
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 +Credential=([^/,]+)/([0-9]{8})/([^/,]+)/([^/,]+)/aws4_request, *"
        r"SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})",
        header.strip(),
    )
    if found is None:
        raise Unsigned("AuthorizationHeaderMalformed", "The authorization header that you provided is not valid.")
    key, date, region, service, signed, signature = found.groups()
    return Claim(
        access_key_id=key,
        date=date,
        region=region,
        service=service,
        signed=tuple(signed.split(";")),
        signature=signature,
    )


def _refuse_incomplete(asked: HttpRequest, claim: Claim) -> None:
    """S3 "Signature calculations for the Authorization header", read 2026-11."""
    if claim.service == "s3" and "x-amz-content-sha256" not in asked.headers:
        raise Unsigned("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
    unsigned = [name for name in asked.headers if name.startswith("x-amz-") and name not in claim.signed]
    if unsigned or "host" not in claim.signed:
        told = {"HeadersNotSigned": ", ".join(unsigned or ["host"])}
        raise Unsigned("AccessDenied", "There were headers present in the request which were not signed", told)


def _moment(stamp: str) -> float:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise Unsigned("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header") from error


def _signature(asked: HttpRequest, claim: Claim, found: Credentials, stamp: str) -> str:
    # The server signs what it reads: decoded and encoded again, where a bare plus has become a space.
    path = quote(unquote(asked.path.replace("+", "%20")), safe="/-_.~")
    query = "&".join("=".join(quote(unquote(half), safe="-_.~") for half in _halves(each)) for each in _parts(asked))
    url = f"https://{asked.headers.get('host', '')}{path}?{query}"
    request = AWSRequest(
        method=asked.method,
        url=url,
        headers={name: asked.headers.get(name, "") for name in claim.signed},
        data=asked.body,
    )
    request.context["timestamp"] = stamp
    kind = S3SigV4Auth if claim.service == "s3" else SigV4Auth
    key = SigningKey(found.access_key_id, found.secret_access_key)
    auth = kind(key, claim.service, claim.region)
    return str(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request))


def _parts(asked: HttpRequest) -> list[str]:
    return [each for each in asked.query.split("&") if each]


def _halves(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value
