"""In-memory stand-ins for what the edge and the origin talk to: same behaviour, no network, no waiting."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import BinaryIO

from origin.region import Seen
from variants import errors
from variants.grammar import Variant
from variants.rendered import Rendered
from variants.settings import Settings
from variants.sources import Original
from variants.store import Stored
from variants.stream import StreamView

settings = Settings(region="eu-central-1", originals_bucket="originals-test", variants_bucket="variants-test")


def md5(body: bytes) -> str:
    """The ETag that S3 gives a body put in one part without KMS, quoted."""
    return f'"{hashlib.md5(body).hexdigest()}"'


class Bytes:
    """A body that is there at once, or breaks off after some bytes."""

    def __init__(self, body: bytes, breaks_after: int | None = None) -> None:
        self._left = body if breaks_after is None else body[:breaks_after]

    def read(self, size: int) -> bytes:
        had, self._left = self._left[:size], self._left[size:]
        return had

    def close(self) -> None:
        self._left = b""


class Patience:
    """A deadline that never comes, or has come."""

    def __init__(self, left_s: float = 8.0) -> None:
        self._left_s = left_s

    def left_s(self) -> float:
        return self._left_s

    def check(self, needed_s: float = 0.0) -> None:
        if self._left_s <= needed_s:
            raise errors.Deadline("The time for this picture is over; ask again in a moment.")


@dataclass
class FakeSource:
    """Originals by path. `then` runs once after a fetch: what happens to the original meanwhile."""

    originals: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    then: list[Callable[[], None]] = field(default_factory=list)
    failure: errors.MirageError | None = None

    def fetch(self, path: str, deadline: object) -> Original:
        self.fetched.append(path)
        if self.failure is not None:
            raise self.failure
        if path not in self.originals:
            raise errors.NotFound("There is no such original.")
        body = self.originals[path]
        if self.then:
            self.then.pop(0)()
        view = StreamView(len(body), lambda: Bytes(body)).start()
        return Original(etag=md5(body), size_bytes=len(body), body=view)

    def look(self, path: str, deadline: object) -> str | None:
        self.looked.append(path)
        return md5(self.originals[path]) if path in self.originals else None


@dataclass
class FakeStore:
    """Variants by key. `then` runs once after a put that succeeded, `before` once ahead of one."""

    variants: dict[str, Stored] = field(default_factory=dict)
    taken_back: list[str] = field(default_factory=list)
    before: list[Callable[[], None]] = field(default_factory=list)
    then: list[Callable[[], None]] = field(default_factory=list)
    failure: errors.MirageError | None = None

    def put(self, key: str, body: bytes, headers: Mapping[str, str], deadline: object) -> str | None:
        if self.failure is not None:
            raise self.failure
        if self.before:
            self.before.pop(0)()
        if key in self.variants:
            return None
        self.variants[key] = Stored(etag=md5(body), headers=dict(headers), body=body)
        if self.then:
            self.then.pop(0)()
        return md5(body)

    def read(self, key: str, deadline: object) -> Stored | None:
        return self.variants.get(key)

    def take_back(self, key: str, etag: str, deadline: object) -> None:
        self.taken_back.append(key)
        if key in self.variants and self.variants[key].etag == etag:
            del self.variants[key]


@dataclass
class FakeImaging:
    """Renders by copying: `<original> as <format>`, padded to `size_bytes`."""

    size_bytes: int = 0
    reduced: bool = False
    rendered: list[Variant] = field(default_factory=list)
    watermarks: list[object] = field(default_factory=list)
    failure: errors.MirageError | None = None

    def render(
        self,
        original: BinaryIO,
        variant: Variant,
        limits: object,
        *,
        decoders: tuple[str, ...],
        watermark: object,
        measure: object,
    ) -> Rendered:
        self.rendered.append(variant)
        self.watermarks.append(watermark)
        if self.failure is not None:
            raise self.failure
        form = {"auto": "jpg", "auto-webp": "webp", "auto-avif": "avif"}.get(variant.f, variant.f)
        body = (original.read() + f" as {form}".encode()).ljust(self.size_bytes, b".")
        return self._rendered(body, form, self.reduced)

    def smaller(
        self,
        original: BinaryIO,
        variant: Variant,
        limits: object,
        *,
        decoders: tuple[str, ...],
        watermark: object,
        max_bytes: int,
    ) -> Rendered:
        return self._rendered(original.read() + b" smaller", "jpg", True)

    def describe(
        self, original: BinaryIO, limits: object, *, decoders: tuple[str, ...], etag: str, size_bytes: int
    ) -> Rendered:
        body = f'{{"etag":"{etag}","bytes":{size_bytes}}}'.encode()
        return Rendered(body=body, content_type="application/json", width=1, height=1, format="json")

    def _rendered(self, body: bytes, form: str, reduced: bool) -> Rendered:
        return Rendered(
            body=body,
            content_type={"jpg": "image/jpeg"}.get(form, f"image/{form}"),
            width=1,
            height=1,
            format=form,
            reduced=reduced,
            quality=80,
        )


def unmeasured(_stage: str) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass
class FakeBucket:
    """A bucket as the Region sees it: bodies by key."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    deletes: list[list[str]] = field(default_factory=list)
    page_keys: int = 1000
    metadata: dict[str, dict[str, str]] = field(default_factory=dict)
    other: FakeBucket | None = None
    others_asked: int = 0

    def look(self, key: str) -> Seen | None:
        if key not in self.bodies:
            return None
        body = self.bodies[key]
        return Seen(etag=md5(body).strip('"'), size_bytes=len(body), metadata=self.metadata.get(key, {}))

    def others(self, keys: Sequence[str], original_etag: str) -> list[str]:
        self.others_asked += len(keys)
        there = [key for key in keys if key in self.bodies]
        return [key for key in there if self.metadata.get(key, {}).get("original-etag") != original_etag]

    def read(self, key: str) -> bytes | None:
        # S3 "Naming Amazon S3 objects", read 2026-11
        assert len(key.encode()) <= 1024, "KeyTooLongError"
        return self.bodies.get(key)

    def write(self, key: str, body: bytes, content_type: str) -> None:
        self.bodies[key] = body

    def remove(self, key: str, etag: str) -> bool:
        seen = self.look(key)
        if seen is None or seen.etag != etag:
            return False
        del self.bodies[key]
        return True

    def copy_from(self, bucket: str, source: str, etag: str, key: str) -> bool:
        assert bucket == "originals-test"
        found = self.other.look(source) if self.other else None
        if self.other is None or found is None or found.etag != etag:
            return False
        self.bodies[key] = self.other.bodies[source]
        return True

    def etag(self, key: str) -> str | None:
        return md5(self.bodies[key]) if key in self.bodies else None

    def children(self, prefix: str) -> Iterator[list[str]]:
        found = sorted(key for key in self.bodies if key.startswith(prefix) and "/" not in key[len(prefix) :])
        for start in range(0, len(found), self.page_keys):
            yield found[start : start + self.page_keys]

    def all(self) -> Iterator[tuple[str, int]]:
        yield from sorted((key, len(body)) for key, body in self.bodies.items())

    def delete(self, keys: Sequence[str]) -> None:
        self.deletes.append(list(keys))
        for key in keys:
            self.bodies.pop(key, None)

    def write_json(self, key: str, value: object, cache_control: str) -> None:
        self.bodies[key] = json.dumps(value).encode()


