"""How often caches hit and how many variants are made: a Zipf workload over CloudFront's tiers, simulated."""

from __future__ import annotations

import bisect
import itertools
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Requests for `objects` variants whose popularity falls as rank to the power -`skew`, over `locations` caches.

    Each cache keeps `cache_objects` of them, least recently used out first (CloudFront does not say how its own
    evicts: an assumption, and the reason why this is an estimate).
    """

    objects: int = 40_000
    requests: int = 200_000
    skew: float = 0.9
    locations: int = 12
    cache_objects: int = 20_000
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the simulation saw: ratios 0 to 1, and the number of variants that had to be made."""

    edge_hit_ratio: float
    shield_hit_ratio: float
    made: int


def simulate(workload: Workload) -> Seen:
    """The hit ratios and generations of a workload; the same seed gives the same answer."""
    chance = random.Random(workload.seed)
    weights = list(itertools.accumulate(rank**-workload.skew for rank in range(1, workload.objects + 1)))
    edges = [_Cache(workload.cache_objects) for _ in range(workload.locations)]
    shield, stored = _Cache(workload.cache_objects), set[int]()
    edge_hits = shield_hits = 0
    for _ in range(workload.requests):
        wanted = bisect.bisect_left(weights, chance.random() * weights[-1])
        if edges[chance.randrange(workload.locations)].hits(wanted):
            edge_hits += 1
        elif shield.hits(wanted):
            shield_hits += 1
        else:
            stored.add(wanted)
    missed = workload.requests - edge_hits
    return Seen(
        edge_hit_ratio=edge_hits / max(1, workload.requests),
        shield_hit_ratio=shield_hits / max(1, missed),
        made=len(stored),
    )


class _Cache:
    """Least recently used, by the order of a dict."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.kept: dict[int, None] = {}

    def hits(self, wanted: int) -> bool:
        found = wanted in self.kept
        if found:
            del self.kept[wanted]
        elif len(self.kept) >= self.size:
            del self.kept[next(iter(self.kept))]
        self.kept[wanted] = None
        return found
