"""How a Function URL spells a request and an answer: the only reader and writer of those dicts.

Source: AWS "Invoking Lambda function URLs" (payload format 2.0) and "Lambda quotas" (AWS Lambda Developer Guide), read
2026-11.
"""

from __future__ import annotations

import base64
from typing import TypedDict
from urllib.parse import unquote

from variants.serving import Asked, Said

# 6 MB for the answer of a synchronous invocation, all of its JSON.
max_answer_bytes = 6 * 1024 * 1024
# What may be handed over as a body: its base64, and 32 KB for the headers, more than CloudFront takes of an origin.
room_bytes = (max_answer_bytes - 32 * 1024) * 3 // 4
# The viewer function writes both on every request. Whether `rawPath` is percent-encoded is not documented, and a name
# may hold a percent sign: the header says it in one way only.
uri_header, switch_header = "x-mirage-uri", "x-mirage-generate"


class Http(TypedDict):
    method: str


class Context(TypedDict):
    http: Http
    requestId: str


class Event(TypedDict):
    """Header names are in lower case, the values of equal names joined by commas."""

    rawPath: str
    headers: dict[str, str]
    requestContext: Context


class Response(TypedDict):
    statusCode: int
    headers: dict[str, str]
    body: str
    isBase64Encoded: bool


def read(event: Event) -> Asked:
    """What CloudFront asks for, by the viewer function's header; `is_consistent` tells whether that may be believed."""
    uri = event["headers"].get(uri_header, "")
    return Asked(
        method=event["requestContext"]["http"]["method"],
        uri=uri,
        path=unquote(uri, errors="replace")[1:],
        generate=event["headers"].get(switch_header, ""),
        request_id=event["requestContext"].get("requestId", ""),
    )


def is_consistent(event: Event, asked: Asked) -> bool:
    """Whether the header names what the path does, in whichever form: what is cached under a key was made for it."""
    forms = (asked.uri, f"/{asked.path}", disguised(asked.uri))
    return asked.uri.startswith("/") and event["rawPath"] in forms


def is_disguised(event: Event, asked: Asked) -> bool:
    """Whether the path is one that no bucket knows: the store was not asked for it, and would not be if asked again."""
    return asked.uri != disguised(asked.uri) == event["rawPath"]


def disguised(uri: str) -> str:
    """A path without percent signs, as edge/viewer/handler.js writes those that have some.

    CloudFront's signature of a percent-encoded path was refused by Function URLs (aws-samples/image-optimization, issue
    44, 2024; whether it still is, is not known). A tilde is escaped, too, so that two paths stay two.
    """
    return uri.replace("~", "~7E").replace("%", "~")


def spell(said: Said) -> Response:
    """The answer as a Function URL takes it, to HEAD as well: so the length is GET's (RFC 9110, 8.6)."""
    return {
        "statusCode": said.status,
        "headers": dict(said.headers),
        "body": base64.b64encode(said.body).decode("ascii"),
        "isBase64Encoded": True,
    }
