"""What was found, written down: tables and charts of docs/performance.md, the table of README.md, results as JSON."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import chart, places, tables, targets
from bench.chart import Bar
from bench.engine import Result
from bench.growth import Curve
from bench.miss import Missed
from bench.passing import Passed
from bench.saved import Saved
from bench.targets import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All measurements of one run."""

    machine: dict[str, object]
    versions: dict[str, str]
    conditions: dict[str, object]
    engine: tuple[Result, ...] = ()
    misses: tuple[Missed, ...] = ()
    passing: Passed | None = None
    saved: tuple[Saved, ...] = ()
    growth: tuple[Curve, ...] = ()

    @property
    def targets(self) -> list[Target]:
        return targets.of_engine(self.engine) + targets.of_misses(self.misses) + targets.of_passing(self.passing)


def sections(found: Found) -> dict[str, list[str]]:
    """The tables by the names of their places in the documents."""
    return {
        "bench machine": list(tables.of_machine(found.machine, found.versions)),
        "bench targets": list(tables.of_targets(found.targets)),
        "bench engine": list(tables.of_engine(found.engine)),
        "bench misses": list(tables.of_misses(found.misses)),
        "bench passing": list(tables.of_passing(found.passing)),
        "bench saved": list(tables.of_saved(found.saved)),
        "bench growth": list(tables.of_curves(found.growth)),
    }


def write(found: Found) -> None:
    """Nothing: documents, charts and results are those of this run."""
    made = sections(found)
    for path in (places.docs / "performance.md", places.project / "README.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(filled(text, made), encoding="utf-8")
    images = places.docs / "images"
    (images / "bench-targets.svg").write_text(_overview(found.targets), encoding="utf-8")
    for each in found.growth:
        (images / f"bench-{each.name}.svg").write_text(chart.curve(each), encoding="utf-8")
    write_json(found, places.docs / "performance.json")


def write_json(found: Found, path: Path) -> None:
    said = {**dataclasses.asdict(found), "targets": [dataclasses.asdict(each) for each in found.targets]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_rounded(said), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def filled(text: str, made: dict[str, list[str]]) -> str:
    """The document with each table between its markers made anew."""

    def table(at: re.Match[str]) -> str:
        return f"<!-- {at[1]} -->\n" + "\n".join(made[at[1]]) + "\n<!-- end -->"

    return re.sub(rf"<!-- ({'|'.join(made)}) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)


def _overview(found: Sequence[Target]) -> str:
    shown = [
        Bar(name=each.name, value=each.value, target=each.most) for each in found if "pass-through" not in each.name
    ]
    return chart.bars("Mirage beside sharp on one CPU: 1 is sharp, less is better", shown)


def _rounded(value: object) -> object:
    """The value with its floats to 4 digits."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_rounded(each) for each in value]
    return value
