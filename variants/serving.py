"""The answer to a key that the store does not have: made, or a documented failure; the same in every mode.

The edge and the Region only spell it, each in its own way. Nothing heavy is imported before a variant has to be made.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from variants import errors, grammar, headers
from variants.settings import Settings
from variants.telling import Teller
from variants.timing import Clock, Deadline, Stopwatch

if TYPE_CHECKING:
    from variants.rendered import Rendered
    from variants.work import Answer, Elsewhere, Work

# What telling the stack's topic of a failure may take, while its viewer waits.
telling_s = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What CloudFront was asked. `uri` is percent-encoded, with its leading slash; `path` decoded, without it."""

    method: str
    uri: str
    path: str
    generate: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer, whichever way it is spelled; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What a handler runs with. `work` brings the heavy half, and is called when it is needed. `looks_first`: whether
    the store may have what is asked for."""

    settings: Settings
    work: Callable[[Settings, Clock, Stopwatch], Work]
    clock: Clock = time.monotonic
    log: Callable[[str], None] = print
    looks_first: bool = False

    def teller(self, asked: Asked) -> Teller:
        return Teller(asked=asked, stack=self.settings.metrics_of, log=self.log)


def respond(asked: Asked, server: Server) -> Said:
    """The variant that the store lacks, or a documented error. Never raises."""
    stopwatch = Stopwatch(server.clock)
    try:
        with stopwatch("total"):
            answer = _made(asked, server, stopwatch)
        return _answered(asked, answer, server, stopwatch)
    except errors.MirageError as error:
        return refuse(asked, error, server)
    except Exception as error:  # The one place that catches all: a viewer gets a documented answer, never a 502.
        server.teller(asked).unforeseen(error)
        return _refused(asked, errors.Internal("Something went wrong here; ask again in a moment."), server)


def refuse(asked: Asked, error: errors.MirageError, server: Server) -> Said:
    """The documented answer to a failure, which is told of."""
    server.teller(asked).refused(error)
    return _refused(asked, error, server)


def always(asked: Asked, settings: Settings) -> dict[str, str]:
    """What every answer carries: the tag of the original, so that a purge reaches it."""
    is_key = grammar.is_key(asked.path)
    original = asked.path.rpartition("/")[0] if is_key else asked.path
    added = {headers.tag_header: headers.cache_tag(original), "x-content-type-options": "nosniff"}
    if settings.debug and is_key:
        added["x-mirage-key"] = asked.uri[1:]
    return added


def vary(asked: Asked, settings: Settings) -> dict[str, str]:
    """The headers of the viewer that the key may come from, for caches behind CloudFront, which know only the URL."""
    if not grammar.is_key(asked.path):
        return {}
    options = asked.path.rpartition("/")[2]
    form = options.rpartition(",f=")[2]  # always last
    has_quality = form not in ("png", "gif", "json") and ",q=auto," not in options
    names = {"Accept": form.startswith("auto"), "Save-Data": settings.save_data and has_quality}
    named = ", ".join(name for name, is_read in names.items() if is_read)
    return {"vary": named} if named else {}


def _made(asked: Asked, server: Server, stopwatch: Stopwatch) -> Answer | Elsewhere:
    """The variant, made. Raises errors.MirageError."""
    if not grammar.is_key(asked.path):
        raise errors.NotFound("There is no such file.")
    found = _unserved(asked, server, stopwatch) if server.looks_first else None
    if found is not None:
        return found
    if asked.generate != "on":
        raise errors.Paused("Nothing new is made at the moment; what was made before is served.")
    work = server.work(server.settings, server.clock, stopwatch)
    from variants.produce import produce

    return produce(asked.path, work)


def _unserved(asked: Asked, server: Server, stopwatch: Stopwatch) -> Answer | Elsewhere | None:
    """What the store has, and did not serve: said as a fault where it is one."""
    work = server.work(server.settings, server.clock, stopwatch)
    from variants.produce import unserved

    found = unserved(asked.path, work)
    if found is not None and found.not_stored is not None:
        server.teller(asked).storage_refused()
        return replace(found, not_stored=None)
    return found


def _answered(asked: Asked, answer: Answer | Elsewhere, server: Server, stopwatch: Stopwatch) -> Said:
    from variants.work import Elsewhere

    added = always(asked, server.settings) | vary(asked, server.settings)
    if isinstance(answer, Elsewhere):
        by_key = server.settings.redirect_of(asked.path) == "key"
        added |= {"location": "/" + grammar.encode_path(answer.key) if by_key else "#stored"}
        said = Said(status=302, headers=added | {"cache-control": "no-store"})
    else:
        added |= {**answer.headers, "x-mirage": answer.how, "accept-ranges": "bytes"}
        if answer.how != "stored":
            added["server-timing"] = stopwatch.server_timing()
        said = Said(status=200, headers=added, body=answer.body)
    server.teller(asked).answered(answer, said.status, stopwatch.ms)
    return said


def _refused(asked: Asked, error: errors.MirageError, server: Server) -> Said:
    """The documented answer to a failure, as JSON or as the fallback picture with the true status."""
    if server.settings.topic and grammar.is_key(asked.path):
        from variants import failed

        failed.tell(server.settings.topic, asked.path.rpartition("/")[0], error, Deadline(server.clock, telling_s))
    added = always(asked, server.settings) | vary(asked, server.settings)
    added |= {"cache-control": error.cache_control, "x-mirage-error": error.code}
    if error.retry_after_s is not None:
        added["retry-after"] = str(error.retry_after_s)
    picture = _fallback(asked, error, server)
    if picture is not None:
        added |= {"content-type": picture.content_type, "x-mirage": "fallback"}
        return Said(status=error.status, headers=added, body=picture.body)
    body = json.dumps({"code": error.code, "message": error.message}).encode()
    return Said(status=error.status, headers=added | {"content-type": "application/json"}, body=body)


def _fallback(asked: Asked, error: errors.MirageError, server: Server) -> Rendered | None:
    """The picture in place of the one that cannot be made; None where JSON is asked for, or the stack has none."""
    if (
        not (server.settings.fallback or error.is_drawn)
        or not grammar.is_key(asked.path)
        or asked.path.endswith(",f=json")
    ):
        return None
    from variants import fallback

    try:
        return fallback.draw(error.status, error.code, _variant(asked.path))
    except Exception as unforeseen:  # An answer is owed all the same: JSON.
        server.teller(asked).unforeseen(unforeseen)
        return None


def _variant(key: str) -> grammar.Variant | None:
    try:
        return grammar.parse(key)[1]
    except errors.Deploying:
        return None
