"""EventBridge in the emulator: S3's events on the bus, others' events, and the entrances that they lead to."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from emulator.aws.event_patterns import matches, read
from emulator.program import Declared, Resource
from emulator.reading import NotHonoured
from emulator.s3.messages import administrator
from tests.chain_world import World, header, with_resources, world
from tests.declared import stack
from tests.emulator_originals import png
from tests.rights_world import without as without_right

picture = png(Image.new("RGB", (40, 30), (240, 120, 20)))
put = {
    "source": "aws.s3",
    "detail-type": "Object Created",
    "resources": ["arn:aws:s3:::o"],
    "detail": {"bucket": {"name": "o"}, "object": {"key": "films/a b.mp4", "size": 5}},
}


@pytest.mark.parametrize(
    ("pattern", "does"),
    [
        ({}, True),
        ({"source": ["aws.s3"]}, True),
        ({"source": ["aws.ec2", "aws.s3"]}, True),
        ({"source": ["aws"]}, False),
        ({"resources": ["arn:aws:s3:::o"]}, True),
        ({"detail": {"bucket": {"name": ["o"]}, "object": {"size": [5]}}}, True),
        ({"detail": {"object": {"size": ["5"]}}}, False),
        ({"detail": {"object": {"key": [{"prefix": "films/"}]}}}, True),
        ({"detail": {"object": {"key": [{"suffix": ".jpg"}]}}}, False),
        ({"detail": {"object": {"key": [{"suffix": ".jpg"}, {"suffix": ".mp4"}]}}}, True),
        ({"detail": {"object": {"key": [{"anything-but": "films/a b.mp4"}]}}}, False),
        ({"detail": {"object": {"key": [{"anything-but": [{"prefix": "cats/"}]}]}}}, True),
        ({"detail": {"object": {"version-id": [{"exists": True}]}}}, False),
        ({"detail": {"object": {"version-id": [{"exists": False}]}}}, True),
        ({"detail": {"userMetadata": {"mirage-original": [{"exists": True}]}}}, False),
        ({"detail": {"object": {"etag": [None]}}}, False),
    ],
)
def test_a_pattern_asks_for_what_it_names(pattern: dict, does: bool) -> None:
    assert matches(read(pattern), put) is does


@pytest.mark.parametrize(
    "pattern", [[], {"source": "aws.s3"}, {"source": []}, {"detail": {"size": [{"numeric": [">", 1]}]}}]
)
def test_a_pattern_that_is_none_or_not_honoured_is_refused(pattern: object) -> None:
    with pytest.raises(ValueError, match=r"^Expected "):
        read(pattern)


@pytest.fixture(scope="module")
def declared() -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return stack(eventBridge="true", quarantine="true", notifications="true")


def rule_of_the_owners(declared: Declared) -> Declared:
    """The declaration with a rule of the owner's for films, that calls the Region's function."""
    rule = declared.one("aws:cloudwatch/eventRule:EventRule", "original-changed-frames")
    target = declared.one("aws:cloudwatch/eventTarget:EventTarget", "original-changed-frames")
    asked = {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "films/"}]}}}
    more = (
        replace(
            rule,
            name="films",
            inputs={**rule.inputs, "name": "mirage-dev-films", "eventPattern": json.dumps(asked)},
            outputs={**rule.outputs, "arn": "arn:aws:events:eu-central-1:123456789012:rule/mirage-dev-films"},
        ),
        replace(target, name="films", inputs={**target.inputs, "rule": "mirage-dev-films"}),
    )
    return replace(declared, resources=(*declared.resources, *more))


@pytest.mark.emulator
def test_a_frame_becomes_an_original_and_what_a_scanner_found_goes(declared: Declared, tmp_path: Path) -> None:
    async def story() -> None:
        async with world(rule_of_the_owners(declared), tmp_path) as here:
            await a_frame(here)
            await a_threat(here)
            await films_are_told(here)
            await a_failure_is_told(here)

    asyncio.run(story())


async def a_frame(here: World) -> None:
    """MediaConvert's event, by a stand-in: no video is converted here."""
    originals = here.chain.originals
    await here.put("_mirage/frames/a.0000001.png", picture)
    paths = [f"s3://{originals}/_mirage/frames/a.0000001.png"]
    detail = {
        "status": "COMPLETE",
        "userMetadata": {"mirage-original": "films/a.png"},
        "outputGroupDetails": [{"outputDetails": [{"outputFilePaths": paths}]}],
    }
    converted = {"source": "aws.mediaconvert", "detail-type": "MediaConvert Job State Change", "detail": detail}
    assert here.chain.aws.bus.put({**converted, "detail": {**detail, "userMetadata": {}}}) == 0
    assert here.chain.aws.bus.put({**converted, "detail": {**detail, "status": "ERROR"}}) == 0
    assert here.chain.aws.bus.put(converted) == 1
    await here.settle()
    answer = await here.get("/films/a.png?w=20&f=png")
    assert (answer.status, header(answer, "x-mirage")) == (200, "made")


