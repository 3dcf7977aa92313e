"""Nothing is ignored in silence: a property that nobody knows, in any block of any resource, is named at the start."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from emulator import known
from emulator.chain import Chain, Place
from emulator.program import Declared, Resource
from emulator.reading import NotHonoured, Reader
from emulator.switches import Switches
from tests.chain_world import changed, kept, with_resources, world
from tests.declared import stack

pytestmark = pytest.mark.emulator

unknown = "unheardOf"
# Whatever is in these changes no answer, or is a name of the program's own.
open_blocks = {"tags", "variables", "visibilityConfig", "accessControlAllowMethods", "accessControlAllowHeaders"}
Block = tuple[str | int, ...]


@pytest.fixture(scope="module", params=["edge", "regional"])
def declared(request: pytest.FixtureRequest) -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return stack() if request.param == "edge" else stack(mode="regional", eventBridge="true", waf="true")


def blocks(found: object, path: Block = ()) -> Iterator[Block]:
    """The way to each block of a resource's inputs, its own first."""
    if isinstance(found, Mapping):
        yield path
    entries = found.items() if isinstance(found, Mapping) else enumerate(found) if isinstance(found, list) else ()
    for name, value in entries:
        if name not in open_blocks:
            yield from blocks(value, (*path, name))


def with_unknown(found: object, path: Block) -> object:
    """The inputs, with a property that nobody knows in the block at `path`."""
    if isinstance(found, list):
        return [with_unknown(value, path[1:]) if at == path[0] else value for at, value in enumerate(found)]
    assert isinstance(found, Mapping)
    if not path:
        return {**found, unknown: "x"}
    return {name: with_unknown(value, path[1:]) if name == path[0] else value for name, value in found.items()}


def sentence(declared: Declared, scratch: Path) -> str:
    """What a start ends with; empty where it starts. Most of it is read before anything is made."""

    async def start() -> None:
        async with world(declared, scratch):
            pass

    try:
        Chain(declared, Place(folder=kept, scratch=scratch, tls_port=1), Switches())
        asyncio.run(start())
    except NotHonoured as why:
        return str(why)
    return ""


def each_block(declared: Declared) -> Iterator[tuple[Resource, Block]]:
    """Every block once for each type of resource; the elements of a list are alike."""
    seen = set()
    for each in declared.resources:
        if not each.type.startswith("aws:") or each.type in known.without_effect:
            continue
        for path in blocks(each.inputs):
            name = (each.type, tuple(part for part in path if isinstance(part, str)))
            if name not in seen:
                seen.add(name)
                yield each, path


def test_a_property_that_nobody_knows_is_named_in_every_block(declared: Declared, tmp_path: Path) -> None:
    silent = []
    for at, (resource, path) in enumerate(each_block(declared)):
        inputs = with_unknown(resource.inputs, path)
        changed = with_resources(
            declared, lambda each, one=resource, new=inputs: replace(each, inputs=new) if each is one else each
        )
        if unknown not in sentence(changed, tmp_path / str(at)):
            silent.append(f"{resource.type} {'.'.join(map(str, path))}")
    assert silent == []


def test_what_is_said_to_be_off_or_nought_is_said() -> None:
    """False and 0 are no absence: what AWS has on unless told is turned off by them."""
    for value in (False, 0):
        with pytest.raises(NotHonoured, match=r"it\.isEnabled"):
            Reader("it", {"isEnabled": value}).finish()
    Reader("it", {"isEnabled": None, "name": "", "items": [], "tags": {}}).finish()


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("Queue", "notes", {"policy": "{}"}),
        ("Topic", "alarms-eu-central-1", {"kmsMasterKeyId": "alias/aws/sns"}),
    ],
)
def test_what_would_change_rights_or_order_is_named(
    declared: Declared, tmp_path: Path, kind: str, name: str, said: dict[str, object]
) -> None:
    found = changed(declared, kind, name, lambda inputs: inputs.update(said))
    assert next(iter(said)) in sentence(found, tmp_path)
