"""What a generator needs longer for than the edge has: made here, under the lease that the edge took for it.

Called asynchronously; what is raised makes Lambda try again, twice, and then tell the failure queue (AWS "Asynchronous
invocation", read 2026-11). A second run of one event does nothing that the first did.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from variants import errors, generated, generation, generators
from variants import settings as baked
from variants.generated import Bucket, Maker
from variants.generators import Generator
from variants.lease import Leases
from variants.settings import Settings
from variants.timing import Clock, Deadline


class Event(TypedDict):
    """What `variants.generation.OnDemand` sends: an original's path, and the owner of its lease."""

    path: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What the handler works on."""

    generators: tuple[Generator, ...]
    bucket: Bucket
    leases: Leases
    maker: Maker
    clock: Clock = time.monotonic
    log: Callable[[str], None] = print


def handler(event: Event, _context: object) -> None:
    """Nothing. What it raises makes Lambda try again."""
    respond(event, _region())


def respond(event: Event, region: Region) -> None:
    """Nothing: the original is there, or it never will be by this event. Raises errors.MirageError: try again."""
    path = event["path"]
    try:
        wanted = generators.match(path, region.generators)
        if wanted is None:
            raise errors.NotFound("No generator of this version makes that.")
        seconds = wanted.generator.timeout_s
        deadline, after = (Deadline(region.clock, seconds + more) for more in (0, generated.after_s))
        lease = region.leases.take(path, seconds + generated.after_s, deadline, owner=event["owner"])
        if lease is None:
            return _tell(region, path, "another-has-it")
        made = generated.under_lease(wanted, lease, region.leases, region.maker, region.bucket, deadline, after)
        made.body.close()
        _tell(region, path, "made")
    except (errors.Refused, errors.Budget) as error:
        _tell(region, path, error.code)


def _tell(region: Region, path: str, how: str) -> None:
    region.log(json.dumps({"level": "info", "event": "on-demand", "original": path, "how": how}))


@functools.cache
def _region() -> Region:
    settings: Settings = baked.load(Path(__file__).resolve().parents[1])
    buckets = generation.buckets(settings)
    return Region(
        generators=generation.read(settings.generators),
        bucket=buckets.source,
        leases=Leases(bucket=buckets.variants),
        maker=generation.maker(settings, buckets),
    )
