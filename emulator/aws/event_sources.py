"""Event source mappings: Lambda takes messages off a queue, in batches, and deletes those that its function finished.

AWS "Using Lambda with Amazon SQS", "Creating and configuring an Amazon SQS event source mapping", read 2026-11.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass

from emulator.aws.delivery import Invoke
from emulator.aws.functions import Functions
from emulator.aws.iam import Access, Policy, Principal, decide
from emulator.aws.queues import Message, Queue, Queues
from emulator.clock import Clock
from emulator.lambdas.invocation import Invocation
from emulator.quotas import (
    event_source_batch_max,
    event_source_batch_without_window_max,
    event_source_concurrency,
    event_source_window_max_s,
)
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded

mapping_type = "aws:lambda/eventSourceMapping:EventSourceMapping"
partial = "ReportBatchItemFailures"
# What the function's role must be allowed on the queue; Lambda asks while it takes the mapping.
needed = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One mapping: a queue, a function, and how they go together."""

    queue: Queue
    function_arn: str
    region: str
    batch: int
    window_s: float
    reports_failures: bool


class EventSources:
    """All mappings of a stack, each polled by a task of its own. One batch of a mapping runs at a time."""

    def __init__(self, queues: Queues, clock: Clock, invoke: Invoke) -> None:
        self._queues = queues
        self._clock = clock
        self._invoke = invoke
        self._mappings: list[Source] = []
        self._tasks: list[asyncio.Task[None]] = []

    def start(
        self, resources: Iterable[Recorded], functions: Functions, policies: Mapping[str, tuple[Policy, ...]]
    ) -> None:
        """Polls from now on. Raises NotHonoured for what is not honoured, or AWS would refuse."""
        self._mappings = [
            _read(each, self._queues, functions, policies) for each in resources if each.type == mapping_type
        ]
        self._tasks = [asyncio.create_task(self._poll(each)) for each in self._mappings]

    async def stop(self) -> None:
        """Ends the polling; what is under way is dropped."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def is_busy(self) -> bool:
        """True while a message waits for a function, delayed ones too."""
        return any(each.queue.messages for each in self._mappings)

    async def _poll(self, mapping: Source) -> None:
        while True:
            await self._until_something(mapping.queue)
            if mapping.window_s and len(mapping.queue.messages) < mapping.batch:
                await self._clock.sleep(mapping.window_s)
            messages = self._queues.receive(mapping.queue, mapping.batch)
            if messages:
                result = await self._invoke(mapping.function_arn, _event(messages, mapping))
                for each in _finished(messages, result, mapping):
                    mapping.queue.delete(each.receipt)

    async def _until_something(self, queue: Queue) -> None:
        """Returns when a message can be received: by the clock, or because one arrived."""
        while True:
            queue.arrived.clear()
            due = queue.next_at()
            if due is not None and due <= self._clock.now():
                return
            waits: list[asyncio.Task[object]] = [asyncio.create_task(_done(queue.arrived.wait()))]
            if due is not None:
                waits.append(asyncio.create_task(_done(self._clock.sleep(due - self._clock.now()))))
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()


async def _done(waiting: Awaitable[object]) -> object:
    return await waiting


def _finished(messages: list[Message], result: Invocation, mapping: Source) -> list[Message]:
    """The messages that Lambda deletes: none after an error, nor where the report of failures is malformed."""
    if result.error is not None:
        return []
    if not mapping.reports_failures:
        return messages
    try:
        said = json.loads(result.payload or b"null") or {}
        failed = [each["itemIdentifier"] for each in said.get("batchItemFailures") or []]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    known = {each.id for each in messages}
    return [] if not known.issuperset(failed) else [each for each in messages if each.id not in failed]


def _event(messages: list[Message], mapping: Source) -> object:
    return {
        "Records": [
            {
                "messageId": each.id,
                "receiptHandle": each.receipt,
                "body": each.body,
                "attributes": {
                    "ApproximateReceiveCount": str(each.received),
                    "SentTimestamp": str(int(1000 * each.sent_at)),
                    "SenderId": "AROAEXAMPLE:mirage",
                    "ApproximateFirstReceiveTimestamp": str(int(1000 * each.first_received_at)),
                },
                "messageAttributes": {},
                "md5OfBody": hashlib.md5(each.body.encode(), usedforsecurity=False).hexdigest(),
                "eventSource": "aws:sqs",
                "eventSourceARN": mapping.queue.declared.arn,
                "awsRegion": mapping.region,
            }
            for each in messages
        ]
    }


def _read(each: Recorded, queues: Queues, functions: Functions, policies: Mapping[str, tuple[Policy, ...]]) -> Source:
    reader = Reader(f"EventSourceMapping {each.name}", each.inputs)
    reader.without_effect("region", "tags")
    reader.only("enabled", [True], "a mapping that is off")
    arn, named = reader.text("eventSourceArn"), reader.text("functionName")
    window_s = reader.whole("maximumBatchingWindowInSeconds", 0)
    batch, types = reader.whole("batchSize", 10), reader.texts("functionResponseTypes")
    scaling = reader.block("scalingConfig")
    concurrency = scaling.whole("maximumConcurrency", event_source_concurrency[0]) if scaling else 2
    for block in (reader, scaling):
        if block is not None:
            block.finish()
    least, most = event_source_concurrency
    if not least <= concurrency <= most:
        raise NotHonoured(f"ValidationException: {reader.path}: maximumConcurrency goes from {least} to {most}.")
    _refuse_batch(reader.path, batch, window_s)
    function_arn = next((key for key, spec in functions.by_arn.items() if named in (key, spec.name)), "")
    if arn not in queues.by_arn or not function_arn:
        raise NotHonoured(f"ResourceNotFoundException: {reader.path} names a queue or a function that does not exist.")
    found = Source(
        queue=queues.by_arn[arn],
        function_arn=function_arn,
        region=arn.split(":")[3],
        batch=batch,
        window_s=window_s,
        reports_failures=partial in types,
    )
    _refuse_queue(found, functions, policies)
    return found


def _refuse_batch(path: str, batch: int, window_s: float) -> None:
    if not 1 <= batch <= event_source_batch_max or not 0 <= window_s <= event_source_window_max_s:
        raise NotHonoured(f"InvalidParameterValueException: {path}: batches go to 10,000, windows to 300 seconds.")
    if batch > event_source_batch_without_window_max and window_s < 1:
        raise NotHonoured(
            f"InvalidParameterValueException: {path}: Maximum batch window in seconds must be greater than 0 if "
            "maximum batch size is greater than 10."
        )


def _refuse_queue(found: Source, functions: Functions, policies: Mapping[str, tuple[Policy, ...]]) -> None:
    spec, declared = functions.by_arn[found.function_arn], found.queue.declared
    if declared.visibility_s < spec.timeout_s:
        raise NotHonoured(
            f"InvalidParameterValueException: Queue visibility timeout: {declared.visibility_s:g} seconds is less than "
            f"Function timeout: {spec.timeout_s:g} seconds"
        )
    for action in needed:
        principal = Principal(account=spec.account, arn=spec.role_arn)
        access = Access(action=action, resource=declared.arn, principal=principal)
        if not decide(access, policies.get(spec.role_arn, ())).allowed:
            raise NotHonoured(
                "InvalidParameterValueException: The provided execution role does not have permissions to call "
                f"{action.partition(':')[2]} on SQS"
            )
