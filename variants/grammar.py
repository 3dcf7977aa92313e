"""The canonical text of a variant: `<original>/e<epoch>,<option>=<value>,…,f=<format>`, and its inverse.

Strict on purpose: only the viewer function (edge/viewer/*.js) reads the loose form, and prints what is read here.
`key` leaves out what means nothing (defaults, idle options), `parse` takes only what `key` prints. Presets are the
one loose form that Python reads: `from_options`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from variants import errors, spelling
from variants.table import Needs, table

# url-contract, "The key": such a last segment is options, never part of an original's name.
segment_pattern = re.compile(r"e[0-9]+(?:,[a-z]+=[^,/]+)*,f=[a-z-]+")
# Unicode's Cc (C0, DEL, C1), and the backslash.
forbidden_pattern = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
reserved_segment = "_mirage"
store_prefix = "v/"
# What a preset cannot say: products of the request, another preset, and one original's version.
not_in_presets = ("dpr", "ar", "p", "v")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What is wanted of an original, one field per option of a key; the defaults are the grammar's.

    `fp` in hundredths; `rect` is x, y, w, h in px; `rot` clockwise degrees, then `flip` mirrors left and right;
    `bg` six or eight hex digits, `blur` or `auto`; `radius` px or `max`; `q` a quality or `auto`.
    """

    w: int | None = None
    h: int | None = None
    fit: str = "contain"
    up: bool = False
    g: str = "centre"
    fp: tuple[int, int] = (50, 50)
    rect: tuple[int, int, int, int] | None = None
    trim: int | None = None
    rot: int = 0
    flip: bool = False
    bg: str = "ffffff"
    pad: int = 0
    blur: int = 0
    sharp: int = 0
    bri: int = 0
    con: int = 0
    sat: int = 0
    gray: bool = False
    radius: int | str = 0
    wm: str | None = None
    q: int | str = 80
    anim: bool = True
    meta: str = "none"
    dl: bool = False
    v: str | None = None
    f: str = "auto"


def parse(text: str) -> tuple[str, Variant]:
    """The original's path and the variant that a key (decoded, without its leading slash) names.

    Raises errors.Deploying for whatever this version would not print: another version's deploy is under way.
    """
    original, _, segment = text.rpartition("/")
    try:
        _check_path(original)
        variant = _typed(_split(segment))
        same = key(original, variant) == text and len(text.encode()) <= table.max_key_bytes - len(store_prefix)
    except ValueError as error:
        raise errors.Deploying(f"This version cannot read the key: {error}") from error
    if not same:
        raise errors.Deploying("This version cannot read the key: it would spell it otherwise, or not at all.")
    return original, variant


def key(original: str, variant: Variant) -> str:
    """The key of a variant of an original, decoded, without a leading slash: the inverse of `parse`."""
    spelt = _canonical(_texts(variant))
    return f"{original}/e{table.epoch}," + ",".join(f"{name}={text}" for name, text in spelt.items())


def is_key(path: str) -> bool:
    """Whether a decoded path's last segment is options."""
    return segment_pattern.fullmatch(path.rpartition("/")[2]) is not None


def encode_path(text: str) -> str:
    """A decoded path or key, percent-encoded as in a URL: all but RFC 3986's unreserved and `/`, upper-case hex.

    In a last segment of options `,` and `=` stand bare.
    """
    folder, slash, last = text.rpartition("/")
    return quote(folder, safe="/") + slash + quote(last, safe=",=" if is_key(last) else "")


def from_options(options: Mapping[str, str]) -> Variant:
    """The variant that a preset's options, written as in a query, mean; idle options are dropped.

    Raises ValueError with one sentence.
    """
    return _typed(_canonical({"f": "auto"} | _read(options)))


def preset_text(options: Mapping[str, str]) -> str:
    """A preset's options in the key's spelling and order, as `w=300,h=200,fit=cover`; `f` only where it is set.

    What is idle stays: an option that the preset leaves open may wake it. Raises ValueError with one sentence.
    """
    texts = _read(options)
    return ",".join(f"{option.name}={texts[option.name]}" for option in table.in_key if option.name in texts)


