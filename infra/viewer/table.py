"""The grammar's table and the stack's settings as JavaScript text, as small as they can be said."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypedDict, cast

from infra.viewer.config import ViewerConfig, features, grammar_path, ranks
from infra.viewer.dialects import ignored


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


# What the rows, presets and our own answers are read by; the viewer function gets shorter names for them.
field_words = """
name text sent words keyed synonyms least most read form refusal scaled standard needs expands leaves rank signer rest
"""
fields = frozenset(field_words.split())

# A kind that is neither integer nor words is read by a function of values.js, and described by a form.
readers = {
    "ratio": ("readRatio", "integers like 16:9"),
    "point": ("readPoint", "x,y of 0.00 to 1"),
    "rect": ("readRect", "x,y,w,h to 65535"),
    "colour": ("readColour", "hex of 3, 6 or 8 digits"),
    "version": ("readVersion", "hex digits"),
}


def table_text(config: ViewerConfig) -> str:
    """The grammar and the stack's settings as one const statement."""
    grammar = json.loads(grammar_path.read_text(encoding="utf-8"))
    rows = cast("list[Row]", grammar["options"])
    constants: dict[str, object] = {
        "EPOCH": grammar["epoch"],
        "MAX_SIDE": grammar["max_side_px"],
        "MAX_KEY_BYTES": grammar["max_key_bytes"],
        "MAX_PATH_BYTES": grammar["max_path_bytes"],
        "MAX_QUERY_BYTES": grammar["max_query_bytes"],
        "CREDENTIALS": Code(f"/^({'|'.join(grammar['credentials'])})$/"),
        "ALIASES": {alias: row["name"] for row in rows for alias in row.get("aliases", [])},
        "NAMES": Code(f'"{",".join(row["name"] for row in rows)}".split(",")'),
        "LISTED": [_row(row, config) for row in rows],
    }
    constants |= _stack(config)
    if config.sizes == "ladder":
        constants["WIDTHS"] = grammar["ladder"]["widths"]
        constants["RATIOS"] = [[int(side) for side in ratio.split(":")] for ratio in grammar["ladder"]["ratios"]]
    if config.sizes == "ladder" or config.save_data:
        constants["QUALITIES"] = grammar["ladder"]["qualities"]
    return "const " + ",".join(f"{name}={literal(value)}" for name, value in constants.items()) + ";"


def literal(value: object) -> str:
    """The value as JavaScript; only our own fields are keys without quotes, so that they alone get shorter names."""
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, Mapping):
        keys = {name: name if name in fields else json.dumps(name) for name in value}
        return "{" + ",".join(f"{keys[name]}:{literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(literal(each) for each in value) + "]"
    return json.dumps(value)


def _stack(config: ViewerConfig) -> dict[str, object]:
    images = "|".join(sorted(set(config.image_extensions) - set(config.file_extensions)))
    constants: dict[str, object] = {
        "IGNORED": Code(f"/^({_names_pattern((*config.ignore_params, *ignored(config.dialects)))})$/"),
        "FILES": Code(rf"/[^/]\.(?!({images})$)[^./]+$/i"),
    }
    if "limited" in features(config):
        constants["OPENED"] = ",".join(config.open_options)
    if config.access:
        constants["ACCESS"] = ranks(config)
    if config.presets:
        constants["PRESETS"] = {
            name: {
                "expands": dict(part.split("=") for part in preset.options.split(",")),
                "leaves": ",".join(preset.open),
            }
            for name, preset in config.presets.items()
        }
    return constants


def _row(row: Row, config: ViewerConfig) -> dict[str, object]:
    """What differs from a row's usual: least 0, standard 0 (the value that means the same as none)."""
    known = {"wm": sorted(config.watermarks), "p": sorted(config.presets)}
    words = [*row.get("values", []), *row.get("words", []), *row.get("synonyms", {}), *known.get(row["name"], [])]
    said: dict[str, object] = {"words": ",".join(words)} if words else {}
    if row["kind"] == "flag":
        said["most"] = 1
    if row["kind"] == "integer":
        said |= {"least": row["min"]} if row["min"] else {}
        said["most"] = row["max"]
    if row["kind"] in readers:
        said["read"], said["form"] = Code(readers[row["kind"]][0]), readers[row["kind"]][1]
    if row["kind"] == "name" and not words:
        said["form"] = "a registered name"
    if row["name"] == "p":
        said["refusal"] = "bad-preset"
    if row["name"] == "f":
        auto = [f"auto-{each}" for each in ("webp", "avif") if {each, "webp"} <= set(config.auto_formats)]
        said |= {"synonyms": row["synonyms"], "keyed": ",".join(auto)}
    return said | _rules(row)


def _rules(row: Row) -> dict[str, object]:
    said: dict[str, object] = {"scaled": 1} if row.get("scaled") else {}
    has_no_default = "default" not in row and row.get("min") == 0
    if row.get("default", "0") != "0" and not row.get("always"):
        said["standard"] = row["default"]
    elif has_no_default and row["kind"] == "integer":
        said["standard"] = "-"
    if "needs" in row:
        said["needs"] = needs_pattern(row)
    return said


def needs_pattern(row: Row) -> str:
    """A regular expression that finds in `,w=640,fit=cover,f=auto,` whether the row's option changes anything."""
    own = row.get("value_needs", {})
    rest = f".*,{row['name']}=(?!{'|'.join(own)})" if own else ""
    return "|".join([_any_of(row["needs"], rest), *(_any_of(needs, "") for needs in own.values())])


def _any_of(needs: list[list[str]], rest: str) -> str:
    """Alternatives by option: f=jpg or f=auto is `,f=(jpg|auto)`. A value stands for those that begin with it."""
    if any(len(terms) > 1 for terms in needs):
        return "|".join(".*".join(f",{term}=" for term in terms) for terms in needs)
    values: dict[str, list[str]] = {}
    for name, _, value in (term[0].partition("=") for term in needs):
        if not any(value.startswith(f"{shorter}-") for shorter in values.get(name, [])):
            values.setdefault(name, []).append(value)
    said = [f"{name}=({'|'.join(each)})" if each[1:] else f"{name}={each[0]}" for name, each in values.items()]
    return (f",({'|'.join(said)})" if said[1:] else f",{said[0]}") + rest


def _names_pattern(names: tuple[str, ...]) -> str:
    ends = [(re.escape(name.removesuffix("*")).replace("/", r"\/"), name.endswith("*")) for name in names]
    return "|".join(start + (".*" if is_open else "") for start, is_open in ends)
