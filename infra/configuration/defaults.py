"""The settings as Pulumi.yaml declares them, for programs that take the components and have a project of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import yaml

project_file = Path(__file__).resolve().parents[2] / "Pulumi.yaml"


def texts(**said: object) -> dict[str, str]:
    """Every setting's text for `config.read`: its default, or what is said of it under its name in Pulumi.yaml."""
    project = cast("Mapping[str, object]", yaml.safe_load(project_file.read_text(encoding="utf-8")))
    rows = cast("Mapping[str, Mapping[str, object]]", project["config"])
    return {name: _text(value) for name, value in ({name: row["default"] for name, row in rows.items()} | said).items()}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
