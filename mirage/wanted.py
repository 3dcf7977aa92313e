"""Which originals a verb is for: one by its path, all below a folder, or those of a cache tag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mirage.bucket import Bucket
from mirage.paths import original, tag
from mirage.stack import Stack
from mirage.stop import Stop
from variants import grammar


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`path` is an original, or with `is_folder` what begins every path (empty: all); `tag` is a cache tag."""

    path: str = ""
    is_folder: bool = False
    tag: str = ""

    def __str__(self) -> str:
        return f"#{self.tag}" if self.tag else self.path + ("*" if self.is_folder else "")

    @property
    def items(self) -> list[str]:
        """What CloudFront is told to forget: an original's tag and its plain path (a file's); a wildcard; a tag."""
        if self.tag:
            return [f"#{self.tag}"]
        if self.is_folder:
            return [f"/{grammar.encode_path(self.path)}*"]
        return [f"#{tag(self.path)}", f"/{grammar.encode_path(self.path)}"]


def read(stack: Stack, named: str) -> Wanted:
    """What a word of the command line names: `cats/1.jpg`, `cats/`, `cats/*`, `*`, a URL, `#o-…`. Raises Stop."""
    if named.startswith("#"):
        found = named[1:].lower()
        if not found.startswith("o-") or len(found) != 34:
            raise Stop(f"Expected a cache tag like #o- and 32 hex digits, received {named!r}.")
        return Wanted(tag=found)
    if named.endswith(("*", "/")):
        folder = named.removesuffix("*").removeprefix(stack.url).removeprefix("/")
        if "*" in folder:
            raise Stop(f"Expected one * at the end of a path, received {named!r}.")
        return Wanted(path=folder, is_folder=True)
    return Wanted(path=original(stack, named))


def variants_of(wanted: Wanted, variants: Bucket) -> Iterator[str]:
    """The keys of the stored variants, of every epoch: an original's own, never those of one below its name."""
    if wanted.is_folder:
        found = (each.key for each in variants.all(f"{grammar.store_prefix}{wanted.path}"))
    elif wanted.tag:
        found = (
            each.key
            for each in variants.all(grammar.store_prefix)
            if tag(each.key.removeprefix(grammar.store_prefix).rpartition("/")[0]) == wanted.tag
        )
    else:
        prefix = f"{grammar.store_prefix}{wanted.path}/"
        found = (each.key for each in variants.all(prefix, children_only=True))
    return (key for key in found if grammar.is_key(key))
