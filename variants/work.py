"""What making a variant needs, and what comes of it: the seams and values of `produce`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from variants import errors, grammar
from variants.settings import Limits, Settings, Watermark
from variants.sidecar import Sidecars

if TYPE_CHECKING:
    from variants.rendered import Rendered
    from variants.s3_answer import Deadline
    from variants.sources import Original
    from variants.store import Stored

Mark = tuple[bytes, Watermark]
Measure = Callable[[str], AbstractContextManager[None]]


class Source(Protocol):
    def fetch(self, path: str, deadline: Deadline) -> Original: ...

    def look(self, path: str, deadline: Deadline) -> str | None: ...


class Store(Protocol):
    def put(self, key: str, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> str | None: ...

    def read(self, key: str, deadline: Deadline) -> Stored | None: ...

    def take_back(self, key: str, etag: str, deadline: Deadline) -> None: ...


class Siblings(Protocol):
    """Looks, while a variant is made, whether others of its original were made of another state (an event was lost)."""

    def watched(self, path: str, original: Original, deadline: Deadline) -> AbstractContextManager[None]: ...


class Imaging(Protocol):
    """What `variants.imaging` is, the module itself."""

    def render(
        self,
        original: BinaryIO,
        variant: grammar.Variant,
        limits: Limits,
        *,
        decoders: tuple[str, ...],
        watermark: Mark | None,
        measure: Measure,
    ) -> Rendered: ...

    def smaller(
        self,
        original: BinaryIO,
        variant: grammar.Variant,
        limits: Limits,
        *,
        decoders: tuple[str, ...],
        watermark: Mark | None,
        max_bytes: int,
    ) -> Rendered: ...

    def describe(
        self, original: BinaryIO, limits: Limits, *, decoders: tuple[str, ...], etag: str, size_bytes: int
    ) -> Rendered: ...


class Renders(Protocol):
    """Counts what is rendered. Raises errors.Budget where it is too much."""

    def spend(self, deadline: Deadline) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that making a variant needs. `room_bytes`: how large a body may be answered here. `keeps`: whether what the
    store takes can be asked of it again. `sidecars`: what the
    Region knows of originals, `siblings`: what else was made of them, where that is asked. `renders`: what bounds the
    stack's renders of an hour, where they are.

    What was made is still to be stored when its time is nearly over: that has a deadline of its own, a later one.
    """

    source: Source
    store: Store
    imaging: Imaging
    settings: Settings
    deadline: Deadline
    store_deadline: Deadline
    measure: Measure
    room_bytes: int
    keeps: bool = True
    sidecars: Sidecars | None = None
    siblings: Siblings | None = None
    renders: Renders | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A picture to answer with, and the headers that S3 would send with it. `how` is X-Mirage's word.

    `not_stored` is why the store does not have it, where it should.
    """

    how: str
    body: bytes
    headers: Mapping[str, str]
    not_stored: errors.MirageError | None = None

    @property
    def size_bytes(self) -> int:
        return len(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """The store has it under this key, and it is too large to be answered here. `how` as in Answer."""

    key: str
    how: str
    size_bytes: int
    not_stored: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One variant to be made of one state of an original. `outdated`: asked for with another `v` (or an old one)."""

    path: str
    variant: grammar.Variant
    outdated: bool
    original: Original

    @property
    def key(self) -> str:
        return grammar.key(self.path, self.variant)
