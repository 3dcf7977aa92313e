"""The edge: what the store has is handed on at once; what it does not have is made, stored and answered.

Runs for every answer of the origin, so nothing heavy is imported before a variant has to be made.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edge import cloudfront
from edge.cloudfront import Asked, Event, Response
from edge.telling import Teller
from variants import errors, grammar, headers
from variants import settings as baked
from variants.settings import Settings
from variants.timing import Clock, Deadline, Stopwatch

if TYPE_CHECKING:
    from variants.rendered import Rendered
    from variants.work import Answer, Elsewhere, Work

with_picture = (200, 206, 304)
# What a put, a second look and their retries may take beyond the time of the work; all of it inside Lambda's 30 s.
storing_s = 8
# Where a generator took its time, both end by then at the latest: Lambda's 30 s, less what an answer takes.
longest_s = 28
svg_types = ("image/svg+xml",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What the handler runs with. `work` brings the heavy half, and is called when it is needed."""

    settings: Settings
    work: Callable[[Settings, Clock, Stopwatch], Work]
    clock: Clock = time.monotonic
    log: Callable[[str], None] = print

    def teller(self, asked: Asked) -> Teller:
        return Teller(asked=asked, stack=self.settings.metrics_of, log=self.log)


def handler(event: Event, _context: object) -> Response:
    """CloudFront's answer to an origin-response event. Never raises."""
    return respond(event, Edge(settings=_settings(), work=_work))


def respond(event: Event, edge: Edge) -> Response:
    """The origin's answer handed on, or the variant that it lacks, or a documented error."""
    asked = cloudfront.read(event)
    if asked.status != 404 or asked.method not in ("GET", "HEAD"):
        return _handed_on(asked, edge)
    stopwatch = Stopwatch(edge.clock)
    try:
        with stopwatch("total"):
            answer = _made(asked, edge, stopwatch)
        return _answered(asked, answer, edge, stopwatch)
    except errors.MirageError as error:
        edge.teller(asked).refused(error)
        return _refused(asked, error, edge)
    except Exception as error:  # The one place that catches all: a viewer gets a documented answer, never a 502.
        edge.teller(asked).unforeseen(error)
        return _refused(asked, errors.Internal("Something went wrong here; ask again in a moment."), edge)


def _handed_on(asked: Asked, edge: Edge) -> Response:
    is_key = grammar.is_key(asked.path)
    added = _always(asked, edge)
    if asked.status == 403:
        edge.teller(asked).storage_refused()
    if asked.status in with_picture:
        added["x-mirage"] = "reduced" if asked.first("x-amz-meta-reduced") == "1" else "stored"
        if not is_key:
            added |= _of_file(asked, edge)
    return cloudfront.hand_on(asked, added, vary=_vary(asked, edge).get("vary", ""))


def _of_file(asked: Asked, edge: Edge) -> dict[str, str]:
    """A file's own headers: its Cache-Control as S3 has it, else as a picture's; an SVG can run no script here."""
    added = {}
    if asked.status != 304 and not asked.first("cache-control"):
        added["cache-control"] = headers.until_purged(edge.settings.browser_cache_seconds)
    if asked.first("content-type").partition(";")[0].strip() in svg_types or asked.path.lower().endswith(".svg"):
        added["content-security-policy"] = "sandbox"
    return added


def _made(asked: Asked, edge: Edge, stopwatch: Stopwatch) -> Answer | Elsewhere:
    """The variant, made. Raises errors.MirageError."""
    if not grammar.is_key(asked.path):
        raise errors.NotFound("There is no such file.")
    if asked.generate != "on":
        raise errors.Paused("Nothing new is made at the moment; what was made before is served.")
    work = edge.work(edge.settings, edge.clock, stopwatch)
    from variants.produce import produce

    return produce(asked.path, work)


def _answered(asked: Asked, answer: Answer | Elsewhere, edge: Edge, stopwatch: Stopwatch) -> Response:
    from variants.work import Elsewhere

    added = _always(asked, edge) | _vary(asked, edge)
    if isinstance(answer, Elsewhere):
        by_key = edge.settings.redirect_of(asked.path) == "key"
        added |= {"location": "/" + grammar.encode_path(answer.key) if by_key else "#stored"}
        response = cloudfront.answer(asked, 302, added | {"cache-control": "no-store"})
    else:
        added |= {**answer.headers, "x-mirage": answer.how, "accept-ranges": "bytes"}
        if answer.how != "stored":
            added["server-timing"] = stopwatch.server_timing()
        response = cloudfront.answer(asked, 200, added, answer.body)
    edge.teller(asked).answered(answer, response["status"], stopwatch.ms)
    return response


