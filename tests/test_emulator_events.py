"""S3's events as AWS sends them: every case of tests/vectors/aws/events.json, and what a configuration may say."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from emulator.aws.delivery import Retries
from emulator.aws.events import Events, travel
from emulator.clock import Clock
from emulator.faults import Faults
from emulator.lambdas.invocation import ErrorKind, Invocation
from emulator.reading import NotHonoured, Reader
from emulator.s3 import notification
from emulator.s3.gate import Gate
from emulator.s3.lifecycle import read_rules
from emulator.s3.messages import administrator
from emulator.s3.notification import Target, read_targets
from emulator.s3.refusals import Refused
from emulator.s3.sweep import sweep

cases = json.loads((Path(__file__).parent / "vectors" / "aws" / "events.json").read_text())
arn = "arn:aws:lambda:eu-central-1:123456789012:function:changed"


class World:
    """A bucket that tells a function of its changes; the function answers as it is told to, then well."""

    def __init__(self, case: dict) -> None:
        self.clock = Clock(lambda: 1_800_000_000.0)
        self.gate = Gate(now=self.clock.now, account="123456789012", faults=Faults())
        self.calls: list[dict] = []
        self.answers: list[str] = []
        self.kept: dict[str, str] = {}
        self.events = Events(self.gate, self.clock, self._called, {arn: Retries(**case.get("retries", {}))})

    async def _called(self, arn: str, event: object) -> Invocation:
        assert isinstance(event, dict)
        self.calls.append(event)
        error = ErrorKind(self.answers.pop(0)) if self.answers else None
        return Invocation(request_id="1", function="changed", payload=b"null", error=error)

    async def make(self, case: dict) -> None:
        await self.gate.create("bucket-one", "eu-central-1")
        bucket = self.gate.buckets["bucket-one"]
        if case.get("versioned"):
            body = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
            await self.gate.request(administrator("123456789012"), "PUT", "bucket-one", "", "versioning", (), body)
        bucket.rules = read_rules(Reader("BucketLifecycleConfiguration", {"rules": case.get("rules", [])}))
        families = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]
        bucket.targets = (
            Target(
                id="told",
                arn=arn,
                events=tuple(case.get("events", families)),
                prefix=case.get("prefix", ""),
                suffix=case.get("suffix", ""),
            ),
        )

    def take(self) -> list[dict]:
        taken, self.calls = self.calls, []
        return taken


def test_every_case_names_its_rule_its_source_and_its_certainty() -> None:
    for case in cases:
        assert {"name", "rule", "source", "date", "certainty", "steps"} <= case.keys(), case.get("name")
        assert case["certainty"] in ("documented", "derived", "unknown"), case["name"]


@pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])
def test_events_travel_as_on_aws(case: dict) -> None:
    async def play() -> None:
        world = World(case)
        await world.make(case)
        for at, step in enumerate(case["steps"]):
            try:
                await _step(world, step)
            except AssertionError as wrong:
                raise AssertionError(f"step {at + 1} of {case['name']!r}: {wrong}") from wrong
        await world.events.stop()

    asyncio.run(play())


async def _step(world: World, step: dict) -> None:
    if "do" in step:
        method, path = step["do"].split(" ", 1)
        answer = await world.gate.request(
            administrator("123456789012"),
            method,
            "bucket-one",
            path[1:],
            step.get("query", "").format(**world.kept),
            list(step.get("headers_sent", {}).items()),
            step.get("send", "").encode(),
        )
        world.kept |= {name: answer.header(header) or "" for name, header in step.get("keep", {}).items()}
        return
    if "advance_s" in step:
        world.clock.advance(step["advance_s"])
    elif "travel" in step:
        world.events.travel = travel(step["travel"])
    elif "answers" in step:
        world.answers = list(step["answers"])
    elif "sweep" in step:
        assert await sweep(world.gate) == step["sweep"]
    for _ in range(20):  # whatever is due has its turn
        await asyncio.sleep(0)
    _compare(world, step)


def _compare(world: World, step: dict) -> None:
    if "got" in step:
        taken = world.take()
        assert len(taken) == len(step["got"]), taken
        for event, wanted in zip(taken, step["got"], strict=True):
            for path, value in wanted.items():
                expected = value.format(**world.kept) if isinstance(value, str) else value
                assert _at(event, path) == expected, (path, event)
    elif "calls" in step:
        assert len(world.calls) == step["calls"]
    elif "counts" in step:
        assert {name: world.events.counts[name] for name in step["counts"]} == step["counts"]
    elif "rising" in step:
        values = [_at(event, step["rising"]) for event in world.take()]
        assert len(values) == step["times"] and values == sorted(set(values)), values
    elif "order" in step or "disorder" in step:
        keys = [_at(event, "Records/0/s3/object/key") for event in world.take()]
        assert keys == step.get("order", keys)
        assert "disorder" not in step or (len(keys) == step["disorder"] and keys != sorted(keys)), keys


def _at(event: object, path: str) -> object:
    for name in path.split("/"):
        event = event[int(name)] if isinstance(event, list) else event.get(name)  # type: ignore[attr-defined]
    return event


def declared(*functions: dict) -> tuple[Target, ...]:
    return read_targets(Reader("BucketNotification originals", {"lambdaFunctions": list(functions)}))


def test_a_notification_is_read_from_recorded_inputs_and_prints_itself() -> None:
    (target,) = declared(
        {
            "id": "a",
            "lambdaFunctionArn": arn,
            "events": ["s3:ObjectCreated:*"],
            "filterPrefix": "in/",
            "filterSuffix": ".j",
        }
    )
    assert target == Target(id="a", arn=arn, events=("s3:ObjectCreated:*",), prefix="in/", suffix=".j")
    assert notification.from_xml(notification.to_xml((target,))) == (target,)


@pytest.mark.parametrize(
    ("one", "other", "is_ambiguous"),
    [
        ({}, {}, True),
        ({"filterPrefix": "a/"}, {"filterPrefix": "b/"}, False),
        ({"filterPrefix": "a/"}, {"filterPrefix": "a/b/"}, True),
        ({"filterPrefix": "a/", "filterSuffix": ".jpg"}, {"filterPrefix": "a/b/", "filterSuffix": ".png"}, False),
        ({"filterSuffix": ".jpg"}, {"filterSuffix": "g"}, True),
    ],
)
def test_rules_for_one_kind_may_not_overlap(one: dict, other: dict, is_ambiguous: bool) -> None:
    rule = {"lambdaFunctionArn": arn, "events": ["s3:ObjectCreated:*"]}
    if is_ambiguous:
        with pytest.raises(NotHonoured, match="Configuration is ambiguously defined"):
            declared({**rule, **one, "id": "1"}, {**rule, **other, "id": "2"})
    else:
        assert len(declared({**rule, **one, "id": "1"}, {**rule, **other, "id": "2"})) == 2


def test_rules_for_two_kinds_may_overlap() -> None:
    one = {"lambdaFunctionArn": arn, "events": ["s3:ObjectCreated:Put"], "id": "1"}
    assert len(declared(one, {**one, "events": ["s3:ObjectCreated:Copy"], "id": "2"})) == 2
    with pytest.raises(NotHonoured, match="ambiguously"):
        declared(one, {**one, "id": "2"})
    with pytest.raises(NotHonoured, match="ambiguously"):
        declared(one, {**one, "events": ["s3:ObjectCreated:*"], "id": "2"})


def test_a_kind_that_s3_does_not_have_stops_the_start() -> None:
    with pytest.raises(NotHonoured, match="names the event s3:ObjectMoved:Put, which S3 does not have"):
        declared({"lambdaFunctionArn": arn, "events": ["s3:ObjectMoved:Put"], "id": "1"})


def test_a_destination_that_is_no_function_is_refused() -> None:
    with pytest.raises(Refused, match="NotImplemented"):
        notification.from_xml(b"<NotificationConfiguration><QueueConfiguration/></NotificationConfiguration>")


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"speed": 1}, "Expected delay_ms, duplicate, reorder and drop, received speed."),
        ({"delay_ms": 5}, "Expected two numbers of milliseconds for delay_ms, received 5."),
        ({"delay_ms": [5, 1]}, "Expected the shorter delay first, received [5, 1]."),
        ({"duplicate": 2}, "Expected a probability from 0 to 1 for duplicate, received 2."),
        ({"drop": True}, "Expected a probability from 0 to 1 for drop, received True."),
        ({"reorder": "yes"}, "Expected true or false for reorder, received 'yes'."),
    ],
)
def test_a_bad_travel_is_refused_with_a_sentence(wanted: dict, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        travel(wanted)
    assert str(refused.value) == sentence
