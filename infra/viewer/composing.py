"""The viewer function of one stack: the parts of `edge/viewer` that it uses, with its table, minified."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import minify

from infra.viewer.config import ViewerConfig, features
from infra.viewer.dialects import rules
from infra.viewer.forms import Forms, folded, joined, shortened
from infra.viewer.lint import lint
from infra.viewer.names import shorten
from infra.viewer.table import fields, table_text

# Comments and blanks counted. AWS "Quotas on CloudFront Functions" (Maximum function size), read 2026-11.
max_code_bytes = 10_240
# `catch {}` and `??` are not in the runtime's list: docs/decisions/viewer-function.md.
newest_syntax = 2018

folder = Path(__file__).parent.parent.parent / "edge" / "viewer"

# In the order in which they are composed. A part with a feature's name is there only where the stack has the feature.
parts = {
    "table": "",
    "refuse": "",
    "forbid": "closed",
    "path": "",
    "page": "page",
    "modes": "modes",
    "routes": "routes",
    "query": "",
    "keys": "keys",
    "signed": "signed",
    "width": "signed",
    "basic": "basic",
    "jwt": "jwt",
    "demand": "demand",
    "admit": "closed",
    "unsigned": "unsigned",
    "dialect": "dialect",
    "dialect_imgix": "imgix",
    "dialect_flipped": "flipped",
    "dialect_query": "query-dialects",
    "dialect_paths": "path-dialect",
    "dialect_cdn_cgi": "cdn-cgi",
    "dialect_next": "next",
    "dialect_aws_json": "aws-json",
    "values": "",
    "sizes": "",
    "ladder": "ladder",
    "saving": "save-data",
    "negotiate": "",
    "key": "",
    "open": "limited",
    "canonical": "",
    "switch": "",
    "handler": "",
}

condition_pattern = re.compile(r"^(?P<code>.*?)\s*//@ (?P<wanted>[!a-z -]+)$")
table_marker = "const NAMES = [], LISTED = []; //@ table"
rules_marker = "const IMGIX = ''; //@ dialect rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerFunction:
    """The code to publish, and the bytes of each part of it."""

    code: str
    ledger: Mapping[str, int]


def compose(config: ViewerConfig) -> ViewerFunction:
    """The function for one stack, linted before and after minifying.

    Raises ValueError with one sentence where it is larger than CloudFront takes, or uses what its runtime has not.
    """
    had = features(config)
    texts = {name: part_text(name, config, had) for name, feature in parts.items() if not feature or feature in had}
    lint("\n".join(texts.values()))
    short = shorten(texts, fields)
    forms = {name: shortened(text) for name, text in short.items()}
    code = minified_text(joined(forms.values()))
    lint(code)
    if len(code.encode()) > max_code_bytes:
        raise ValueError(
            f"Expected a viewer function of at most {max_code_bytes} bytes, received {len(code.encode())}."
        )
    return ViewerFunction(code=code, ledger=_ledger(forms))


def _ledger(forms: Mapping[str, Forms]) -> dict[str, int]:
    """What each part adds to those before it."""
    found: dict[str, int] = {}
    for at, name in enumerate(forms):
        size = len(minified_text(joined([*forms.values()][: at + 1])).encode())
        found[name] = size - sum(found.values())
    return found


def part_text(name: str, config: ViewerConfig, had: frozenset[str]) -> str:
    """One part as the stack uses it: without the lines of features that it has not, the table at its marker."""
    lines = (folder / f"{name}.js").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in (_conditional(line, had) for line in lines) if line is not None)
    return text.replace(table_marker, table_text(config)).replace(rules_marker, rules(config.dialects))


def minified_text(code: str) -> str:
    """The part minified by the pinned tdewolff/minify; names at the top level stay, so parts can be joined."""
    minify.config({"js-version": newest_syntax, "js-keep-var-names": False})
    return folded(str(minify.string("text/javascript", code)))


def _conditional(line: str, had: frozenset[str]) -> str | None:
    """The line's code where all of its conditions hold (`//@ page`, `//@ !lenient`), else None."""
    found = condition_pattern.match(line)
    if not found or line in (table_marker, rules_marker):
        return line
    wanted = found["wanted"].split()
    holds = all((each[1:] not in had) if each.startswith("!") else (each in had) for each in wanted)
    return found["code"] if holds else None
