"""What can go wrong, in one tree.

    MirageError            status, code, cache_seconds, shared_seconds, retry_after_s
    ├─ Refused             4xx: what was asked for cannot be
    │  ├─ BadOption        400 bad-option      found at the edge only (nothing left of rect, say)
    │  ├─ NotFound         404 not-found       no such original, no generator
    │  ├─ Archived         404 archived        the original is in Glacier
    │  ├─ Unsupported      415 unsupported     no decoder for it
    │  ├─ Broken           415 broken          it has a decoder, and cannot be decoded
    │  ├─ TooLarge         415 too-large       bytes beyond the limit, or work predicted not to fit
    │  └─ TooManyPixels    415 too-many-pixels  pixels, or a side, beyond the limit
    ├─ Upstream            a generator's fault
    │  ├─ UpstreamBad      502 upstream-bad      its answer is no image
    │  ├─ UpstreamBlocked  502 upstream-blocked  its address is not allowed
    │  └─ UpstreamTimeout  504 upstream-timeout  it did not answer in time
    └─ Unable              ours, for now
       ├─ Deadline         504 deadline          the work did not end in time
       ├─ Busy             503 busy              too much at once: ask again
       │  └─ Making        503 busy              a generator is at it, for longer than anybody waits
       ├─ Budget           503 budget            what may be spent is spent
       ├─ Paused           503 paused            the switch is off: what is stored is served, nothing is made
       ├─ Deploying        503 deploying       a key that this version cannot parse
       ├─ PolicyBroken     403 auth-denied     S3 refused our role or CloudFront: never rendered over
       └─ Internal         503 busy            anything that nobody foresaw

The codes, their statuses and times are url-contract's table of errors; `docs/url.md` prints it.
"""

from __future__ import annotations

from typing import ClassVar, Self


class MirageError(Exception):
    """A documented failure. Its text is public: one sentence, without secrets or internals."""

    status: ClassVar[int] = 503
    code: ClassVar[str] = "busy"
    cache_seconds: ClassVar[int] = 10
    shared_seconds: ClassVar[int | None] = None
    retry_after_s: ClassVar[int | None] = None
    # Whether a drawn picture stands in for it, also where the stack's own answers are JSON.
    is_drawn: bool = False

    def drawn(self) -> Self:
        """The same failure, answered with a drawn picture."""
        self.is_drawn = True
        return self

    @property
    def message(self) -> str:
        return str(self.args[0]) if self.args else self.code

    @property
    def cache_control(self) -> str:
        """The Cache-Control of the answer; CloudFront holds 404 and 5xx for its own minimum at least."""
        shared = "" if self.shared_seconds is None else f", s-maxage={self.shared_seconds}"
        return f"max-age={self.cache_seconds}{shared}"


class Refused(MirageError):
    status = 400
    code = "bad-option"
    cache_seconds = 300


class BadOption(Refused):
    pass


class NotFound(Refused):
    status = 404
    code = "not-found"
    cache_seconds = 60


class Archived(NotFound):
    code = "archived"


class Unsupported(Refused):
    status = 415
    code = "unsupported"
    cache_seconds = 60
    shared_seconds = 3600


class Broken(Unsupported):
    code = "broken"


class TooLarge(Unsupported):
    code = "too-large"


class TooManyPixels(Unsupported):
    code = "too-many-pixels"


class Upstream(MirageError):
    status = 502
    code = "upstream-bad"


class UpstreamBad(Upstream):
    pass


class UpstreamBlocked(Upstream):
    code = "upstream-blocked"


class UpstreamTimeout(Upstream):
    status = 504
    code = "upstream-timeout"
    retry_after_s = 10


class Unable(MirageError):
    retry_after_s: ClassVar[int | None] = 10


class Deadline(Unable):
    status = 504
    code = "deadline"


class Busy(Unable):
    pass


class Making(Busy):
    is_drawn = True


class Budget(Unable):
    code = "budget"
    cache_seconds = 30
    retry_after_s = 30


class Paused(Unable):
    code = "paused"
    cache_seconds = 10


class Deploying(Unable):
    code = "deploying"


class PolicyBroken(Unable):
    status = 403
    code = "auth-denied"
    cache_seconds = 0
    retry_after_s = None


class Internal(Unable):
    pass
