"""What the Region's work needs, as seams: buckets, the queue, CloudFront, notifications. And its settings."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from origin import page
from origin.notes import Note
from variants import grammar, metrics
from variants.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An original as it is now: its bare ETag, its bytes, and what its owner noted on it."""

    etag: str
    size_bytes: int
    metadata: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Originals(page.Originals, Protocol):
    def look(self, key: str) -> Seen | None: ...

    def read(self, key: str) -> bytes | None: ...

    def write(self, key: str, body: bytes, content_type: str) -> None: ...

    def remove(self, key: str, etag: str) -> bool: ...


class Variants(page.Page, Protocol):
    def children(self, prefix: str) -> Iterator[list[str]]: ...

    def others(self, keys: Sequence[str], original_etag: str) -> list[str]: ...

    def delete(self, keys: Sequence[str]) -> None: ...

    def read(self, key: str) -> bytes | None: ...

    def write(self, key: str, body: bytes, content_type: str) -> None: ...

    def copy_from(self, bucket: str, source: str, etag: str, key: str) -> bool: ...


class Counter(Protocol):
    def take(self, wanted: int, most: int) -> int: ...


class Queue(Protocol):
    def send(self, bodies: Sequence[str], delay_s: int) -> None: ...


class Cache(Protocol):
    def invalidate(self, tags: Sequence[str]) -> None: ...


class Topic(Protocol):
    def tell(self, subject: str, message: str, attributes: Mapping[str, str]) -> None: ...


class Pictures(Protocol):
    """Describing and making, in the Region."""

    def describe(self, original: str) -> tuple[str, Mapping[str, object]]: ...

    def make(self, key: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The stack's settings of this function. `presets` are the options segments of each preset, by name;
    `pregenerate` are pairs of a path's prefix and a preset's name; `untagged` matches the files that CloudFront has
    from S3 as they are, without a tag: in the mode without Lambda@Edge."""

    second_sweep_s: int = 60
    invalidations_per_minute: int = 60
    quarantine: bool = False
    presets: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    pregenerate: Sequence[Sequence[str]] = ()
    untagged: str = ""

    def purged(self, note: Note) -> str:
        """What CloudFront is asked to purge for a note: the original's tag, or the path of what has none.

        A path with a tilde is refused (AWS "Specify the files to invalidate", read 2026-11): a wildcard stands for it.
        """
        if not self.untagged or not re.search(self.untagged, note.original):
            return note.tag
        path, tilde, _ = ("/" + grammar.encode_path(note.original)).partition("~")
        return f"{path}*" if tilde else path

    def segments(self, original: str) -> list[str]:
        """The options segments of what is made of this original as soon as it is there, each once."""
        names = [name for prefix, name in self.pregenerate if original.startswith(prefix)]
        return list(dict.fromkeys(segment for name in names for segment in self.presets[name]))


def chosen_from(text: str) -> Chosen:
    """The settings that `json.dumps(dataclasses.asdict(chosen))` printed. Raises ValueError for any other names."""
    said = json.loads(text)
    names = {each.name for each in dataclasses.fields(Chosen)}
    if not isinstance(said, dict) or set(said) != names:
        raise ValueError(f"Expected exactly {sorted(names)} for the settings, received {sorted(said)}.")
    return Chosen(**said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What the handler works on. `topic` is None in a stack without notifications."""

    settings: Settings
    chosen: Chosen
    originals: Originals
    variants: Variants
    pictures: Pictures
    counter: Counter
    queue: Queue
    cache: Cache
    topic: Topic | None = None
    log: Callable[[str], None] = print
    now: Callable[[], float] = lambda: 0.0

    def say(self, event: str, level: str = "info", **told: object) -> None:
        """One line of JSON."""
        self.log(json.dumps({"level": level, "event": event, **told}))

    def count(self, event: str, values: Mapping[str, float], level: str = "info", **told: object) -> None:
        """One line of JSON, whose values are metrics in a stack that keeps them."""
        self.say(event, level, **{**told, **values, **metrics.embedded(self.settings.metrics_of, values, self.now())})
