"""What a stack may render in an hour: never more, at least half of it, and few questions to S3."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.chain_world import header, world
from tests.declared import role_policy, stack
from tests.drawn import encoded, landscape
from tests.fakes import FakeImaging, FakeSource, FakeStore, Patience, settings, unmeasured
from tests.test_generators_lease import S3
from variants import errors
from variants.counting import Counts
from variants.produce import produce
from variants.renders import Renders
from variants.work import Work

# On the hour: whole seconds, as S3's dates are.
noon = 1_800_000_000.0


@dataclass
class Stack:
    """Sandboxes of one stack, over one S3 whose clock is not theirs."""

    per_hour: int
    s3: S3 = field(default_factory=lambda: S3(now=noon))
    own_s: float = 7.0
    lines: list[str] = field(default_factory=list)

    def sandbox(self) -> Renders:
        counts = Counts(bucket=self.s3, sleep=lambda seconds: threading.Event().wait(seconds / 20))
        return Renders(
            counts=counts,
            per_hour=self.per_hour,
            metrics_of="mirage-test",
            clock=lambda: self.own_s,
            log=self.lines.append,
        )

    def later(self, seconds: float) -> None:
        self.s3.now += seconds
        self.own_s += seconds


def rendered(sandbox: Renders, most: int) -> int:
    """How many renders a sandbox gets, of at most so many."""
    for number in range(most):
        try:
            sandbox.spend(Patience())
        except errors.Budget:
            return number
    return most


@pytest.mark.parametrize("per_hour", [1, 7, 100, 999, 5000])
def test_one_sandbox_gets_all_of_the_bound_and_no_more(per_hour: int) -> None:
    assert rendered(Stack(per_hour).sandbox(), per_hour + 50) == per_hour


def test_many_sandboxes_together_never_pass_the_bound_and_get_at_least_half() -> None:
    stack = Stack(1000)
    together = sum(rendered(stack.sandbox(), 3) for _ in range(400))
    assert 500 <= together <= 1000


def test_sandboxes_at_once_never_pass_the_bound() -> None:
    stack, got = Stack(200), list[int]()
    threads = [threading.Thread(target=lambda: got.append(rendered(stack.sandbox(), 40))) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(got) <= 200


def test_a_thousand_renders_of_a_sandbox_ask_s3_some_hundred_times_at_most() -> None:
    stack = Stack(100_000)
    rendered(stack.sandbox(), 1000)
    # 1 + 2 + 4 … + 512 are 1,023 renders in ten blocks: a GET and a PUT each.
    assert len(stack.s3.asked) == 20


def test_what_is_spent_is_remembered_for_the_hour_and_asks_nothing() -> None:
    stack = Stack(5)
    sandbox = stack.sandbox()
    rendered(sandbox, 9)
    asked = len(stack.s3.asked)
    assert rendered(sandbox, 9) == 0
    assert len(stack.s3.asked) == asked


def test_the_next_hour_begins_with_s3s_clock() -> None:
    stack = Stack(5)
    sandbox = stack.sandbox()
    stack.later(3599)
    assert rendered(sandbox, 9) == 5
    stack.later(1)
    assert rendered(sandbox, 9) == 5


def test_how_much_is_used_is_a_metric() -> None:
    stack = Stack(4)
    sandbox = stack.sandbox()
    rendered(sandbox, 9)
    told = [json.loads(line) for line in stack.lines]
    assert [(line["event"], line["RenderBudgetUsed"], line["Stack"]) for line in told] == [
        ("renders-counted", 25.0, "mirage-test"),
        ("renders-counted", 50.0, "mirage-test"),
        ("renders-counted", 75.0, "mirage-test"),
        ("renders-counted", 100.0, "mirage-test"),
        ("renders-spent", 100.0, "mirage-test"),
    ]


def work_on(renders: Renders, originals: dict[str, bytes]) -> Work:
    return Work(
        source=FakeSource(originals),
        store=FakeStore(),
        imaging=FakeImaging(),
        settings=settings,
        deadline=Patience(),
        store_deadline=Patience(),
        measure=unmeasured,
        room_bytes=1000,
        renders=renders,
    )


def test_beyond_the_bound_nothing_is_rendered_or_stored() -> None:
    work = work_on(Stack(1).sandbox(), {"a.jpg": b"a"})
    produce("a.jpg/e1,w=1,f=jpg", work)
    with pytest.raises(errors.Budget) as refused:
        produce("a.jpg/e1,w=2,f=jpg", work)
    assert (refused.value.status, refused.value.code, refused.value.retry_after_s) == (503, "budget", 30)
    assert list(work.store.variants) == ["a.jpg/e1,w=1,f=jpg"]


def test_what_renders_nothing_costs_no_render() -> None:
    work = work_on(Stack(1).sandbox(), {"a.jpg": b"a"})
    produce("a.jpg/e1,f=json", work)
    with pytest.raises(errors.NotFound):
        produce("missing.jpg/e1,w=1,f=jpg", work)
    produce("a.jpg/e1,w=1,f=jpg", work)


def test_the_function_may_count_where_renders_are_bound_and_not_else() -> None:
    counts = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"]}
    wanted = {**counts, "Resource": ["arn:aws:s3:::mirage-dev-variants-123456789012/lease/renders/*"]}
    assert wanted in role_policy("edge", rendersPerHour="10")["Statement"]
    assert "lease/renders" not in str(role_policy("edge"))
    assert wanted in role_policy("regional", mode="regional", rendersPerHour="10")["Statement"]


@pytest.mark.emulator
def test_beyond_the_bound_a_viewer_gets_503_budget_and_what_is_stored(tmp_path: Path) -> None:
    """With the real function under the role's own policy, and S3's conditional writes."""

    async def play() -> None:
        async with world(stack(rendersPerHour="2"), tmp_path) as found:
            await found.put("sea.png", encoded(landscape(), "PNG"))
            answers = [await found.get(f"/sea.png?w={w}") for w in (20, 21, 22)]
            assert [each.status for each in answers] == [200, 200, 503]
            assert (header(answers[2], "x-mirage-error"), header(answers[2], "retry-after")) == ("budget", "30")
            found.forget()
            assert (await found.get("/sea.png?w=20")).status == 200
            assert found.chain.aws.metrics.shown()["RenderBudgetUsed"]["maximum"] == 100

    asyncio.run(play())
