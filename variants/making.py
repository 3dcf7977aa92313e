"""The work under a lease: the call paid for, its picture verified and stored with where it comes from."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from variants import decode, errors, metrics
from variants.budget import CircuitOpen, Spent
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
    def spend(self, name: str, most: Spending, deadline: Deadline) -> Spent: ...

    def fail(self, name: str, deadline: Deadline) -> bool: ...

    def succeed(self, name: str, deadline: Deadline) -> None: ...


class Originals(Protocol):
    """The originals bucket, to write to."""

    def put_new(self, key: str, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> str | None: ...


class Source(Protocol):
    def fetch(self, path: str, deadline: Deadline) -> Original: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Makes originals. `log` is told of each call, never of what was sent. `metrics_of`: the stack, or empty."""

    api: Api
    ledger: Ledger
    originals: Originals
    source: Source
    limits: Limits
    decoders: tuple[str, ...]
    metrics_of: str = ""
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    log: Callable[[str], None] = print

    def make(self, wanted: Wanted, lease: Lease, deadline: Deadline, after: Deadline) -> Original:
        """The original, made, verified and stored. Raises errors.MirageError; nothing is stored then."""
        began, calls = self.clock(), 0
        spent = Spent(failures=0, used_percent=0.0)

        def spend() -> None:
            nonlocal calls, spent
            spent = self.ledger.spend(wanted.generator.name, wanted.generator.budget, deadline)
            calls += 1

        try:
            made = self.api.make(wanted, deadline, spend)
            content_type = verified(made.body, self.limits, self.decoders)
        except (errors.Upstream, Overloaded, errors.Deadline) as error:
            is_open = self.ledger.fail(wanted.generator.name, after)
            self._called(wanted, {"code": error.code, "circuit_open": is_open}, calls, spent, began)
            raise
        except (errors.Budget, CircuitOpen) as error:
            self._refused(wanted, error, calls)
            raise
        if spent.failures:
            self.ledger.succeed(wanted.generator.name, after)
        self._called(wanted, {"bytes": len(made.body), "type": content_type}, calls, spent, began)
        return self._stored(wanted, made, content_type, lease, after)

    def _stored(self, wanted: Wanted, made: Made, content_type: str, lease: Lease, after: Deadline) -> Original:
        date = datetime.fromtimestamp(lease.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {"content-type": content_type, **provenance(wanted, made.request_id, date)}
        etag = self.originals.put_new(wanted.path, made.body, headers, after)
        if etag is None:  # somebody uploaded it meanwhile: that counts
            return self.source.fetch(wanted.path, after)
        return held(etag, made.body)

    def _called(self, wanted: Wanted, told: Mapping[str, object], calls: int, spent: Spent, began: float) -> None:
        """Nothing: the line of what a generator was asked, well or ill."""
        spent_ms, has_failed = round((self.clock() - began) * 1000), "code" in told
        values = {
            "GeneratorCalls": calls,
            "GeneratorMs": spent_ms,
            "GeneratorFailures": int(has_failed),
            "GeneratorBudgetUsed": spent.used_percent,
            "CircuitOpen": int(told.get("circuit_open") is True),
        }
        level = "warning" if has_failed else "info"
        self._tell(wanted, level, "generator-called", {"calls": calls, "ms": spent_ms, **told}, values)

    def _refused(self, wanted: Wanted, error: errors.MirageError, calls: int) -> None:
        """Nothing: the line of a call that was not made, since its budget is spent or its circuit open."""
        is_open = isinstance(error, CircuitOpen)
        values = {"CircuitOpen": 1.0} if is_open else {"GeneratorBudgetUsed": 100.0}
        told = {"calls": calls, "code": error.code, "circuit_open": is_open}
        self._tell(wanted, "warning", "generator-refused", told, values | ({"GeneratorCalls": calls} if calls else {}))

    def _tell(
        self, wanted: Wanted, level: str, event: str, told: Mapping[str, object], values: Mapping[str, float]
    ) -> None:
        name = wanted.generator.name
        line = {"level": level, "event": event, "generator": name, "original": wanted.path, **told}
        self.log(json.dumps(line | metrics.embedded(self.metrics_of, values, self.now(), {"Generator": name})))


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
