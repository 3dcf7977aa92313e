"""Metrics inside log lines: CloudWatch reads them there, so nothing is sent and no role needs a right for it.

A line that is JSON and has a member `_aws` is in the embedded metric format; its numbers become metrics in the Region
where the function ran. ("Specification: Embedded metric format", read 2026-11: names of at most 1,024 characters,
values at the root, delivered at least once.) Standard library only: the edge imports this on every start.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

namespace = "Mirage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """`by`: the dimension beside the stack, if it has one; `also_in_all`: it is kept without that one, too."""

    unit: str
    says: str
    by: str = ""
    also_in_all: bool = False

    @property
    def dimensions(self) -> list[list[str]]:
        if not self.by:
            return [["Stack"]]
        return [["Stack"], ["Stack", self.by]] if self.also_in_all else [["Stack", self.by]]


# Every metric of ours: what emits it, what the dashboard shows and what alarms watch is held against this by a test.
table: Mapping[str, Metric] = {
    "Made": Metric(unit="Count", says="variants rendered for a viewer"),
    "Stored": Metric(unit="Count", says="of those, the ones that the store took"),
    "Bytes": Metric(unit="Bytes", says="bytes of what was answered after a miss of the store"),
    "FetchMs": Metric(unit="Milliseconds", says="until the original was at hand, a generator's work included"),
    "DecodeMs": Metric(unit="Milliseconds", says="pixels out of the original's bytes"),
    "OperationsMs": Metric(unit="Milliseconds", says="cut, resize, colour, canvas"),
    "EncodeMs": Metric(unit="Milliseconds", says="pixels into the answer's bytes"),
    "StoreMs": Metric(unit="Milliseconds", says="the put, and the look at whether the original changed meanwhile"),
    "TotalMs": Metric(unit="Milliseconds", says="all of it"),
    "Errors": Metric(unit="Count", by="Code", says="answers that are no picture, by their code"),
    "GeneratorCalls": Metric(unit="Count", by="Generator", says="requests that may have to be paid"),
    "GeneratorMs": Metric(unit="Milliseconds", by="Generator", says="a generator's work, tries and polling included"),
    "GeneratorFailures": Metric(unit="Count", by="Generator", says="work of a generator that ended in an error"),
    "GeneratorBudgetUsed": Metric(
        unit="Percent", by="Generator", also_in_all=True, says="of the hour's or the day's calls, whichever is more"
    ),
    "CircuitOpen": Metric(
        unit="Count", by="Generator", also_in_all=True, says="1 where a generator is left alone after failures"
    ),
    "RenderBudgetUsed": Metric(unit="Percent", says="of the hour's renders, in the fullest part of the count"),
    "PurgeLagSeconds": Metric(unit="Seconds", says="from a change of an original to the purge of its copies"),
    "PurgeFailures": Metric(unit="Count", says="purges that CloudFront did not take; they are tried again"),
    "InvalidationPaths": Metric(unit="Count", says="tags purged: what CloudFront bills"),
    "InvalidationsWaiting": Metric(unit="Count", says="tags left for the next minute"),
}


def embedded(
    stack: str, values: Mapping[str, float], now_s: float, by: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The members that make a log line's numbers metrics; none where `stack` is empty, or there are no values.

    `by`: the value of each further dimension that one of the metrics has. Raises KeyError for an unknown metric.
    """
    if not stack or not values:
        return {}
    named: dict[str, list[str]] = {}  # those of the same dimensions share a directive
    for name in values:
        named.setdefault(json.dumps(table[name].dimensions), []).append(name)
    directives = [
        {
            "Namespace": namespace,
            "Dimensions": json.loads(dimensions),
            "Metrics": [{"Name": name, "Unit": table[name].unit} for name in names],
        }
        for dimensions, names in named.items()
    ]
    aws = {"Timestamp": int(now_s * 1000), "CloudWatchMetrics": directives}
    return {"_aws": aws, "Stack": stack, **(by or {}), **values}
