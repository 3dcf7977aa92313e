"""The grammar as data: `grammar.json`, read once into values that cannot be changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict, cast

# An option is idle unless every term of one of these lists holds: "w" (present), "fit=cover" (has that value).
Needs = tuple[tuple[str, ...], ...]


class Row(TypedDict, total=False):
    name: str
    kind: str
    group: str
    summary: str
    aliases: list[str]
    min: int
    max: int
    default: str
    values: list[str]
    key_values: list[str]
    words: list[str]
    synonyms: dict[str, str]
    needs: list[list[str]]
    value_needs: dict[str, list[list[str]]]
    excludes: list[str]
    in_key: bool
    always: bool
    scaled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One row: what an option may be, and when it means anything."""

    name: str
    kind: str
    group: str
    summary: str
    aliases: tuple[str, ...]
    least: int
    most: int
    default: str | None
    values: tuple[str, ...]
    key_values: tuple[str, ...]
    words: tuple[str, ...]
    synonyms: Mapping[str, str]
    needs: Needs
    value_needs: Mapping[str, Needs]
    excludes: tuple[str, ...]
    in_key: bool
    always: bool
    scaled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """What `sizes: ladder` snaps to. Ratios are (width, height); `focal_step` is in hundredths."""

    widths: tuple[int, ...]
    ratios: tuple[tuple[int, int], ...]
    qualities: tuple[int, ...]
    focal_step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The whole grammar. `options` are in the order of the key; lengths count UTF-8 bytes."""

    epoch: int
    max_side_px: int
    max_key_bytes: int
    max_path_bytes: int
    max_query_bytes: int
    credentials: tuple[str, ...]
    options: Mapping[str, Option]
    ladder: Ladder

    @property
    def in_key(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options.values() if option.in_key)


def load(text: str) -> Table:
    """The table that `grammar.json`'s text spells."""
    found = json.loads(text)
    rungs = found["ladder"]
    ladder = Ladder(
        widths=tuple(rungs["widths"]),
        ratios=tuple(_ratio(each) for each in rungs["ratios"]),
        qualities=tuple(rungs["qualities"]),
        focal_step=rungs["focal_step"],
    )
    return Table(
        epoch=found["epoch"],
        max_side_px=found["max_side_px"],
        max_key_bytes=found["max_key_bytes"],
        max_path_bytes=found["max_path_bytes"],
        max_query_bytes=found["max_query_bytes"],
        credentials=tuple(found["credentials"]),
        options=MappingProxyType({row["name"]: _option(row) for row in cast("list[Row]", found["options"])}),
        ladder=ladder,
    )


def _option(row: Row) -> Option:
    values = tuple(row.get("values", ()))
    return Option(
        name=row["name"],
        kind=row["kind"],
        group=row["group"],
        summary=row["summary"],
        aliases=tuple(row.get("aliases", ())),
        least=row.get("min", 0),
        most=row.get("max", 0),
        default=row.get("default"),
        values=values,
        key_values=tuple(row.get("key_values", values)),
        words=tuple(row.get("words", ())),
        synonyms=MappingProxyType(row.get("synonyms", {})),
        needs=_needs(row.get("needs", [])),
        value_needs=MappingProxyType({name: _needs(each) for name, each in row.get("value_needs", {}).items()}),
        excludes=tuple(row.get("excludes", ())),
        in_key=row.get("in_key", True),
        always=row.get("always", False),
        scaled=row.get("scaled", False),
    )


def _needs(lists: list[list[str]]) -> Needs:
    return tuple(tuple(each) for each in lists)


def _ratio(text: str) -> tuple[int, int]:
    width, height = text.split(":")
    return int(width), int(height)


table = load(Path(__file__).with_name("grammar.json").read_text(encoding="utf-8"))
