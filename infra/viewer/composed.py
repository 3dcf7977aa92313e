"""The composed viewer function, kept by what it is made of: linting takes a second, and a preview should not."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from infra.viewer import composing
from infra.viewer.composing import ViewerFunction
from infra.viewer.config import ViewerConfig

project = Path(__file__).resolve().parents[2]
cache_folder = project / ".mirage" / "viewer"
# All that compose reads or is.
inputs = ("edge/viewer/*.js", "infra/viewer/*.py", "variants/grammar.json", "variants/dialects/*.json")
tools = ("tdewolff-minify", "esprima")


def compose(config: ViewerConfig, *, cache: Path = cache_folder) -> ViewerFunction:
    """The viewer function of a stack, composed unless it was before. Raises ValueError as composing.compose does."""
    kept = cache / f"{_digest(config)}.json"
    if kept.exists():
        return ViewerFunction(**json.loads(kept.read_text(encoding="utf-8")))
    composed = composing.compose(config)
    cache.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(dataclasses.asdict(composed), indent=1), encoding="utf-8")
    fresh.replace(kept)
    return composed


def _digest(config: ViewerConfig) -> str:
    return hashlib.sha256("\n".join(_lines(config)).encode()).hexdigest()[:16]


def _lines(config: ViewerConfig) -> Iterator[str]:
    yield json.dumps(dataclasses.asdict(config), sort_keys=True)
    yield from (f"{tool} {metadata.version(tool)}" for tool in tools)
    for path in sorted(path for pattern in inputs for path in project.glob(pattern)):
        yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"
