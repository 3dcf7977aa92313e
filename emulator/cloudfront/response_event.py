"""The viewer-response event of CloudFront Functions, and what CloudFront makes of the function's answer to it.

AWS "CloudFront Functions event structure", "Restrictions on CloudFront Functions", read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from emulator.cloudfront import refusals
from emulator.cloudfront.edge_rules import is_disallowed, read_only
from emulator.cloudfront.headers import Headers, only
from emulator.cloudfront.messages import ViewerAnswer
from emulator.cloudfront.viewer_event import Invalid, gathered, generated, multi


def event(request: Mapping[str, object], answer: ViewerAnswer, config: Mapping[str, str]) -> dict[str, object]:
    """The event: the request as the viewer-request function left it, and the answer without its body."""
    shown = [(name.lower(), text) for name, text in answer.headers if not is_disallowed(name)]
    return {
        "version": "1.0",
        "context": {**config, "eventType": "viewer-response"},
        "viewer": {"ip": request["ip"]},
        "request": {name: value for name, value in request.items() if name != "ip"},
        "response": {
            "statusCode": answer.status,
            "statusDescription": HTTPStatus(answer.status).phrase,
            "headers": multi([pair for pair in shown if pair[0] != "set-cookie"]),
            "cookies": gathered([_cookie(text) for name, text in shown if name == "set-cookie"]),
        },
    }


def _cookie(text: str) -> tuple[str, dict[str, object]]:
    """Name and entry of a Set-Cookie: the attributes are what follows the first semicolon, where something does."""
    said, _, attributes = text.partition(";")
    name, _, value = said.strip().partition("=")
    entry: dict[str, object] = {"value": value}
    return name, entry | ({"attributes": attributes.strip()} if attributes.strip() else {})


def applied(output: object, answer: ViewerAnswer) -> ViewerAnswer:
    """The answer as the function left it. Raises Invalid where CloudFront would refuse it."""
    if not isinstance(output, Mapping) or "statusCode" not in output:
        raise Invalid("the function must return a response object.")
    made = generated(output)
    for name in read_only["viewer-response"]:
        if only(made.headers, [name]) != only(_lower(answer.headers), [name]):
            raise Invalid(refusals.function_read_only, name)
    # CloudFront's own: no function sees them, so none can take them off.
    own = tuple(pair for pair in answer.headers if is_disallowed(pair[0]))
    body = made.body if output.get("body") is not None else answer.body
    return replace(answer, status=made.status, headers=(*_spelled(made.headers, answer.headers), *own), body=body)


def _lower(headers: Headers) -> Headers:
    return tuple((name.lower(), text) for name, text in headers)


def _spelled(headers: Headers, before: Headers) -> Headers:
    """The headers in the case in which they came; a function sees lower case only."""
    cases = {name.lower(): name for name, _ in before}
    return tuple((cases.get(name, name), text) for name, text in headers)
