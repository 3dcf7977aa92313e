"""Load: many viewers at once over a Zipf mix with faults on, every answer checked; and the stampede for one variant."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from torture.expected import Expected, digest
from torture.originals import count, names
from torture.tally import Tally
from torture.viewer import Answer, Silent, Viewer
from torture.world import World

viewers = 200
# Little of each, all at once: together they strike about every fifth request that makes something.
weather = {
    "s3.get.slowdown": 0.02,
    "s3.get.internal": 0.01,
    "s3.get.reset": 0.02,
    "s3.put.lost": 0.02,
    "s3.put.overtaken": 0.03,
    "s3.put.conflict": 0.03,
    "s3.put.dropped": 0.02,
    "lambda.crash": 0.02,
    "lambda.killed": 0.005,
    "kvs.unreadable": 0.001,
    "deploy.mixed": 0.001,
}
# What the caches may still gather in the second half of the run, and what is open at a moment may differ by.
growth_mb, growth_fds = 48.0, 40
most_kept = 60.0  # seconds of patience for one answer, with the queue before four workers


@dataclass(slots=True, kw_only=True)
class Crowd:
    """All viewers of a run: what they saw, and what of it was wrong."""

    world: World
    expected: Expected
    until: float
    targets: Sequence[str]
    weights: Sequence[float]
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the emulator's process holds, and the largest of its workers."""

    memory_mb: float
    worker_mb: float
    files: int

    def __str__(self) -> str:
        return f"{self.memory_mb:.0f} MB, {self.worker_mb:.0f} MB the largest worker, {self.files} files"


def mix(seed: int) -> tuple[list[str], list[float]]:
    """Targets in the order of how often they are asked for, and the cumulative weights: the n-th has 1/n (Zipf)."""
    chance = random.Random(seed)
    forms = ("auto", "webp", "jpg", "png")
    found = [
        f"/{name}?w={wide}&f={form}" for name in names()[:count] for wide in (16, 32, 48, 64, 96) for form in forms
    ]
    found += ["/p/broken.jpg?w=32", "/p/text.png", "/p/none.jpg?w=9", "/p/0.jpg?w=zero", "/", "/p/1.png?w=64&f=json"]
    chance.shuffle(found)
    return found, list(accumulate(1 / rank for rank in range(1, len(found) + 1)))


def run(tally: Tally, world: World, expected: Expected, *, seconds: float, crowd: int = viewers) -> None:
    """Two halves of the same load: what the process holds may not grow in the second."""
    targets, weights = mix(23)
    world.faults(weather)
    halves = []
    for _ in range(2):
        until = time.monotonic() + seconds / 2
        here = Crowd(world=world, expected=expected, until=until, targets=targets, weights=weights)
        asyncio.run(_crowded(here, crowd))
        halves.append((here, _held(world)))
    world.faults({})
    kind = f"load: {crowd} viewers"
    for here, _ in halves:
        tally.passed(kind, sum(here.seen.values()) - len(here.wrong))
        for each in here.wrong:
            tally.add(kind, "answer", each)
    _compare(tally, kind, halves)


def _compare(tally: Tally, kind: str, halves: Sequence[tuple[Crowd, Held]]) -> None:
    (first, before), (second, after) = halves
    for what, most in (("memory_mb", growth_mb), ("worker_mb", growth_mb), ("files", growth_fds)):
        was, now = float(getattr(before, what)), float(getattr(after, what))
        tally.add(kind, f"{what} does not grow", "" if now - was < most else f"from {was:.0f} to {now:.0f}")
    seen = first.seen + second.seen
    tally.see(kind, ", ".join(f"{said} x{times}" for said, times in sorted(seen.items())))
    tally.see(kind, f"slowest {max(first.slowest_s, second.slowest_s):.1f} s")
    tally.see(kind, f"{before} then {after}")


async def _crowded(here: Crowd, crowd: int) -> None:
    await asyncio.gather(*(_stroll(here, random.Random(number)) for number in range(crowd)))


async def _stroll(here: Crowd, chance: random.Random) -> None:
    """One viewer, asking until the time is over."""
    viewer = Viewer(here.world.port)
    accept = chance.choice(["*/*", "image/webp,*/*", "image/avif,image/webp,*/*"])
    while time.monotonic() < here.until:
        (target,) = chance.choices(here.targets, cum_weights=here.weights)
        try:
            answer = await viewer.ask(target.encode(), {"accept": accept})
        except Silent as error:
            here.wrong.append(f"{target}: no answer: {error}")
            here.seen["none"] += 1
            continue
        _judge(here, target, answer)
        await asyncio.sleep(0.05 * chance.random())
    await viewer.close()


def _judge(here: Crowd, target: str, answer: Answer) -> None:
    here.seen[f"{answer.status} {answer.get('x-mirage-error')}".rstrip()] += 1
    here.slowest_s = max(here.slowest_s, answer.took_s)
    is_page = target == "/" and answer.status == 200
    wrong = "" if is_page else here.expected.wrong(answer)
    if not wrong and answer.took_s > most_kept:
        wrong = f"took {answer.took_s:.1f} s"
    if wrong:
        here.wrong.append(f"{target}: {wrong}")


def _held(world: World) -> Held:
    tree = world.tree()
    held = {pid: _resident_mb(pid) for pid in tree}
    files = len(list(Path(f"/proc/{world.process.pid}/fd").iterdir()))
    own_mb = held.pop(world.process.pid)
    return Held(memory_mb=own_mb, worker_mb=max(held.values(), default=0.0), files=files)


def _resident_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0) / 1024


def stampede(tally: Tally, world: World, expected: Expected, *, crowd: int = viewers) -> None:
    """So many first requests for one variant at the same time: it is made once, and all get the same bytes."""
    kind = f"stampede: {crowd} at once"
    for number, pops in enumerate((1, 5)):
        before = world.stat("renders")
        target = f"/p/{number}.{('jpg', 'png')[number]}?w=77&blur=3&f=webp"
        answers = asyncio.run(_rushed(world, target, crowd, pops))
        for each in answers:
            wrong = f"no answer: {each}" if isinstance(each, Silent) else expected.wrong(each) or _not_ok(each)
            tally.add(kind, target, wrong)
        bodies = {digest(each.body) for each in answers if isinstance(each, Answer)}
        renders = world.stat("renders") - before
        tally.add(kind, "one body", "" if len(bodies) == 1 else f"{len(bodies)} bodies")
        tally.add(kind, "made once", "" if renders == 1 else f"made {renders} times")
        tally.see(kind, f"{pops} edge locations: made {renders} time")


def _not_ok(answer: Answer) -> str:
    return "" if answer.status == 200 else f"status {answer.status}"


async def _rushed(world: World, target: str, crowd: int, pops: int) -> list[Answer | Silent]:
    async def one(number: int) -> Answer | Silent:
        viewer = Viewer(world.port)
        try:
            return await viewer.ask(target.encode(), {"x-emulated-pop": f"POP{number % pops}-P1"})
        except Silent as error:
            return error
        finally:
            await viewer.close()

    return list(await asyncio.gather(*(one(number) for number in range(crowd))))
