"""Conditions of writes: is the object that is to be written, or the source of a copy, as the asker wants it?

S3 User Guide, "How to prevent object overwrites with conditional writes", "How to perform conditional deletes"; S3 API
"CopyObject"; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emulator.s3 import copies
from emulator.s3.changes import created_by, is_deletion
from emulator.s3.messages import S3Request
from emulator.s3.reads import is_listed, moment
from emulator.s3.refusals import Refused

of_target = ("if-match", "if-none-match")
of_source = tuple(f"x-amz-copy-source-{name}" for name in (*of_target, "if-modified-since", "if-unmodified-since"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An object that is there; `modified` is in seconds since 1970."""

    etag: str
    modified: float
    has_tags: bool


Look = Callable[[str, str, str | None], Kept | None]  # by bucket, key and version; None where nothing, or a marker, is


def written_on(request: S3Request) -> list[str]:
    """The conditions that a request to write an object has."""
    return [name for name in of_target if name in request.headers and created_by(request)]


def refuse_unmet(request: S3Request, look: Look) -> None:
    """Raises Refused with 412, or 404, where a condition does not hold."""
    if written_on(request) or is_deletion(request):
        _refuse_target(request, look(request.bucket, request.key, None))
    found = copies.source(request)
    kept = look(found.bucket, found.key, found.version) if found else None
    if kept is not None:
        _refuse_source(request.headers, kept)


def unjudged(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without the conditions of writes."""
    return {name: value for name, value in headers.items() if name not in (*of_target, *of_source)}


def _refuse_target(request: S3Request, kept: Kept | None) -> None:
    wanted = request.headers.get("if-match")
    if "if-none-match" in request.headers and kept is not None:
        raise _unmet("If-None-Match")
    if wanted is None:
        return
    if kept is None and wanted != "*":
        raise Refused("NoSuchKey", told={"Key": request.key})
    if kept is None or not is_listed(kept.etag, wanted):
        raise _unmet("If-Match")


def _refuse_source(headers: Mapping[str, str], kept: Kept) -> None:
    match, none_match, modified, unmodified = (headers.get(name) for name in of_source)
    since, until = moment(modified), moment(unmodified)
    if match is not None:
        if not is_listed(kept.etag, match):
            raise _unmet(of_source[0])
    elif until is not None and kept.modified > until.timestamp():
        raise _unmet(of_source[3])
    if none_match is not None and is_listed(kept.etag, none_match):
        raise _unmet(of_source[1])
    if none_match is None and since is not None and kept.modified <= since.timestamp():
        raise _unmet(of_source[2])


def _unmet(condition: str) -> Refused:
    return Refused("PreconditionFailed", told={"Condition": condition})
