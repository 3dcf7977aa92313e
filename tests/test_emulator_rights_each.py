"""Each right of each role, taken away while the chain runs, so that one start does for all of them."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from emulator.aws.events import Travel
from emulator.aws.iam import parse_policy
from emulator.lambdas.invocation import Invocation
from emulator.program import Declared, Resource
from emulator.s3.changes import Change
from emulator.s3.messages import administrator
from tests.chain_world import World, header, with_resources, world
from tests.declared import stack
from tests.emulator_originals import png
from tests.freshness_bench import event
from tests.test_emulator_rights import _less

pytestmark = pytest.mark.emulator
picture = png(Image.new("RGB", (40, 30), (240, 120, 20)))
other = png(Image.new("RGB", (40, 30), (20, 120, 240)))
region_name = "mirage-dev-original-changed"


@pytest.fixture(scope="module")
def declared() -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return stack()


@contextlib.contextmanager
def without(here: World, role: str, action: str, part: str) -> Iterator[None]:
    """While it is open the role lacks the action on the resources whose ARN holds `part`."""
    policy = json.loads(here.chain.declared.one("aws:iam/rolePolicy:RolePolicy", role).inputs["policy"])
    left = [less for each in policy["Statement"] if (less := _less(each, action, part)) is not None]
    assert left != policy["Statement"], "the policy grants no such thing"
    policies = here.chain.aws.policies
    (arn,) = [each for each in policies if each.endswith(f"/mirage-dev-{role}")]
    whole = policies[arn]
    policies[arn] = (parse_policy(json.dumps(policy | {"Statement": left})),)
    try:
        yield
    finally:
        policies[arn] = whole


def play(declared: Declared, scratch: Path, story: Callable[[World], Awaitable[None]]) -> None:
    async def run() -> None:
        async with world(declared, scratch) as here:
            here.chain.aws.events.travel = Travel(drop=1.0)
            await here.put("a.png", picture)
            await story(here)

    asyncio.run(run())


async def keep(here: World, bucket: str, key: str, body: bytes = b"x", **metadata: str) -> None:
    gate, sent = (
        here.chain.aws.gate,
        [(f"x-amz-meta-{name.replace('_', '-')}", each) for name, each in metadata.items()],
    )
    answer = await gate.request(administrator(gate.account), "PUT", bucket, key, "", sent, body)
    assert answer.status == 200, answer.body


async def lose(here: World, bucket: str, key: str) -> None:
    gate = here.chain.aws.gate
    await gate.request(administrator(gate.account), "DELETE", bucket, key)


# The Region


def note(sweep: int, original: str = "a.png") -> dict:
    body = json.dumps({"original": original, "sweep": sweep, "tries": 0})
    return {"Records": [{"messageId": "1", "body": body, "eventSource": "aws:sqs"}]}


put, gone = (
    event("a.png", bucket="mirage-dev-originals-123456789012"),
    event("gone.png", name="ObjectRemoved:Delete", bucket="mirage-dev-originals-123456789012"),
)
wanted = event("_mirage/requests/w.csv", bucket="mirage-dev-originals-123456789012")
region_cases = {
    "list originals": ("s3:ListBucket", "-originals-", gone, "403"),
    "list variants": ("s3:ListBucket", "-variants-", put, "AccessDenied"),
    "read originals": ("s3:GetObject", "-originals-", put, "403"),
    "report on wishes": ("s3:PutObject", "/requests/*", wanted, "AccessDenied"),
    "read variants": ("s3:GetObject", "/v/*", note(2), "sweep-failed"),
    "put variants": ("s3:PutObject", "/v/*", wanted, "refused this service"),
    "delete variants": ("s3:DeleteObject", "/v/*", put, "deletes were refused: AccessDenied"),
    "read sidecars": ("s3:GetObject", "/sidecar/*", put, "AccessDenied"),
    "write sidecars": ("s3:PutObject", "/sidecar/*", put, "AccessDenied"),
    "delete sidecars": ("s3:DeleteObject", "/sidecar/*", gone, "deletes were refused: AccessDenied"),
    "read the count of purges": ("s3:GetObject", "invalidations.json", note(0), "purge-failed"),
    "write the count of purges": ("s3:PutObject", "invalidations.json", note(0), "purge-failed"),
    "read the page's list": ("s3:GetObject", "originals.json", put, "AccessDenied"),
    "write the page's list": ("s3:PutObject", "originals.json", put, "AccessDenied"),
    "read the page": ("s3:GetObject", "index.html", put, "403"),
    "purge": ("cloudfront:CreateInvalidation", "", note(0), "purge-failed"),
    "send notes": ("sqs:SendMessage", "-notes", put, "AccessDenied"),
}


async def told(here: World, said: dict) -> str:
    """All that one invocation of the Region's function says: its error, its report, its logs."""
    await keep(here, here.chain.variants, "v/a.png/e1,w=9,f=png", original_etag="old")
    await lose(here, here.chain.variants, "sidecar/a.png")
    await keep(here, here.chain.variants, "sidecar/gone.png", b'{"etag":"e"}')
    await keep(here, here.chain.originals, "_mirage/requests/w.csv", b"/a.png?w=30&f=png\n")
    await lose(here, here.chain.variants, "v/a.png/e1,w=30,f=png")
    arn = next(arn for arn, spec in here.chain.aws.functions.by_arn.items() if spec.name == region_name)
    made: Invocation = await here.chain.aws.functions.invoke(arn, said)
    report = await kept_text(here, "_mirage/requests/w.csv.report.json") if said is wanted else ""
    return "\n".join([made.message, *made.logs, report])


