"""The mode without Lambda@Edge: what CloudFront could not have of the variants bucket is made here, in the Region.

CloudFront comes through an origin group after a 404, a 403 or a 5xx of the bucket, and does not say which. So the
store is looked at first: what it has was not to be made again, only CloudFront did not get it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from origin import function_url
from origin.function_url import Event, Response
from variants import errors, serving
from variants import settings as baked
from variants.serving import Server
from variants.settings import Settings
from variants.timing import Clock, Stopwatch

if TYPE_CHECKING:
    from variants.work import Work

Making = Callable[[Settings, Clock, Stopwatch], "Work"]
# Where it is not `true`, variants are not stored: CloudFront's cache is all that keeps them.
store_variable = "MIRAGE_STORE"


def handler(event: Event, _context: object) -> Response:
    """The Function URL's answer to CloudFront. Never raises."""
    is_kept = os.environ[store_variable] == "true"
    return respond(event, Server(settings=_settings(), work=_kept if is_kept else _proxied, looks_first=is_kept))


def respond(event: Event, server: Server) -> Response:
    """The variant, or a documented error."""
    asked = function_url.read(event)
    if function_url.is_disguised(event, asked):
        server = replace(server, work=_unasked(server.work))
    if not function_url.is_consistent(event, asked):
        said = serving.refuse(asked, errors.Deploying("This version was asked in another's way."), server)
    else:
        said = serving.respond(asked, server)
    return function_url.spell(said)


def _unasked(work: Making) -> Making:
    """The same work, where CloudFront does not ask the store: what is too large can't be had from it."""
    return lambda settings, clock, stopwatch: replace(work(settings, clock, stopwatch), keeps=False)


@functools.cache
def _settings() -> Settings:
    return baked.load(Path(__file__).resolve().parents[1])


def _kept(settings: Settings, clock: Clock, stopwatch: Stopwatch) -> Work:
    """The real source, store and imaging: where Pillow and the S3 client are imported first."""
    from variants import wiring

    return wiring.work(settings, clock, stopwatch, room_bytes=function_url.room_bytes)


def _proxied(settings: Settings, clock: Clock, stopwatch: Stopwatch) -> Work:
    """The same without a store."""
    from variants import wiring

    return wiring.work(settings, clock, stopwatch, room_bytes=function_url.room_bytes, keeps=False)
