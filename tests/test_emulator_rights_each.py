"""Each right of each role, taken away while the chain runs, so that one start does for all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from emulator.lambdas.invocation import Invocation
from emulator.program import Declared, Resource
from tests.chain_world import World, with_resources
from tests.declared import stack
from tests.emulator_originals import png
from tests.freshness_bench import event
from tests.rights_world import ask, granted, keep, lose, missed, play, without
from tests.test_emulator_rights_bulk import bulk_cases
from tests.test_emulator_rights_edge import edge_cases
from tests.test_emulator_rights_settings import at_the_start

pytestmark = pytest.mark.emulator
picture = png(Image.new("RGB", (40, 30), (240, 120, 20)))
other = png(Image.new("RGB", (40, 30), (20, 120, 240)))
role = "original-changed"


@pytest.fixture(scope="module")
def declared() -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return stack()


# The Region


def note(sweep: int, original: str = "a.png") -> dict:
    body = json.dumps({"original": original, "sweep": sweep, "tries": 0})
    return {"Records": [{"messageId": "1", "body": body, "eventSource": "aws:sqs"}]}


put, gone = (
    event("a.png", bucket="mirage-dev-originals-123456789012"),
    event("gone.png", name="ObjectRemoved:Delete", bucket="mirage-dev-originals-123456789012"),
)
wishes = "_mirage/requests/w.csv"
wanted = event(wishes, bucket="mirage-dev-originals-123456789012")
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
told_by_logs = ("logs:CreateLogStream", "logs:PutLogEvents")


async def told(here: World, said: dict) -> str:
    """All that one invocation of the Region's function says: its error, its report, its logs."""
    await keep(here, here.chain.variants, "v/a.png/e1,w=9,f=png", b"x", original_etag="old")
    await lose(here, here.chain.variants, "sidecar/a.png")
    await keep(here, here.chain.variants, "sidecar/gone.png", b'{"etag":"e"}')
    await keep(here, here.chain.originals, wishes, b"/a.png?w=30&f=png\n")
    await lose(here, here.chain.variants, "v/a.png/e1,w=30,f=png")
    arn = next(arn for arn, spec in here.chain.aws.functions.by_arn.items() if spec.name.endswith(role))
    made: Invocation = await here.chain.aws.functions.invoke(arn, said)
    report = (
        (await ask(here, "GET", here.chain.originals, f"{wishes}.report.json")).body.decode() if said is wanted else ""
    )
    return "\n".join([made.message, *made.logs, report])


def test_without_any_of_its_rights_the_region_fails(declared: Declared, tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await keep(here, here.chain.originals, "a.png", picture)
        for case, (action, part, said, word) in region_cases.items():
            whole = await told(here, said)
            assert word not in whole, (case, whole)
            with without(here, role, action, part):
                lacking = await told(here, said)
            assert word in lacking, (case, lacking)
        for action in told_by_logs:
            with without(here, role, action, "log-group"):
                assert "origin-changed" not in await told(here, put), action

    play(declared, tmp_path, story)


def test_no_right_of_the_stack_is_left_out(declared: Declared) -> None:
    """Every right of every role is taken away above, or in the files beside this one."""
    region = [(role, action, part) for action, part, _, _ in region_cases.values()]
    logs = [(role, action, "log-group") for action in told_by_logs]
    edge = [("edge", action, part) for action, part, *_ in edge_cases.values()]
    others = [right for right, _ in at_the_start.values()] + [("bulk", action, part) for action, part in bulk_cases]
    assert missed(granted(declared), [*region, *logs, *edge, *others]) == set()


def test_without_a_buckets_policy_nothing_is_made(declared: Declared, tmp_path: Path) -> None:
    def less(each: Resource) -> Resource | None:
        return None if each.type.endswith(":BucketPolicy") and each.name == "variants" else each

    async def story(here: World) -> None:
        assert (await here.get("/a.png?w=20&f=png")).status == 403
        assert here.chain.written["stored"] == 0

    play(with_resources(declared, less), tmp_path, story)
