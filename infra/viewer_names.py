"""Short names for what only the viewer function itself calls by name, so that it stays within 10 KB.

The minifier renames locals alone: names at the top level and properties might be seen from outside. Ours are not.
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator, Mapping, Set

import esprima

# CloudFront calls the first; the second is the module that it gives.
kept = frozenset({"handler", "cf"})


def shorten(texts: Mapping[str, str], fields: Set[str]) -> dict[str, str]:
    """The parts with one- and two-letter names for everything at the top level, and for the table's fields."""
    names = dict(zip(_top_level(texts), _short_names(), strict=False))
    properties = dict(zip(sorted(fields), itertools.chain(string.ascii_lowercase, _short_names()), strict=False))
    return {part: _renamed(text, names, properties) for part, text in texts.items()}


def _top_level(texts: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for text in texts.values():
        for node in esprima.parseModule(text).body:
            if node.type == "FunctionDeclaration":
                found.append(node.id.name)
            elif node.type == "VariableDeclaration":
                found += [each.id.name for each in node.declarations]
    return [name for name in found if name not in kept]


def _short_names() -> Iterator[str]:
    """A to Z, then two letters: capitals first, which the minifier's locals never are."""
    yield from string.ascii_uppercase
    for first, second in itertools.product(string.ascii_uppercase, string.ascii_letters):
        yield first + second


def _renamed(text: str, names: Mapping[str, str], properties: Mapping[str, str]) -> str:
    tokens = esprima.parseModule(text, tokens=True, range=True).tokens
    pieces: list[str] = []
    done = 0
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        if token.type != "Identifier":
            continue
        is_key = after is not None and after.value == ":" and before is not None and before.value in "{,"
        is_property = is_key or (before is not None and before.value == ".")
        name = (properties if is_property else names).get(token.value)
        if name:
            pieces += [text[done : token.range[0]], name]
            done = token.range[1]
    return "".join(pieces) + text[done:]
