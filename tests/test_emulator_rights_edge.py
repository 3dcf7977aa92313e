"""Each right of who makes variants, taken away while the chain runs: of the edge, and of the regional function."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from emulator.program import Declared, declare
from emulator.s3.changes import Change
from tests.chain_world import World
from tests.declared import lent, stack
from tests.emulator_originals import png
from tests.rights_world import answered, granted, keep, lose, missed, play, without

pytestmark = pytest.mark.emulator
picture = png(Image.new("RGB", (40, 30), (240, 120, 20)))
other = png(Image.new("RGB", (40, 30), (20, 120, 240)))
numbers = itertools.count()
denied = (403, "auth-denied")
# A stack of each mode, with the role that makes its variants.
modes: dict[str, tuple[str, Callable[[], Declared]]] = {
    "edge": ("edge", stack),
    "regional": ("regional", lambda: declare("regional", config=lent)),
    "proxy": ("regional", lambda: declare("regional", config={**lent, "store": "false"})),
}


async def a_picture(here: World) -> object:
    return await answered(here, f"/a.png?w=20&q={1 + next(numbers)}&f=jpg")


async def what_is_missing(here: World) -> object:
    return await answered(here, f"/nothing{next(numbers)}.png")


async def the_second_time(here: World) -> object:
    target = f"/a.png?w=21&q={1 + next(numbers)}&f=jpg"
    await answered(here, target)
    return await answered(here, target)


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
    name = next(name for name in here.chain.aws.functions.arns if name.endswith("original-changed"))
    called = here.chain.aws.lambdas.invocations[name]
    original = f"l{next(numbers)}.png"
    await keep(here, here.chain.originals, original, picture)
    await answered(here, f"/{original}?w=20&f=png")
    here.chain.clock.advance(5)
    await keep(here, here.chain.originals, original, other)
    here.chain.clock.advance(700)
    await answered(here, f"/{original}?w=21&f=png")
    await here.settle()
    return here.chain.aws.lambdas.invocations[name] > called


async def the_log(here: World) -> object:
    found: list[bool] = []
    here.chain.aws.lambdas.ended.append(lambda made: found.append(bool(made.logs)))
    await lose(here, here.chain.variants, "v/a.png/e1,w=25,f=png")
    await answered(here, "/a.png?w=25&f=png")
    here.chain.aws.lambdas.ended.pop()
    return found


edge_cases: dict[str, tuple[str, str, Callable[[World], Awaitable[object]], object, object]] = {
    "read originals": ("s3:GetObject", "-originals-", a_picture, (200, "made"), denied),
    "list originals": ("s3:ListBucket", "-originals-", what_is_missing, (404, "not-found"), denied),
    "put variants": ("s3:PutObject", "/v/*", the_second_time, (200, "stored"), (200, "made")),
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
    "call the Region": ("lambda:InvokeFunction", "original-changed", a_lost_event, True, False),
}


@pytest.mark.parametrize("mode", modes)
def test_without_a_right_who_makes_variants_does_something_else(mode: str, tmp_path: Path) -> None:
    role, make = modes[mode]
    found = make()
    rights = granted(found)

    async def story(here: World) -> None:
        await keep(here, here.chain.originals, "a.png", picture)
        for case, (action, part, look, whole, lesser) in edge_cases.items():
            if missed(rights, [(role, action, part)]) == rights:
                continue  # it is not granted in this mode
            assert await look(here) == whole, case
            with without(here, role, action, part):
                assert await look(here) == lesser, case

    play(found, tmp_path, story)


@pytest.mark.parametrize("mode", modes)
def test_no_right_of_who_makes_variants_is_left_out(mode: str) -> None:
    role, make = modes[mode]
    taken = [(role, action, part) for action, part, *_ in edge_cases.values()]
    assert missed((each for each in granted(make()) if each[0] == role), taken) == set()
