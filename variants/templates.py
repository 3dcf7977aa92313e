"""Templates of requests: percent- and JSON-safe by construction. Text is never pasted into a URL or into JSON.

A placeholder is `{name}`. In a URL's path and query a value is percent-encoded whole (RFC 6570, level 1); in a body it
is put into JSON's own values before they are printed, so that no value can end the string that it stands in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, urlsplit

from variants import errors

Value: TypeAlias = str | int
Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

placeholder_pattern = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,31})\}")
# RFC 1123, 2.1: what a host name is made of; addresses are no names, so that a certificate can be asked for one.
host_pattern = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
default_ports = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Literal text and placeholders, in turns: `literals` has one item more than `names`."""

    literals: tuple[str, ...]
    names: tuple[str, ...]

    def text(self, values: Mapping[str, Value]) -> str:
        """The text with values as they are: for what is encoded afterwards."""
        return self._joined([str(values[name]) for name in self.names])

    def encoded(self, values: Mapping[str, Value], slashed: Collection[str] = ()) -> str:
        """The text with literals as they are and values percent-encoded; those of `slashed` keep their slashes."""
        return self._joined([quote(str(values[name]), safe="/" if name in slashed else "") for name in self.names])

    def value(self, values: Mapping[str, Value]) -> Value:
        """The value itself where the template is one placeholder and nothing else: a number stays one."""
        return values[self.names[0]] if self.literals == ("", "") else self.text(values)

    def _joined(self, expanded: Sequence[str]) -> str:
        return self.literals[0] + "".join(map("".join, zip(expanded, self.literals[1:], strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A URL whose scheme, host and port are fixed; values stand in its path and in its query's values only."""

    scheme: str
    host: str
    port: int
    path: Template
    query: tuple[tuple[str, Template], ...]
    slashed: frozenset[str]

    def expand(self, values: Mapping[str, Value]) -> str:
        """The URL for values. Raises errors.BadOption where they would make a dot segment of it."""
        path = self.path.encoded(values, self.slashed)
        if any(segment in (".", "..") for segment in path.split("/")):
            raise errors.BadOption("Expected a value that is no dot segment of a path.")
        pairs = [f"{quote(name, safe='')}={quote(template.text(values), safe='')}" for name, template in self.query]
        port = "" if self.port == default_ports[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{path}{'?' if pairs else ''}{'&'.join(pairs)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A JSON body whose texts may hold placeholders."""

    tree: Json

    def expand(self, values: Mapping[str, Value]) -> bytes:
        """The body as JSON in UTF-8."""
        return json.dumps(_expanded(self.tree, values), ensure_ascii=False, separators=(",", ":")).encode()


def parse(text: str, known: Collection[str]) -> Template:
    """The template of a text. Raises ValueError for a brace that is no placeholder, or a name that is not known."""
    literals, names, at = [], [], 0
    for found in placeholder_pattern.finditer(text):
        literals.append(text[at : found.start()])
        names.append(found[1])
        at = found.end()
    literals.append(text[at:])
    if any("{" in literal or "}" in literal for literal in literals):
        raise ValueError(f"Expected braces only round a name, as in {{name}}, received {text!r}.")
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"Expected one of {', '.join(sorted(known)) or 'no names'} in braces, received {unknown[0]}.")
    return Template(literals=tuple(literals), names=tuple(names))


def url(text: str, query: Mapping[str, str], known: Collection[str], slashed: Collection[str] = ()) -> Url:
    """The URL template of a text and a query. Raises ValueError with one sentence."""
    parts = urlsplit(text)
    wanted = "a URL like https://api.example.com/v1/{name}, its query apart, and no name before its path"
    if parts.scheme not in default_ports or parts.query or parts.fragment or "@" in parts.netloc or "?" in text:
        raise ValueError(f"Expected {wanted}, received {text!r}.")
    host, port = (parts.hostname or ""), parts.port
    if not host_pattern.fullmatch(host) or re.search(r"[^!-~]", text) or "%" in parts.netloc:
        raise ValueError(f"Expected {wanted}, received {text!r}.")
    path = parse(parts.path or "/", known)
    if any(re.search(r"(^|/)\.{1,2}(/|$)|\\", literal) for literal in path.literals):
        raise ValueError(f"Expected a path without dot segments, received {text!r}.")
    return Url(
        scheme=parts.scheme,
        host=host,
        port=port or default_ports[parts.scheme],
        path=path,
        query=tuple((name, parse(value, known)) for name, value in query.items()),
        slashed=frozenset(slashed) & set(path.names),
    )


def body(tree: object, known: Collection[str]) -> Body:
    """The body template of a JSON value. Raises ValueError for names that are not known."""
    for text in _texts(tree):
        parse(text, known)
    return Body(tree=tree)  # type: ignore[arg-type]  # _texts refuses what is no JSON


def _texts(tree: object) -> Iterator[str]:
    """Each text of a JSON value that may hold placeholders; names of members may not."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for each in tree.values():
            yield from _texts(each)
    elif isinstance(tree, list | tuple):
        for each in tree:
            yield from _texts(each)
    elif tree is not None and not isinstance(tree, bool | int | float):
        raise ValueError(f"Expected JSON for a body, received {type(tree).__name__}.")


def _expanded(tree: Json, values: Mapping[str, Value]) -> Json:
    if isinstance(tree, str):
        return parse(tree, values).value(values)
    if isinstance(tree, Mapping):
        return {name: _expanded(each, values) for name, each in tree.items()}
    if isinstance(tree, Sequence):
        return [_expanded(each, values) for each in tree]
    return tree
