"""Each right that generators bring, taken away while the chain runs: at the edge, and for what takes longer."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import yaml

from emulator.lambdas.invocation import Invocation
from emulator.program import Declared
from tests.chain_world import World, changed
from tests.declared import stack
from tests.rights_world import Right, answered, ask, granted, late, lose, missed, play, without
from tests.test_emulator_rights_settings import at_the_start

pytestmark = pytest.mark.emulator
file = Path(__file__).parent.parent / "Pulumi.dev.yaml"
shipped = yaml.safe_load(file.read_text(encoding="utf-8"))["config"]["mirage:generators"]
numbers = itertools.count()
denied = (403, "auth-denied")


@pytest.fixture(scope="module")
def declared() -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        generators = [*(each for each in shipped if "name: painting" not in each), late]
        found = stack(generators=json.dumps(generators))
    # What fails is not tried again, while others are looked at.
    return changed(
        found, "FunctionEventInvokeConfig", "on-demand", lambda inputs: inputs.update(maximumRetryAttempts=0)
    )


Look = Callable[[World], Awaitable[object]]


def made(path: str) -> Look:
    """What comes of the first view of a picture that a generator makes."""

    async def look(here: World) -> object:
        return await answered(here, f"{path.format(next(numbers))}?w=20&f=png")

    return look


async def a_lease_that_stays(here: World) -> object:
    path = f"gen/qr/{next(numbers)}.png"
    assert await answered(here, f"/{path}?w=20&f=png") == (200, "generated")
    return await lease(here, path)


async def lease(here: World, path: str) -> int:
    """200 where somebody holds the lease on a path, or has not given it back."""
    key = f"lease/{hashlib.sha256(path.encode()).hexdigest()}"
    return (await ask(here, "HEAD", here.chain.variants, key)).status


async def what_is_begun(here: World) -> object:
    before = here.chain.aws.lambdas.invocations["mirage-dev-on-demand"]
    await made("/gen/late/{}.png")(here)
    await asyncio.sleep(0.2)
    return here.chain.aws.lambdas.invocations["mirage-dev-on-demand"] - before


async def late_one(here: World, path: str = "gen/late/{}.png") -> Invocation:
    """The first invocation of the regional function for a late one, when it is over."""
    found: list[Invocation] = []
    here.chain.aws.lambdas.ended.append(found.append)
    await made(f"/{path}")(here)
    while not (ended := [each for each in found if each.function == "mirage-dev-on-demand"]):
        await asyncio.sleep(0.02)
    here.chain.aws.lambdas.ended.remove(found.append)
    return ended[0]


async def a_late_one(here: World) -> object:
    """Whether it fails; Lambda would try again."""
    return (await late_one(here)).error is not None


async def the_first(here: World) -> object:
    """Whether one fails while nothing is counted yet."""
    await lose(here, here.chain.variants, "lease/budget/late")
    return await a_late_one(here)


async def its_lease(here: World) -> object:
    path = f"gen/late/{next(numbers)}.png"
    await late_one(here, path)
    return await lease(here, path)


async def its_log(here: World) -> object:
    return bool((await late_one(here)).logs)


# Role, action, resource; how to see it; with it, without it. Secrets first: a process keeps what it has read.
cases: dict[str, tuple[Right, Look, object, object]] = {
    "the edge reads a key": (
        ("edge", "ssm:GetParameters", "openai-key"),
        made("/gen/picture/{}.png"),
        (200, "generated"),
        (503, "busy"),
    ),
    "the Region reads a key": (
        ("on-demand", "secretsmanager:GetSecretValue", "replicate-token"),
        a_late_one,
        False,
        True,
    ),
    **{
        f"the edge puts what {name} makes": (
            ("edge", "s3:PutObject", folder),
            made(f"/{folder}/{{}}.png"),
            (200, "generated"),
            denied,
        )
        for name, folder in {"avatar": "gen/avatar", "qr": "gen/qr", "picture": "gen/picture", "site": "site"}.items()
    },
    "the edge reads leases": (
        ("edge", "s3:GetObject", "/lease/*"),
        made("/gen/qr/{}.png"),
        (200, "generated"),
        denied,
    ),
    "the edge takes leases": (
        ("edge", "s3:PutObject", "/lease/*"),
        made("/gen/qr/{}.png"),
        (200, "generated"),
        denied,
    ),
    "the edge gives leases back": (("edge", "s3:DeleteObject", "/lease/*"), a_lease_that_stays, 404, 200),
    "the edge calls the Region": (("edge", "lambda:InvokeFunction", "on-demand"), what_is_begun, 1, 0),
    "the Region reads originals": (("on-demand", "s3:GetObject", "-originals-"), a_late_one, False, True),
    "the Region lists originals": (("on-demand", "s3:ListBucket", "-originals-"), a_late_one, False, True),
    "the Region lists counts": (("on-demand", "s3:ListBucket", "-variants-"), the_first, False, True),
    "the Region puts what it makes": (("on-demand", "s3:PutObject", "gen/late"), a_late_one, False, True),
    "the Region reads leases": (("on-demand", "s3:GetObject", "/lease/*"), a_late_one, False, True),
    "the Region takes leases": (("on-demand", "s3:PutObject", "/lease/*"), a_late_one, False, True),
    "the Region gives leases back": (("on-demand", "s3:DeleteObject", "/lease/*"), its_lease, 404, 200),
    "the Region begins a log": (("on-demand", "logs:CreateLogStream", "on-demand"), its_log, True, False),
    "the Region writes its log": (("on-demand", "logs:PutLogEvents", "on-demand"), its_log, True, False),
}


def test_without_a_right_a_generator_fails_as_on_aws(declared: Declared, tmp_path: Path) -> None:
    async def story(here: World) -> None:
        for case, (right, look, whole, lacking) in cases.items():
            with without(here, *right):
                got = await look(here)
            seen = await look(here)
            assert (seen, got) == (whole, lacking), case

    play(declared, tmp_path, story)


def test_no_right_of_generators_is_left_out(declared: Declared) -> None:
    """Each is taken away above; what a role may do without generators, elsewhere."""
    taken = [right for right, *_ in cases.values()] + [right for right, _ in at_the_start.values()]
    assert missed(granted(declared) - granted(stack()), taken) == set()
