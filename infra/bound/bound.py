"""The greatest number of variants that viewers without a signature can create of one original, multiplied out.

url-contract, "How many variants can there be". Exact where neither `bg` nor `pad` is open and presets leave no size
open; else never less than what can be reached. A viewer can name any `v`, but only one at a time is the original's, and
only that is stored: it doubles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from infra.bound.asked import Asked, of_preset
from infra.bound.boxes import boxes
from infra.viewer.config import ViewerConfig
from variants.table import Option, table

# url-contract: above it the program stops, unless `acceptUnbounded: true`.
most_variants = 25_000
# Above it nobody reads the digits.
most_said = 10**15

# Options that hang together with no other, but for bg and pad, which are counted as if they did not.
plain = ("rect", "trim", "bg", "pad", "blur", "sharp", "bri", "con", "sat", "gray", "radius", "wm", "meta", "dl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One factor, as `× 8 formats`, with its reason."""

    factor: str
    count: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The rows as a person reads them, from above, and what they come to."""

    rows: tuple[Row, ...]
    total: int


def bound(config: ViewerConfig) -> Bound:
    """The bound of one stack, with the table that it is multiplied out in."""
    forms = _forms(config)
    rows: list[Row] = []
    total = _descriptions(list(forms.values()))
    for name, asked in forms.items():
        factors = _factors(asked)
        product = math.prod(row.count for row in factors)
        rows += _summed(name, factors, product) if name else _multiplied(factors)
        total += product
    if descriptions := _descriptions(list(forms.values())):
        rows.append(Row(factor="+ descriptions", count=descriptions, why="f=json, which keeps only v"))
    rows.append(Row(factor="= variants of one original", count=total, why="the greatest number without a signature"))
    return Bound(rows=tuple(rows), total=total)


def printed(found: Bound) -> str:
    """The bound as lines of text: factor, count, reason."""
    counts = [said(row.count) for row in found.rows]
    left = max(len(row.factor) for row in found.rows)
    right = max(len(count) for count in counts)
    lines = [f"{r.factor:<{left}}  {count:>{right}}  {r.why}" for r, count in zip(found.rows, counts, strict=True)]
    return "\n".join(line.rstrip() for line in lines)


fewer = "open fewer options, use sizes: ladder or presets"


def refusal(found: Bound, *, accept_unbounded: bool, remedy: str = fewer) -> str | None:
    """The sentence that stops a stack with too many variants, None where there are not too many."""
    if accept_unbounded or found.total <= most_variants:
        return None
    return (
        f"Expected at most {most_variants:,} variants of one original that anybody can create, received "
        f"{said(found.total)}: {remedy}, or say acceptUnbounded: true."
    )


def said(count: int) -> str:
    return f"{count:,}" if count < most_said else f"about 10^{len(str(count)) - 1}"


def _forms(config: ViewerConfig) -> dict[str, Asked]:
    """What can be asked for by the preset's name, "" being none, in the most open of the stack's prefixes."""
    modes = {mode for _, mode in config.access} | ({"open"} if "" not in dict(config.access) else set())
    free = Asked(config=config, free=frozenset(config.open_options), fixed={})
    forms = {"": free} if "open" in modes and config.sizes != "presets" else {}
    presets = config.presets if modes & {"open", "presets"} and "p" in config.open_options else {}
    return forms | {name: of_preset(config, preset) for name, preset in presets.items()}


def _factors(asked: Asked) -> list[Row]:
    """The factors of one form of URL that are more than 1, boxes first."""
    count, why = boxes(asked)
    first, *others = (
        Row(factor="boxes", count=count, why=why),
        _encodings(asked),
        Row(factor="dpr", count=_products(asked), why="multiplies what the preset fixes"),
        *(Row(factor=each, count=asked.values(each), why=_why(each, asked.config)) for each in plain),
        Row(factor="turns", count=_turns(asked), why="rot and flip have eight results between them"),
        Row(factor="v", count=asked.values("v"), why="with and without the original's own version"),
    )
    return [first, *(row for row in others if row.count != 1)]


def _multiplied(factors: list[Row]) -> list[Row]:
    signs = ["  ", *("× " for _ in factors[1:])]
    return [
        Row(factor=sign + row.factor, count=row.count, why=row.why) for sign, row in zip(signs, factors, strict=True)
    ]


def _summed(name: str, factors: list[Row], product: int) -> list[Row]:
    why = " × ".join(f"{row.count:,} {row.factor}" for row in factors)
    return [Row(factor=f"+ p={name}", count=product, why=why)]


def _encodings(asked: Asked) -> Row:
    """The formats but json, each with its qualities and, where it can move, its still frame."""
    automatic = [
        "auto",
        *(f"auto-{each}" for each in ("webp", "avif") if {each, "webp"} <= set(asked.config.auto_formats)),
    ]
    explicit = [each for each in table.options["f"].values if each not in ("auto", "json")]
    fixed = asked.fixed.get("f", "auto")
    names = automatic + explicit if "f" in asked.free else automatic if fixed == "auto" else [fixed]
    counts = {name: _wakes("q", name, asked) * _wakes("anim", name, asked) for name in names if name != "json"}
    said = " ".join(f"{name}:{count}" if count > 1 else name for name, count in counts.items())
    return Row(factor="formats", count=sum(counts.values()), why=said)


def _wakes(name: str, format_name: str, asked: Asked) -> int:
    needs = table.options[name].needs
    return asked.values(name) if any(f"f={format_name}" in terms for terms in needs) else 1


def _turns(asked: Asked) -> int:
    return asked.values("rot") * (2 if {"rot", "flip"} <= asked.free else 4 if "flip" in asked.free else 1)


def _descriptions(forms: list[Asked]) -> int:
    describing = [asked for asked in forms if "f" in asked.free or asked.fixed.get("f") == "json"]
    return max((asked.values("v") for asked in describing), default=0)


def _products(asked: Asked) -> int:
    """How many values of dpr come into a key: where a preset fixes what they multiply."""
    scaled = any(table.options[name].scaled and text.isdigit() for name, text in asked.fixed.items())
    return asked.values("dpr") if scaled else 1


def _why(name: str, config: ViewerConfig) -> str:
    option = table.options[name]
    if option.kind == "integer":
        return f"{option.least} to {option.most}" + "".join(f", {word}" for word in option.words) + _absence(option)
    texts = {"flag": "0 or 1", "colour": "all of eight digits, blur, auto", "rect": "x,y,w,h to 65535, or none"}
    return texts.get(option.kind) or ", ".join(option.values or (*config.watermarks, "none"))


def _absence(option: Option) -> str:
    return "" if option.default else ", or none"
