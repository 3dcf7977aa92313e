"""A pass-through: S3 had the variant. Cold, beside an interpreter that does nothing; warm, in CPU per call."""

from __future__ import annotations

import marshal
from collections.abc import Callable
from dataclasses import dataclass

from bench import events, places, processes
from bench.rounds import Budget, Spread, in_turn, spread
from bench.workers import Worker

program = str(places.project / "bench" / "ours" / "hand_on.py")
key = "/cats/1.jpg/e1,w=640,f=auto-webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """Milliseconds of each program; `over_bare` and `over_runtime` are medians' ratios."""

    bare: Spread
    ours: Spread
    runtime: Spread
    ours_on_runtime: Spread
    warm_cpu: Spread

    @property
    def over_bare(self) -> float:
        return self.ours.median / self.bare.median

    @property
    def over_runtime(self) -> float:
        return self.ours_on_runtime.median / self.runtime.median


def measure(budget: Budget, say: Callable[[str], None]) -> Passed:
    """A bare interpreter, ours on it, AWS's runtime client, ours on that."""
    places.made.mkdir(parents=True, exist_ok=True)
    event = places.made / "stored.event"
    event.write_bytes(marshal.dumps(events.stored(key)))
    started = [places.python, "-I", "-S", program]
    zip_root, runtime = str(places.zip_root), str(places.runtime)
    commands = (
        [*started, "", "", "alone"],
        [*started, zip_root, str(event), "alone"],
        [*started, "", "", runtime],
        [*started, zip_root, str(event), runtime],
    )
    rounds = in_turn([lambda command=command: processes.once(command) for command in commands], budget)  # type: ignore[misc]
    walls = [spread([each.wall for each in taken]) for taken in rounds]
    found = Passed(bare=walls[0], ours=walls[1], runtime=walls[2], ours_on_runtime=walls[3], warm_cpu=_warm())
    say(
        f"pass-through: cold {found.ours.median:.1f} ms, bare interpreter {found.bare.median:.1f} ms "
        f"({found.over_bare:.2f}x); on the runtime client {found.over_runtime:.2f}x; "
        f"warm {found.warm_cpu.median:.4f} ms of CPU"
    )
    return found


def _warm(calls: int = 2000) -> Spread:
    """Milliseconds of CPU of a warm call, of several thousand."""
    command = [places.python, "-I", "-S", str(places.project / "bench/ours/warm.py"), str(places.zip_root)]
    with Worker(command) as ours:
        taken = [ours.ask({"event": events.stored(key), "calls": calls})["cpu"] * 1000 / calls for _ in range(7)]
    return spread(taken)
