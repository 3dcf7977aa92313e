"""The dialects of a stack as rules for the viewer function: variants/dialects, which docs/dialects.md prints, too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

folder = Path(__file__).parent.parent.parent / "variants" / "dialects"
# Those whose words stand in the query of an original's own path; each of the others has a path of its own.
query_dialects = ("imgix", "cloudflare", "aws")
path_dialects = ("cdn-cgi", "next", "aws-json")
dialect_names = (*query_dialects, *path_dialects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One file of variants/dialects. `exact`: their word to ours and a remark; `refused`: to the nearest and a reason.

    `words`: the dialect whose words it has, too; `opens`: what openOptions must have for its common words;
    `flipped_first`: whether it flips before it turns.
    """

    name: str
    title: str
    reads: str
    read: str
    sources: Mapping[str, str]
    opens: str
    words: str = ""
    flipped_first: bool = False
    default: tuple[str, str] = ("", "")
    exact: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    ignored: Mapping[str, str] = field(default_factory=dict)


@cache
def dialect(name: str) -> Dialect:
    """The dialect of that name."""
    said = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return Dialect(name=name, **{key.replace(" ", "_"): value for key, value in said.items()})


def features(names: Iterable[str]) -> frozenset[str]:
    """What edge/viewer's parts and lines wait for, where a stack has these dialects."""
    chosen = frozenset(names)
    asked_in_query = [name for name in query_dialects if name in chosen]
    wanted = {
        "dialect": bool(chosen),
        "query-dialect": bool(asked_in_query),
        "query-dialects": len(asked_in_query) > 1,
        "path-dialect": bool(chosen & {*path_dialects}),
        "defaults": any(dialect(name).default[0] for name in _tables(chosen)),
        "flipped": any(dialect(name).flipped_first for name in _tables(chosen)),
    }
    return frozenset(name for name, is_used in wanted.items() if is_used) | _tables(chosen) | chosen & {*path_dialects}


def rules(names: Iterable[str]) -> str:
    """The rules of these dialects as const statements: one text for each table, and SPOKEN for those of the query.

    A text is said in edge/viewer/dialect.js; it begins with ~ where flip comes before rot, else with a blank.
    """
    chosen = frozenset(names)
    spoken = ",".join(_constant(name) for name in query_dialects if name in chosen)
    texts = [
        f"{_constant(name)}={json.dumps(_text(name, chosen))}" for name in dialect_names if name in _tables(chosen)
    ]
    return "const " + ",".join([*texts, *([f"SPOKEN=[{spoken}]"] if spoken else [])]) + ";"


def ignored(names: Iterable[str]) -> tuple[str, ...]:
    """The parameters of these dialects that change no picture, and are dropped as ignoreParams are."""
    return tuple(dict.fromkeys(word for name in sorted(names) for word in dialect(name).ignored))


def _tables(chosen: frozenset[str]) -> frozenset[str]:
    return frozenset(dialect(name).words or name for name in chosen)


def _constant(name: str) -> str:
    return name.replace("-", "_").upper()


def _text(name: str, chosen: frozenset[str]) -> str:
    """One table, grouped by name: its own words, and those that the stack's path forms of it add."""
    said = [dialect(name), *(dialect(each) for each in sorted(chosen) if dialect(each).words == name)]
    groups: dict[str, list[str]] = {"": [f">{_marked(said[0].default[0]) or '-'}"]}
    for each in said:
        for word, (ours, _) in each.exact.items():
            own, _, value = word.partition("=")
            groups.setdefault(own, []).append(f"{value}>{_marked(ours.removeprefix(f'{own}=')) or '-'}")
        for word, (nearest, _) in each.refused.items():
            own, _, value = word.partition("=")
            groups.setdefault(own, []).append(f"{value}>!{'' if word == f'{nearest}=' else nearest}")
    joined = " ".join(f"{own}:{';'.join(entries)}" for own, entries in groups.items())
    return ("~ " if said[0].flipped_first else " ") + joined


def _marked(ours: str) -> str:
    return ours.replace("&up:1", "+")
