"""How CloudFront spells an origin-response event and its answer: the only reader and writer of those dicts.

Source: AWS "Lambda@Edge event structure", "Restrictions on edge functions", "Generate HTTP responses in request
triggers" and "Quotas" (Amazon CloudFront Developer Guide), read 2026-11.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import unquote

from variants import serving

# One header may come several times: name in lower case → each of its lines.
Headers = dict[str, list[dict[str, str]]]

# 1 MB for a response generated in an origin event, headers and body ("Quotas on Lambda@Edge"). Whether the body is
# counted before or after base64 is not said: after.
max_response_bytes = 1_048_576
# What may be handed over as a body: its base64, and 24 KB for the headers, of which the longest (an attachment's
# name and the key, both of 800 bytes percent-encoded) take 10.
room_bytes = (max_response_bytes - 24 * 1024) * 3 // 4
# Adding, changing or deleting one of these in an origin-response event fails ("Read-only headers").
read_only = ("transfer-encoding", "via")
# Of the headers of S3's error document, these are true of any answer.
kept_from_errors = (*read_only, "date", "server")
metadata_prefix = "x-amz-meta-"
reasons = {
    200: "OK",
    302: "Found",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    415: "Unsupported Media Type",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Response(TypedDict, total=False):
    status: str
    statusDescription: str
    headers: Headers
    body: str
    bodyEncoding: str


class Request(TypedDict):
    method: str
    uri: str
    headers: Headers


class Config(TypedDict):
    requestId: str


class Exchange(TypedDict):
    config: Config
    request: Request
    response: Response


class Record(TypedDict):
    cf: Exchange


class Event(TypedDict):
    Records: list[Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(serving.Asked):
    """What the origin was asked, and what it answered."""

    status: int
    response: Response

    @property
    def incoming(self) -> Headers:
        return self.response.get("headers", {})

    def first(self, name: str) -> str:
        """The first line of a header of the origin's answer; empty where there is none."""
        return _first(self.incoming, name)


def read(event: Event) -> Asked:
    """The exchange that an event tells of."""
    exchange = event["Records"][0]["cf"]
    request = exchange["request"]
    return Asked(
        method=request["method"],
        uri=request["uri"],
        path=unquote(request["uri"], errors="replace")[1:],
        generate=_first(request["headers"], "x-mirage-generate"),
        status=int(exchange["response"]["status"]),
        request_id=exchange["config"].get("requestId", ""),
        response=exchange["response"],
    )


def hand_on(asked: Asked, added: Mapping[str, str], vary: str = "") -> Response:
    """The origin's own answer, its body untouched: foreign metadata dropped, headers added."""
    headers = {name: lines for name, lines in asked.incoming.items() if not name.startswith(metadata_prefix)}
    headers |= {name: _line(name, value) for name, value in added.items()}
    if vary:
        headers["vary"] = headers.get("vary", []) + _line("vary", vary)
    return {**asked.response, "headers": headers}


def answer(asked: Asked, status: int, added: Mapping[str, str], body: bytes = b"") -> Response:
    """An answer in place of the origin's. HEAD gets no body; content-length is CloudFront's to count."""
    headers = {name: lines for name, lines in asked.incoming.items() if name in kept_from_errors}
    headers |= {name: _line(name, value) for name, value in added.items()}
    response: Response = {"status": str(status), "statusDescription": reasons[status], "headers": headers}
    if asked.method == "HEAD" or not body:
        return {**response, "bodyEncoding": "text", "body": ""}
    return {**response, "bodyEncoding": "base64", "body": base64.b64encode(body).decode("ascii")}


def fits(response: Response) -> bool:
    """Whether CloudFront takes an answer of that size, counted so that it certainly does."""
    return len(json.dumps(response)) < max_response_bytes


def _first(headers: Headers, name: str) -> str:
    lines = headers.get(name, [])
    return lines[0]["value"] if lines else ""


def _line(name: str, value: str) -> list[dict[str, str]]:
    """A header of one line; the key repeats the name, in the usual capitals."""
    return [{"key": name.title(), "value": value}]
