"""What the shipped code really writes: its own functions are run, and their lines read as CloudWatch reads them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from tests import fakes
from tests.drawn import encoded, landscape
from tests.freshness_bench import Bench as RegionBench
from tests.freshness_bench import event as s3_event
from tests.test_edge_origin_response import Bench as EdgeBench
from tests.test_edge_origin_response import event as edge_event
from tests.test_generators_lease import S3, declared_as
from variants import errors, imaging
from variants.budget import Ledger
from variants.calling import Made
from variants.counting import Counts
from variants.generators import Wanted
from variants.lease import Lease
from variants.making import Making
from variants.renders import Renders
from variants.settings import Limits

stack = "mirage-test"
picture = encoded(landscape(), "PNG")
metered = replace(fakes.settings, metrics_of=stack)
key = "/cats/1.jpg/e1,w=8,f=jpg"


@dataclass(frozen=True)
class Emitted:
    """One metric as CloudWatch would keep it."""

    namespace: str
    name: str
    dimensions: frozenset[str]
    unit: str


@functools.cache
def lines() -> tuple[dict, ...]:
    """Every kind of line that the code writes."""
    return tuple(json.loads(line) for line in (*_edge(), *_region(), *_generators(), *_renders()))


def metrics() -> dict[Emitted, set[float]]:
    """The metrics of all lines, with their values."""
    found: dict[Emitted, set[float]] = {}
    for line in lines():
        for each, value in read(line):
            found.setdefault(each, set()).add(value)
    return found


def read(line: dict) -> Iterator[tuple[Emitted, float]]:
    """A line's metrics by the specification: names at the root, dimensions with texts, numbers, at most 30 a set."""
    for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
        for names in directive["Dimensions"]:
            assert 1 <= len(names) <= 30
            assert all(isinstance(line[name], str) and line[name] for name in names), names
            for each in directive["Metrics"]:
                assert isinstance(line[each["Name"]], int | float), each
                yield Emitted(directive["Namespace"], each["Name"], frozenset(names), each["Unit"]), line[each["Name"]]


def _edge() -> list[str]:
    bench = EdgeBench(source=fakes.FakeSource({"cats/1.jpg": picture}), imaging=imaging, settings=metered)
    bench.respond(edge_event(key))
    bench.store.failure = errors.PolicyBroken("No.")
    bench.respond(edge_event(key.replace("w=8", "w=9")))
    bench.respond(edge_event(key.replace("cats", "dogs")))
    bench.respond(edge_event(key, status=403))
    bench.source.failure = errors.PolicyBroken("No.")
    bench.respond(edge_event(key))
    bench.imaging = None
    bench.source.failure = None
    bench.respond(edge_event(key))
    return bench.lines


class Refusing:
    def invalidate(self, tags: object) -> None:
        raise RuntimeError("TooManyInvalidationsInProgress")


def _region() -> list[str]:
    bench = RegionBench(settings=metered)
    changed = s3_event("a.png")
    changed["Records"][0]["eventTime"] = "2027-01-15T08:00:21.500Z"
    bench.respond(changed)
    bench.cache = Refusing()
    bench.respond(changed)
    return bench.lines


@dataclass
class Api:
    """An API that makes a picture, and then fails."""

    bodies: list[bytes] = field(default_factory=lambda: [picture] + [b"<html>"] * 9)

    def make(self, wanted: Wanted, deadline: object, spend: object) -> Made:
        spend()
        return Made(body=self.bodies.pop(0), request_id="r")


class Kept:
    def put_new(self, key: str, body: bytes, headers: object, deadline: object) -> str:
        return fakes.md5(body)


def _generators() -> list[str]:
    said: list[str] = []
    making = Making(
        api=Api(),
        ledger=Ledger(counts=Counts(bucket=S3(), sleep=lambda seconds: None)),
        originals=Kept(),
        source=fakes.FakeSource(),
        limits=Limits(),
        decoders=("PNG",),
        metrics_of=stack,
        log=said.append,
    )
    generator = declared_as("avatar", 15)
    wanted = Wanted(path="gen/avatar/ada.png", generator=generator, values={"seed": "ada"})
    lease = Lease(key="k", owner="o", etag="e", now=1_800_000_000.0)
    making.make(wanted, lease, fakes.Patience(), fakes.Patience())
    for _ in range(5):
        with pytest.raises(errors.UpstreamBad):
            making.make(wanted, lease, fakes.Patience(), fakes.Patience())
    with pytest.raises(errors.Busy):
        making.make(wanted, lease, fakes.Patience(), fakes.Patience())
    return said


def _renders() -> list[str]:
    said: list[str] = []
    counts = Counts(bucket=S3(), sleep=lambda seconds: None)
    renders = Renders(counts=counts, per_hour=1, metrics_of=stack, log=said.append)
    renders.spend(fakes.Patience())
    with pytest.raises(errors.Budget):
        renders.spend(fakes.Patience())
    return said
