"""What CloudFront holds a viewer-request function's return value against, before it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

# CF:edge-function-restrictions-all, "Disallowed headers" and "Read-only headers" (viewer-request), read 2026-11.
disallowed_words = (
    "connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection trailer upgrade "
    "x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect x-amzn-auth x-amzn-cf-billing x-amzn- "
    "cf-id x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count x-amzn-header- order x-amzn- "
    "lambda-integration-tag x-amzn-requestid x-cache x-forwarded-proto x-real-ip "
)
disallowed = frozenset(disallowed_words.split())
disallowed_prefixes = ("x-amz-cf-", "x-edge-")
read_only = frozenset({"cdn-loop", "content-length", "host", "transfer-encoding", "via"})


def checked(output: object, event: Mapping[str, object]) -> str | None:
    """Why CloudFront refuses the return value, in one sentence, or None where it takes it."""
    if not isinstance(output, dict):
        return "The function returned no object."
    if "statusCode" in output:
        return _answer_fault(output)
    return _request_fault(output, cast("Mapping[str, object]", event["request"]))


def _answer_fault(answer: Mapping[str, object]) -> str | None:
    status = answer["statusCode"]
    if not isinstance(status, int) or not 200 <= status <= 599:
        return f"Expected a statusCode of 200 to 599, received {status!r}."
    body = answer.get("body", "")
    if not isinstance(body, str) and not (isinstance(body, dict) and isinstance(body.get("data"), str)):
        return "Expected a body of text, or of encoding and data."
    return _headers_fault(answer.get("headers", {}), {})


def _request_fault(request: Mapping[str, object], sent: Mapping[str, object]) -> str | None:
    uri = request.get("uri")
    if not isinstance(uri, str) or not uri.startswith("/"):
        return f"Expected a uri that begins with /, received {uri!r}."
    if request.get("method") != sent.get("method"):
        return "The function tried to change the read-only method."
    return _headers_fault(request.get("headers", {}), cast("Mapping[str, object]", sent.get("headers", {})))


def _headers_fault(headers: object, sent: Mapping[str, object]) -> str | None:
    if not isinstance(headers, dict):
        return "Expected headers to be an object."
    for name, header in headers.items():
        if name != name.lower() or not isinstance(header, dict) or not isinstance(header.get("value"), str):
            return f"Expected a lowercase name and a text value for the header {name}."
        if (name in disallowed or name.startswith(disallowed_prefixes)) and name not in sent:
            return f"The function tried to add the disallowed header {name}."
    for name in sorted(read_only):
        if headers.get(name) != sent.get(name):
            return f"The function tried to add, delete or change the read-only header {name}."
    return None