def _refused(asked: Asked, error: errors.MirageError, edge: Edge) -> Response:
    """The documented answer to a failure, as JSON or as the fallback picture with the true status."""
    added = _always(asked, edge) | _vary(asked, edge)
    added |= {"cache-control": error.cache_control, "x-mirage-error": error.code}
    if error.retry_after_s is not None:
        added["retry-after"] = str(error.retry_after_s)
    picture = _fallback(asked, error, edge)
    if picture is not None:
        added |= {"content-type": picture.content_type, "x-mirage": "fallback"}
        return cloudfront.answer(asked, error.status, added, picture.body)
    body = json.dumps({"code": error.code, "message": error.message}).encode()
    return cloudfront.answer(asked, error.status, added | {"content-type": "application/json"}, body)


def _fallback(asked: Asked, error: errors.MirageError, edge: Edge) -> Rendered | None:
    """The picture in place of the one that cannot be made; None where JSON is asked for, or the stack has none."""
    if (
        not (edge.settings.fallback or error.is_drawn)
        or not grammar.is_key(asked.path)
        or asked.path.endswith(",f=json")
    ):
        return None
    from variants import fallback

    try:
        return fallback.draw(error.status, error.code, _variant(asked.path))
    except Exception as unforeseen:  # An answer is owed all the same: JSON.
        edge.teller(asked).unforeseen(unforeseen)
        return None


def _variant(key: str) -> grammar.Variant | None:
    try:
        return grammar.parse(key)[1]
    except errors.Deploying:
        return None


def _always(asked: Asked, edge: Edge) -> dict[str, str]:
    """What every answer of the edge carries: the tag of the original, so that a purge reaches it."""
    is_key = grammar.is_key(asked.path)
    original = asked.path.rpartition("/")[0] if is_key else asked.path
    added = {headers.tag_header: headers.cache_tag(original), "x-content-type-options": "nosniff"}
    if edge.settings.debug and is_key:
        added["x-mirage-key"] = asked.uri[1:]
    return added


def _vary(asked: Asked, edge: Edge) -> dict[str, str]:
    """The headers of the viewer that the key may come from, for caches behind CloudFront, which know only the URL."""
    if not grammar.is_key(asked.path):
        return {}
    options = asked.path.rpartition("/")[2]
    form = options.rpartition(",f=")[2]  # always last
    has_quality = form not in ("png", "gif", "json") and ",q=auto," not in options
    names = {"Accept": form.startswith("auto"), "Save-Data": edge.settings.save_data and has_quality}
    named = ", ".join(name for name, is_read in names.items() if is_read)
    return {"vary": named} if named else {}


@functools.cache
def _settings() -> Settings:
    return baked.load(Path(__file__).resolve().parents[1])


def _work(settings: Settings, clock: Clock, stopwatch: Stopwatch) -> Work:
    """The real source, store and imaging: where Pillow and the S3 client are imported first."""
    timeout_s = settings.limits.image_timeout_s
    deadline = Deadline(clock, timeout_s, longest_s - 2)
    store_deadline = Deadline(clock, timeout_s + storing_s, longest_s)
    from variants import generation, imaging
    from variants.sidecar import SidecarsBucket
    from variants.store import VariantsBucket
    from variants.work import Work

    buckets = generation.buckets(settings)

    def extend(seconds: float) -> None:
        deadline.extend(seconds)
        store_deadline.extend(seconds)

    return Work(
        source=generation.source(settings, buckets, extend) if settings.generators else buckets.source,
        store=VariantsBucket(bucket=buckets.variants),
        imaging=imaging,
        settings=settings,
        deadline=deadline,
        store_deadline=store_deadline,
        measure=stopwatch,
        room_bytes=cloudfront.room_bytes,
        sidecars=SidecarsBucket(bucket=buckets.variants),
    )
