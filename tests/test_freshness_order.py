"""The order and the times that the proof rests on (docs/decisions/freshness.md), each taken by itself: histories are
too rarely unlucky to miss them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
import yaml

from origin.notes import Note
from origin.region import Chosen
from tests.fakes import FakeBucket, FakeCache, FakeQueue, md5
from tests.freshness_bench import Bench, event
from tests.running import root

path = "cats/1.jpg"
old_etag, new_etag = (md5(body).strip('"') for body in (b"old", b"new"))
# The premises: an edge function's longest life, and what S3 sends of a stored variant on its way to CloudFront.
maker_s, flight_s = 30, 25


@dataclass
class Effects:
    """What is done to the world, in its order."""

    done: list[str] = field(default_factory=list)


class Store(FakeBucket):
    effects: Effects

    def delete(self, keys: Sequence[str]) -> None:
        self.effects.done.append("delete" if any(key.startswith("v/") for key in keys) else "forget")
        super().delete(keys)


class Cache(FakeCache):
    effects: Effects

    def invalidate(self, tags: Sequence[str]) -> None:
        self.effects.done.append("purge")
        super().invalidate(tags)


class Queue(FakeQueue):
    effects: Effects

    def send(self, bodies: Sequence[str], delay_s: int) -> None:
        self.effects.done += [f"note of sweep {json.loads(body)['sweep']}" for body in bodies]
        super().send(bodies, delay_s)


def bench(chosen: Chosen | None = None) -> tuple[Bench, Effects]:
    """An original that changed, with a variant of what it was."""
    effects, store, cache, queue = Effects(), Store(), Cache(), Queue()
    store.effects = cache.effects = queue.effects = effects
    originals = FakeBucket({path: b"new"})
    found = Bench(originals=originals, variants=store, cache=cache, queue=queue, chosen=chosen or Chosen())
    put_old_variant(found)
    return found, effects


def put_old_variant(found: Bench) -> None:
    found.variants.bodies[f"v/{path}/e1,f=jpg"] = b""
    found.variants.metadata[f"v/{path}/e1,f=jpg"] = {"original-etag": old_etag}


def test_the_second_sweep_is_noted_before_anything_is_done_and_cloudfront_comes_after_the_store() -> None:
    found, effects = bench()
    found.respond(event(path))
    assert effects.done == ["note of sweep 2", "delete", "note of sweep 0", "purge"]


def test_a_second_sweep_deletes_notes_the_third_and_purges_last() -> None:
    found, effects = bench()
    found.queue.sent = [(Note(original=path, sweep=2).body(), 60)]
    found.run_queue(60)
    assert effects.done == ["delete", "note of sweep 3", "purge"]


def later(found: Bench, *, put_at_s: float, until_s: float) -> None:
    """Notes are dealt with at their times; meanwhile somebody who died at once put what he made of the old original."""
    now, is_put, due = 0.0, False, list[tuple[float, str]]()
    while now < until_s:
        due += [(now + delay_s, body) for body, delay_s in found.queue.sent]
        found.queue.sent = []
        now = min([at for at, _ in due], default=until_s)
        if not is_put and now > put_at_s:
            put_old_variant(found)
            is_put = True
        ready = [each for each in due if each[0] <= now]
        due = [each for each in due if each not in ready]
        found.queue.sent = [(body, 0) for _, body in ready]
        found.run_queue(0)


@pytest.mark.parametrize(
    ("second_sweep_s", "is_found"), [(60, True), (maker_s + flight_s, True), (30, True), (10, False)]
)
def test_a_sweep_finds_what_the_last_maker_left(second_sweep_s: int, is_found: bool) -> None:
    """A maker that took the old original just before it changed puts 29 s later, and dies before his second look."""
    found, _ = bench(Chosen(second_sweep_s=second_sweep_s))
    found.respond(event(path))
    later(found, put_at_s=maker_s - 1, until_s=600)
    assert (f"v/{path}/e1,f=jpg" not in found.variants.bodies) == is_found


def test_the_second_sweep_comes_after_the_last_maker_and_his_answer_by_default() -> None:
    declared = yaml.safe_load((root / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]["secondSweepSeconds"]
    assert declared["default"] >= maker_s + flight_s
    assert Chosen().second_sweep_s == declared["default"]


def test_what_a_sweep_found_is_followed_by_another_after_its_flight() -> None:
    """S3 may have just sent to CloudFront what a sweep deletes: the next purge comes when that has arrived."""
    found, effects = bench()
    found.queue.sent = [(Note(original=path, sweep=2).body(), 60)]
    found.run_queue(60)
    ((body, delay_s),) = found.queue.sent
    assert (json.loads(body)["sweep"], delay_s >= flight_s) == (3, True)
    found.run_queue(60)
    assert (effects.done[-1], found.queue.sent) == ("purge", [])
