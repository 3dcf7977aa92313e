"""Readers of the settings that register something: one line of text each, since Pulumi's settings hold no objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from infra.configuration.values import Unreadable, choice, whole
from variants import grammar
from variants.settings import Watermark
from variants.table import table

# From open to strict: url-contract, "Access modes".
access_modes = ("open", "presets", "signed", "basic", "jwt", "cloudfront")
name_pattern = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
# What a URL spells one way only (RFC 3986, 2.3): the viewer function compares prefixes with the path as sent, too.
prefix_pattern = re.compile(r"/(?:[A-Za-z0-9._~/-]+/)?")
# A version changes no picture, and is what makes an answer immutable.
always_open = ("v",)
watermark_prefix = "_mirage/watermarks/"
positions = next(option.values for option in table.options.values() if option.name == "g")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A named variant: `options` in the key's spelling, and the names of the options that a viewer may add."""

    name: str
    options: str
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may ask for what lies below `prefix`, which is a path with its slashes: `/` or `/team/`."""

    prefix: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A preset that is made as soon as an original below `prefix` is there; the prefix has no leading slash."""

    preset: str
    prefix: str


def preset(text: str) -> Preset:
    """The preset of a line like `card w=300&h=200&fit=cover open=f,dpr,v`."""
    name, words = _named(text, "a preset like 'card w=300&h=200&fit=cover open=f,dpr,v'")
    opened = [word for word in words if word.startswith("open=")]
    queries = [word for word in words if not word.startswith("open=")]
    if len(queries) != 1 or len(opened) > 1:
        raise Unreadable("a preset like 'card w=300&h=200&fit=cover open=f,dpr,v'", text)
    names = tuple(name for name in opened[0].removeprefix("open=").split(",") if name) if opened else always_open
    unknown = sorted(set(names) - set(table.options) | ({"p"} & set(names)))
    if unknown:
        raise Unreadable(f"open= to name options of the grammar, not {', '.join(unknown)},", text)
    return Preset(name=name, options=_preset_options(queries[0], text), open=names)


def _preset_options(query: str, text: str) -> str:
    pairs = [part.partition("=") for part in query.split("&")]
    names = [name for name, _, _ in pairs]
    if len(set(names)) != len(names) or not all(equals for _, equals, _ in pairs):
        raise Unreadable("each option once, with a value,", text)
    try:
        return grammar.preset_text({unquote(name): unquote(value) for name, _, value in pairs})
    except ValueError as error:
        raise Unreadable(f"options that the grammar takes ({error})", text) from error


def ahead(text: str) -> Ahead:
    """The rule of a line like `card /products/`."""
    wanted = "a preset's name and a path, like 'card /products/',"
    name, _, path = text.partition(" ")
    segments = path.removeprefix("/").removesuffix("/").split("/")
    is_bad = path != "/" and any(part in ("", ".", "..") for part in segments)
    if not name or not path.startswith("/") or is_bad or segments[0] == grammar.reserved_segment:
        raise Unreadable(wanted, text)
    return Ahead(preset=name, prefix=path.removeprefix("/"))


def watermark(text: str) -> tuple[str, Watermark]:
    """The name and registration of a line like `logo logo.png position=se scale=20 opacity=60 tile=1`."""
    wanted = "a watermark like 'logo logo.png position=se scale=20 opacity=60 tile=1'"
    name, words = _named(text, wanted)
    given = dict(word.partition("=")[::2] for word in words[1:])
    if (
        not words
        or "=" in words[0]
        or not set(given) <= {"position", "scale", "opacity", "tile"}
        or len(given) != len(words) - 1
    ):
        raise Unreadable(wanted, text)
    mark = Watermark(
        key=watermark_prefix + words[0],
        position=choice(*(place for place in positions if place != "smart"))(given.get("position", "se")),
        scale_percent=whole(1, 100)(given.get("scale", "20")),
        opacity_percent=whole(1, 100)(given.get("opacity", "60")),
        tile=whole(0, 1)(given.get("tile", "0")) == 1,
    )
    return name, mark


def access(text: str) -> Access:
    """The rule of a line like `presets /products/`."""
    mode, _, prefix = text.partition(" ")
    if mode not in access_modes:
        raise Unreadable(f"a mode ({', '.join(access_modes)}) and a path, like 'presets /products/',", text)
    segments = prefix.strip("/").split("/")
    is_bad = prefix != "/" and any(part in ("", ".", "..") for part in segments)
    if is_bad or not prefix_pattern.fullmatch(prefix) or segments[0] == grammar.reserved_segment:
        raise Unreadable("a path of letters, digits and ._~- between slashes, like /products/,", text)
    return Access(prefix=prefix, mode=mode)


def _named(text: str, wanted: str) -> tuple[str, list[str]]:
    name, *words = text.split()
    if not name_pattern.fullmatch(name):
        raise Unreadable(f"{wanted}, its name of a-z, 0-9 and hyphens,", text)
    return name, words