async def a_threat(here: World) -> None:
    gate = here.chain.aws.gate
    await here.put("bad.png", picture)
    await tag(here, "bad.png", "GuardDutyMalwareScanStatus=THREATS_FOUND")  # as the scanner does, if it is told to
    seen = await gate.request(administrator(gate.account), "HEAD", here.chain.originals, "bad.png")
    scanned = {"objectKey": "bad.png", "eTag": seen.header("etag"), "bucketName": here.chain.originals}
    detail = {"s3ObjectDetails": scanned, "scanResultDetails": {"scanResultStatus": "THREATS_FOUND"}}
    verdict = {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "detail": detail,
    }
    elsewhere = {**detail, "s3ObjectDetails": {**scanned, "bucketName": "another"}}
    assert here.chain.aws.bus.put({**verdict, "detail": elsewhere}) == 0
    assert here.chain.aws.bus.put(verdict) == 1
    await here.settle()
    here.forget()
    assert (await here.get("/bad.png?w=20")).status == 415
    away = ("GET", here.chain.variants, "quarantine/bad.png")
    assert b"<Value>THREATS_FOUND</Value>" in (await gate.request(administrator(gate.account), *away, "tagging")).body


async def tag(here: World, key: str, tags: str) -> None:
    gate = here.chain.aws.gate
    name, _, value = tags.partition("=")
    body = f"<Tagging><TagSet><Tag><Key>{name}</Key><Value>{value}</Value></Tag></TagSet></Tagging>".encode()
    answer = await gate.request(administrator(gate.account), "PUT", here.chain.originals, key, "tagging", (), body)
    assert answer.status == 200, answer.body


async def films_are_told(here: World) -> None:
    """S3's own events on the bus: the owner's rule is called for films, and not for what lies elsewhere."""
    called = here.chain.aws.bus.counts["called"]
    await here.put("cats/1.png", picture)
    assert here.chain.aws.bus.counts["called"] == called
    here.chain.aws.asynchronous.start = lambda arn, event: told.append(event) or True  # type: ignore[method-assign]
    told: list[dict] = []
    here.chain.aws.bus._start = here.chain.aws.asynchronous.start
    await here.put("films/ü+.mp4", b"film")
    (event,) = told
    assert (event["detail-type"], event["source"], event["account"]) == ("Object Created", "aws.s3", "123456789012")
    assert event["detail"]["object"]["key"] == "films/ü+.mp4"
    assert (event["detail"]["reason"], event["region"]) == ("PutObject", "eu-central-1")


async def a_failure_is_told(here: World) -> None:
    """What the edge could not make is told to the stack's topic, once."""
    told = len(here.chain.aws.topics.published)
    with without_right(here, "edge", "s3:GetObject", "-originals-"):
        for width in (31, 32):
            assert (await here.get(f"/films/a.png?w={width}&f=png")).status == 403
    (found,) = here.chain.aws.topics.published[told:]
    assert json.loads(found.message)["original"] == "films/a.png"
    assert found.attributes == {"event": "failed", "folder": "films", "extension": "png", "code": "auth-denied"}


@pytest.mark.emulator
def test_without_the_permission_a_rule_calls_nobody(declared: Declared, tmp_path: Path) -> None:
    def without(each: Resource) -> Resource | None:
        return None if each.name == "original-changed-rules" else each

    async def start() -> None:
        async with world(with_resources(declared, without), tmp_path):
            raise AssertionError("it started")

    with pytest.raises(NotHonoured, match="EventBridge may not invoke"):
        asyncio.run(start())
