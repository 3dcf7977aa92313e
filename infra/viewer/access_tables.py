"""The table of docs/access.md: the viewer function's bytes by access mode, as it is composed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from infra.viewer import composed, composing
from infra.viewer.config import PresetConfig, ViewerConfig

preset = {"thumb": PresetConfig(options="w=300,h=200,fit=cover")}
modes = ("presets", "cloudfront", "signed", "basic", "jwt")
every = tuple((f"{mode}/", mode) for mode in modes)
stacks: Mapping[str, ViewerConfig] = {
    "none": ViewerConfig(),
    **{mode: ViewerConfig(access=((f"{mode}/", mode),), presets=preset if mode == "presets" else {}) for mode in modes},
    "all": ViewerConfig(access=every, presets=preset),
    "all, with routes and `requestHeaders`": ViewerConfig(
        access=every, presets=preset, routes=True, request_headers=True
    ),
    "all of that, and the page": ViewerConfig(
        access=every, presets=preset, routes=True, request_headers=True, playground=True
    ),
}


def byte_lines() -> Iterator[str]:
    """Bytes of the default stack's function, for each mode, none and all."""
    yield from ("| access modes | bytes | more than without |", "| --- | --- | --- |")
    sizes = {name: _bytes(config) for name, config in stacks.items()}
    for name, size in sizes.items():
        over = " (does not fit: refused at preview)" if size > composing.max_code_bytes else ""
        yield f"| {name} | {size:,}{over} | {_more(size, sizes)} |"


def _more(size: int, sizes: Mapping[str, int]) -> str:
    return f"{size - sizes['none']:,}" if size > sizes["none"] else ""


def _bytes(config: ViewerConfig) -> int:
    try:
        return len(composed.compose(config).code.encode())
    except ValueError as error:
        return int(re.findall(r"received (\d+)", str(error))[0])
