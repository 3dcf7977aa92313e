"""The tables of docs/dialects.md, from variants/dialects and from the viewer function as it is composed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from infra.bound.bound import bound, said
from infra.viewer import composed, composing
from infra.viewer.config import ViewerConfig, default_open
from infra.viewer.dialects import Dialect, dialect, dialect_names


def dialect_lines() -> Iterator[str]:
    """A section for each dialect: what is exact, what is the same, what is refused and why, and where that is said."""
    for name in dialect_names:
        yield from _section(dialect(name))


def _section(found: Dialect) -> Iterator[str]:
    yield from (f"### `{found.name}`: {found.title}", "", f"Reads {found.reads}.", "")
    if found.words:
        yield from (f"Its words are those of `{found.words}`{', and:' if found.exact else '.'}", "")
    rows = [("no `fit`", *found.default)] if found.default[0] else []
    rows += [(f"`{word}`", *meant) for word, meant in found.exact.items()]
    if rows:
        yield from ("| theirs | ours | |", "| --- | --- | --- |")
        yield from (f"| {word} | {_ours(ours)} | {remark} |" for word, ours, remark in rows)
        yield ""
    yield from (f"- `{words}`, as here. {remark}".strip() for words, remark in found.same.items())
    yield from (f"- `{word}` is ignored. {remark}".strip() for word, remark in found.ignored.items())
    if found.refused:
        yield from ("", "| refused | nearest of ours | why |", "| --- | --- | --- |")
        yield from (f"| `{word}` | `{nearest}` | {why} |" for word, (nearest, why) in found.refused.items())
    pages = ", ".join(f"[{what}]({url})" for what, url in found.sources.items())
    yield from ("", f"Read {found.read}: {pages}.", "")


def _ours(rule: str) -> str:
    """A rule as a person reads it."""
    marks = {"*": "the value", "#": "the colour", "%": "(factor − 1) × 100", "@": "x,y"}
    words = [re.sub("[*#%@]", lambda mark: f"‹{marks[mark[0]]}›", each.replace(":", "=")) for each in rule.split("&")]
    return " ".join(f"`{word}`" for word in words) if rule else "nothing"


def byte_lines() -> Iterator[str]:
    """Bytes of the viewer function of the default stack, with each dialect alone and with several."""
    plain = _bytes(())
    yield from ("| `dialect` | bytes | more than without |", "| --- | --- | --- |", f"| none | {plain:,} | |")
    several = [("imgix", "cdn-cgi", "next"), ("cloudflare", "cdn-cgi"), ("aws", "aws-json"), dialect_names]
    for names in [*((name,) for name in dialect_names), *several]:
        size = _bytes(names)
        over = " (does not fit: refused at preview)" if size > composing.max_code_bytes else ""
        listed = "all" if names == dialect_names else ", ".join(names)
        yield f"| {listed} | {size:,}{over} | {size - plain:,} |"


def _bytes(names: tuple[str, ...]) -> int:
    try:
        return len(composed.compose(ViewerConfig(dialects=names)).code.encode())
    except ValueError as error:
        return int(re.findall(r"received (\d+)", str(error))[0])


def open_lines() -> Iterator[str]:
    """What openOptions must have for a dialect's common words, and how many variants of one original that makes."""
    yield from ("| `dialect` | `openOptions` | variants of one original, at most |", "| --- | --- | --- |")
    yield f"| none | `{' '.join(default_open)}` (default) | {said(bound(ViewerConfig()).total)} |"
    for name in dialect_names:
        names = dialect(name).opens.split()
        config = ViewerConfig(open_options=tuple(names), dialects=(name,))
        yield f"| {name} | `{' '.join(names)}` | {said(bound(config).total)} |"