def _read(options: Mapping[str, str]) -> dict[str, str]:
    aliases = {alias: option for option in table.options.values() for alias in option.aliases}
    texts: dict[str, str] = {}
    for name, text in options.items():
        option = table.options.get(name) or aliases.get(name)
        if option is None or option.name in not_in_presets:
            raise ValueError(f"Expected an option that a preset can hold, received {name}.")
        if option.name in texts:
            raise ValueError(f"Expected {option.name} once, received it again as {name}.")
        texts[option.name] = spelling.read_query(option, text)
    _check_excludes(texts)
    return _turned(texts)


def _turned(texts: dict[str, str]) -> dict[str, str]:
    """The texts with the one spelling of the eight turns: a vertical mirror is a half turn and a horizontal one."""
    flip = texts.get("flip", "")
    turn = (int(texts.get("rot", "0")) + (180 if "v" in flip else 0)) % 360
    others = {name: text for name, text in texts.items() if name not in ("rot", "flip")}
    if turn:
        others["rot"] = str(turn)
    if flip in ("h", "v"):
        others["flip"] = "h"
    return others


def _split(segment: str) -> dict[str, str]:
    """The texts of an options segment of this epoch, each option once."""
    if not segment_pattern.fullmatch(segment):
        raise ValueError("its last segment is no options.")
    epoch, *pairs = segment.split(",")
    texts = dict(pair.split("=", 1) for pair in pairs)
    if epoch != f"e{table.epoch}" or len(texts) != len(pairs) or not texts.keys() <= {o.name for o in table.in_key}:
        raise ValueError("its epoch is another one, or an option is unknown or repeated.")
    _check_excludes(texts)
    return texts


def _typed(texts: Mapping[str, str]) -> Variant:
    values = {name: spelling.read_key(table.options[name], text) for name, text in texts.items()}
    return Variant(**values)  # type: ignore[arg-type]  # read_key gives each option its field's type


def _texts(variant: Variant) -> dict[str, str]:
    """Every option that has a value, spelt as in a key, in the key's order."""
    spelt = {option.name: spelling.write(option, getattr(variant, option.name)) for option in table.in_key}
    return {name: text for name, text in spelt.items() if text is not None}


def _canonical(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that mean something, in the key's order: no defaults, nothing idle, of f=json only v."""
    if texts["f"] == "jpg" and "bg" in texts:  # which has no alpha: the colour's own counts for nothing
        texts = {**texts, "bg": texts["bg"][:6]}
    kept = {
        option.name: texts[option.name]
        for option in table.in_key
        if option.name in texts and (option.always or texts[option.name] != option.default)
    }
    if kept["f"] == "json":
        return {name: text for name, text in kept.items() if name in ("v", "f")}
    for name, text in list(kept.items()):
        option = table.options[name]
        if not _holds(option.needs, kept) or not _holds(option.value_needs.get(text, ()), kept):
            del kept[name]
    return kept


def _holds(needs: Needs, texts: Mapping[str, str]) -> bool:
    """Whether all terms of one of the lists hold; no list asks nothing."""
    return not needs or any(all(_is_met(term, texts) for term in terms) for terms in needs)


def _is_met(term: str, texts: Mapping[str, str]) -> bool:
    name, equals, wanted = term.partition("=")
    return texts.get(name) == wanted if equals else name in texts


def _check_excludes(texts: Mapping[str, str]) -> None:
    for name in texts:
        for other in table.options[name].excludes:
            if other in texts:
                raise ValueError(f"Expected {name} or {other}, received both.")


def _check_path(original: str) -> None:
    segments = original.split("/")
    if any(segment in ("", ".", "..") for segment in segments) or forbidden_pattern.search(original):
        raise ValueError("its path has an empty or dotted segment, a backslash or a control character.")
    if segments[0] == reserved_segment or is_key(original) or len(original.encode()) > table.max_path_bytes:
        raise ValueError("its path is reserved, is a key itself, or too long.")
