"""Faults by name: what the viewer saw, what was stored, what was logged, while each strikes; and what is there after.

Nothing wrong is ever stored, nothing wrong is cached for longer than its class says, every request ends in time.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from torture.expected import Expected
from torture.pieces import encoded, scene
from torture.tally import Tally
from torture.viewer import Answer, Silent, Viewer
from torture.world import World
from variants import grammar
from variants.settings import Limits

# The work's own deadline, what storing may take beyond it, and a busy machine's share (edge/origin_response.py).
image_s, generated_s = Limits().image_timeout_s + 8 + 4, 28 + 4
# A process that is killed is refused at once; one that is never answered ends at Lambda's own 30 seconds.
secrets = re.compile(
    r"AWS4-HMAC|Signature=|x-amz-security-token|sk-[A-Za-z0-9]{8}|r8_[A-Za-z0-9]{8}|Bearer ", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """A fault at a probability, how many requests meet it, and of which kind."""

    fault: str
    probability: float = 0.4
    requests: int = 24
    generated: bool = False


strikes: Sequence[Strike] = (
    *(
        Strike(fault=name)
        for name in (
            "s3.get.slowdown", "s3.get.internal", "s3.get.reset", "s3.put.slowdown", "s3.put.internal",
            "s3.put.conflict", "s3.put.overtaken", "s3.put.dropped", "s3.put.lost", "s3.list.slowdown",
            "s3.delete.slowdown", "s3.credentials.expired", "s3.clock.skewed", "lambda.throttled",
            "lambda.crash", "lambda.killed", "kvs.unreadable", "deploy.mixed",
            "cloudfront.invalidation.throttled", "sqs.slowdown",
        )
    ),
    Strike(fault="s3.get.slow", probability=1, requests=4),
    Strike(fault="lambda.killed", probability=1, requests=8),
    Strike(fault="s3.put.lost", probability=1, requests=8),
    Strike(fault="s3.get.reset", probability=1, requests=8),
    Strike(fault="generator.error", requests=8, generated=True),
    Strike(fault="generator.reset", requests=8, generated=True),
    Strike(fault="generator.garbage", requests=8, generated=True),
    Strike(fault="generator.slow", probability=1, requests=2, generated=True),
    Strike(fault="ssm.throttled", requests=4, generated=True),
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Scene:
    """One fault at work. `number` makes its requests its own."""

    world: World
    expected: Expected
    tally: Tally
    strike: Strike
    number: int
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def kind(self) -> str:
        return f"fault {self.strike.fault}" + (" always" if self.strike.probability == 1 else "")

    def add(self, name: str, wrong: str) -> None:
        self.tally.add(self.kind, name, wrong)


def run(tally: Tally, world: World, expected: Expected, chosen: Sequence[Strike] = strikes) -> None:
    """Tries each fault for itself."""
    for number, strike in enumerate(chosen):
        asyncio.run(_struck(Scene(world=world, expected=expected, tally=tally, strike=strike, number=number)))


async def _struck(here: Scene) -> None:
    world, name = here.world, here.strike.fault
    world.said()
    before = set(world.keys(world.variants))
    world.faults({name: here.strike.probability})
    if name.startswith(("s3.list", "s3.delete", "cloudfront", "sqs")):
        upload_next(world, here.expected, f"p/{here.number % 8}.{_ending(here.number % 8)}", 100 + here.number)
    targets = [_target(here, each) for each in range(here.strike.requests)]
    first = await asked(world, targets)
    world.faults({})
    for answer, target in zip(first, targets, strict=True):
        here.add(target, _wrong_during(here, answer))
    logged = _logged(here)
    world.tell("POST", "/clock", {"advance_s": 61})
    world.settle()
    after = await asked(world, targets)
    for answer, target in zip(after, targets, strict=True):
        here.add(f"{target} afterwards", _wrong_after(here, answer))
    fresh = [key for key in set(world.keys(world.variants)) - before if key.startswith(grammar.store_prefix)]
    for key in fresh:
        if not key.startswith("v/gen/"):
            here.add(key, here.expected.wrong_stored(world.stored(key), is_current=True))
    seen = ", ".join(f"{said} x{count}" for said, count in sorted(here.seen.items()))
    here.tally.see(here.kind, f"viewer {seen}; {len(fresh)} stored; logged {logged or 'nothing'}")


def _target(here: Scene, each: int) -> str:
    if here.strike.generated:
        return f"/gen/avatar/torture-{here.number}-{each}.png?w=64&f=png"
    if here.strike.fault == "s3.get.slow":
        return f"/p/noise.png?f=jpg&w={100 + each}"
    return f"/p/{each % 8}.{_ending(each % 8)}?w={20 + each}&blur={here.number}&f=png"


def _ending(number: int) -> str:
    return ("jpg", "png", "webp", "gif")[number % 4]


def upload_next(world: World, expected: Expected, key: str, number: int) -> None:
    """Another version of an original is there."""
    forms = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
    body = encoded(scene((150, 110), number), forms[key.rpartition(".")[2]])
    expected.versions[key].append(body)
    world.upload(key, body)


async def asked(world: World, targets: Sequence[str]) -> list[Answer | Silent]:
    """The answers, four viewers at a time."""
    waiting, found = list(enumerate(targets)), dict[int, Answer | Silent]()

    async def one() -> None:
        viewer = Viewer(world.port)
        while waiting:
            number, target = waiting.pop()
            try:
                found[number] = await viewer.ask(target.encode())
            except Silent as error:
                found[number] = error
        await viewer.close()

    await asyncio.gather(*(one() for _ in range(4)))
    return [found[number] for number in range(len(targets))]


def _wrong_during(here: Scene, answer: Answer | Silent) -> str:
    if isinstance(answer, Silent):
        return f"no answer: {answer}"
    here.seen[f"{answer.status} {answer.get('x-mirage-error') or answer.get('x-mirage')}".rstrip()] += 1
    longest_s = generated_s if here.strike.generated or here.strike.fault == "lambda.killed" else image_s
    if answer.took_s > longest_s:
        return f"took {answer.took_s:.1f} s"
    return _wrong_generated(answer) if here.strike.generated else here.expected.wrong(answer)


def _wrong_generated(answer: Answer) -> str:
    if answer.status == 200:
        return "" if answer.body.startswith(b"\x89PNG") else "no picture"
    return "" if answer.get("x-mirage-error") else f"status {answer.status}"


def _wrong_after(here: Scene, answer: Answer | Silent) -> str:
    """The fault is over, and its errors have left the caches: every picture is there, and is the original's of now."""
    if isinstance(answer, Silent):
        return f"no answer: {answer}"
    if here.strike.generated:  # whose circuit may still be open, and whose budget spent
        return _wrong_generated(answer)
    if answer.status != 200:
        return f"{answer.status} {answer.get('x-mirage-error')}"
    return here.expected.wrong(answer, is_current=True)


def _logged(here: Scene) -> str:
    """The events and codes of the functions' own lines; a secret or a trace in them is a failure."""
    found: Counter[str] = Counter()
    text = here.world.said()
    for line in text.splitlines():
        at = line.find("{")
        told = _told(line[at:]) if at >= 0 else {}
        if "event" in told:
            found[f"{told['event']} {told.get('code', '')}".strip()] += 1
    leak = secrets.search(text)
    here.add("log", f"{leak[0]!r} in the log" if leak else "")
    here.add("log", "a traceback in the log" if "Traceback" in text else "")
    return ", ".join(f"{said} x{count}" for said, count in sorted(found.items()))


def _told(text: str) -> Mapping[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
