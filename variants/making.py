"""The work under a lease: the call paid for, its picture verified and stored with where it comes from."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from variants import decode, errors
from variants.calling import Made, Overloaded, Spend
from variants.generated import held, provenance
from variants.generators import Spending, Wanted
from variants.lease import Lease
from variants.s3_answer import Deadline
from variants.settings import Limits
from variants.sources import Original

content_types = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
    "TIFF": "image/tiff",
}


class Api(Protocol):
    def make(self, wanted: Wanted, deadline: Deadline, spend: Spend) -> Made: ...


class Ledger(Protocol):
    def spend(self, name: str, most: Spending, deadline: Deadline) -> int: ...

    def fail(self, name: str, deadline: Deadline) -> bool: ...

    def succeed(self, name: str, deadline: Deadline) -> None: ...


class Originals(Protocol):
    """The originals bucket, to write to."""

    def put_new(self, key: str, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> str | None: ...


class Source(Protocol):
    def fetch(self, path: str, deadline: Deadline) -> Original: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Makes originals. `log` is told of each call, never of what was sent."""

    api: Api
    ledger: Ledger
    originals: Originals
    source: Source
    limits: Limits
    decoders: tuple[str, ...]
    clock: Callable[[], float] = time.monotonic
    log: Callable[[str], None] = print

    def make(self, wanted: Wanted, lease: Lease, deadline: Deadline, after: Deadline) -> Original:
        """The original, made, verified and stored. Raises errors.MirageError; nothing is stored then."""
        began, calls = self.clock(), 0
        failures = 0

        def spend() -> None:
            nonlocal calls, failures
            failures = self.ledger.spend(wanted.generator.name, wanted.generator.budget, deadline)
            calls += 1

        try:
            made = self.api.make(wanted, deadline, spend)
            content_type = verified(made.body, self.limits, self.decoders)
        except (errors.Upstream, Overloaded, errors.Deadline) as error:
            is_open = self.ledger.fail(wanted.generator.name, after)
            self._tell(wanted, {"calls": calls, "code": error.code, "circuit_open": is_open}, began)
            raise
        if failures:
            self.ledger.succeed(wanted.generator.name, after)
        self._tell(wanted, {"calls": calls, "bytes": len(made.body), "type": content_type}, began)
        return self._stored(wanted, made, content_type, lease, after)

    def _stored(self, wanted: Wanted, made: Made, content_type: str, lease: Lease, after: Deadline) -> Original:
        date = datetime.fromtimestamp(lease.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {"content-type": content_type, **provenance(wanted, made.request_id, date)}
        etag = self.originals.put_new(wanted.path, made.body, headers, after)
        if etag is None:  # somebody uploaded it meanwhile: that counts
            return self.source.fetch(wanted.path, after)
        return held(etag, made.body)

    def _tell(self, wanted: Wanted, told: Mapping[str, object], began: float) -> None:
        spent_ms = round((self.clock() - began) * 1000)
        level = "warning" if "code" in told else "info"
        line = {"level": level, "event": "generator-called", "generator": wanted.generator.name, "ms": spent_ms}
        self.log(json.dumps({**line, "original": wanted.path, **told}))


def verified(body: bytes, limits: Limits, decoders: tuple[str, ...]) -> str:
    """The content type of a picture, by its bytes alone, that the stack reads whole.

    Raises errors.UpstreamBad for whatever would be refused as an upload, or is cut short.
    """
    if len(body) > limits.max_source_bytes:
        raise errors.UpstreamBad(f"The generator's picture has more than {limits.max_source_bytes} bytes.")
    try:
        source = decode.open_source(io.BytesIO(body), limits, decoders)
        with decode.reading("The generator's picture"):
            source.picture.load()
    except errors.Unsupported as error:
        raise errors.UpstreamBad("The generator's answer is no picture that this stack reads.") from error
    return content_types[source.format]
