"""What an S3 event is taken for: a hint that an original may have changed. It is looked at, not believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from urllib.parse import unquote_plus

from variants import grammar

reserved_prefix = grammar.reserved_segment + "/"
requests_prefix = reserved_prefix + "requests/"


class S3Object(TypedDict, total=False):
    key: str
    eTag: str
    versionId: str


class S3Bucket(TypedDict):
    name: str


class S3Entity(TypedDict):
    bucket: S3Bucket
    object: S3Object


class Record(TypedDict, total=False):
    eventSource: str
    eventTime: str
    eventName: str
    s3: S3Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """`is_of_version`: a version was removed, which changes the original only where it was the current one.

    `event_name` and `event_etag` are the record's; empty where the event has several for the original. `changed_s` is
    its time, in seconds since 1970; 0 where it names none.
    """

    original: str
    is_of_version: bool = False
    event_name: str = ""
    event_etag: str = ""
    changed_s: float = 0.0


def hints(event: Mapping[str, object], bucket: str) -> list[Hint]:
    """The originals that an event names, each once; keys arrive form-encoded, a space as a plus.

    S3's test message has no Records ("Event message structure", read 2026-11).
    """
    found: dict[str, Hint] = {}
    for key, record in _keys(event, bucket):
        if not key.startswith(reserved_prefix):
            is_first = key not in found
            found[key] = Hint(
                original=key,
                is_of_version=_is_of_version(record) and (is_first or found[key].is_of_version),
                event_name=record.get("eventName", "") if is_first else "",
                event_etag=record["s3"]["object"].get("eTag", "") if is_first else "",
                changed_s=_time(record.get("eventTime", "")),
            )
    return list(found.values())


def requests(event: Mapping[str, object], bucket: str) -> list[str]:
    """The files of wanted URLs that an event says were put."""
    named = [key for key, record in _keys(event, bucket) if record.get("eventName", "").startswith("ObjectCreated:")]
    return [key for key in dict.fromkeys(named) if key.startswith(requests_prefix)]


def _keys(event: Mapping[str, object], bucket: str) -> list[tuple[str, Record]]:
    records = event.get("Records", [])
    listed: list[Record] = records if isinstance(records, list) else []
    ours = [each for each in listed if each["s3"]["bucket"]["name"] == bucket]
    return [(unquote_plus(each["s3"]["object"]["key"]), each) for each in ours]


def _time(text: str) -> float:
    """The seconds since 1970 of an event's time (ISO 8601: "Event message structure"); 0 for anything else."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def _is_of_version(record: Record) -> bool:
    """True for a version's removal: an undelete (of a marker), an old version's deletion or expiry. A marker's own
    creation has a version, too, and another name."""
    removed = record.get("eventName") in ("ObjectRemoved:Delete", "LifecycleExpiration:Delete")
    return removed and "versionId" in record["s3"]["object"]
