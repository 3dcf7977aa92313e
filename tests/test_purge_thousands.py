"""An original with 5,000 variants changes: the Region's function, as built, deletes them within its limits."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from moto.s3.models import s3_backends
from PIL import Image

from emulator.lambdas.invocation import Invocation
from emulator.s3.messages import administrator
from tests.chain_world import World, world
from tests.declared import stack
from tests.emulator_originals import png

pytestmark = pytest.mark.emulator
red, blue = (png(Image.new("RGB", (40, 30), colour)) for colour in ((240, 20, 20), (20, 20, 240)))
function = "mirage-dev-original-changed"
# infra/freshness/freshness.py, and the dev stack's `memory`.
timeout_s, memory_mb = 300, 1769


def fill(here: World, count: int) -> None:
    """Variants straight on moto's shelf: through the door they would take a minute."""
    shelf = s3_backends[here.chain.aws.gate.store._account]["aws"]
    for number in range(count):
        width, form = number % 2500 + 1, "png" if number < 2500 else "jpg"
        shelf.put_object(here.chain.variants, f"v/a.png/e1,w={width},f={form}", b"x")


def left(here: World) -> int:
    shelf = s3_backends[here.chain.aws.gate.store._account]["aws"]
    return sum(key.startswith("v/a.png/") for key in shelf.buckets[here.chain.variants].keys)


def test_five_thousand_variants_go_within_the_functions_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIRAGE_BUNDLE", "local")

    async def story() -> None:
        async with world(stack(), tmp_path) as here:
            await here.put("a.png", red)
            fill(here, 5000)
            before = here.chain.front.counts["invalidations"]
            made: list[Invocation] = []
            here.chain.aws.lambdas.ended.append(made.append)
            began = time.monotonic()
            gate = here.chain.aws.gate
            await gate.request(administrator(gate.account), "PUT", here.chain.originals, "a.png", "", (), blue)
            while left(here) and time.monotonic() - began < timeout_s:
                await asyncio.sleep(0.1)
            assert left(here) == 0
            for _ in range(4):  # the second sweep and its purge, by the clock
                await here.chain.settle(20)
                here.chain.clock.advance(16)
            assert 1 <= here.chain.front.counts["invalidations"] - before <= 2
            assert {each.error for each in made} == {None}
            assert max(each.duration_ms for each in made) < 1000 * timeout_s
            assert max(each.max_memory_mb for each in made) < memory_mb

    asyncio.run(story())
