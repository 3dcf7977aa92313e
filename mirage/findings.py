"""What is wrong with an object of the variants bucket, seen beside its original as it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

from mirage.bucket import Bucket, Head, Object
from mirage.paths import unservable
from variants import errors, grammar, sidecar
from variants.table import table

others = ("page/", "lease/", sidecar.quarantine_prefix)
known_originals = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`kind`: stale, orphaned, foreign, broken or unservable. `is_ours`: to be deleted, since it is made again."""

    kind: str
    key: str
    why: str
    original: str = ""
    is_ours: bool = True


class Readable(Protocol):
    def read(self, size: int) -> bytes: ...


class Judge:
    """Judges objects of the variants bucket, one by one; safe in several threads."""

    def __init__(self, originals: Bucket, variants: Bucket) -> None:
        self._variants = variants
        self._originals = originals
        self._head: Callable[[str], Head | None] = lru_cache(known_originals)(originals.head)

    def stored(self, found: Object) -> Finding | None:
        """What is wrong with an object of the variants bucket, None where nothing is."""
        if found.key.startswith(grammar.store_prefix):
            return self._variant(found)
        if found.key.startswith(sidecar.prefix):
            return self._sidecar(found)
        if found.key.startswith(others):
            return None
        return Finding(kind="foreign", key=found.key, why="nothing of Mirage's is there", is_ours=False)

    def original(self, found: Object) -> Finding | None:
        """What is wrong with an original's name."""
        if found.key.startswith(f"{grammar.reserved_segment}/") or not (why := unservable(found.key)):
            return None
        return Finding(kind="unservable", key=found.key, why=why, original=found.key, is_ours=False)

    def _variant(self, found: Object) -> Finding | None:
        key = found.key.removeprefix(grammar.store_prefix)
        original, _, segment = key.rpartition("/")

        def wrong(kind: str, why: str) -> Finding:
            return Finding(kind=kind, key=found.key, why=why, original=original)

        if not grammar.is_key(key):
            return wrong("foreign", "its name is no key")
        there = self._head(original)
        if there is None:
            return wrong("orphaned", "its original is gone")
        head = self._variants.head(found.key)
        if head is None:  # it went while we looked
            return None
        if found.size_bytes == 0 or not head.metadata.get("original-etag"):
            return wrong("broken", "it is empty" if found.size_bytes == 0 else "it does not say what it was made of")
        if head.content_type != "application/json" and not head.content_type.startswith("image/"):
            return wrong("broken", f"its type is {head.content_type}")
        if head.metadata["original-etag"].strip('"') != there.etag:
            return wrong("stale", "its original has changed since")
        return self._of_this_epoch(key, segment, wrong)

    @staticmethod
    def _of_this_epoch(key: str, segment: str, wrong: Callable[[str, str], Finding]) -> Finding | None:
        """A key of this epoch must be one that is printed; those of others age out by themselves."""
        if not segment.startswith(f"e{table.epoch},"):
            return None
        try:
            grammar.parse(key)
        except errors.Deploying as why:
            return wrong("foreign", f"no URL leads to it: {why.message}")
        return None

    def _sidecar(self, found: Object) -> Finding | None:
        original = found.key.removeprefix(sidecar.prefix)
        answer = self._variants.client.get_object(Bucket=self._variants.name, Key=found.key)
        known = sidecar.read(cast("Mapping[str, Readable]", answer)["Body"].read(sidecar.max_bytes))
        there = self._head(original)
        if known is not None and known.refusal is not None and (there is not None or known.quarantined):
            reason = f"the original is refused: {known.refusal.message}"
            return Finding(kind="broken", key=found.key, why=reason, original=original, is_ours=False)
        if there is None:
            return Finding(kind="orphaned", key=found.key, why="its original is gone", original=original)
        if known is None or known.etag != there.etag:
            return Finding(kind="stale", key=found.key, why="its original has changed since", original=original)
        return None
