"""A bucket of originals that is somebody else's: what fails until the owner merges what the program prints."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from PIL import Image

from emulator.aws.events import Travel
from tests.chain_world import World, changed, sentence, world
from tests.declared import stack
from tests.emulator_originals import png
from tests.rights_world import answered, ask, keep, play

pytestmark = pytest.mark.emulator
picture = png(Image.new("RGB", (40, 30), (240, 120, 20)))
adopted = {"originalsBucket": "their-pictures"}
# What files are answered with, and what is Mirage's own: without a statement of the merged policy, and with all.
without = {
    "none": ("", (200, 404)),
    "CloudFrontReads": ("CloudFrontReads", (403, 403)),
    "MissingIs404": ("MissingIs404", (200, 403)),
}


async def merge(here: World, left_out: str) -> None:
    """Puts the policy that the program prints, without the statement of that name."""
    policy = json.loads(str(here.chain.declared.outputs["mergeBucketPolicy"]))
    policy["Statement"] = [each for each in policy["Statement"] if each["Sid"] != left_out]
    answer = await ask(here, "PUT", here.chain.originals, "", "policy", json.dumps(policy).encode())
    assert answer.status == 204, answer.body


def test_files_are_served_by_the_owners_policy_alone(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await keep(here, here.chain.originals, "manual.pdf", b"%PDF")
        seen = [(await answered(here, target))[0] for target in ("/manual.pdf", "/nothing.pdf")]
        assert seen == [403, 403]
        for name, (left_out, statuses) in without.items():
            await merge(here, left_out)
            seen = [(await answered(here, target))[0] for target in ("/manual.pdf", "/nothing.pdf")]
            assert tuple(seen) == statuses, name

    play(stack(**adopted), tmp_path, story)


def test_a_change_is_told_once_the_owner_merged_the_notification(tmp_path: Path) -> None:
    async def story() -> None:
        async with world(stack(**adopted), tmp_path) as here:
            here.chain.aws.events.travel = Travel()
            await here.put("a.png", picture)
            assert here.chain.aws.events.counts["sent"] == 0
            answer = await ask(here, "PUT", here.chain.originals, "", "notification", notification(here))
            assert answer.status == 200, answer.body
            await here.put("a.png", picture)
            assert here.chain.aws.events.counts["sent"] == 1

    asyncio.run(story())


def notification(here: World, arn: str = "") -> bytes:
    """The document that the program prints, as S3 takes it; for another function, where one is named."""
    (part,) = json.loads(str(here.chain.declared.outputs["mergeBucketNotification"]))["LambdaFunctionConfigurations"]
    events = "".join(f"<Event>{each}</Event>" for each in part["Events"])
    called = f"<Id>{part['Id']}</Id><CloudFunction>{arn or part['LambdaFunctionArn']}</CloudFunction>{events}"
    space = "http://s3.amazonaws.com/doc/2006-03-01/"
    configuration = f"<CloudFunctionConfiguration>{called}</CloudFunctionConfiguration>"
    return f'<NotificationConfiguration xmlns="{space}">{configuration}</NotificationConfiguration>'.encode()


@pytest.mark.parametrize("function", ["edge", "nowhere"])
def test_s3_takes_no_notification_for_a_function_that_it_may_not_call(function: str, tmp_path: Path) -> None:
    async def story(here: World) -> None:
        arn = f"arn:aws:lambda:eu-central-1:123456789012:function:mirage-dev-{function}"
        answer = await ask(here, "PUT", here.chain.originals, "", "notification", notification(here, arn))
        assert (answer.status, b"<Code>InvalidArgument</Code>" in answer.body) == (400, True), answer.body
        assert b"Unable to validate the following destination configurations" in answer.body

    play(stack(**adopted), tmp_path, story)


def test_a_permission_for_another_accounts_bucket_is_none(tmp_path: Path) -> None:
    theirs = changed(stack(), "Permission", "original-changed", lambda it: it.update(sourceAccount="210987654321"))
    assert "Unable to validate the following destination configurations" in sentence(theirs, tmp_path)
