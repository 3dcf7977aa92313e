"""Queues, event source mappings, failure destinations and topics, as AWS has them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.aws.credentials import Credentials
from emulator.aws.event_sources import EventSources
from emulator.aws.failures import Failures
from emulator.aws.iam import Policy, parse_policy
from emulator.aws.queues import Queues
from emulator.aws.sqs_api import SqsApi
from emulator.aws.topics import Topics
from emulator.clock import Clock
from emulator.faults import Faults
from emulator.lambdas.invocation import ErrorKind, Invocation
from emulator.lambdas.spec import FunctionSpec
from emulator.reading import NotHonoured
from emulator.wire import HttpRequest

account = "123456789012"
queue_arn, dead_arn = (f"arn:aws:sqs:eu-central-1:{account}:{name}" for name in ("sweeps", "failed"))
url = f"https://sqs.eu-central-1.amazonaws.com/{account}/sweeps"
role_arn = f"arn:aws:iam::{account}:role/changed"
function_arn = f"arn:aws:lambda:eu-central-1:{account}:function:changed"
topic_arn = f"arn:aws:sns:eu-central-1:{account}:told"
who = Credentials(
    access_key_id="a", secret_access_key="s", session_token="t", role_arn=role_arn, session_name="changed"
)
receives = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


def policies(*actions: str, resource: str = queue_arn) -> tuple[Policy, ...]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return (parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]})),)


@dataclass
class Resource:
    type: str
    name: str
    inputs: dict[str, Any]
    outputs: dict[str, Any] = field(default_factory=dict)


def queue(name: str = "sweeps", **inputs: Any) -> Resource:
    outputs = {
        "arn": f"arn:aws:sqs:eu-central-1:{account}:{name}",
        "url": f"https://sqs.eu-central-1.amazonaws.com/{account}/{name}",
    }
    return Resource("aws:sqs/queue:Queue", name, {"name": name, **inputs}, outputs)


def mapping(**inputs: Any) -> Resource:
    chosen = {"eventSourceArn": queue_arn, "functionName": "changed", **inputs}
    return Resource("aws:lambda/eventSourceMapping:EventSourceMapping", "sweeps", chosen)


class Functions:
    def __init__(self) -> None:
        changed = FunctionSpec(
            name="changed", zip_path=Path(), handler="", role_arn=role_arn, region="eu-central-1", timeout_s=30
        )
        self.by_arn = {function_arn: changed}


class World:
    """A queue that a function takes from; it answers what it is told to, then well."""

    def __init__(self, *resources: Resource) -> None:
        self.clock = Clock(lambda: 1_800_000_000.0)
        self.resources = resources
        self.queues = Queues(resources, self.clock)
        self.taken: list[list[str]] = []
        self.events: list[dict[str, Any]] = []
        self.answers: list[Invocation] = []

    async def _invoke(self, arn: str, event: Any) -> Invocation:
        self.events.append(event)
        self.taken.append([each["body"] for each in event["Records"]])
        return self.answers.pop(0) if self.answers else result()

    def run(self, story: Callable[[EventSources], Awaitable[None]]) -> None:
        async def told() -> None:
            sources = EventSources(self.queues, self.clock, self._invoke)
            sources.start(self.resources, Functions(), {role_arn: policies(*receives)})
            try:
                await story(sources)
            finally:
                await sources.stop()

        asyncio.run(told())

    async def pass_s(self, seconds: float) -> None:
        await self._run_on()
        self.clock.advance(seconds)
        await self._run_on()

    async def _run_on(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


def result(payload: object = None, error: ErrorKind | None = None) -> Invocation:
    return Invocation(request_id="1", function="changed", payload=json.dumps(payload).encode(), error=error)


def test_a_message_waits_for_its_delay_or_the_queues() -> None:
    world = World(queue(delaySeconds=45), mapping())

    async def story(sources: EventSources) -> None:
        found = world.queues.by_arn[queue_arn]
        found.send("late")
        found.send("soon", 5)
        await world.pass_s(4.9)
        assert (world.taken, sources.is_busy) == ([], True)
        await world.pass_s(0.2)
        assert world.taken == [["soon"]]
        await world.pass_s(40)
        assert (world.taken, sources.is_busy) == ([["soon"], ["late"]], False)

    world.run(story)


def test_a_window_gathers_a_batch() -> None:
    world = World(queue(), mapping(batchSize=100, maximumBatchingWindowInSeconds=2))

    async def story(sources: EventSources) -> None:
        found = world.queues.by_arn[queue_arn]
        found.send("a")
        await world.pass_s(1)
        found.send("b")
        await world.pass_s(1.1)
        assert world.taken == [["a", "b"]]

    world.run(story)


def test_what_failed_comes_again_after_its_visibility_time_out_and_then_goes_to_the_dead_letters() -> None:
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    world = World(queue(visibilityTimeoutSeconds=60, redrivePolicy=redrive), queue("failed"), mapping())
    world.answers = [result(error=ErrorKind.UNHANDLED), result(error=ErrorKind.UNHANDLED)]

    async def story(sources: EventSources) -> None:
        world.queues.by_arn[queue_arn].send("a")
        for _ in range(4):
            await world.pass_s(61)
        assert world.taken == [["a"], ["a"]]
        assert [each.body for each in world.queues.by_arn[dead_arn].messages] == ["a"]
        assert not sources.is_busy

    world.run(story)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (None, []),
        ({"batchItemFailures": []}, []),
        ({"batchItemFailures": [{"itemIdentifier": "the second's"}]}, ["b"]),
        ({"batchItemFailures": [{"itemIdentifier": "a stranger's"}]}, ["a", "b"]),
        ({"batchItemFailures": [{}]}, ["a", "b"]),
    ],
    ids=["nothing", "none", "one", "an unknown one fails all", "a malformed report fails all"],
)
def test_a_function_reports_which_messages_failed(said: Any, left: list[str]) -> None:
    world = World(queue(), mapping(functionResponseTypes=["ReportBatchItemFailures"]))

    async def story(sources: EventSources) -> None:
        found = world.queues.by_arn[queue_arn]
        found.send("a")
        second = found.send("b").id
        world.answers = [result(json.loads(json.dumps(said).replace("the second's", second)))]
        await world.pass_s(1)
        assert [each.body for each in found.messages] == left

    world.run(story)


def test_an_event_is_as_lambda_sends_it() -> None:
    world = World(queue(), mapping())

    async def story(sources: EventSources) -> None:
        world.queues.by_arn[queue_arn].send('{"a":1}')
        await world.pass_s(1)

    world.run(story)
    (record,) = world.events[0]["Records"]
    assert (record["eventSource"], record["eventSourceARN"], record["awsRegion"]) == (
        "aws:sqs",
        queue_arn,
        "eu-central-1",
    )
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["md5OfBody"] == "43c7b2c4f41e3bf3d8cc54b48cdcbb7c" or len(record["md5OfBody"]) == 32


@pytest.mark.parametrize(
    ("resources", "allowed", "reason"),
    [
        ([queue(), mapping()], receives[:2], "does not have permissions to call GetQueueAttributes on SQS"),
        ([mapping()], receives, "does not exist"),
    ],
    ids=[
        "no leave to look at the queue",
        "no queue",
    ],
)
def test_lambda_refuses_a_mapping(resources: list[Resource], allowed: list[str], reason: str) -> None:
    async def start() -> None:
        clock = Clock()
        sources = EventSources(Queues(resources, clock), clock, World()._invoke)
        sources.start(resources, Functions(), {role_arn: policies(*allowed)})

    with pytest.raises(NotHonoured, match=reason):
        asyncio.run(start())


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"fifoQueue": True}, "does not honour Queue sweeps.fifoQueue"),
        ({"redrivePolicy": '{"deadLetterTargetArn": "arn:x", "maxReceiveCount": 1}'}, "that does not exist"),
    ],
    ids=[
        "fifo",
        "no dead letters",
    ],
)
def test_sqs_refuses_a_queue(inputs: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotHonoured, match=reason):
        Queues([queue(**inputs)], Clock())


def ask(operation: str, wanted: object, *, faults: Faults | None = None, allowed: bool = True) -> tuple[int, dict]:
    api = SqsApi(queues=Queues([queue()], Clock()), account=account, faults=faults or Faults())
    headers = {"x-amz-target": f"AmazonSQS.{operation}"}
    body = json.dumps(wanted).encode()
    asked = HttpRequest(method="POST", path="/", query="", headers=headers, body=body, client="")
    status, said = api.request(asked, who, policies("sqs:SendMessage") if allowed else ())
    return status, json.loads(said)


def test_another_operation_of_sqs_is_not_emulated() -> None:
    status, said = ask("PurgeQueue", {"QueueUrl": url})
    assert (status, said["__type"]) == (400, "com.amazonaws.sqs#UnsupportedOperation")


def test_sqs_takes_what_a_role_may_send() -> None:
    entries = [{"Id": str(each), "MessageBody": "a"} for each in range(10)]
    status, said = ask("SendMessageBatch", {"QueueUrl": url, "Entries": entries})
    assert (status, len(said["Successful"]), said["Failed"]) == (200, 10, [])
    assert ask("SendMessage", {"QueueUrl": url, "MessageBody": "a"})[1]["MD5OfMessageBody"] == (
        "0cc175b9c0f1b6a831c399e269772661"
    )


def test_sqs_refuses_whom_no_policy_allows() -> None:
    status, said = ask("SendMessage", {"QueueUrl": url, "MessageBody": "a"}, allowed=False)
    assert (status, said["__type"]) == (403, "com.amazonaws.sqs#AccessDeniedException")
    assert "is not authorized to perform: sqs:sendmessage on resource" in said["message"]


def test_sqs_is_slow_by_the_fault_of_that_name() -> None:
    faults = Faults()
    faults.set({"sqs.slowdown": 1})
    assert ask("SendMessage", {"QueueUrl": url, "MessageBody": "a"}, faults=faults)[0] == 503


# On-failure destinations


def failures(*actions: str, to: str = dead_arn) -> Failures:
    from emulator.aws.delivery import Retries

    return Failures(
        queues=Queues([queue("failed")], Clock()),
        functions=Functions(),
        retries={function_arn: Retries(on_failure=to)},
        policies={role_arn: policies(*actions, resource=dead_arn)} if actions else {},
        now=lambda: 1_800_000_000.0,
    )


def test_what_is_given_up_is_told_to_the_failure_queue() -> None:
    told = failures("sqs:SendMessage")
    told.check()
    told.tell(function_arn, {"Records": []}, result({"errorType": "E"}, ErrorKind.UNHANDLED), "RetriesExhausted")
    (message,) = told.queues.by_arn[dead_arn].messages
    record = json.loads(message.body)
    assert record["requestPayload"] == {"Records": []}
    assert record["responsePayload"] == {"errorType": "E"}
    assert (record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"]) == (
        "RetriesExhausted",
        3,
    )


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (failures(), "does not have permissions to call SendMessage"),
        (failures("sqs:SendMessage", to=queue_arn), "a destination that does not exist"),
    ],
    ids=["no leave to send", "no such queue"],
)
def test_lambda_refuses_a_failure_destination(found: Failures, reason: str) -> None:
    with pytest.raises(NotHonoured, match=reason):
        found.check()


# Topics


def publish(allowed: bool = True, **fields: str) -> tuple[int, str, Topics]:
    topic = Resource("aws:sns/topic:Topic", "told", {"name": "told"}, {"arn": topic_arn})
    topics = Topics([topic], account)
    body = urlencode({"Action": "Publish", "TopicArn": topic_arn, "Message": "m", **fields}).encode()
    asked = HttpRequest(method="POST", path="/", query="", headers={}, body=body, client="")
    given = policies("sns:Publish", resource=topic_arn) if allowed else ()
    status, said = topics.request(asked, who, given)
    return status, said.decode(), topics


def test_a_notification_is_kept_with_its_attributes() -> None:
    attribute = {
        "MessageAttributes.entry.1.Name": "event",
        "MessageAttributes.entry.1.Value.DataType": "String",
        "MessageAttributes.entry.1.Value.StringValue": "refused",
    }
    status, said, topics = publish(Subject="s", **attribute)
    assert (status, "<MessageId>" in said) == (200, True)
    (told,) = topics.published
    assert (told.subject, told.message, told.attributes) == ("s", "m", {"event": "refused"})


@pytest.mark.parametrize(
    ("fields", "allowed", "code"),
    [
        ({}, False, "AuthorizationError"),
        ({"Action": "CreateTopic"}, True, "InvalidAction"),
    ],
    ids=[
        "no leave",
        "another action",
    ],
)
def test_sns_refuses(fields: dict[str, str], allowed: bool, code: str) -> None:
    status, said, topics = publish(allowed, **fields)
    assert status >= 400
    assert f"<Code>{code}</Code>" in said
    assert topics.published == []
