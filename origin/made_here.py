"""Which events tell of nothing but our own work: an original that a generator made where there was none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from variants import errors, generators
from variants.generators import Generator
from variants.headers import bare


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an event says: its name and its object's ETag; and what the original is now, by ETag and metadata."""

    event_name: str
    event_etag: str
    etag: str
    metadata: Mapping[str, str]


def is_own(original: str, told: Told, declared: tuple[Generator, ...]) -> bool:
    """Whether the event tells that a generator made the original, and nothing happened to it since.

    It was put where nothing was (`If-None-Match: *`), so no variant of anything older is there, nor are copies of one:
    what was asked for before was an error of some seconds. A copy, an upload, a remake or a later change has another
    event name, another ETag, or no such metadata: then the usual work is to be done.
    """
    if told.event_name != "ObjectCreated:Put" or bare(told.event_etag) != bare(told.etag):
        return False
    try:
        wanted = generators.match(original, declared)
    except errors.BadOption:
        return False
    if wanted is None:
        return False
    says = (told.metadata.get("mirage-generator"), told.metadata.get("mirage-parameters"))
    return says == (wanted.generator.name, wanted.generator.digest(wanted.values))
