"""The engine's cases: ours and the peer's in turn, at the same bytes, with what became of the quality."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import places, workers
from bench.cases import Case, peer_quality
from bench.rounds import Budget, Spread, in_turn, spread
from bench.workers import Worker

# A ratio counts where we need no more bytes than this beyond the peer's, and lose no more than this of ssimulacra2.
most_bytes = 1.05
most_loss = 1.0
# How often the peer is tried at another quality, until its bytes are ours; a step of it is so much of the logarithm of
# the bytes. AVIF's are larger, and its tries take seconds.
peer_tries, steps = 4, 40
avif_tries, avif_steps = 3, 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One case. `time` is the ratio of the medians of CPU time, ours through the peer's; `wall` that of the clock."""

    group: str
    name: str
    ours: Spread
    peer: Spread
    time: float
    wall: float
    memory: float
    our_mb: float
    bytes: int
    bytes_ratio: float
    peer_quality: int | None
    score: float
    score_change: float

    @property
    def counts(self) -> bool:
        """Whether bytes and quality are the peer's, or better."""
        return self.bytes_ratio <= most_bytes and self.score_change >= -most_loss


def measure(cases: Sequence[Case], budget: Budget, say: Callable[[str], None]) -> list[Result]:
    """The result of each case."""
    found = []
    with workers.measure_of_quality() as quality:
        for number, case in enumerate(cases, 1):
            result = _one(case, budget, quality)
            found.append(result)
            mark = "" if result.counts else "  (does not count)"
            say(
                f"[{number}/{len(cases)}] {case.name:44} {result.time:5.2f}x time  {result.memory:4.2f}x memory  "
                f"{result.bytes_ratio:4.2f}x bytes  {result.score_change:+5.1f} quality{mark}"
            )
    return found


def _one(case: Case, budget: Budget, quality: Worker) -> Result:
    places.made.mkdir(parents=True, exist_ok=True)
    ours_at, peer_at = places.made / f"ours.{case.form}", places.made / f"peer.{case.form}"
    with workers.our_engine() as ours, workers.peer_engine() as peer:
        mine = ours.ask(case.asked_of_us(ours_at))
        level, theirs = _same_bytes(case, peer, int(mine["bytes"]), peer_at)
        takers = (lambda: ours.ask(case.asked_of_us(None)), lambda: peer.ask(case.asked_of_peer(None, level)))
        our_rounds, peer_rounds = in_turn(takers, budget, is_warm=True)
        memory = ours.peak_mb, peer.peak_mb
    scores = [_score(case, path, made, quality) for path, made in ((ours_at, mine), (peer_at, theirs))]
    cpu = [spread([each["cpu"] * 1000 for each in rounds]) for rounds in (our_rounds, peer_rounds)]
    wall = [spread([each["wall"] for each in rounds]).median for rounds in (our_rounds, peer_rounds)]
    return Result(
        group=case.group,
        name=case.name,
        ours=cpu[0],
        peer=cpu[1],
        time=cpu[0].median / cpu[1].median,
        wall=wall[0] / wall[1],
        memory=memory[0] / memory[1],
        our_mb=memory[0],
        bytes=int(mine["bytes"]),
        bytes_ratio=mine["bytes"] / theirs["bytes"],
        peer_quality=level,
        score=scores[0],
        score_change=scores[0] - scores[1],
    )


def _same_bytes(case: Case, peer: Worker, wanted: int, out: Path) -> tuple[int | None, dict[str, float]]:
    """The peer's quality at which its bytes come nearest to ours, and its answer. PNG has none, films keep theirs."""
    default = peer_quality.get(case.form)
    answer = peer.ask(case.asked_of_peer(out, default))
    if default is None or case.animated:
        return default, answer
    tried = {default: answer}
    level = default
    tries, of_log = (avif_tries, avif_steps) if case.form == "avif" else (peer_tries, steps)
    for _ in range(tries):
        distance = math.log(wanted / tried[level]["bytes"])
        level = max(20, min(95, level + (round(distance * of_log) or (1 if distance > 0 else -1))))
        if level in tried:
            break
        tried[level] = peer.ask(case.asked_of_peer(None, level))
    best = min(tried, key=lambda each: abs(math.log(wanted / tried[each]["bytes"])))
    return best, peer.ask(case.asked_of_peer(out, best))


def _score(case: Case, path: Path, made: dict[str, float], quality: Worker) -> float:
    asked = {"original": str(case.picture), "made": str(path), "frame": case.frame}
    return quality.ask({**asked, "width": int(made["width"]), "height": int(made["height"])})["score"]
