"""The edge: what the store has is handed on at once; what it does not have is made, stored and answered.

Runs for every answer of the origin, so nothing heavy is imported before a variant has to be made.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from edge import cloudfront
from edge.cloudfront import Asked, Event, Response
from variants import errors, grammar, headers, serving
from variants import settings as baked
from variants.serving import Server
from variants.settings import Settings
from variants.timing import Clock, Stopwatch

if TYPE_CHECKING:
    from variants.work import Work

with_picture = (200, 206, 304)
svg_types = ("image/svg+xml",)


def handler(event: Event, _context: object) -> Response:
    """CloudFront's answer to an origin-response event. Never raises."""
    return respond(event, Server(settings=_settings(), work=_work))


def respond(event: Event, server: Server) -> Response:
    """The origin's answer handed on, or the variant that it lacks, or a documented error."""
    asked = cloudfront.read(event)
    if asked.status >= 500:  # S3's own, SlowDown and InternalError: in XML, for how long it says nothing
        said = serving.refuse(asked, errors.Busy("The storage is busy; ask again in a moment."), server)
    elif asked.status == 404 and asked.method in ("GET", "HEAD"):
        said = serving.respond(asked, server)
    else:
        return _handed_on(asked, server)
    return cloudfront.answer(asked, said.status, said.headers, said.body)


def _handed_on(asked: Asked, server: Server) -> Response:
    is_key = grammar.is_key(asked.path)
    added = serving.always(asked, server.settings)
    if asked.status == 403:
        server.teller(asked).storage_refused()
    if asked.status in with_picture:
        added["x-mirage"] = "reduced" if asked.first("x-amz-meta-reduced") == "1" else "stored"
        if not is_key:
            added |= _of_file(asked, server.settings)
    return cloudfront.hand_on(asked, added, vary=serving.vary(asked, server.settings).get("vary", ""))


def _of_file(asked: Asked, settings: Settings) -> dict[str, str]:
    """A file's own headers: its Cache-Control as S3 has it, else as a picture's; an SVG can run no script here."""
    added = {}
    if asked.status != 304 and not asked.first("cache-control"):
        added["cache-control"] = headers.until_purged(settings.browser_cache_seconds)
    if asked.first("content-type").partition(";")[0].strip() in svg_types or asked.path.lower().endswith(".svg"):
        added["content-security-policy"] = "sandbox"
    return added


@functools.cache
def _settings() -> Settings:
    return baked.load(Path(__file__).resolve().parents[1])


def _work(settings: Settings, clock: Clock, stopwatch: Stopwatch) -> Work:
    """The real source, store and imaging: where Pillow and the S3 client are imported first."""
    from variants import wiring

    return wiring.work(settings, clock, stopwatch, room_bytes=cloudfront.room_bytes)
