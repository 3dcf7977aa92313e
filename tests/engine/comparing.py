"""What the engine keeps of a stack, beside what the emulator recorded of the same program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi import Archive, Asset

from emulator.program import Declared, Resource
from tests.engine import facts, wire

engines_own = ("pulumi:pulumi:Stack", "pulumi:providers:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A resource: where it is, and what the program said of it."""

    kind: str
    name: str
    parent: str
    inputs: Mapping[str, object]
    is_protected: bool
    is_external: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.name


def kept(resources: list[dict[str, object]]) -> Iterator[Registered]:
    """What the engine keeps in its state; what the provider added by itself left out."""
    for each in resources:
        if not str(each["type"]).startswith(engines_own):
            inputs = dict(each.get("inputs", {}))
            added = {*inputs.pop(facts.defaults_key, []), facts.defaults_key}
            yield Registered(
                kind=str(each["type"]),
                name=str(each["urn"]).rpartition("::")[2],
                parent=_parent(str(each.get("parent", ""))),
                inputs={} if each.get("external") else _told(_without(inputs, added)),
                is_protected=bool(each.get("protect")),
                is_external=bool(each.get("external")),
            )


def recorded(declared: Declared) -> Iterator[Registered]:
    """What the emulator recorded."""
    for each in declared.resources:
        yield Registered(
            kind=each.type,
            name=each.name,
            parent=_parent(each.parent),
            inputs={} if each.is_external or not is_custom(each) else _told(dict(each.inputs)),
            is_protected=each.is_protected,
            is_external=each.is_external,
        )


def is_custom(each: Resource) -> bool:
    return each.type.startswith("aws:")


def _parent(urn: str) -> str:
    """The parent's own type and name; the stack itself is none."""
    found = urn.rpartition("$")[2] if "$" in urn else urn.split("::", 2)[-1]
    return "" if found.startswith("pulumi:pulumi:Stack") else found


def _without(inputs: dict[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in inputs.items() if name not in names}


def _told(value: object) -> object:
    """The value with secrets revealed, and files as their bytes."""
    if isinstance(value, Asset | Archive):
        # The engine hashes the bytes, of a zip too (pulumi/pulumi, sdk/go/common/resource: archive.go, asset.go).
        return {"file": hashlib.sha256(Path(value.path).read_bytes()).hexdigest()}
    if isinstance(value, list):
        return [_told(each) for each in value]
    if not isinstance(value, dict):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if value.get(wire.signature) == wire.secret_mark:
        return _told(json.loads(value["plaintext"]))
    if value.get(wire.signature) in wire.file_marks:
        return {"file": value["hash"]}
    return {name: _told(each) for name, each in value.items()}
