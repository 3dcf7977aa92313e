"""Charts as SVG: bars beside their targets, and curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bench.growth import Curve

ours_colour, peer_colour, target_colour = "#2a7de1", "#9aa4b1", "#c2410c"
frame = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" font-family="sans-serif" font-size="13">'
ground = '<rect width="100%" height="100%" fill="#fff"/>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    name: str
    value: float
    target: float


def bars(title: str, shown: Sequence[Bar]) -> str:
    """A bar for each ratio, a mark where its target is, a line where the peer is (1)."""
    left, scale = 210, 280
    lines = [_text(8, 20, title, "bold")]
    for number, bar in enumerate(shown):
        y = 36 + 28 * number
        width = min(bar.value, 1.6) * scale
        lines.append(_text(8, y + 14, bar.name))
        lines.append(f'<rect x="{left}" y="{y}" width="{width:.0f}" height="18" fill="{ours_colour}"/>')
        at = left + bar.target * scale
        lines.append(f'<path d="M{at:.0f} {y - 3}v24" stroke="{target_colour}" stroke-width="3"/>')
        lines.append(_text(left + width + 8 + (14 if 0 <= at - left - width < 14 else 0), y + 14, f"{bar.value:.2f}"))
    bottom = 36 + 28 * len(shown)
    lines.append(f'<path d="M{left + scale} 30V{bottom}" stroke="{peer_colour}" stroke-dasharray="4 3"/>')
    lines.append(_text(left + scale - 18, bottom + 14, "sharp"))
    lines.append(f'<path d="M8 {bottom + 4}v14" stroke="{target_colour}" stroke-width="3"/>')
    lines.append(_text(16, bottom + 15, "target"))
    return frame.format(720, bottom + 26) + ground + "".join(lines) + "</svg>\n"


def curve(drawn: Curve) -> str:
    """The points of one chart, a line for each of its series; both axes from 0."""
    left, top, wide, high = 60, 34, 560, 190
    most_x = max(point.at for point in drawn.points) or 1
    most_y = max(point.value for point in drawn.points) * 1.08 or 1
    lines = [_text(8, 20, drawn.title, "bold")]
    for part in (0, 0.5, 1):
        y = top + high * (1 - part)
        lines.append(f'<path d="M{left} {y:.0f}h{wide}" stroke="#e3e7ec"/>')
        lines.append(_text(8, y + 4, f"{most_y * part:.3g}"))
        lines.append(_text(left + wide * part - 8, top + high + 18, f"{most_x * part:g}"))
    lines.append(_text(left + wide + 14, top + high + 18, drawn.along))
    lines.append(_text(left + wide + 14, top + 10, drawn.unit))
    series = list(dict.fromkeys(point.series for point in drawn.points))
    for number, name in enumerate(series):
        colour = ours_colour if number == 0 else peer_colour
        points = [
            (left + wide * each.at / most_x, top + high * (1 - each.value / most_y))
            for each in drawn.points
            if each.series == name
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        lines.append(
            f'<rect x="{left + wide + 14}" y="{top + 28 + 20 * number}" width="10" height="10" fill="{colour}"/>'
        )
        lines.append(_text(left + wide + 30, top + 37 + 20 * number, name))
    return frame.format(780, top + high + 30) + ground + "".join(lines) + "</svg>\n"


def _text(x: float, y: float, said: str, weight: str = "normal") -> str:
    bold = "" if weight == "normal" else f' font-weight="{weight}"'
    return f'<text x="{x:.0f}" y="{y:.0f}"{bold}>{escape(said)}</text>'
