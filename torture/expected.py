"""What every answer has to be: made here once more, by the key, and compared byte for byte; errors by their table."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from torture.viewer import Answer
from torture.world import Stored
from variants import errors, grammar, headers, imaging
from variants.settings import Limits

decoders = ("JPEG", "PNG", "WEBP", "GIF")
browser_seconds = 300
hows = ("made", "stored", "generated", "reduced", "fallback")


def _tree(kind: type[errors.MirageError]) -> list[type[errors.MirageError]]:
    return [kind, *(each for below in kind.__subclasses__() for each in _tree(below))]


# Status → code → how long CloudFront may hold it: its own 10 seconds of a 5xx at the least.
edge_codes: Mapping[tuple[int, str], int] = {
    (each.status, each.code): max(each.cache_seconds, each.shared_seconds or 0, 10)
    for each in _tree(errors.MirageError)
}
viewer_codes: Mapping[str, int] = {
    "bad-path": 400, "bad-option": 400, "bad-preset": 400, "size-not-allowed": 400, "option-not-open": 400,
    "auth-required": 403, "auth-denied": 403, "signature-bad": 403, "expired": 410, "not-found": 404, "paused": 503,
}  # fmt: skip
# CloudFront's own, and S3's handed on: without a code of ours. 414 and 494 are of size, 400 and 403 of form.
foreign = (400, 403, 404, 412, 414, 416, 494, 500, 502, 503, 504)


# What no error may tell: traces, keys, signatures.
internals = re.compile(rb'Traceback|File "|(?:AKIA|ASIA)[A-Z0-9]{16}|AWS4-HMAC|Bearer |Signature=')


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@dataclass(slots=True, kw_only=True)
class Expected:
    """`versions`: each original's bodies, the current one last."""

    versions: dict[str, list[bytes]]
    _made: dict[tuple[str, str], str] = field(default_factory=dict)

    def digests(self, key: str) -> Sequence[str]:
        """The digests that a key's picture may have, the current original's last; none where nothing can be made."""
        path, variant = grammar.parse(key)
        return [self._digest(key, variant, body) for body in self.versions.get(path, [])]

    def _digest(self, key: str, variant: grammar.Variant, body: bytes) -> str:
        named = (key, digest(body))
        if named not in self._made:
            self._made[named] = _rendered(variant, body)
        return self._made[named]

    def wrong(self, answer: Answer, *, is_current: bool = False) -> str:
        """What does not hold of an answer; empty where all does. `is_current`: an older original's picture is wrong."""
        if answer.status in (200, 206):
            return self._wrong_picture(answer, is_current)
        if answer.status in (302, 304):
            return "" if answer.get("x-mirage-error") == "" else "an error that is none"
        return wrong_error(answer)

    def _wrong_picture(self, answer: Answer, is_current: bool) -> str:
        key = unquote(answer.get("x-mirage-key"))
        if answer.get("x-mirage") not in hows or not key:
            return f"x-mirage {answer.get('x-mirage')!r}, key {key!r}"
        if answer.get("x-mirage") == "reduced":
            return (
                "" if answer.get("cache-control") in (headers.ten_seconds, headers.one_minute) else "reduced for long"
            )
        known = self.digests(key)
        if digest(answer.body) not in (known[-1:] if is_current else known):
            return f"other bytes than {key}'s"
        allowed = (headers.until_purged(browser_seconds), headers.immutable, headers.ten_seconds, headers.one_minute)
        return "" if answer.get("cache-control") in allowed else f"cached {answer.get('cache-control')!r}"

    def wrong_stored(self, found: Stored, *, is_current: bool = False) -> str:
        """What does not hold of a stored variant."""
        key = found.key.removeprefix(grammar.store_prefix)
        path, variant = grammar.parse(key)
        known = self.digests(key)
        if digest(found.body) not in (known[-1:] if is_current else known):
            return f"{key} has other bytes"
        said = found.headers
        versioned = headers.immutable if variant.v else headers.until_purged(browser_seconds)
        if said.get("cache-control") != versioned or said.get(headers.tag_header) != headers.cache_tag(path):
            return f"{key} is stored with {dict(said)}"
        etags = [hashlib.md5(body).hexdigest() for body in self.versions.get(path, [])]
        return "" if said.get("x-amz-meta-original-etag") in etags else f"{key} names another original"


def _rendered(variant: grammar.Variant, body: bytes) -> str:
    try:
        if variant.f == "json":
            etag = hashlib.md5(body).hexdigest()
            described = imaging.describe(io.BytesIO(body), Limits(), decoders=decoders, etag=etag, size_bytes=len(body))
            return digest(described.body)
        return digest(imaging.render(io.BytesIO(body), variant, Limits(), decoders=decoders).body)
    except errors.MirageError:
        return ""


def wrong_error(answer: Answer) -> str:
    """What does not hold of an error: its status and code are in the table, and it was not held for longer."""
    code, age = answer.get("x-mirage-error"), int(answer.get("age") or 0)
    if answer.status not in foreign and answer.status not in (401, 410, 415):
        return f"status {answer.status}"
    if internals.search(answer.body):
        return "internals in the answer"
    if not code:
        return "" if age <= 10 else f"{answer.status} of age {age}"
    if (answer.status, code) in edge_codes:
        return "" if age <= edge_codes[answer.status, code] else f"{code} of age {age}"
    known = viewer_codes.get(code) == answer.status or (code, answer.status) in (("auth-required", 401),)
    return "" if known and not age else f"{answer.status} {code} of age {age}"
