"""Queues, event source mappings and topics at their limits: what is just taken, and each field of an event.

AWS "Amazon SQS message quotas", "Using Lambda with Amazon SQS", "Amazon SNS endpoints and quotas", read 2026-11.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.aws.event_sources import EventSources
from emulator.aws.queues import Queues
from emulator.aws.signatures import Unsigned
from emulator.aws.sqs_api import SqsApi
from emulator.aws.topics import Topics
from emulator.clock import Clock
from emulator.faults import Faults
from emulator.lambdas.invocation import Invocation
from emulator.reading import NotHonoured
from emulator.wire import HttpRequest
from tests.test_emulator_queues import (
    Functions,
    Resource,
    World,
    account,
    ask,
    mapping,
    policies,
    publish,
    queue,
    queue_arn,
    receives,
    result,
    role_arn,
    topic_arn,
    url,
    who,
)


def entries(count: int, body: str = "a") -> dict[str, Any]:
    return {"QueueUrl": url, "Entries": [{"Id": str(each), "MessageBody": body} for each in range(count)]}


@pytest.mark.parametrize(
    "inputs",
    [
        {"delaySeconds": 900}, {"delaySeconds": 0}, {"visibilityTimeoutSeconds": 43_200},
        {"messageRetentionSeconds": 60}, {"messageRetentionSeconds": 1_209_600},
        {"tags": {"a": "b"}, "region": "eu-central-1", "sqsManagedSseEnabled": True, "receiveWaitTimeSeconds": 20},
    ],
)  # fmt: skip
def test_sqs_takes_a_queue(inputs: dict[str, Any]) -> None:
    assert list(Queues([queue(**inputs)], Clock()).by_arn) == [queue_arn]


def start(resources: list[Resource], allowed: list[str]) -> None:
    async def started() -> None:
        clock = Clock()
        sources = EventSources(Queues(resources, clock), clock, World()._invoke)
        sources.start(resources, Functions(), {role_arn: policies(*allowed)})
        await sources.stop()

    asyncio.run(started())


@pytest.mark.parametrize(
    "inputs",
    [
        {"batchSize": 1}, {"batchSize": 10}, {"batchSize": 11, "maximumBatchingWindowInSeconds": 1},
        {"batchSize": 10_000, "maximumBatchingWindowInSeconds": 300}, {"scalingConfig": {"maximumConcurrency": 2}},
        {"scalingConfig": {"maximumConcurrency": 1000}},
        {"enabled": True, "region": "eu-central-1", "tags": {"a": "b"}},
    ],
)  # fmt: skip
def test_lambda_takes_a_mapping(inputs: dict[str, Any]) -> None:
    start([queue(), mapping(**inputs)], receives)


@pytest.mark.parametrize(
    ("inputs", "allowed", "reason"),
    [
        ({"batchSize": 0}, receives, "batches go to 10,000"),
        ({"maximumBatchingWindowInSeconds": -1}, receives, "windows to 300 seconds"),
        ({"scalingConfig": {"maximumConcurrency": 1001}}, receives, "goes from 2 to 1000"),
        ({"functionName": "nobody"}, receives, "does not exist"),
        ({"enabled": False}, receives, "a mapping that is off"),
        ({"filterCriteria": {"filters": [{"pattern": "{}"}]}}, receives, "filterCriteria"),
        ({}, receives[1:], "does not have permissions to call ReceiveMessage on SQS"),
        ({}, receives[::2], "does not have permissions to call DeleteMessage on SQS"),
    ],
)
def test_lambda_refuses_this_mapping(inputs: dict[str, Any], allowed: list[str], reason: str) -> None:
    with pytest.raises(NotHonoured, match=reason):
        start([queue(), mapping(**inputs)], allowed)


def test_a_message_is_taken_as_it_comes() -> None:
    world = World(queue(), mapping())

    async def story(sources: EventSources) -> None:
        await world._run_on()
        world.queues.by_arn[queue_arn].send("a")
        await world._run_on()
        assert world.taken == [["a"]]

    world.run(story)


def test_a_full_batch_does_not_wait_for_its_window() -> None:
    world = World(queue(), mapping(batchSize=2, maximumBatchingWindowInSeconds=2))

    async def story(sources: EventSources) -> None:
        found = world.queues.by_arn[queue_arn]
        found.send("a")
        found.send("b")
        await world._run_on()
        assert world.taken == [["a", "b"]]

    world.run(story)


@pytest.mark.parametrize("types", [{}, {"functionResponseTypes": ["ReportBatchItemFailures"]}])
def test_a_report_counts_where_the_mapping_asks_for_it(types: dict[str, Any]) -> None:
    world = World(queue(), mapping(**types))

    async def story(sources: EventSources) -> None:
        found = world.queues.by_arn[queue_arn]
        sent = found.send("a")
        world.answers = [result({"batchItemFailures": [{"itemIdentifier": sent.id}]})]
        await world._run_on()
        assert [each.body for each in found.messages] == (["a"] if types else [])

    world.run(story)


def test_an_empty_report_is_none() -> None:
    world = World(queue(), mapping(functionResponseTypes=["ReportBatchItemFailures"]))

    async def story(sources: EventSources) -> None:
        found = world.queues.by_arn[queue_arn]
        found.send("a")
        world.answers = [Invocation(request_id="1", function="changed", payload=b"")]
        await world._run_on()
        assert found.messages == []

    world.run(story)


def test_a_record_has_every_field() -> None:
    world = World(queue(), mapping())

    async def story(sources: EventSources) -> None:
        world.queues.by_arn[queue_arn].send("a")
        await world._run_on()

    world.run(story)
    (record,) = world.events[0]["Records"]
    assert len(record.pop("messageId")) == 36 and len(record.pop("receiptHandle")) >= 32
    assert record == {
        "body": "a",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1800000000000",
            "SenderId": "AROAEXAMPLE:mirage",
            "ApproximateFirstReceiveTimestamp": "1800000000000",
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(b"a").hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": "eu-central-1",
    }


def test_a_message_keeps_when_it_was_received_first_until_it_is_too_old() -> None:
    clock = Clock(lambda: 1_800_000_000.0)
    found = Queues([queue(messageRetentionSeconds=60, visibilityTimeoutSeconds=1)], clock).by_arn[queue_arn]
    found.send("a")
    found.delete("")  # nobody's receipt
    for passed, first in ((0, 1_800_000_000), (59, 1_800_000_000)):
        clock.advance(passed)
        assert [each.first_received_at for each in found.receive(10)] == [first]
    clock.advance(1)
    assert found.receive(10) == []


@pytest.mark.parametrize(
    ("operation", "wanted"),
    [
        ("SendMessage", {"QueueUrl": url, "MessageBody": "a" * 1_048_576}),
        ("SendMessage", {"QueueUrl": url, "MessageBody": "a", "DelaySeconds": 900}),
        ("SendMessage", {"QueueUrl": url, "MessageBody": "a", "DelaySeconds": 0}),
        ("SendMessageBatch", entries(2, "a" * 524_288)),
    ],
)
def test_sqs_takes_a_message(operation: str, wanted: dict[str, Any]) -> None:
    assert ask(operation, wanted)[0] == 200


@pytest.mark.parametrize(
    ("operation", "wanted", "kind"),
    [
        ("SendMessage", {"QueueUrl": url, "MessageBody": "é" * 524_289}, "InvalidParameterValue"),
        ("SendMessage", {"QueueUrl": url, "MessageBody": ""}, "MissingParameter"),
        ("SendMessage", {"QueueUrl": url, "MessageBody": "a", "DelaySeconds": -1}, "InvalidParameterValue"),
        ("SendMessage", {"QueueUrl": url, "MessageBody": "a", "DelaySeconds": "5"}, "InvalidParameterValue"),
        ("SendMessageBatch", {"QueueUrl": url, "Entries": entries(1)["Entries"] * 2}, "BatchEntryIdsNotDistinct"),
        ("", {"QueueUrl": url}, "UnsupportedOperation"),
    ],
)  # fmt: skip
def test_sqs_refuses_this_message(operation: str, wanted: dict[str, Any], kind: str) -> None:
    status, said = ask(operation, wanted)
    assert (status, said["__type"]) == (400, f"com.amazonaws.sqs#{kind}")


def test_sqs_tells_each_entry_its_id_and_digest() -> None:
    (told,) = ask("SendMessageBatch", entries(1))[1]["Successful"]
    assert (told["Id"], told["MD5OfMessageBody"]) == ("0", "0cc175b9c0f1b6a831c399e269772661")
    assert len(told["MessageId"]) == 36


def test_a_delay_of_a_message_s_own_goes_before_the_queues() -> None:
    clock = Clock(lambda: 1_800_000_000.0)
    found = Queues([queue(delaySeconds=10)], clock).by_arn[queue_arn]
    found.send("now", 0)
    found.send("late")
    assert [each.body for each in found.receive(10)] == ["now"]


def test_services_tell_what_is_wrong_with_a_signature() -> None:
    sqs = SqsApi(queues=Queues([], Clock()), account="123456789012", faults=Faults())
    for message, shown in (("why", "why"), (None, "InvalidToken")):
        status, said = sqs.unsigned(Unsigned("InvalidToken", message))
        assert status == 403
        assert json.loads(said) == {"__type": "com.amazon.coral.service#InvalidToken", "message": shown}
        status, said = Topics([], "123456789012").unsigned(Unsigned("InvalidToken", message))
        assert status == 403
        assert f"<Code>InvalidToken</Code><Message>{shown}</Message>" in said.decode()


@pytest.mark.parametrize("fields", [{"Message": "m" * 262_144}, {"Subject": "s" * 100}])
def test_sns_takes_a_notification(fields: dict[str, str]) -> None:
    status, _, topics = publish(**fields)
    assert (status, len(topics.published)) == (200, 1)


@pytest.mark.parametrize(("fields", "status"), [({"Message": ""}, 400), ({"Message": "é" * 131_073}, 400)])
def test_sns_refuses_this_notification(fields: dict[str, str], status: int) -> None:
    assert publish(**fields)[0] == status


def test_an_attribute_without_a_value_is_an_empty_one() -> None:
    _, _, topics = publish(**{"MessageAttributes.entry.1.Name": "n"})
    assert topics.published[0].attributes == {"n": ""}


def test_sns_knows_its_topics_and_what_they_may_be() -> None:
    told = Resource("aws:sns/topic:Topic", "told", {"name": "told"}, {"arn": topic_arn})
    body = urlencode({"Action": "Publish", "TopicArn": f"{topic_arn}x", "Message": "m"}).encode()
    asked = HttpRequest(method="POST", path="/", query="", headers={}, body=body)
    status, said = Topics([told], account).request(asked, who, policies("sns:Publish", resource="*"))
    assert (status, b"<Code>NotFound</Code>" in said) == (404, True)
    with pytest.raises(NotHonoured, match="fifoTopic"):
        Topics([replace(told, inputs={"name": "told", "fifoTopic": True})], account)
