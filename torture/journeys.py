"""Events of S3's on bad roads: doubled, reordered and late ones leave nothing stale; lost ones, nothing wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torture.expected import Expected
from torture.strikes import asked, upload_next
from torture.tally import Tally
from torture.viewer import Answer, Silent
from torture.world import World
from variants import grammar


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """How events travel. `heals`: nothing is lost, so all is current once it is quiet."""

    name: str
    travel: Mapping[str, object]
    heals: bool


roads = (
    Road(name="doubled", travel={"duplicate": 1.0}, heals=True),
    Road(name="reordered and late", travel={"reorder": True, "delay_ms": [0, 600]}, heals=True),
    Road(name="both", travel={"reorder": True, "duplicate": 0.6, "delay_ms": [0, 300]}, heals=True),
    Road(name="dropped", travel={"drop": 1.0}, heals=False),
    Road(name="half of them dropped", travel={"drop": 0.5, "duplicate": 0.5, "reorder": True}, heals=False),
)
keys = ("p/8.jpg", "p/9.png", "p/10.webp", "p/11.gif")


def run(tally: Tally, world: World, expected: Expected, *, uploads: int = 3, chosen: Sequence[Road] = roads) -> None:
    """Uploads versions while viewers ask, on each road; then looks at what is served and stored."""
    for number, road in enumerate(chosen):
        asyncio.run(_travelled(tally, world, expected, road, 1000 * (number + 1), uploads))


async def _travelled(tally: Tally, world: World, expected: Expected, road: Road, first: int, uploads: int) -> None:
    kind = f"events {road.name}"
    targets = [f"/{key}?w={30 + each}&f=webp" for key in keys for each in (0, 1)]
    world.tell("PUT", "/events", dict(road.travel))
    for number in range(uploads):
        for each in keys:
            upload_next(world, expected, each, first + number)
        for target, answer in zip(targets, await asked(world, targets), strict=True):
            tally.add(kind, f"{target} meanwhile", _wrong(expected, answer, is_current=False))
    await _quiet(tally, world, expected, kind, targets, is_current=road.heals)
    world.tell("PUT", "/events", {})
    if not road.heals:  # the next event that arrives brings all variants of its original in line
        for each in keys:
            upload_next(world, expected, each, first + uploads)
        await _quiet(tally, world, expected, kind, targets, is_current=True)


async def _quiet(
    tally: Tally, world: World, expected: Expected, kind: str, targets: list[str], *, is_current: bool
) -> None:
    world.settle()
    world.tell("POST", "/clock", {"advance_s": 61})
    world.settle()
    for target, answer in zip(targets, await asked(world, targets), strict=True):
        tally.add(kind, f"{target} when quiet", _wrong(expected, answer, is_current=is_current))
    for key in world.keys(world.variants):
        if key.startswith(grammar.store_prefix) and key.removeprefix(grammar.store_prefix).startswith(keys):
            tally.add(kind, key, expected.wrong_stored(world.stored(key), is_current=is_current))


def _wrong(expected: Expected, answer: Answer | Silent, *, is_current: bool) -> str:
    if isinstance(answer, Silent):
        return f"no answer: {answer}"
    if answer.status != 200:
        return f"status {answer.status} {answer.get('x-mirage-error')}"
    return expected.wrong(answer, is_current=is_current)
