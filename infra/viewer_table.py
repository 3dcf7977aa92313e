"""The grammar's table and the stack's settings as JavaScript text, as small as they can be said."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict, cast

from infra.viewer_config import PresetConfig, ViewerConfig, ranks

grammar_path = Path(__file__).parent.parent / "variants" / "grammar.json"


class Row(TypedDict, total=False):
    """One option of grammar.json, as far as the viewer function needs it."""

    name: str
    aliases: list[str]
    kind: str
    min: int
    max: int
    values: list[str]
    words: list[str]
    synonyms: dict[str, str]
    default: str
    scaled: bool
    always: bool
    needs: list[list[str]]
    value_needs: dict[str, list[list[str]]]
    excludes: list[str]


class Code(str):
    """Text that is JavaScript already."""


# Everything that the table's objects are read by; options and presets keep the names that viewers write.
fields = frozenset(
    ["epoch", "maxSide", "maxKeyBytes", "maxPathBytes", "maxQueryBytes", "credentials", "rows", "names", "words", "keyWords", "synonyms", "least", "most", "read", "form", "refusal", "scaled", "standard", "needs", "narrow", "excludes", "widths", "qualities", "ratios", "ignored", "files", "opened", "access", "presets", "expands", "leaves"]
)

# A kind that is neither integer nor words is read by a function of values.js, and described by a form.
readers = {
    "ratio": ("readRatio", "two integers 1 to 4096 as 16:9"),
    "point": ("readPoint", "x,y from 0 to 1 in hundredths"),
    "rect": ("readRect", "x,y,w,h in px"),
    "colour": ("readColour", "hex of 3, 6 or 8 digits, blur or auto"),
    "version": ("readVersion", "hex digits"),
}


def table_text(config: ViewerConfig) -> str:
    """The grammar as an object literal."""
    grammar = json.loads(grammar_path.read_text(encoding="utf-8"))
    table: dict[str, object] = {
        "epoch": grammar["epoch"],
        "maxSide": grammar["max_side_px"],
        "maxKeyBytes": grammar["max_key_bytes"],
        "maxPathBytes": grammar["max_path_bytes"],
        "maxQueryBytes": grammar["max_query_bytes"],
        "credentials": grammar["credentials"],
        "rows": [_row(row, config) for row in cast("list[Row]", grammar["options"])],
    }
    if config.sizes == "ladder":
        ladder = grammar["ladder"]
        table["widths"] = ladder["widths"]
        table["qualities"] = ladder["qualities"]
        table["ratios"] = [[int(side) for side in ratio.split(":")] for ratio in ladder["ratios"]]
    return literal(table)


def stack_text(config: ViewerConfig) -> str:
    """The stack's own settings as an object literal."""
    images = "|".join(sorted(set(config.image_extensions) - set(config.file_extensions)))
    stack: dict[str, object] = {
        "ignored": Code(f"/^({_names_pattern(config.ignore_params)})$/"),
        "files": Code(rf"/[^/]\.(?!({images})$)[^./]+$/i"),
        "opened": list(config.open_options),
    }
    if config.access:
        stack["access"] = [list(rule) for rule in ranks(config)]
    if config.presets:
        stack["presets"] = {name: _preset(preset) for name, preset in config.presets.items()}
    return literal(stack)


def literal(value: object) -> str:
    """The value as JavaScript; keys without quotes where they are names."""
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_key(name)}:{literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(literal(each) for each in value) + "]"
    return json.dumps(value)


def _row(row: Row, config: ViewerConfig) -> dict[str, object]:
    known = {"wm": sorted(config.watermarks), "p": sorted(config.presets)}
    kind = row["kind"]
    words = [*row.get("values", []), *row.get("words", []), *row.get("synonyms", {}), *known.get(row["name"], [])]
    said: dict[str, object] = {"names": [row["name"], *row.get("aliases", [])]}
    if kind == "flag":
        words = ["0", "1"]
    if words:
        said["words"] = words
    if kind == "integer":
        said["least"], said["most"] = row["min"], row["max"]
    if kind in readers:
        said["read"], said["form"] = Code(readers[kind][0]), readers[kind][1]
    if kind == "name":
        said["form"] = f"one of {' '.join(words)}" if words else "a name that this stack knows"
        said |= {"refusal": "bad-preset"} if row["name"] == "p" else {}
    return said | _rules(row, config)


def _rules(row: Row, config: ViewerConfig) -> dict[str, object]:
    said: dict[str, object] = {"scaled": 1} if row.get("scaled") else {}
    if row["name"] == "f":
        auto = [f"auto-{each}" for each in ("webp", "avif") if {each, "webp"} <= set(config.auto_formats)]
        said |= {"synonyms": row["synonyms"], "keyWords": [*row["values"], *auto]}
    if row["kind"] == "version":
        said["standard"] = ""
    elif "default" in row and not row.get("always"):
        said["standard"] = row["default"]
    if "needs" in row:
        said["needs"] = _needs(row["needs"])
    if "value_needs" in row:
        said["narrow"] = {value: _needs(needs) for value, needs in row["value_needs"].items()}
    if "excludes" in row:
        said["excludes"] = row["excludes"][0]
    return said


def _needs(needs: list[list[str]]) -> str:
    return "|".join("&".join(terms) for terms in needs)


def _preset(preset: PresetConfig) -> dict[str, object]:
    sides = [part.split("=", 1) for part in preset.options.split(",") if part]
    options = {
        name: int(text) if re.fullmatch(r"-?[0-9]+", text) and _is_number(name) else text for name, text in sides
    }
    return {"expands": options, "leaves": list(preset.open)}


def _is_number(name: str) -> bool:
    rows = cast("list[Row]", json.loads(grammar_path.read_text(encoding="utf-8"))["options"])
    return any(row["name"] == name and row["kind"] == "integer" for row in rows)


def _names_pattern(names: tuple[str, ...]) -> str:
    return "|".join(
        re.escape(name.removesuffix("*")).replace("/", r"\/") + (".*" if name.endswith("*") else "") for name in names
    )


def _key(name: str) -> str:
    return name if name in fields else json.dumps(name)
