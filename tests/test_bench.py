"""The benchmark's own arithmetic: turns, means, what counts, what is written where."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench import chart, events, report, targets
from bench.cases import cases
from bench.engine import Result
from bench.growth import Curve, Point
from bench.rounds import Budget, geometric_mean, in_turn, spread
from variants import grammar

root = Path(__file__).parent.parent
even = spread([10.0])
result = Result(
    group="JPEG → JPEG",
    name="a.jpg → 320 jpg",
    ours=even,
    peer=even,
    time=0.8,
    wall=0.8,
    memory=0.3,
    our_mb=30.0,
    bytes=1000,
    bytes_ratio=1.0,
    peer_quality=80,
    score=75.0,
    score_change=0.0,
)


def test_both_sides_take_turns_after_one_round_that_does_not_count() -> None:
    taken: list[str] = []
    takers = [lambda: taken.append("A") or "a", lambda: taken.append("B") or "b"]
    assert in_turn(takers, Budget(seconds=0, least=2)) == [["a", "a"], ["b", "b"]]
    assert "".join(taken) == "ABABAB"


def test_a_median_has_its_quartiles() -> None:
    found = spread([5.0, 1.0, 2.0, 4.0, 3.0])
    assert (found.low, found.median, found.high, found.count) == (2.0, 3.0, 4.0, 5)


def test_half_and_double_make_one() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("bytes_ratio", "score_change", "counts"),
    [(1.0, 0.0, True), (1.05, -1.0, True), (0.5, 3.0, True), (1.06, 3.0, False), (0.9, -1.1, False)],
    ids=["equal", "at both bounds", "better", "more bytes", "a loss of quality"],
)
def test_a_ratio_counts_only_at_equal_bytes_and_equal_quality(
    bytes_ratio: float, score_change: float, counts: bool
) -> None:
    assert replace(result, bytes_ratio=bytes_ratio, score_change=score_change).counts is counts


def test_what_does_not_count_is_in_no_mean_but_is_told() -> None:
    (found, memory) = targets.of_engine([result, replace(result, time=9.0, score_change=-2.0)])
    assert (found.name, found.value, found.cases, found.left_out, found.is_met) == (
        "JPEG → JPEG: time",
        pytest.approx(0.8),
        1,
        1,
        True,
    )
    assert memory.cases == 2


def test_every_case_is_a_key_of_ours() -> None:
    for case in cases(None):
        key = f"a.jpg/{case.options}"
        assert grammar.key(*grammar.parse(key)) == key


def test_an_event_names_what_is_missing() -> None:
    (record,) = events.missing("/a.jpg/e1,w=9,f=jpg")["Records"]
    assert record["cf"]["response"]["status"] == "404"
    assert record["cf"]["request"]["uri"] == "/a.jpg/e1,w=9,f=jpg"


def test_tables_are_written_between_their_markers_alone() -> None:
    before = "a\n<!-- bench engine -->\nold\n<!-- end -->\nb\n<!-- other -->\nkept\n<!-- end -->\n"
    after = "a\n<!-- bench engine -->\nnew\n<!-- end -->\nb\n<!-- other -->\nkept\n<!-- end -->\n"
    assert report.filled(before, {"bench engine": ["new"]}) == after


def test_a_chart_says_its_title_and_its_series() -> None:
    points = (Point(series="Mirage", at=1, value=2), Point(series="sharp", at=2, value=3))
    drawn = chart.curve(Curve(name="x", title="Time & size", along="frames", unit="ms", points=points))
    assert all(said in drawn for said in ("Time &amp; size", "Mirage", "sharp", "frames"))


def test_readme_quotes_no_figure_of_speed_that_make_bench_did_not_print() -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    printed = json.loads((root / "docs" / "performance.json").read_text(encoding="utf-8"))
    values = {f"{each['value']:.2f}" for each in printed["targets"]}
    quoted = re.findall(r"(\d+\.\d+)(?:×|x| times)", readme)
    assert set(quoted) <= values
