"""The Lambda@Edge event of an origin response, and what CloudFront makes of the function's answer to it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from http import HTTPStatus

from emulator.cloudfront import refusals
from emulator.cloudfront.edge_rules import field_value, is_disallowed, read_only, token
from emulator.cloudfront.headers import Headers, value
from emulator.cloudfront.messages import OriginAnswer, OriginRequest
from emulator.quotas import edge_origin_response_max_bytes
from emulator.switches import Switches

event_type = "origin-response"


class Invalid(Exception):
    """The function's answer fails CloudFront's validation. `sentence` is for the viewer, the text for the log.

    Seen in public: serverless-express issue 369, opennextjs-aws issue 392 (GitHub), and others', read 2026-11.
    """

    def __init__(self, fault: str, header: str = "") -> None:
        self.sentence = fault if fault.startswith("The Lambda function") else refusals.lambda_invalid + fault
        super().__init__(f"{self.sentence} headerName : {header}" if header else self.sentence)


def event(
    request: OriginRequest, answer: OriginAnswer, *, uri: str, client_ip: str, config: Mapping[str, str], on: Switches
) -> dict[str, object]:
    """The event as AWS "Lambda@Edge event structure" has it, read 2026-11. The origin's body is never in it.

    `uri` is the path without the origin's own; `config` names the distribution and the request.
    """
    origin = request.origin
    return {
        "Records": [
            {
                "cf": {
                    "config": {**config, "eventType": event_type},
                    "request": {
                        "clientIp": client_ip,
                        "method": request.method,
                        "uri": uri,
                        "querystring": request.query,
                        "headers": listed(request.headers),
                        "origin": {
                            "s3": {
                                "authMethod": on.event_auth_method,
                                "customHeaders": listed(origin.custom_headers),
                                "domainName": origin.domain_name,
                                "path": origin.path,
                                "region": on.event_region,
                            }
                        },
                    },
                    "response": {
                        "status": str(answer.status),
                        "statusDescription": _phrase(answer.status),
                        "headers": listed(answer.headers),
                    },
                }
            }
        ]
    }


def listed(headers: Headers) -> dict[str, list[dict[str, str]]]:
    """Headers as events spell them: name in lower case → list of key and value, the disallowed left out."""
    found: dict[str, list[dict[str, str]]] = {}
    for name, text in headers:
        if not is_disallowed(name):
            found.setdefault(name.lower(), []).append({"key": name, "value": text})
    return found


def accepted(payload: bytes, before: OriginAnswer, on: Switches) -> OriginAnswer:
    """The answer that the function's payload makes of the origin's.

    Raises Invalid where CloudFront would refuse it. AWS "Generate HTTP responses", "Update HTTP responses" and
    "Restrictions on Lambda@Edge", read 2026-11.
    """
    returned = _parsed(payload)
    headers = _headers(returned.get("headers", {}))
    _refuse_read_only(headers, before.headers)
    status = _status(returned.get("status"))
    if not isinstance(returned.get("statusDescription", ""), str):
        raise Invalid("The status description is not a string.")
    replaced_body = _body(returned)
    _refuse_size(returned, replaced_body, on)
    body = before.body if replaced_body is None else replaced_body
    if status == 204 and replaced_body:
        raise Invalid("the response has status 204 (No Content) and a body.")
    length = value(headers, "content-length")
    if on.stale_content_length_is_refused and replaced_body is not None and length not in (None, str(len(body))):
        raise Invalid("the content-length header does not fit the body.")
    return OriginAnswer(status=status, headers=headers, body=body)


def _parsed(payload: bytes) -> dict[str, object]:
    try:
        returned = json.loads(payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Invalid("The json output is not parsable.") from None
    if not isinstance(returned, dict):
        raise Invalid("The function returned an invalid value: expected an object with a status.")
    return returned


def _refuse_constant(name: str) -> None:
    """Python writes and reads NaN and Infinity, which JSON has not (RFC 8259 §6)."""
    raise ValueError(name)


def _status(found: object) -> int:
    """The status, a string as documented or an integer as AWS's own samples have it."""
    text = str(found)
    if re.fullmatch("[2-5][0-9]{2}", text) is None:
        raise Invalid("The HTTP status code is missing or is no number from 200 to 599.")
    return int(text)


def _headers(found: object) -> Headers:
    if not isinstance(found, dict):
        raise Invalid("The headers field must be an object.")
    pairs: list[tuple[str, str]] = []
    for name, entries in found.items():
        if not isinstance(entries, list):
            raise Invalid(refusals.lambda_header_invalid, name)
        pairs += [_pair(name, entry) for entry in entries]
    return tuple(pairs)


def _pair(name: str, entry: object) -> tuple[str, str]:
    """One header; the key may be absent, and is then the name in title case."""
    if not isinstance(entry, dict) or not isinstance(entry.get("value"), str):
        raise Invalid("Each header value must be an object with a value that is a string.", name)
    key = entry.get("key", name.title())
    if not isinstance(key, str) or key.lower() != name.lower() or name != name.lower():
        raise Invalid("The header name must be in lower case and equal its key but for case.", name)
    if not token.fullmatch(name) or not field_value.fullmatch(entry["value"]):
        raise Invalid("The header name or value contains characters that are not allowed.", name)
    if is_disallowed(name):
        raise Invalid("The function tried to add a blacklisted header.", name)
    return key, entry["value"]


def _refuse_read_only(after: Headers, before: Headers) -> None:
    for name in read_only[event_type]:
        if value(after, name) != value(before, name):
            raise Invalid("The function tried to add, delete, or change a read-only header.", name)


def _body(returned: Mapping[str, object]) -> bytes | None:
    """The body that replaces the origin's, or None where that stays."""
    encoding = returned.get("bodyEncoding", "text")
    if encoding not in ("text", "base64"):
        raise Invalid("The body encoding must be text or base64.")
    body = returned.get("body")
    if body is None:
        return None
    if not isinstance(body, str):
        raise Invalid("The body is not a string, is not an object, or exceeds the maximum size.")
    if encoding == "text":
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise Invalid("The body is not valid base64.") from None


def _refuse_size(returned: Mapping[str, object], body: bytes | None, on: Switches) -> None:
    """Headers and body together are limited; whether the base64 text counts is a switch."""
    body_bytes = len(body or b"")
    if body is not None and on.encoded_body_is_counted:
        body_bytes = len(str(returned["body"]).encode("utf-8", "surrogatepass"))
    if body_bytes + len(json.dumps(returned.get("headers", {}))) > edge_origin_response_max_bytes:
        raise Invalid("The body is not a string, is not an object, or exceeds the maximum size.")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
