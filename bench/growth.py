"""How cost grows: time and memory against megapixels and frames, ours and the peer's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench import places, workers
from bench.cases import Case
from bench.rounds import Budget, in_turn, spread

megapixels = (1, 2, 4, 8, 12, 16, 24, 32, 48)
frames = (5, 10, 20, 40, 80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One measure at one place of the axis; `series` says of what."""

    series: str
    at: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Points of one chart. `unit` is of the values, `along` of the axis."""

    name: str
    title: str
    along: str
    unit: str
    points: tuple[Point, ...]


def measure(only: str, budget: Budget, say: Callable[[str], None]) -> list[Curve]:
    """Four curves: time and memory, by megapixels and by frames."""
    found: list[Curve] = []
    if only in "growth megapixels":
        stills = {each: _still(each) for each in megapixels}
        found += _curves("megapixels", "a JPEG original to 640 px", stills, budget, say)
    if only in "growth frames":
        films = {
            each: Case(
                group="growth", picture=places.pictures / f"growth-{each}.gif", width=160, form="webp", animated=True
            )
            for each in frames
        }
        found += _curves("frames", "a GIF of 320x180 to 160 px WebP", films, budget, say)
    return found


def _curves(along: str, what: str, steps: dict[int, Case], budget: Budget, say: Callable[[str], None]) -> list[Curve]:
    times: list[Point] = []
    memory: list[Point] = []
    for at, case in steps.items():
        with workers.our_engine() as ours, workers.peer_engine() as peer:
            asked = case.asked_of_us(None), case.asked_of_peer(None, None)
            rounds = in_turn((lambda: ours.ask(asked[0])["cpu"], lambda: peer.ask(asked[1])["cpu"]), budget)  # noqa: B023
            for name, worker, taken in (("Mirage", ours, rounds[0]), ("sharp", peer, rounds[1])):
                times.append(Point(series=name, at=at, value=spread(taken).median * 1000))
                memory.append(Point(series=name, at=at, value=worker.peak_mb))
        ours_mb, peer_mb = memory[-2].value, memory[-1].value
        said = f"{times[-2].value:.0f} ms, {ours_mb:.0f} MB (sharp {times[-1].value:.0f} ms, {peer_mb:.0f} MB)"
        say(f"growth: {at} {along}: {said}")
    curves = (("time", "CPU time", "ms", times), ("memory", "Peak memory", "MB", memory))
    return [
        Curve(name=f"{along}-{name}", title=f"{title} by {along}: {what}", along=along, unit=unit, points=tuple(points))
        for name, title, unit, points in curves
    ]


def _still(size: int) -> Case:
    return Case(group="growth", picture=places.pictures / f"growth-{size}mp.jpg", width=640, form="jpg")
