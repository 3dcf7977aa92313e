"""The queue's side: second sweeps, which close what the first could not see, and purges.

A maker that took the old original before it changed may store its variant, or have it answered, after the first sweep.
It lives for 30 s at most, so a sweep that comes later finds whatever it left. A sweep that does find something stale
in the store is followed by another, since CloudFront may have fetched that just now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from origin import in_line, notes, verifying
from origin.notes import Note
from origin.purging import purge
from origin.region import Region

source = "aws:sqs"
# So many sweeps of one change find something stale only where somebody else writes variants.
most_sweeps = 12


class Failure(TypedDict):
    itemIdentifier: str


class Report(TypedDict):
    """Which messages come again ("Reporting batch item failures for SQS", read 2026-11)."""

    batchItemFailures: list[Failure]


def respond(messages: Sequence[Mapping[str, str]], region: Region) -> Report:
    """Which messages could not be dealt with, not even by sending them again."""
    failed: list[Failure] = []
    swept: dict[str, Note] = {}
    for message in messages:
        try:
            note = notes.read(message["body"])
            if note.sweep == 0 or _try(note, region):
                swept[message["messageId"]] = note
        except Exception as error:  # One bad message must not hold up the others.
            _say(message, error, region)
            failed.append({"itemIdentifier": message["messageId"]})
    try:
        purge(list(swept.values()), region)
    except Exception as error:  # They are purged with the next ones; where not even that: all of them again.
        told = {"error": type(error).__name__, "message": str(error)[:300]}
        region.count("purge-failed", {"PurgeFailures": 1}, level="warning", **told)
        failed += [{"itemIdentifier": each} for each, note in swept.items() if not _sent_again(note, region)]
    return {"batchItemFailures": failed}


def _try(note: Note, region: Region) -> bool:
    """Whether the sweep is done; else its note is sent again. Raises where it was tried often enough."""
    try:
        _sweep(note, region)
        return True
    except Exception as error:
        region.say("sweep-failed", level="warning", original=note.original, error=type(error).__name__)
        if not _sent_again(note, region):
            raise
        return False


def _sweep(note: Note, region: Region) -> None:
    """Nothing: no variant of another state is left, and what is known of the original is of the current one."""
    seen = region.originals.look(note.original)
    deleted = in_line.sweep(note.original, region, seen)
    if deleted and note.sweep < most_sweeps:
        following = Note(original=note.original, sweep=note.sweep + 1)
        region.queue.send([following.body()], region.chosen.second_sweep_s)
    known = verifying.read(note.original, region)
    if seen is None:
        verifying.forget(note.original, region)
    elif known is None or known.etag != seen.etag:
        verifying.verify(note.original, seen, region)
    level = "info" if note.sweep < most_sweeps else "error"
    region.say("original-swept", level=level, original=note.original, sweep=note.sweep, deleted=deleted)


def _sent_again(note: Note, region: Region) -> bool:
    if note.tries >= notes.most_tries:
        return False
    region.queue.send([note.once_more().body()], notes.again_s)
    return True


def _say(message: Mapping[str, str], error: Exception, region: Region) -> None:
    told = {"error": type(error).__name__, "message": str(error)[:300]}
    region.say("note-failed", level="error", note=message.get("body", "")[:1200], **told)
