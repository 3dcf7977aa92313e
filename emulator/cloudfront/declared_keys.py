"""Public keys and key groups, read strictly from recorded inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from emulator.quotas import keys_of_group_max
from emulator.reading import NotHonoured, Reader

if TYPE_CHECKING:
    from emulator.recorded import Recorded


def read_key_groups(resources: Sequence[Recorded]) -> dict[str, Mapping[str, str]]:
    """The PEM of each key, by the ids of its group and its own."""
    keys = {
        each.id: _key(Reader(f"PublicKey {each.name}", each.inputs))
        for each in resources
        if each.type == "aws:cloudfront/publicKey:PublicKey"
    }
    return {
        each.id: _group(Reader(f"KeyGroup {each.name}", each.inputs), keys)
        for each in resources
        if each.type == "aws:cloudfront/keyGroup:KeyGroup"
    }


def _key(reader: Reader) -> str:
    reader.without_effect("name", "comment")
    encoded = reader.text("encodedKey")
    reader.finish()
    return encoded


def _group(reader: Reader, keys: Mapping[str, str]) -> dict[str, str]:
    reader.without_effect("name", "comment")
    items = reader.texts("items")
    reader.finish()
    if not 1 <= len(items) <= keys_of_group_max or not set(items) <= set(keys):
        raise NotHonoured(f"{reader.path} takes one to {keys_of_group_max} public keys of the program, not {items}.")
    return {item: keys[item] for item in items}