async def kept_text(here: World, key: str) -> str:
    gate = here.chain.aws.gate
    return (await gate.request(administrator(gate.account), "GET", here.chain.originals, key)).body.decode()


def test_without_any_of_its_rights_the_region_fails(declared: Declared, tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for case, (action, part, said, word) in region_cases.items():
            whole = await told(here, said)
            assert word not in whole, (case, whole)
            with without(here, "original-changed", action, part):
                lacking = await told(here, said)
            assert word in lacking, (case, lacking)

    play(declared, tmp_path, story)


def test_no_right_of_the_region_is_left_out() -> None:
    """Every right of the policy is taken away above, or elsewhere: at the start, or for its logs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        policy = json.loads(stack().one("aws:iam/rolePolicy:RolePolicy", "original-changed").inputs["policy"])
    pairs = {
        (action, resource) for each in policy["Statement"] for action in each["Action"] for resource in each["Resource"]
    }
    at_the_start = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
    left = {
        (action, resource)
        for action, resource in pairs
        if not any(action == one and part in resource for one, part, _, _ in region_cases.values())
        and action not in at_the_start
        and not action.startswith("logs:")
        and not resource.endswith("-failed")
    }
    assert left == set()


# The edge


async def answered(here: World, target: str) -> tuple[int, str | None]:
    """The status, and X-Mirage or X-Mirage-Error."""
    here.forget()
    answer = await here.get(target)
    return answer.status, header(answer, "x-mirage") or header(answer, "x-mirage-error")


async def an_old_version_of_what_is_missing(here: World) -> object:
    await lose(here, here.chain.variants, "v/a.png/e1,w=20,f=png")
    return await answered(here, "/a.png?w=20&f=png&v=00000000")


async def an_old_version_of_what_is_stored(here: World) -> object:
    await answered(here, "/a.png?w=20&f=png")
    return await answered(here, "/a.png?w=20&f=png&v=00000000")


async def what_was_overtaken(here: World) -> object:
    """The original changes just when a variant of it was put: what the store has then."""
    gate, begun = here.chain.aws.gate, list[asyncio.Task[object]]()
    await keep(here, here.chain.originals, "a.png", picture)
    await lose(here, here.chain.variants, "v/a.png/e1,w=23,f=png")

    def change(seen: Change) -> None:
        if seen.bucket == here.chain.variants and not begun:
            begun.append(asyncio.create_task(keep(here, here.chain.originals, "a.png", other)))

    gate.changed.append(change)
    await answered(here, "/a.png?w=23&f=png")
    gate.changed.remove(change)
    await asyncio.gather(*begun)
    here.forget()
    with Image.open(io.BytesIO((await here.get("/a.png?w=23&f=png")).body)) as seen:
        return seen.convert("RGB").getpixel((2, 2))


async def why_it_was_refused(here: World) -> object:
    refused = {"etag": "e", "refused": {"code": "broken", "message": "It is broken."}, "quarantined": True}
    await keep(here, here.chain.variants, "sidecar/q.png", json.dumps(refused).encode())
    return await answered(here, "/q.png?w=20")


async def a_lost_event(here: World) -> object:
    """Whether the Region is called by the edge, ten minutes after an event was lost."""
    called = here.chain.aws.lambdas.invocations[region_name]
    await answered(here, "/l.png?w=20&f=png")
    here.chain.clock.advance(5)
    await keep(here, here.chain.originals, "l.png", other)
    here.chain.clock.advance(700)
    await answered(here, "/l.png?w=21&f=png")
    await here.settle()
    return here.chain.aws.lambdas.invocations[region_name] > called


async def the_log(here: World) -> object:
    found: list[bool] = []
    here.chain.aws.lambdas.ended.append(lambda made: found.append(bool(made.logs)))
    await lose(here, here.chain.variants, "v/a.png/e1,w=25,f=png")
    await answered(here, "/a.png?w=25&f=png")
    here.chain.aws.lambdas.ended.pop()
    return found


edge_cases = {
    "list variants": (
        "s3:ListBucket",
        "-variants-",
        an_old_version_of_what_is_missing,
        (200, "made"),
        (403, "auth-denied"),
    ),
    "read variants": (
        "s3:GetObject",
        "/v/*",
        an_old_version_of_what_is_stored,
        (200, "stored"),
        (403, "auth-denied"),
    ),
    "take variants back": ("s3:DeleteObject", "/v/*", what_was_overtaken, (20, 120, 240), (240, 120, 20)),
    "read sidecars": ("s3:GetObject", "/sidecar/*", why_it_was_refused, (415, "broken"), (404, "not-found")),
    "begin a log": ("logs:CreateLogStream", "log-group", the_log, [True], [False]),
    "write its log": ("logs:PutLogEvents", "log-group", the_log, [True], [False]),
    "make its log's group": ("logs:CreateLogGroup", "log-group", the_log, [True], [False]),
}


def test_without_a_right_the_edge_does_something_else(declared: Declared, tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for case, (action, part, look, whole, lacking) in edge_cases.items():
            assert await look(here) == whole, case
            with without(here, "edge", action, part):
                assert await look(here) == lacking, case
        await keep(here, here.chain.originals, "l.png", picture)
        with without(here, "edge", "lambda:InvokeFunction", "original-changed"):
            assert not await a_lost_event(here)

    play(declared, tmp_path, story)


def test_the_edge_may_call_the_region(declared: Declared, tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await keep(here, here.chain.originals, "l.png", picture)
        assert await a_lost_event(here)

    play(declared, tmp_path, story)


def test_without_a_buckets_policy_nothing_is_made(declared: Declared, tmp_path: Path) -> None:
    def less(each: Resource) -> Resource | None:
        return None if each.type.endswith(":BucketPolicy") and each.name == "variants" else each

    async def story(here: World) -> None:
        assert (await here.get("/a.png?w=20&f=png")).status == 403
        assert here.chain.written["stored"] == 0

    play(with_resources(declared, less), tmp_path, story)
