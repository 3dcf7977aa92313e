"""The Region's function on fakes: events go in, and the queue's notes are handed back to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from origin.original_changed import respond
from origin.region import Chosen, Region
from tests.fakes import FakeBucket, FakeCache, FakeCounter, FakePictures, FakeQueue, FakeTopic, settings
from variants.settings import Settings


def event(
    *keys: str, bucket: str = "originals-test", name: str = "ObjectCreated:Put", version: str = ""
) -> dict[str, Any]:
    """S3's notification, keys as they travel."""
    versioned = {"versionId": version} if version else {}
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "eventName": name,
                "s3": {
                    "bucket": {"name": bucket},
                    "object": {"key": key, "sequencer": "0055AED6DCD90281E5", **versioned},
                },
            }
            for key in keys
        ]
    }


@dataclass
class Bench:
    originals: FakeBucket = field(default_factory=FakeBucket)
    variants: FakeBucket = field(default_factory=FakeBucket)
    cache: FakeCache = field(default_factory=FakeCache)
    counter: FakeCounter = field(default_factory=FakeCounter)
    queue: FakeQueue = field(default_factory=FakeQueue)
    topic: FakeTopic = field(default_factory=FakeTopic)
    chosen: Chosen = field(default_factory=Chosen)
    lines: list[str] = field(default_factory=list)
    settings: Settings = settings

    def __post_init__(self) -> None:
        self.variants.other = self.originals
        self.pictures = FakePictures(self.originals)

    @property
    def region(self) -> Region:
        return Region(
            settings=self.settings,
            chosen=self.chosen,
            originals=self.originals,
            variants=self.variants,
            pictures=self.pictures,
            counter=self.counter,
            queue=self.queue,
            cache=self.cache,
            topic=self.topic,
            log=self.lines.append,
            now=lambda: 1_800_000_030.0,
        )

    def respond(self, event: dict[str, Any]) -> Any:
        """What the function answers; then what it noted for at once is done."""
        answer = respond(event, self.region)
        self.run_queue(0)
        return answer

    def run_queue(self, up_to_s: int) -> Any:
        """The report of one batch with all the notes whose delay is not above that; None where there are none."""
        due = [body for body, delay_s in self.queue.sent if delay_s <= up_to_s]
        self.queue.sent = [each for each in self.queue.sent if each[1] > up_to_s]
        records = [
            {"messageId": str(number), "body": body, "eventSource": "aws:sqs"} for number, body in enumerate(due)
        ]
        return respond({"Records": records}, self.region) if records else None

    def choose(self, **changes: Any) -> None:
        self.chosen = replace(self.chosen, **changes)

    def said(self, event: str) -> list[dict[str, Any]]:
        return [line for line in map(json.loads, self.lines) if line.get("event") == event]

    def sidecar(self, original: str) -> dict[str, Any] | None:
        body = self.variants.bodies.get(f"sidecar/{original}")
        return None if body is None else json.loads(body)
