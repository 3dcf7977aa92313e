"""What the Region's function is told beside the baked settings: in its environment, so the edge stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from infra.configuration.registrations import Preset
from infra.configuration.settings import StackConfig
from variants import grammar


def presets_known(config: StackConfig, region: str) -> str:
    """A sentence where a rule names no preset of the stack."""
    if config.presets is None or config.pregenerate is None:
        return ""
    unknown = sorted({each.preset for each in config.pregenerate} - {each.name for each in config.presets})
    return f"Expected names of presets for pregenerate, received {', '.join(unknown)}." if unknown else ""


def segments(preset: Preset, auto_formats: Iterable[str]) -> list[str]:
    """The options segments that viewers of a preset get: one, or one for each format that is negotiated."""
    variant = grammar.from_options(dict(pair.split("=", 1) for pair in preset.options.split(",")))
    formats = [f"auto-{name}" for name in ("avif", "webp") if name in auto_formats]
    forms = [*formats, "auto"] if variant.f == "auto" else [variant.f]
    return list(dict.fromkeys(grammar.key("x", replace(variant, f=form)).partition("/")[2] for form in forms))


def chosen(config: StackConfig) -> str:
    """The settings of origin/region.py's `Chosen`, as JSON."""
    said = {
        "second_sweep_s": config.second_sweep_seconds,
        "invalidations_per_minute": config.invalidations_per_minute,
        "quarantine": config.quarantine,
        "presets": {each.name: segments(each, config.auto_formats) for each in config.presets},
        "untagged": _untagged(config.image_extensions) if config.is_regional else "",
        "pregenerate": [[each.prefix, each.preset] for each in config.pregenerate],
    }
    return json.dumps(said, sort_keys=True)


def _untagged(images: Iterable[str]) -> str:
    """What finds the originals that the viewer function takes for files (infra/viewer/table.py, FILES)."""
    return rf"(?i)[^/]\.(?!(?:{'|'.join(images)})$)[^./]+$"
