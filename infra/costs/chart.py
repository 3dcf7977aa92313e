"""The chart of docs/costs.md: of what a month is made, at each volume, as an SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from infra.costs.month import Cost

# Told apart by people who do not see all colours (Okabe and Ito's palette), in the order of the services.
colours = (
    "#0072b2",
    "#56b4e9",
    "#009e73",
    "#a6d854",
    "#e69f00",
    "#d55e00",
    "#999999",
    "#444444",
    "#cc79a7",
    "#f0e442",
    "#7b3294",
    "#8c510a",
)
left_px, bar_px, row_px = 190, 380, 26


def chart(title: str, rows: Mapping[str, Cost]) -> str:
    """An SVG: a bar a row, each service's share of it in its colour, the sum beside it, and what the colours mean."""
    services = list(dict.fromkeys(name for cost in rows.values() for name in cost.lines))
    drawn, y = [_text(8, 20, title, bold=True)], 34
    for label, cost in rows.items():
        drawn += [_text(8, y + 14, label), *_bar(cost, services, y), _text(left_px + bar_px + 8, y + 14, _sum(cost))]
        y += row_px
    y += 10
    for at, name in enumerate(services):
        x, line = 8 + 225 * (at % 3), y + 20 * (at // 3)
        drawn += [
            f'<rect x="{x}" y="{line}" width="12" height="12" fill="{colours[at]}"/>',
            _text(x + 18, line + 11, name),
        ]
    height = y + 20 * (-(-len(services) // 3)) + 4
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {height}" font-family="sans-serif" font-size="13">'
    )
    said = f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>'
    return head + said + "".join(drawn) + "</svg>\n"


def _bar(cost: Cost, services: list[str], y: int) -> list[str]:
    parts, x = [], float(left_px)
    for at, name in enumerate(services):
        width = bar_px * cost.lines.get(name, 0.0) / (cost.total or 1.0)
        if width >= 0.5:
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="18" fill="{colours[at]}"/>')
        x += width
    return parts


def _sum(cost: Cost) -> str:
    return f"${cost.total:,.2f}"


def _text(x: float, y: float, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}"{weight}>{escape(text)}</text>'
