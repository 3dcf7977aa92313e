"""Payload format 2.0: a request as the function's event, and its result as an answer.

AWS "Invoking Lambda function URLs", read 2026-11.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote

from emulator.function_urls.declared import FunctionUrl
from emulator.wire import HttpRequest

# What the signature came in is not shown to the function.
hidden = frozenset({"authorization", "x-amz-security-token"})


class Unspeakable(Exception):
    """A result that cannot be made into an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlAnswer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def event(asked: HttpRequest, url: FunctionUrl, request_id: str, now: float, *, is_decoded: bool) -> dict[str, object]:
    """The event of a request. `is_decoded`: whether `rawPath` is percent-decoded, which is not documented."""
    path = unquote(asked.path, errors="replace") if is_decoded else asked.path
    shown = {name: value for name, value in asked.headers.items() if name not in hidden}
    found: dict[str, object] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": asked.query,
        "headers": {**shown, "host": url.host, "x-forwarded-proto": "https", "x-forwarded-port": "443"},
        "requestContext": _context(asked, url, request_id, now, path),
        "isBase64Encoded": bool(asked.body),
    }
    if asked.query:
        found["queryStringParameters"] = _joined(asked.query)
    if "cookie" in asked.headers:
        found["cookies"] = [each.strip() for each in asked.headers["cookie"].split(";")]
    if asked.body:
        found["body"] = base64.b64encode(asked.body).decode()
    return found


def _context(asked: HttpRequest, url: FunctionUrl, request_id: str, now: float, path: str) -> dict[str, object]:
    moment = datetime.fromtimestamp(now, UTC)
    return {
        "accountId": url.account,
        "apiId": url.id,
        "authentication": None,
        "authorizer": {"iam": {"accountId": None, "callerId": None, "cognitoIdentity": None, "userArn": None}},
        "domainName": url.host,
        "domainPrefix": url.id,
        "http": {
            "method": asked.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": asked.client,
            "userAgent": asked.headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now * 1000),
    }


def _joined(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def answer(payload: bytes) -> UrlAnswer:
    """What a result says; one without a status code is the body itself, as JSON. Raises Unspeakable."""
    found = json.loads(payload)
    if not isinstance(found, dict) or "statusCode" not in found:
        body = found.encode() if isinstance(found, str) else json.dumps(found).encode()
        return UrlAnswer(status=200, headers=(("Content-Type", "application/json"),), body=body)
    status = found["statusCode"]
    if not isinstance(status, int) or not 100 <= status <= 599:
        raise Unspeakable("statusCode is no whole number from 100 to 599")
    return UrlAnswer(status=status, headers=_headers(found), body=_body(found))


def _headers(found: dict[str, object]) -> tuple[tuple[str, str], ...]:
    said, cookies = found.get("headers") or {}, found.get("cookies") or []
    if not isinstance(said, dict) or not isinstance(cookies, list):
        raise Unspeakable("headers is no object, or cookies no list")
    pairs = [(str(name), value if isinstance(value, str) else json.dumps(value)) for name, value in said.items()]
    if not any(name.lower() == "content-type" for name, _ in pairs):
        pairs.append(("Content-Type", "application/json"))
    return (*pairs, *(("Set-Cookie", str(each)) for each in cookies))


def _body(found: dict[str, object]) -> bytes:
    body = found.get("body", "")
    if not isinstance(body, str):
        raise Unspeakable("body is no string")
    if found.get("isBase64Encoded") is not True:
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise Unspeakable("body is no base64") from error
