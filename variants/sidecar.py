"""What is known of an original beside it: its description, or why it is refused. Of one state of it, named by its ETag.

    sidecar/<path>    {"etag": …, "description": {…}, "focal": "25x40"}
                      {"etag": …, "refused": {"code": …, "message": …}, "quarantined": true}

Written by the Region when an original changes (origin/verifying.py). The edge reads it for `f=json`, which it answers
where the ETag is still the original's, and where an original is gone: one in quarantine is 415 with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from variants import errors
from variants.rendered import Rendered
from variants.s3 import Bucket
from variants.s3_answer import Deadline

prefix = "sidecar/"
quarantine_prefix = "quarantine/"
content_type = "application/json"
# A description has some 1,500 bytes, its placeholder most of them.
max_bytes = 64 * 1024
refusals: Mapping[str, type[errors.Unsupported]] = {
    each.code: each for each in (errors.Unsupported, errors.Broken, errors.TooLarge, errors.TooManyPixels)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an original cannot be served: the code and message of a 415."""

    code: str
    message: str

    def error(self) -> errors.Unsupported:
        """What it is as an error; a code that this version does not know is plainly unsupported."""
        return refusals.get(self.code, errors.Unsupported)(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """`etag` is bare. `description` is the body of `f=json`, where the original is a picture."""

    etag: str
    description: Mapping[str, object] | None = None
    refusal: Refusal | None = None
    quarantined: bool = False

    def body(self) -> bytes:
        """The sidecar as JSON; sorted, so that the same is the same bytes."""
        said: dict[str, object] = {"etag": self.etag}
        if self.description is not None:
            said["description"] = dict(self.description)
        if self.refusal is not None:
            said["refused"] = {"code": self.refusal.code, "message": self.refusal.message}
            said["quarantined"] = self.quarantined
        return json.dumps(said, sort_keys=False, separators=(",", ":")).encode()

    def rendered(self) -> Rendered:
        """The description as `f=json` answers it."""
        said = dict(self.description or {})
        body = json.dumps(said, separators=(",", ":")).encode()
        return Rendered(body=body, content_type=content_type, width=1, height=1, format="json")


def read(body: bytes) -> Sidecar | None:
    """The sidecar that `body` printed; None for anything else: it is written anew when the original changes."""
    try:
        said = json.loads(body)
        refused = said.get("refused")
        return Sidecar(
            etag=str(said["etag"]),
            description=cast("Mapping[str, object] | None", said.get("description")),
            refusal=None if refused is None else Refusal(code=str(refused["code"]), message=str(refused["message"])),
            quarantined=said.get("quarantined") is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class Sidecars(Protocol):
    def read(self, path: str, deadline: Deadline) -> Sidecar | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarsBucket:
    """The sidecars of a stack, as the edge reads them: never a reason to fail."""

    bucket: Bucket

    def read(self, path: str, deadline: Deadline) -> Sidecar | None:
        """The sidecar of an original; None where there is none that can be read now."""
        try:
            _, view = self.bucket.stream(prefix + path, deadline)
            with view:
                return read(view.read(max_bytes))
        except errors.MirageError:
            return None
