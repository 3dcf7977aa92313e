"""Queues by the emulator's clock: delays, visibility time-outs, and what was received too often moved on.

AWS "Amazon SQS visibility timeout", "delay queues", "dead-letter queues", read 2026-11.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import uuid4

from emulator.clock import Clock
from emulator.quotas import sqs_delay_max_s, sqs_retention_max_s, sqs_retention_min_s, sqs_visibility_max_s
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded

queue_type = "aws:sqs/queue:Queue"


@dataclass(slots=True, kw_only=True)
class Message:
    """`visible_at`: until then nobody receives it. `receipt` is of the last one who did."""

    id: str
    body: str
    sent_at: float
    visible_at: float
    received: int = 0
    first_received_at: float = 0.0
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A queue as the program declares it; times in seconds. `dead_arn`: where what was received `most_received` times
    goes, or empty."""

    name: str
    arn: str
    url: str
    delay_s: float = 0.0
    visibility_s: float = 30.0
    retention_s: float = 345_600.0
    dead_arn: str = ""
    most_received: int = 0


@dataclass(slots=True)
class Queue:
    """One queue. `arrived` is set whenever something may be seen earlier than before."""

    declared: Declared
    clock: Clock
    messages: list[Message] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def send(self, body: str, delay_s: float | None = None) -> Message:
        """The message, as it was taken; a delay of its own goes before the queue's."""
        now = self.clock.now()
        wait_s = self.declared.delay_s if delay_s is None else delay_s
        message = Message(id=str(uuid4()), body=body, sent_at=now, visible_at=now + wait_s)
        self.messages.append(message)
        self.arrived.set()
        return message

    def receive(self, most: int) -> list[Message]:
        """Up to so many messages, hidden from others until the visibility time-out; what is too old is dropped."""
        now = self.clock.now()
        self.messages = [each for each in self.messages if now - each.sent_at < self.declared.retention_s]
        found = [each for each in self.messages if each.visible_at <= now][:most]
        for each in found:
            each.received += 1
            each.first_received_at = each.first_received_at or now
            each.receipt = secrets.token_urlsafe(24)
            each.visible_at = now + self.declared.visibility_s
        return found

    def delete(self, receipt: str) -> None:
        """Forgets the message that was received under that receipt; one that is gone already is no error."""
        self.messages = [each for each in self.messages if each.receipt != receipt or not receipt]

    def next_at(self) -> float | None:
        """When the next message can be received; None where there is none."""
        return min((each.visible_at for each in self.messages), default=None)


class Queues:
    """All queues of a stack, by ARN."""

    def __init__(self, resources: Iterable[Recorded], clock: Clock) -> None:
        declared = [_read(each) for each in resources if each.type == queue_type]
        self.by_arn = {each.arn: Queue(each, clock) for each in declared}
        for each in declared:
            if each.dead_arn and each.dead_arn not in self.by_arn:
                raise NotHonoured(f"InvalidParameterValue: {each.name} names a dead-letter queue that does not exist.")

    def by_url(self, url: str) -> Queue | None:
        """The queue of that URL, or None."""
        return next((each for each in self.by_arn.values() if each.declared.url == url), None)

    def receive(self, queue: Queue, most: int) -> list[Message]:
        """What is received of the queue; what was received too often already goes to its dead-letter queue."""
        found = queue.receive(most)
        dead = self.by_arn.get(queue.declared.dead_arn)
        if dead is None:
            return found
        for each in [each for each in found if each.received > queue.declared.most_received]:
            queue.delete(each.receipt)
            dead.send(each.body)
            found.remove(each)
        return found


def _read(each: Recorded) -> Declared:
    reader = Reader(f"Queue {each.name}", each.inputs)
    reader.without_effect("tags", "region", "sqsManagedSseEnabled", "receiveWaitTimeSeconds")
    redrive = json.loads(reader.text("redrivePolicy") or "{}")
    found = Declared(
        name=reader.text("name"),
        arn=str(each.outputs["arn"]),
        url=str(each.outputs["url"]),
        delay_s=_within(reader, "delaySeconds", 0, 0, sqs_delay_max_s),
        visibility_s=_within(reader, "visibilityTimeoutSeconds", 30, 0, sqs_visibility_max_s),
        retention_s=_within(reader, "messageRetentionSeconds", 345_600, sqs_retention_min_s, sqs_retention_max_s),
        dead_arn=str(redrive.get("deadLetterTargetArn", "")),
        most_received=int(redrive.get("maxReceiveCount", 0)),
    )
    reader.finish()
    return found


def _within(reader: Reader, name: str, default: int, least: int, most: int) -> float:
    value = reader.whole(name, default)
    if not least <= value <= most:
        raise NotHonoured(
            f"InvalidAttributeValue: {reader.path}.{name} must be from {least} to {most}, and is {value}."
        )
    return value
