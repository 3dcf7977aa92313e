"""The functions' metrics, summed as CloudWatch does: read out of their own log lines (variants/metrics.py)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from emulator.lambdas.invocation import Invocation


@dataclass(slots=True)
class Statistics:
    """What CloudWatch keeps of a metric's values."""

    count: int = 0
    sum: float = 0.0
    maximum: float = 0.0

    def add(self, value: float) -> None:
        self.maximum = max(self.maximum, value) if self.count else value
        self.count += 1
        self.sum += value

    def shown(self) -> dict[str, float]:
        return {"count": self.count, "sum": round(self.sum, 3), "maximum": self.maximum}


@dataclass(frozen=True, slots=True)
class MetricWatch:
    """Told of each invocation. `found` by the metric's name and the values of its dimensions but the stack's."""

    found: dict[str, Statistics] = field(default_factory=dict)

    def __call__(self, made: Invocation) -> None:
        for line in made.logs:
            if '"_aws"' not in line:
                continue
            try:
                values = list(_values(json.loads(line)))
            except (ValueError, KeyError, TypeError):
                continue  # CloudWatch drops what is not in the format, without a word
            for name, value in values:
                self.found.setdefault(name, Statistics()).add(value)

    def shown(self) -> dict[str, dict[str, float]]:
        """All metrics, in the order of their names."""
        return {name: self.found[name].shown() for name in sorted(self.found)}


def _values(line: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """A line's metrics: `Made`, or with a further dimension `Errors Code=not-found`."""
    for directive in line["_aws"]["CloudWatchMetrics"]:  # type: ignore[index]
        for names in directive["Dimensions"]:
            of = "".join(f" {name}={line[name]}" for name in names if name != "Stack")
            for metric in directive["Metrics"]:
                yield metric["Name"] + of, float(str(line[metric["Name"]]))
