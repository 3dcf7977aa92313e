"""A stack's settings as Pulumi's engine hands them on: the project's defaults, then the stack's file, then ours."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import yaml

secret_prefix = "MIRAGE_CONFIG_"


class StackFileError(Exception):
    """A stack that cannot be read. Its text is a sentence for the person who started it."""


def project_name(project_dir: Path) -> str:
    """The project's name, which is the namespace of its settings."""
    return str(_read(project_dir / "Pulumi.yaml")["name"])


def texts(project_dir: Path, stack: str, overlay: Mapping[str, str]) -> dict[str, str]:
    """Every setting with its namespace, as text: lists as JSON, the rest as the engine spells it.

    Keys of `overlay` without a namespace are the project's. Raises StackFileError.
    """
    project = _read(project_dir / "Pulumi.yaml")
    file = _file(project_dir, stack)
    if not file.exists():
        raise StackFileError(f"Expected a file {file.name} for the stack {stack}, found none.")
    declared = cast("Mapping[str, Mapping[str, object]]", project.get("config") or {})
    found = {_full(name, project): _text(row["default"]) for name, row in declared.items() if "default" in row}
    found |= {_full(name, project): _plain(name, value) for name, value in _written(file).items()}
    found |= {_full(name, project): value for name, value in overlay.items()}
    if "aws:region" not in found:
        raise StackFileError(f"Expected aws:region in {file.name}, found none.")
    return found


def encrypted(project_dir: Path, stack: str) -> tuple[str, ...]:
    """The settings of a stack's file, without their namespace, in which something is encrypted. None without a file."""
    return _bare(project_dir, stack, is_secret=True)


def readable(project_dir: Path, stack: str) -> tuple[str, ...]:
    """The other settings of a stack's file, without their namespace: who has the file can read them."""
    return _bare(project_dir, stack, is_secret=False)


def _bare(project_dir: Path, stack: str, *, is_secret: bool) -> tuple[str, ...]:
    file = _file(project_dir, stack)
    written = _written(file) if file.exists() else {}
    return tuple(name.rpartition(":")[2] for name, value in written.items() if _holds_secret(value) == is_secret)


def _file(project_dir: Path, stack: str) -> Path:
    return project_dir / f"Pulumi.{stack}.yaml"


def _written(file: Path) -> Mapping[str, object]:
    return _mapping(_read(file).get("config") or {}, file)


def _full(name: str, project: Mapping[str, object]) -> str:
    return name if ":" in name else f"{project['name']}:{name}"


def _plain(name: str, value: object) -> str:
    """A value's text; a secret's from the environment, since only Pulumi's engine can decrypt what the file holds."""
    if not _holds_secret(value):
        return _text(value)
    variable = secret_prefix + name.rpartition(":")[2]
    if variable not in os.environ:
        raise StackFileError(f"Expected the plain value of the secret {name} in {variable}, found none.")
    return os.environ[variable]


def _holds_secret(value: object) -> bool:
    """Whether a part of it is encrypted, as `pulumi config set --secret --path 'accessKeys[0]'` encrypts one line."""
    if isinstance(value, list):
        return any(_holds_secret(line) for line in value)
    return isinstance(value, dict) and ("secure" in value or any(_holds_secret(part) for part in value.values()))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _read(path: Path) -> Mapping[str, object]:
    try:
        return _mapping(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, path)
    except (yaml.YAMLError, UnicodeDecodeError) as why:
        raise _unlike(path, " ".join(str(why).split())) from why


def _mapping(found: object, path: Path) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise _unlike(path, repr(found))
    return cast("Mapping[str, object]", found)


def _unlike(path: Path, received: str) -> StackFileError:
    return StackFileError(f"Expected YAML with names and values in {path.name}, received {received}.")
