"""One paid call for many who ask at once: a lease in the variants bucket, by S3's conditional writes and S3's clock.

    lease/<SHA-256 of the path>      {"state": "held", "owner": …, "seconds": …}
                                     {"state": "failed", "code": …, "seconds": …}    a note for those who waited

A lease is written where there is none (`If-None-Match: *`). It is dead when S3's own `Date` is further than `seconds`
from the object's `Last-Modified`: no maker's clock is asked. A dead one is taken over with `If-Match` on its ETag, so
that of several heirs one wins. S3 User Guide, "Conditional writes", read 2026-11.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Protocol, TypedDict, cast

from variants import errors
from variants.s3 import Request
from variants.s3_answer import Deadline

prefix = "lease/"
# Last-Modified and Date are whole seconds, so an age is right within one.
rounding_s = 1
# How long those who come after a failure are told of it instead of calling again; CloudFront keeps a 5xx as long.
failure_s = 10
# Between two looks of one who waits. 10 waiters a second and lease are far from S3's 5,500 reads a second.
first_look_s, longest_look_s = 0.2, 1.0


class Answer(Protocol):
    """What is used of S3's answer."""

    status: int
    headers: dict[str, str]

    def read(self, size: int) -> bytes: ...

    def close(self) -> None: ...

    def error(self) -> errors.MirageError: ...


class Bucket(Protocol):
    def ask(self, request: Request, deadline: Deadline) -> Answer: ...


class Written(TypedDict, total=False):
    state: str
    owner: str
    seconds: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A lease's object as it is: `age_s` by S3's clock."""

    etag: str
    age_s: float
    said: Written

    @property
    def is_alive(self) -> bool:
        return self.age_s <= self.said.get("seconds", 0) + rounding_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """What its owner holds: `now` is S3's time when it was written, in seconds since 1970."""

    key: str
    owner: str
    etag: str
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """The leases of a stack. `refusals`: the errors that a note may tell of, by code."""

    bucket: Bucket
    sleep: Callable[[float], None] = time.sleep
    owner: Callable[[], str] = lambda: uuid.uuid4().hex

    def take(self, path: str, seconds: int, deadline: Deadline, *, owner: str = "") -> Lease | None:
        """The lease on a path for so long; None where another has it.

        `owner`: who already has it, perhaps, and goes on. Raises the error that another's work ended in just now.
        """
        key, owner = key_of(path), owner or self.owner()
        lease = self._write(key, _held(owner, seconds), {"if-none-match": "*"}, deadline)
        if lease is not None:
            return lease
        found = self.look(path, deadline)
        if found is None:
            return self._write(key, _held(owner, seconds), {"if-none-match": "*"}, deadline)
        is_own = found.said.get("owner") == owner
        if found.is_alive and not is_own:
            raise_failure(found)
            return None
        return self._write(key, _held(owner, seconds), {"if-match": found.etag}, deadline)

    def wait(self, path: str, deadline: Deadline) -> None:
        """Nothing, as soon as nobody alive holds the lease. Raises the error that its work ended in, errors.Busy."""
        pause_s = first_look_s
        while deadline.left_s() > pause_s:
            self.sleep(random.uniform(pause_s / 2, pause_s))
            found = self.look(path, deadline)
            if found is None or not found.is_alive:
                return
            raise_failure(found)
            pause_s = min(longest_look_s, pause_s * 1.5)
        raise errors.Busy("Somebody else is having this picture made; ask again in a moment.")

    def look(self, path: str, deadline: Deadline) -> Found | None:
        """The lease on a path as it is now, None where there is none."""
        answer = self.bucket.ask(Request(method="GET", key=key_of(path), headers={}), deadline)
        if answer.status == 404:
            answer.close()
            return None
        if answer.status != 200:
            raise answer.error()
        said = cast("Written", json.loads(answer.read(4096)))
        answer.close()
        age_s = moment(answer.headers["date"]) - moment(answer.headers["last-modified"])
        return Found(etag=answer.headers["etag"], age_s=age_s, said=said)

    def release(self, lease: Lease, deadline: Deadline) -> None:
        """Nothing: the lease is gone, unless somebody took it over since."""
        request = Request(method="DELETE", key=lease.key, headers={"if-match": lease.etag})
        self.bucket.ask(request, deadline).close()

    def fail(self, lease: Lease, error: errors.MirageError, deadline: Deadline) -> None:
        """Nothing: in the lease's place a note tells those who ask in the next seconds how it ended."""
        note: Written = {"state": "failed", "code": error.code, "seconds": failure_s}
        self._write(lease.key, note, {"if-match": lease.etag}, deadline)

    def _write(self, key: str, said: Written, condition: dict[str, str], deadline: Deadline) -> Lease | None:
        headers = {"content-type": "application/json", **condition}
        answer = self.bucket.ask(
            Request(method="PUT", key=key, headers=headers, body=json.dumps(said).encode()), deadline
        )
        if answer.status in (404, 412):  # 404: what was to be replaced is gone
            answer.close()
            return None
        if answer.status != 200:
            raise answer.error()
        answer.close()
        now = moment(answer.headers["date"])
        return Lease(key=key, owner=said.get("owner", ""), etag=answer.headers["etag"], now=now)


def key_of(path: str) -> str:
    """The key of a path's lease."""
    return prefix + hashlib.sha256(path.encode()).hexdigest()


def moment(date: str) -> float:
    """The seconds since 1970 of an HTTP date (RFC 9110, 5.6.7)."""
    return parsedate_to_datetime(date).timestamp()


def raise_failure(found: Found) -> None:
    """Nothing where the work is under way; raises what it ended in."""
    kinds = {kind.code: kind for kind in (errors.UpstreamBad, errors.UpstreamBlocked, errors.UpstreamTimeout)}
    if found.said.get("state") == "failed":
        kind = kinds.get(found.said.get("code", ""), errors.Busy)
        raise kind("The generator failed a moment ago; ask again in a moment.")


def _held(owner: str, seconds: int) -> Written:
    return {"state": "held", "owner": owner, "seconds": seconds}
