"""What the viewer function of one stack must know, and which of its parts that takes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.viewer import dialects

grammar_path = Path(__file__).parent.parent.parent / "variants" / "grammar.json"

# From open to strict. url-contract, "Access modes".
access_modes = ("open", "presets", "signed", "basic", "jwt", "cloudfront")
# A prefix is compared with the path as sent, too, so it holds only what a URL spells one way. RFC 3986, 2.3.
prefix_pattern = re.compile(r"[A-Za-z0-9._~/-]*")
default_open = ("w", "h", "fit", "f", "dpr", "p", "v")
default_ignored = ("utm_*", "fbclid", "gclid", "_")
default_images = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "avif", "tif", "tiff", "bmp")


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetConfig:
    """`options` in the key's spelling and order, without f unless it is fixed; `open`: what a URL may add or change."""

    options: str
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerConfig:
    """`sizes`: ladder, exact or presets. `access`: (prefix without leading slash, mode); the longest prefix counts.

    `signatures`: whether the store has keys for signed URLs, which count in open prefixes, too. `routes`,
    `request_headers`: whether it has routes, and routes that say headers.
    """

    sizes: str = "ladder"
    open_options: tuple[str, ...] = default_open
    presets: Mapping[str, PresetConfig] = field(default_factory=dict)
    watermarks: tuple[str, ...] = ()
    access: tuple[tuple[str, str], ...] = ()
    signatures: bool = False
    routes: bool = False
    request_headers: bool = False
    regional: bool = False
    ignore_params: tuple[str, ...] = default_ignored
    lenient: bool = False
    save_data: bool = False
    auto_formats: tuple[str, ...] = ("avif", "webp")
    file_extensions: tuple[str, ...] = ()
    image_extensions: tuple[str, ...] = default_images
    playground: bool = False
    debug: bool = False
    dialects: tuple[str, ...] = ()


def features(config: ViewerConfig) -> frozenset[str]:
    """The features that the stack uses; a part or a line of edge/viewer may wait for one."""
    every_option = {row["name"] for row in json.loads(grammar_path.read_text(encoding="utf-8"))["options"]}
    modes = [mode for _, mode in config.access if mode != "open"]
    is_signed = config.signatures or "signed" in modes
    demands = {"basic", "jwt"} & {*modes}
    wanted = {
        "page": config.playground,
        "modes": bool(modes),
        "closed": bool(modes) or is_signed,
        "unsigned": not modes and not is_signed,
        "routes": config.routes or config.request_headers,
        "request-headers": config.request_headers,
        "regional": config.regional,
        "keys": is_signed or bool(demands),
        "signed": is_signed,
        "basic": "basic" in modes,
        "jwt": "jwt" in modes,
        "cloudfront": "cloudfront" in modes,
        "demand": bool(demands),
        "presets": bool(config.presets),
        "presets-only": config.sizes == "presets" or "presets" in modes,
        "all-presets": config.sizes == "presets",
        "ladder": config.sizes == "ladder",
        "limited": not every_option <= set(config.open_options) or bool(config.presets),
        "lenient": config.lenient,
        "save-data": config.save_data,
        "webp": "webp" in config.auto_formats,
        "avif": {"avif", "webp"} <= set(config.auto_formats),
    }
    return frozenset(name for name, is_used in wanted.items() if is_used) | dialects.features(config.dialects)


def ranks(config: ViewerConfig) -> list[tuple[str, int]]:
    """The prefixes with the rank of their mode, longest first; a mode that nobody knows is the strictest of all.

    Raises ValueError for a prefix that a URL could spell in several ways.
    """
    for prefix, _ in config.access:
        if not prefix_pattern.fullmatch(prefix):
            raise ValueError(f"Expected letters, digits and ._~-/ in an access prefix, received {prefix!r}.")
    ordered = sorted(config.access, key=lambda rule: (-len(rule[0]), rule[0]))
    return [
        (prefix, access_modes.index(mode) if mode in access_modes else len(access_modes)) for prefix, mode in ordered
    ]
