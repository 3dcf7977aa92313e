"""Originals that do not exist yet: the originals bucket first, then the generator that the path belongs to."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from variants import errors, generators
from variants.generators import Generator, Wanted
from variants.lease import Lease, Leases
from variants.s3_answer import Deadline
from variants.sources import Original
from variants.stream import StreamView

# What verifying, storing and giving back the lease may take after the generator's own time.
after_s = 8


class Bucket(Protocol):
    """The originals, as far as they are read here."""

    def fetch(self, path: str, deadline: Deadline) -> Original: ...

    def look(self, path: str, deadline: Deadline) -> str | None: ...


class Maker(Protocol):
    def make(self, wanted: Wanted, lease: Lease, deadline: Deadline, after: Deadline) -> Original: ...


class Later(Protocol):
    """Hands work to the Region: what needs longer than the edge has."""

    def start(self, wanted: Wanted, lease: Lease, deadline: Deadline) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """The source of a stack with generators. `extend` gives the work the time back that a generator took.

    `longest_s`: what a generator may take here; where one needs longer, `later` has it made.
    """

    bucket: Bucket
    generators: Callable[[], Sequence[Generator]]
    leases: Leases
    maker: Callable[[], Maker]
    later: Later
    longest_s: int
    deadline: Callable[[float], Deadline]
    extend: Callable[[float], None]

    def fetch(self, path: str, deadline: Deadline) -> Original:
        """The original at a decoded path, made where it is missing and a generator's route matches.

        Raises what the bucket raises, errors.BadOption, errors.Upstream, errors.Budget, errors.Busy; errors.Making
        where it is being made and will take longer than anybody waits.
        """
        try:
            return self.bucket.fetch(path, deadline)
        except errors.Archived:
            raise
        except errors.NotFound:
            wanted = generators.match(path, self.generators())
            if wanted is None:
                raise
        own = self.deadline(self.longest_s)
        began_s = own.left_s()
        try:
            return self._made(wanted, own)
        except errors.MirageError as error:
            raise _as_declared(error, wanted.generator) from error
        finally:
            self.extend(began_s - own.left_s())

    def look(self, path: str, deadline: Deadline) -> str | None:
        """The ETag that the original has now; None where it is gone."""
        return self.bucket.look(path, deadline)

    def _made(self, wanted: Wanted, deadline: Deadline) -> Original:
        """The original: made here, or by whoever holds the lease."""
        is_slow = wanted.generator.timeout_s > self.longest_s
        seconds = wanted.generator.timeout_s + (3 * after_s if is_slow else after_s)
        while True:
            lease = self.leases.take(wanted.path, seconds, deadline)
            if lease is not None:
                break
            if is_slow:
                raise errors.Making("This picture is being made; ask again in a moment.")
            self.leases.wait(wanted.path, deadline)
            if self.bucket.look(wanted.path, deadline) is not None:
                return self.bucket.fetch(wanted.path, deadline)
        if is_slow:
            return self._made_later(wanted, lease, deadline)
        # Its own time, or what is left of ours: the lease is as long as that, and never outlived by its work.
        timeout_s = min(wanted.generator.timeout_s, deadline.left_s())
        own, after = self.deadline(timeout_s), self.deadline(timeout_s + after_s)
        return under_lease(wanted, lease, self.leases, self.maker(), self.bucket, own, after)

    def _made_later(self, wanted: Wanted, lease: Lease, deadline: Deadline) -> Original:
        """Nothing: raises errors.Making, once the Region has the work; the lease is its own from then on."""
        if self.bucket.look(wanted.path, deadline) is not None:
            self.leases.release(lease, deadline)
            return self.bucket.fetch(wanted.path, deadline)
        try:
            self.later.start(wanted, lease, deadline)
        except errors.MirageError:
            self.leases.release(lease, deadline)
            raise
        raise errors.Making("This picture is being made; ask again in a moment.")


def under_lease(
    wanted: Wanted, lease: Lease, leases: Leases, maker: Maker, bucket: Bucket, deadline: Deadline, after: Deadline
) -> Original:
    """The original, made by the lease's owner; the lease is given back, or tells the others why there is none.

    `after`: the later deadline, of storing and of giving back the lease.
    """
    try:
        if bucket.look(wanted.path, deadline) is not None:  # it appeared between our look and the lease
            made = bucket.fetch(wanted.path, deadline)
        else:
            made = maker.make(wanted, lease, deadline, after)
    except errors.MirageError as error:
        leases.fail(lease, error, after)
        raise
    except BaseException:
        leases.release(lease, after)
        raise
    leases.release(lease, after)
    return made


def held(etag: str, body: bytes) -> Original:
    """An original whose bytes are here."""
    view = StreamView(len(body), lambda: io.BytesIO(body)).start()
    return Original(etag=etag, size_bytes=len(body), body=view, is_generated=True)


def provenance(wanted: Wanted, request_id: str, date: str) -> Mapping[str, str]:
    """The metadata that says where an original comes from."""
    found = {
        "x-amz-meta-mirage-generator": wanted.generator.name,
        "x-amz-meta-mirage-parameters": wanted.generator.digest(wanted.values),
        "x-amz-meta-mirage-made": date,
    }
    return found | ({"x-amz-meta-mirage-request-id": request_id} if request_id else {})


def _as_declared(error: errors.MirageError, generator: Generator) -> errors.MirageError:
    """The error; with a picture in its place where the generator's `onError` says so."""
    return error.drawn() if generator.on_error == "fallback" else error
