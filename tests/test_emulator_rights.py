"""Every right that the stack grants is needed: without it the chain fails as it would on AWS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from emulator.aws.events import Travel
from emulator.program import Declared
from emulator.s3.messages import administrator
from tests.chain_world import World, header, world
from tests.declared import stack
from tests.emulator_originals import png
from tests.rights_world import lacking

pytestmark = pytest.mark.emulator
picture = png(Image.new("RGB", (40, 30), (240, 120, 20)))
other = png(Image.new("RGB", (40, 30), (20, 120, 240)))


@pytest.fixture(scope="module")
def declared() -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return stack()


def run(declared: Declared, scratch: Path, story: Callable[[World], Awaitable[None]], *, events: bool = False) -> None:
    """Plays a story; without events, since workers of the Region take their time to start."""

    async def play() -> None:
        async with world(declared, scratch) as here:
            here.chain.aws.events.travel = Travel(drop=0.0 if events else 1.0)
            await here.put("a.png", picture)
            await here.put("manual.pdf", b"%PDF")
            await story(here)

    asyncio.run(play())


async def says(here: World, target: str, status: int, word: str | None = None) -> None:
    answer = await here.get(target)
    assert answer.status == status, (answer.status, answer.body[:300])
    if word is not None:
        assert word in (header(answer, "x-mirage"), header(answer, "x-mirage-error")), answer.headers


async def everything(here: World) -> None:
    """Everything that the stories below look at, with all rights."""
    await says(here, "/a.png?w=20&f=png", 200, "made")
    here.forget()
    await says(here, "/a.png?w=20&f=png", 200, "stored")
    await says(here, "/manual.pdf", 200, "stored")
    await says(here, "/nothing.pdf", 404, "not-found")
    await says(here, "/nothing.png", 404, "not-found")
    await says(here, "/", 200)
    await here.put("a.png", other)
    await says(here, "/a.png?w=20&f=png", 200, "made")
    listed = await here.get("/_mirage/page/originals.json")
    assert b"a.png" in listed.body
    assert here.chain.aws.events.counts["failed"] == 0


def test_with_all_its_rights_the_stack_does_everything(declared: Declared, tmp_path: Path) -> None:
    run(declared, tmp_path, everything, events=True)


async def nothing_is_made(here: World) -> None:
    await says(here, "/a.png?w=20&f=png", 403)
    assert here.chain.written["stored"] == 0


async def the_page_is_refused(here: World) -> None:
    await says(here, "/", 403)


async def files_are_refused(here: World) -> None:
    await says(here, "/manual.pdf", 403)


async def a_missing_file_is_403(here: World) -> None:
    await says(here, "/manual.pdf", 200)
    await says(here, "/nothing.pdf", 403)


async def the_old_one_stays_in_the_store(here: World) -> None:
    await says(here, "/a.png?w=20&f=png", 200, "made")
    await change(here)
    here.forget()
    await says(here, "/a.png?w=20&f=png", 200, "stored")


async def the_old_one_stays_in_cloudfront(here: World) -> None:
    await says(here, "/a.png?w=20&f=png", 200, "made")
    await change(here)
    answer = await here.get("/a.png?w=20&f=png")
    assert header(answer, "x-cache") == "Hit from cloudfront"


async def change(here: World, body: bytes = other) -> None:
    """Puts another picture, without waiting for the event's last retry."""
    before = here.chain.aws.lambdas.invocations["mirage-dev-original-changed"]
    gate = here.chain.aws.gate
    await gate.request(administrator(gate.account), "PUT", here.chain.originals, "a.png", "", (), body)
    while here.chain.aws.lambdas.invocations["mirage-dev-original-changed"] == before or here.chain.aws.lambdas.running:
        await asyncio.sleep(0.01)


cases = {
    "CloudFront may not read variants": ("BucketPolicy", "variants", "s3:GetObject", "/v/*", nothing_is_made),
    "CloudFront may not list variants": ("BucketPolicy", "variants", "s3:ListBucket", "", nothing_is_made),
    "CloudFront may not read the page": ("BucketPolicy", "variants", "s3:GetObject", "/page/*", the_page_is_refused),
    "CloudFront may not read originals": ("BucketPolicy", "originals", "s3:GetObject", "", files_are_refused),
    "CloudFront may not list originals": ("BucketPolicy", "originals", "s3:ListBucket", "", a_missing_file_is_403),
}


@pytest.mark.parametrize("case", cases)
def test_without_a_right_the_chain_fails_as_on_aws(declared: Declared, tmp_path: Path, case: str) -> None:
    kind, name, action, part, story = cases[case]
    run(lacking(declared, kind, name, action, part), tmp_path, story)


changes_unseen = {
    "the region may not list variants": ("s3:ListBucket", "-variants-", the_old_one_stays_in_the_store),
    "the region may not delete variants": ("s3:DeleteObject", "-variants-", the_old_one_stays_in_the_store),
    "the region may not invalidate": ("cloudfront:CreateInvalidation", "", the_old_one_stays_in_cloudfront),
}


@pytest.mark.parametrize("case", changes_unseen)
def test_without_a_right_a_change_is_not_seen(declared: Declared, tmp_path: Path, case: str) -> None:
    action, part, story = changes_unseen[case]

    async def play() -> None:
        async with world(lacking(declared, "RolePolicy", "original-changed", action, part), tmp_path) as here:
            await change(here, picture)
            await story(here)

    asyncio.run(play())


failing = {
    "the region may not read originals": ("s3:GetObject", "-originals-"),
    "the region may not list originals": ("s3:ListBucket", "-originals-"),
    "the region may not read the page": ("s3:GetObject", "page/index.html"),
    "the region may not write the page's list": ("s3:PutObject", "originals.json"),
}


@pytest.mark.parametrize("case", failing)
def test_without_a_right_the_event_is_tried_again(declared: Declared, tmp_path: Path, case: str) -> None:
    action, part = failing[case]

    async def play() -> None:
        async with world(lacking(declared, "RolePolicy", "original-changed", action, part), tmp_path) as here:
            await change(here)
            for _ in range(200):
                if here.chain.aws.events.counts["retried"]:
                    return
                await asyncio.sleep(0.01)
            raise AssertionError("the event did not fail")

    asyncio.run(play())
