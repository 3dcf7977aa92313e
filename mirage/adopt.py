"""Adopting a bucket: what is the owner's stays, byte for byte; what is ours is added, and can be taken back.

Bucket policies and notification configurations are whole documents: a put replaces all of it. So each is got, ours is
merged in, and it is put where nobody changed it meanwhile. S3 has no condition for these puts (S3 API Reference, read
2026-11), so "unchanged" is a second look just before; what it can't see is the moment between the look and the put.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias, cast

Document: TypeAlias = "Mapping[str, object]"
# The lists of a notification document. S3 API Reference, "NotificationConfiguration", read 2026-11.
targets = ("TopicConfigurations", "QueueConfigurations", "LambdaFunctionConfigurations")
statement_ids = frozenset({"CloudFrontReads", "MissingIs404", "NeverServed"})
notification_id = "mirage-original-changed"
tries = 3


class Conflict(Exception):
    """The owner's document and ours cannot both be; the text is one sentence."""


class Place(Protocol):
    """Where a document lies: a bucket's policy, or its notifications."""

    def get(self) -> Document: ...

    def put(self, document: Document) -> None: ...


def merged_notification(theirs: Document, ours: Document) -> Document:
    """Their document with our part in it, once. Raises Conflict where S3 would refuse both together."""
    found = without_notification(theirs)
    for kind in targets:
        added = _listed(ours, kind)
        if added:
            _refuse_overlap(found, added)
            found[kind] = [*_listed(found, kind), *added]
    return found


def without_notification(document: Document) -> dict[str, object]:
    """The document without our part; a list that only we were in is gone with it."""
    found: dict[str, object] = dict(copy.deepcopy(document))
    for kind in targets:
        left = [each for each in _listed(document, kind) if each.get("Id") != notification_id]
        if len(left) != len(_listed(document, kind)):
            found[kind] = left
            if not left:
                del found[kind]
    return found


def merged_policy(theirs: Document, ours: Document) -> Document:
    """Their policy with our statements in it, once; with no policy of theirs, ours."""
    found = without_policy(theirs)
    kept = _statements(found)
    return {**({"Version": ours["Version"]} | found), "Statement": [*kept, *_statements(ours)]}


def without_policy(document: Document) -> dict[str, object]:
    """The policy without our statements; nothing where there were no others."""
    if not any(each.get("Sid") in statement_ids for each in _statements(document)):
        return dict(copy.deepcopy(document))
    left = [each for each in _statements(document) if each.get("Sid") not in statement_ids]
    return {**copy.deepcopy(dict(document)), "Statement": left} if left else {}


def change(place: Place, change: Callable[[Document], Document]) -> bool:
    """Whether the document had to be changed: got, changed, and put while it is still what was got.

    Raises Conflict where somebody else changes it all the time.
    """
    for _ in range(tries):
        before = place.get()
        after = change(before)
        if after == before:
            return False
        if place.get() == before:
            place.put(after)
            return True
    raise Conflict("Somebody else is changing the bucket's configuration; try again in a moment.")


def _refuse_overlap(theirs: Document, added: Sequence[Document]) -> None:
    """S3 sends each kind of event of one key to one place only ("Configuring event notifications", read 2026-11)."""
    for each in (one for kind in targets for one in _listed(theirs, kind)):
        for ours in added:
            both = [event for event in _events(each) if any(_meets(event, other) for other in _events(ours))]
            if both:
                raise Conflict(
                    f"Expected no other target for {', '.join(both)}, found {each.get('Id', 'one without an Id')}: S3 "
                    "sends an event to one place only. Let it go to SNS or EventBridge, and from there to both."
                )


def _events(target: Document) -> list[str]:
    return [str(each) for each in cast("Sequence[object]", target.get("Events", []))]


def _meets(one: str, other: str) -> bool:
    """Whether an event can be of both kinds: `s3:ObjectCreated:*` and `s3:ObjectCreated:Put`."""
    family, _, kind = one.rpartition(":")
    return one == other or (other.rpartition(":")[0] == family and "*" in (kind, other.rpartition(":")[2]))


def _listed(document: Document, kind: str) -> list[Document]:
    return list(cast("Sequence[Document]", document.get(kind, [])))


def _statements(document: Document) -> list[Document]:
    found = document.get("Statement", [])
    return [cast("Document", found)] if isinstance(found, Mapping) else list(cast("Sequence[Document]", found))


def read(text: str) -> Document:
    """A document from S3's or our text; nothing is an empty one."""
    return cast("Document", json.loads(text)) if text else {}
