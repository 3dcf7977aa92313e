"""What travels through CloudFront: a viewer's request, what is asked ahead for it, and the answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from emulator.cloudfront.distribution import Behavior, Origin, OriginGroup
from emulator.cloudfront.headers import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerRequest:
    """A request as it arrived. `target` is the request line's, each character one byte."""

    method: str
    target: str
    headers: Headers = ()
    has_body: bool = False
    client_ip: str = "127.0.0.1"
    http_version: str = "1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerAnswer:
    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheKey:
    """What makes two requests one object. `part` is None for the whole object, else the range or HEAD."""

    path: str
    query: str = ""
    headers: Headers = ()
    cookies: str = ""
    origin: str = ""
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What one layer asks of the next. `conditions` are the viewer's, or those of an expired copy. `group`: the one
    whose first member `origin` is."""

    key: CacheKey
    method: str
    uri: str
    query: str
    headers: Headers
    behavior: Behavior
    origin: Origin
    group: OriginGroup | None = None
    conditions: Headers = ()
    range: str | None = None
    client_ip: str = "127.0.0.1"
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An origin's answer, as the origin-response function left it.

    `failure` names CloudFront's own (Lambda…Error); `sized` says that a Content-Length came with the body.
    `repaired_from`: the origin's status, where the function changed it.
    """

    status: int
    headers: Headers
    body: bytes
    received_at: float
    failure: str | None = None
    sized: bool = True
    repaired_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An answer, and how a layer came by it: Hit, RefreshHit or Miss."""

    answer: Answer
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRequest:
    """What CloudFront sends to an origin. `uri` is percent-encoded, with the origin path before it."""

    method: str
    uri: str
    headers: Headers
    origin: Origin
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginAnswer:
    """`told`: what the trace says of it besides."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)
    told: str = ""
