"""How many outcomes w, h, fit, up, g and fp have together, under the stack's sizes."""

from __future__ import annotations

from infra.bound.asked import Asked
from infra.viewer.config import ViewerConfig
from variants.table import table


def boxes(asked: Asked) -> tuple[int, str]:
    """The number of outcomes, and how it comes about."""
    none, single, both = _sides(asked)
    ups = asked.values("up")
    crops = sum(_places(asked, fit) for fit in _fits(asked))
    sides = (f"{none} without a box", f"{single:,} with one side", f"{both:,} with both × {crops:,} of fit and place")
    why = ", ".join(said for said in sides if not said.startswith("0 ")) + (f"; boxes × {ups} of up" if ups > 1 else "")
    return none + ups * (single + both * crops), why


def _sides(asked: Asked) -> tuple[int, int, int]:
    """How many sizes there are without a box, with one side, and with both."""
    steps, boxes = _steps(asked.config)
    wide, tall = (steps if name in asked.free else int(name in asked.fixed) for name in ("w", "h"))
    none = int(not asked.fixed.keys() & {"w", "h"})
    single = (0 if "h" in asked.fixed else wide) + (0 if "w" in asked.fixed else tall)
    if not ((wide and tall) or (asked.has("ar") and (wide or tall))):
        return none, single, 0
    own = int({"w", "h"} <= asked.fixed.keys())
    if not asked.free & {"w", "h", "ar"}:
        return none, single, own
    is_width_set = "w" in asked.fixed and "w" not in asked.free
    if is_width_set:
        boxes = len(table.ladder.ratios) if asked.config.sizes == "ladder" else table.max_side_px
    return none, single, boxes + own


def _steps(config: ViewerConfig) -> tuple[int, int]:
    """The single sides, and the boxes of two sides, that the stack's sizes let through."""
    if config.sizes != "ladder":
        return table.max_side_px, table.max_side_px**2
    rungs = {
        (width, _rounded(width * tall, wide))
        for width in table.ladder.widths
        for wide, tall in table.ladder.ratios
        if _rounded(width * tall, wide) <= table.max_side_px
    }
    return len(table.ladder.widths), len(rungs)


def _fits(asked: Asked) -> tuple[str, ...]:
    # ar implies cover, and gives the second side only together with cover, pad or stretch.
    implied = ("cover",) if "ar" in asked.free and "fit" not in asked.fixed else ()
    fits = table.options["fit"].values if "fit" in asked.free else (asked.fixed.get("fit", "contain"), *implied)
    is_ratio_needed = not (asked.has("w") and asked.has("h"))
    return tuple(fit for fit in fits if not (is_ratio_needed and fit == "contain"))


def _places(asked: Asked, fit: str) -> int:
    """Where the picture can be put in a box: g's places, and for cover one focal point instead."""
    if fit == "pad":
        return asked.values("g") - ("g" in asked.free)
    if fit != "cover":
        return 1
    points = asked.values("fp")
    return asked.values("g") + points - 1


def _rounded(top: int, bottom: int) -> int:
    return (2 * top + bottom) // (2 * bottom)
