"""Short names for what only the viewer function itself calls by name, so that it stays within 10 KB.

The minifier renames locals alone: names at the top level and properties might be seen from outside. Ours are not.
"""

from __future__ import annotations

import itertools
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import cast

import esprima

# The minifier calls its locals e, t, n, s first: a property of the same name as its local becomes a short form, which
# the runtime does not document. So properties take capitals, from the end of the alphabet, and names of the top level
# take them from its beginning, then the letters that locals come to last.
property_letters = "ZYXWVUTSRQPONMLKJIHG"
name_letters = "ABCDEF$_zqxkjbvwygpmfrudlhGHIJKLMNOPQRSTUVWXYZ"
# CloudFront calls the first; the second is the module that it gives.
kept = frozenset({"handler", "cf"})


def shorten(texts: Mapping[str, str], fields: Set[str]) -> dict[str, str]:
    """The parts with short names for everything at the top level, and for the table's fields.

    What is said most often gets the shortest.
    """
    said = Counter(token.value for text in texts.values() for token in _tokens(text))
    properties = dict(zip(_often(fields, said), property_letters, strict=False))
    fresh = (name for name in _short_names() if name != properties["read"])
    names = dict(zip(_often(_top_level(texts), said), fresh, strict=False))
    return {part: _renamed(text, names, properties) for part, text in texts.items()}


def _often(names: Iterable[str], said: Mapping[str, int]) -> list[str]:
    return sorted(names, key=lambda name: (-said[name], name))


def _tokens(text: str) -> Sequence[esprima.nodes.Node]:
    return cast("Sequence[esprima.nodes.Node]", esprima.parseModule(text, tokens=True, range=True).tokens)


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
    yield from name_letters
    for first, second in itertools.product(string.ascii_uppercase, string.ascii_letters):
        yield first + second


def _renamed(text: str, names: Mapping[str, str], properties: Mapping[str, str]) -> str:
    tokens = _tokens(text)
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