@dataclass
class FakePictures:
    """Describes and makes in the Region: what is text is refused, as the decoders would. `made` are the keys asked."""

    originals: FakeBucket
    made: list[str] = field(default_factory=list)
    failure: errors.MirageError | None = None

    def describe(self, original: str) -> tuple[str, Mapping[str, object]]:
        seen = self.originals.look(original)
        if seen is None:
            raise errors.NotFound("There is no such original.")
        # A stepping bucket lets others go on after a look: it may be gone by now.
        if self.originals.bodies.get(original, b"").startswith(b"text"):
            raise errors.Unsupported("Expected a picture as JPEG, received something else.")
        return seen.etag, {"width": 1, "height": 1, "etag": seen.etag}

    def make(self, key: str) -> str:
        if self.failure is not None:
            raise self.failure
        self.made.append(key)
        return "made"


@dataclass
class FakeCounter:
    """What a minute still allows."""

    left: int = 1000

    def take(self, wanted: int, most: int) -> int:
        granted = min(wanted, most, self.left)
        self.left -= granted
        return granted


@dataclass
class FakeQueue:
    """Bodies and delays of what was sent."""

    sent: list[tuple[str, int]] = field(default_factory=list)

    def send(self, bodies: Sequence[str], delay_s: int) -> None:
        self.sent += [(body, delay_s) for body in bodies]


@dataclass
class FakeTopic:
    """What was told: subject, message, attributes."""

    told: list[tuple[str, Mapping[str, object], Mapping[str, str]]] = field(default_factory=list)
    failure: OSError | None = None

    def tell(self, subject: str, message: str, attributes: Mapping[str, str]) -> None:
        if self.failure is not None:
            raise self.failure
        self.told.append((subject, json.loads(message), attributes))


@dataclass
class FakeCache:
    """A distribution's cache as an invalidation sees it."""

    invalidated: list[list[str]] = field(default_factory=list)

    def invalidate(self, tags: Sequence[str]) -> None:
        self.invalidated.append(list(tags))
