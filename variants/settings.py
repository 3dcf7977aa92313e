"""What the edge and the origin were told: read once from the JSON that `infra/bundling/` wrote into the zip."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

type_names = {int: "an integer", str: "a string", bool: "true or false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of the work. Defaults: url-contract, "Limits"."""

    max_source_bytes: int = 25 * 1024 * 1024
    max_source_pixels: int = 50_000_000
    max_source_side_px: int = 16_384
    max_frames: int = 300
    max_animation_pixels: int = 120_000_000
    image_timeout_s: int = 8
    generator_timeout_s: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """A picture that `wm=<name>` lays over the output; `scale_percent` is of the output's width."""

    key: str
    position: str = "se"
    scale_percent: int = 20
    opacity_percent: int = 60
    tile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that the shipped code may depend on. `redirect` is `key` where unsigned viewers may ask every key.

    `redirects`: the same by prefix, the longest counting, where access modes say otherwise (infra/access.py).

    `generators`: each as the JSON of its declaration (variants/declared.py), read only where an original is missing.
    `on_demand_function`: the regional function that makes what takes long. `metrics_of`: the stack's name in metrics;
    empty where none are kept. `renders_per_hour`: the most pictures rendered for viewers; 0 is no bound.
    `original_changed_function`: the one that brings variants in line with their original; without its name nobody is
    told that an event was lost. `topic`: the ARN of what is told of failures, or nothing.
    """

    region: str
    originals_bucket: str
    variants_bucket: str
    redirect: str = "stored"
    redirects: Mapping[str, str] = field(default_factory=dict)
    browser_cache_seconds: int = 300
    fallback: bool = False
    debug: bool = False
    save_data: bool = False
    decoders: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "GIF")
    limits: Limits = field(default_factory=Limits)
    watermarks: Mapping[str, Watermark] = field(default_factory=dict)
    generators: tuple[str, ...] = ()
    on_demand_function: str = ""
    original_changed_function: str = ""
    topic: str = ""
    metrics_of: str = ""
    renders_per_hour: int = 0

    def redirect_of(self, path: str) -> str:
        """`key` or `stored`, for a path without its leading slash."""
        prefixes = sorted(self.redirects, key=len, reverse=True)
        return next((self.redirects[prefix] for prefix in prefixes if path.startswith(prefix)), self.redirect)


def to_json(settings: Settings) -> str:
    """The settings as canonical JSON: sorted, so that the same settings are the same bytes."""
    return json.dumps(dataclasses.asdict(settings), sort_keys=True, indent=1) + "\n"


def from_json(text: str) -> Settings:
    """The settings that `to_json` printed.

    Raises ValueError where a name is missing, unknown, or of the wrong type.
    """
    fields = _fields(Settings, json.loads(text))
    fields["limits"] = Limits(**_fields(Limits, fields["limits"]))  # type: ignore[arg-type]
    marks = cast("Mapping[str, object]", fields["watermarks"])
    fields["watermarks"] = {name: Watermark(**_fields(Watermark, mark)) for name, mark in marks.items()}  # type: ignore[arg-type]
    for name in ("decoders", "generators"):
        fields[name] = tuple(cast("list[str]", fields[name]))
    return Settings(**fields)  # type: ignore[arg-type]


def load(folder: Path) -> Settings:
    """The settings baked into the zip whose root is `folder`."""
    return from_json((folder / "settings.json").read_text(encoding="utf-8"))


def _fields(kind: type, found: object) -> dict[str, object]:
    if not isinstance(found, dict):
        raise ValueError(f"Expected an object for {kind.__name__}, received {type(found).__name__}.")
    declared = {each.name: each for each in dataclasses.fields(kind)}
    if set(found) != set(declared):
        raise ValueError(f"Expected exactly {sorted(declared)} for {kind.__name__}, received {sorted(found)}.")
    for name, value in found.items():
        for wanted, said in type_names.items():
            if declared[name].type == wanted.__name__ and type(value) is not wanted:
                raise ValueError(f"Expected {said} for {name}, received {value!r}.")
    return dict(found)
