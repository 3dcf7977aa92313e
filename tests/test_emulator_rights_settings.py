"""Each right that settings bring, taken away while the chain runs; and those that AWS asks for as it takes a stack."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from emulator.aws.iam import parse_policy
from emulator.program import Declared
from emulator.reading import NotHonoured
from tests.chain_world import World, world
from tests.declared import stack
from tests.emulator_originals import png
from tests.freshness_bench import event
from tests.rights_world import Right, answered, ask, granted, lacking, late, missed, play, without

pytestmark = pytest.mark.emulator
picture = png(Image.new("RGB", (40, 30), (240, 120, 20)))
numbers = itertools.count()
settings = {"quarantine": "true", "notifications": "true", "eventBridge": "true", "rendersPerHour": "1000"}
Look = Callable[[World], Awaitable[object]]


@pytest.fixture(scope="module")
def declared() -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return stack(**settings)


async def a_picture(here: World) -> object:
    return await answered(here, f"/a.png?w=20&q={1 + next(numbers)}&f=jpg")


async def a_broken_policy(here: World) -> object:
    """How many notifications the edge makes of an original that the bucket's policy keeps from it."""
    name, told = f"kept{next(numbers)}.png", len(here.chain.aws.topics.published)
    await ask(here, "PUT", here.chain.originals, name, body=picture)
    held = here.chain.aws.gate.buckets[here.chain.originals]
    whole, on = held.policy or (), f"arn:aws:s3:::{here.chain.originals}/{name}"
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": on}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    held.policy = (*whole, *parse_policy(document, of_resource=True))
    assert await answered(here, f"/{name}?w=20") == (403, "auth-denied")
    held.policy = whole
    return len(here.chain.aws.topics.published) - told


async def fails(here: World, said: object) -> bool:
    """Whether the Region's function fails on an event."""
    arn = next(arn for arn, spec in here.chain.aws.functions.by_arn.items() if spec.name.endswith("original-changed"))
    return (await here.chain.aws.functions.invoke(arn, said)).error is not None


async def a_threat(here: World) -> object:
    name = f"bad{next(numbers)}.png"
    await ask(here, "PUT", here.chain.originals, name, body=picture)
    tag = b"<Tag><Key>GuardDutyMalwareScanStatus</Key><Value>THREATS_FOUND</Value></Tag>"
    await ask(here, "PUT", here.chain.originals, name, "tagging", b"<Tagging><TagSet>" + tag + b"</TagSet></Tagging>")
    etag = (await ask(here, "HEAD", here.chain.originals, name)).header("etag")
    scanned = {"objectKey": name, "eTag": etag, "bucketName": here.chain.originals}
    detail = {"s3ObjectDetails": scanned, "scanResultDetails": {"scanResultStatus": "THREATS_FOUND"}}
    kind = "GuardDuty Malware Protection Object Scan Result"
    return await fails(here, {"source": "aws.guardduty", "detail-type": kind, "detail": detail})


async def a_frame(here: World) -> object:
    name = f"_mirage/frames/{next(numbers)}.png"
    await ask(here, "PUT", here.chain.originals, name, body=picture)
    paths = [f"s3://{here.chain.originals}/{name}"]
    detail = {
        "status": "COMPLETE",
        "userMetadata": {"mirage-original": f"films/{next(numbers)}.png"},
        "outputGroupDetails": [{"outputDetails": [{"outputFilePaths": paths}]}],
    }
    kind = "MediaConvert Job State Change"
    return await fails(here, {"source": "aws.mediaconvert", "detail-type": kind, "detail": detail})


async def a_change(here: World) -> object:
    """How many notifications a changed original makes."""
    name, told = f"new{next(numbers)}.png", len(here.chain.aws.topics.published)
    await ask(here, "PUT", here.chain.originals, name, body=picture)
    await fails(here, event(name, bucket=here.chain.originals))
    return len(here.chain.aws.topics.published) - told


region, denied = "original-changed", (403, "auth-denied")
# Role, action, resource; how to see it; with it, without it.
cases: dict[str, tuple[Right, Look, object, object]] = {
    "count renders": (("edge", "s3:PutObject", "/lease/renders/*"), a_picture, (200, "made"), (403, "auth-denied")),
    "read the count of renders": (
        ("edge", "s3:GetObject", "/lease/renders/*"),
        a_picture,
        (200, "made"),
        (403, "auth-denied"),
    ),
    "tell what failed": (("edge", "sns:Publish", "notifications"), a_broken_policy, 1, 0),
    "put into quarantine": ((region, "s3:PutObject", "/quarantine/*"), a_threat, False, True),
    "write tags in quarantine": ((region, "s3:PutObjectTagging", "/quarantine/*"), a_threat, False, True),
    "read an original's tags": ((region, "s3:GetObjectTagging", "-originals-"), a_threat, False, True),
    "delete originals": ((region, "s3:DeleteObject", "-originals-"), a_threat, False, True),
    "put a video's frame": ((region, "s3:PutObject", "-originals-123456789012/*"), a_frame, False, True),
    "tell of a change": ((region, "sns:Publish", "notifications"), a_change, 1, 0),
}


def test_without_a_right_a_setting_has_no_effect(declared: Declared, tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await ask(here, "PUT", here.chain.originals, "a.png", body=picture)
        for case, (right, look, whole, lesser) in cases.items():
            with without(here, *right):
                got = await look(here)
            seen = await look(here)
            assert (seen, got) == (whole, lesser), case

    play(declared, tmp_path, story)


def test_no_right_of_settings_is_left_out(declared: Declared) -> None:
    left = missed(granted(declared) - granted(stack()), [right for right, *_ in cases.values()])
    assert left == set()


# AWS asks for these as it takes the stack: the sentence with which it refuses to.
at_the_start: dict[str, tuple[Right, str]] = {
    "receive notes": ((region, "sqs:ReceiveMessage", "-notes"), "permissions to call ReceiveMessage on SQS"),
    "delete notes": ((region, "sqs:DeleteMessage", "-notes"), "permissions to call DeleteMessage on SQS"),
    "look at notes": ((region, "sqs:GetQueueAttributes", "-notes"), "permissions to call GetQueueAttributes on SQS"),
    "tell what failed": ((region, "sqs:SendMessage", "-failed"), "permissions to call SendMessage on arn:aws:sqs"),
    "tell what was not made": (
        ("on-demand", "sqs:SendMessage", "-on-demand-failures"),
        "permissions to call SendMessage on arn:aws:sqs",
    ),
}


@pytest.mark.parametrize("case", at_the_start)
def test_without_a_right_a_stack_is_not_taken(case: str, tmp_path: Path) -> None:
    (role, action, part), sentence = at_the_start[case]
    found = lacking(stack(generators=json.dumps([late])), "RolePolicy", role, action, part)

    async def start() -> None:
        async with world(found, tmp_path):
            raise AssertionError("it started")

    with pytest.raises(NotHonoured, match=sentence):
        asyncio.run(start())
