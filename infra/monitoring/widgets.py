"""A dashboard's widgets as CloudWatch reads them ("Dashboard body structure and syntax", read 2026-11)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from infra.monitoring.watched import Series

columns = 24
Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """One field of the dashboard; `properties` are CloudWatch's for its kind."""

    kind: str
    properties: Mapping[str, Json]
    width: int = 8
    height: int = 6


def heading(text: str) -> Widget:
    """A question, over the widgets that answer it."""
    return Widget(kind="text", properties={"markdown": text, "background": "transparent"}, width=columns, height=2)


def graph(
    title: str, series: Iterable[Series], *, width: int = 8, period_s: int = 300, stacked: bool = False, unit: str = ""
) -> Widget:
    """Lines over time; `unit` is written at the axis."""
    found = list(series)
    axis: dict[str, Json] = {"min": 0, **({"label": unit, "showUnits": False} if unit else {})}
    properties: dict[str, Json] = {
        "title": title,
        "view": "timeSeries",
        "stacked": stacked,
        "region": found[0].region,
        "period": period_s,
        "yAxis": {"left": axis},
        "metrics": [_row(each) for each in found],
    }
    return Widget(kind="metric", properties=properties, width=width)


def number(title: str, series: Iterable[Series], *, width: int = 8, period_s: int = 86_400) -> Widget:
    """The last values as figures."""
    found = list(series)
    properties: dict[str, Json] = {
        "title": title,
        "view": "singleValue",
        "region": found[0].region,
        "period": period_s,
        "metrics": [_row(each) for each in found],
    }
    return Widget(kind="metric", properties=properties, width=width)


def table(title: str, log_group: str, query: str, region: str, *, width: int = 12) -> Widget:
    """What CloudWatch Logs Insights finds in one log group of one Region."""
    properties = {
        "title": title,
        "view": "table",
        "region": region,
        "query": f"SOURCE '{log_group}' | {query}",
    }
    return Widget(kind="log", properties=properties, width=width)


def alarm_states(title: str, arns: Sequence[str]) -> Widget:
    """Which of the alarms are on."""
    return Widget(kind="alarm", properties={"title": title, "alarms": list(arns)}, width=columns, height=3)


def body(widgets: Iterable[Widget]) -> str:
    """The dashboard as JSON: widgets from left to right, and from the top down."""
    placed: list[Json] = []
    x, y, tallest = 0, 0, 0
    for each in widgets:
        if x + each.width > columns:
            x, y, tallest = 0, y + tallest, 0
        place = {"x": x, "y": y, "width": each.width, "height": each.height}
        placed.append({"type": each.kind, **place, "properties": each.properties})
        x, tallest = x + each.width, max(tallest, each.height)
    return json.dumps({"widgets": placed}, sort_keys=True)


def _row(series: Series) -> Json:
    """A series as a row of `metrics`: namespace, name, dimensions in turns, and what is wanted of it."""
    if series.expression:
        shown: dict[str, Json] = {"expression": series.expression, "id": series.id}
        shown |= {"label": series.label} if series.label else {}
        return [shown | ({"region": series.region} if series.region else {})]
    turns = [text for pair in series.dimensions for text in pair]
    options: dict[str, Json] = {"id": series.id, "stat": series.stat, "region": series.region, "label": series.label}
    return [series.namespace, series.metric, *turns, options | ({} if series.is_shown else {"visible": False})]
