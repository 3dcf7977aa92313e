"""No stale byte after the bound: histories of uploads, requests, late, repeated, reordered and lost events, and crashes
between any two steps, under one clock, with the product's own code. docs/decisions/freshness.md says what is proved.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fakes import md5
from tests.freshness_world import Change, World, bound_s
from variants import grammar

# 500 in all, as the promise says: 200 calm ones, in which the bound is one of time, and 300 with deaths and losses.
calm, wild = 200, 300
seeds = st.integers(0, 2**64)
chosen = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.generate),
    "database": None,
    "derandomize": True,
}
path = "a.jpg"


def key(world: World, body: bytes) -> str:
    """One of a few variants, a versioned one of some state among them."""
    kinds = (grammar.Variant(w=100, f="jpg"), grammar.Variant(w=200, f="jpg"))
    versioned = grammar.Variant(w=100, f="jpg", v=md5(body)[1:9])
    return grammar.key(path, (*kinds, versioned)[world.choose(3)])


def live(world: World) -> None:
    """Schedules a few changes and many requests, some of them close together."""
    versions: list[bytes] = []

    def upload() -> None:
        body = (
            versions[world.choose(len(versions))]
            if versions and world.one_in(3)
            else b"version %d" % len(world.changes)
        )
        versions.append(body)
        world.change(path, body, "ObjectCreated:Put")

    def delete() -> None:
        world.change(path, None, "ObjectRemoved:DeleteMarkerCreated")

    def remove_version() -> None:
        """The current version goes, so that the one before is the original again: another name, a version's id."""
        if len(versions) < 2 or world.originals.bodies.get(path) != versions[-1]:
            upload()
        else:
            versions.pop()
            world.change(path, versions[-1], "ObjectRemoved:Delete", "v1")

    def ask() -> None:
        world.ask(path, key(world, versions[-1]))

    upload()
    at = 0.0
    for _ in range(2 + world.choose(3)):
        at += (1.0, 10.0, 60.0, 200.0)[world.choose(4)]
        world.later(at, (upload, upload, delete, remove_version)[world.choose(4)])
        for _ in range(1 + world.choose(3)):
            # Around the change: made of the old, of both, of the new.
            world.later(at + (-1.0, -0.1, -0.01, 0.0, 0.5, 3.0, 20.0, 90.0)[world.choose(8)], ask)
    world.run()


def stale(world: World) -> list[str]:
    """What was served although an event of a later change was dealt with before, by the changes and their times."""
    found = []
    for each in world.served:
        handled = [one for one in world.changes if _is_handled(one, each.at) and not _is_skipped(one, world, each.at)]
        if handled and not _was_current(world, each.body, since=max(one.at for one in handled), until=each.at):
            found.append(f"{each.body!r} at {each.at}")
    return found


def _is_handled(change: Change, at: float) -> bool:
    return change.handled_at is not None and change.handled_at < at


def _is_skipped(change: Change, world: World, at: float) -> bool:
    """Whether its event may have been taken for an old version's removal: the states before it have their own events,
    which are still to come (docs/decisions/freshness.md)."""
    before = [each for each in world.changes if each.at < change.at]
    return change.is_of_version and not all(_is_handled(each, at) for each in before)


def late(world: World) -> list[str]:
    """What was served longer after its end than the bound allows."""
    since = [(each, each.at - bound_s) for each in world.served]
    return [
        f"{each.body!r} at {each.at}"
        for each, at in since
        if not _was_current(world, each.body, since=at, until=each.at)
    ]


def _was_current(world: World, body: bytes | None, *, since: float, until: float) -> bool:
    """Whether the original was that at some time between the two."""
    before = [each for each in world.changes if each.at <= since]
    within = [each for each in world.changes if since < each.at <= until]
    if not before and body is None:
        return True
    return any(each.body == body for each in [*before[-1:], *within])


def ask_all(world: World) -> None:
    """Every variant, asked when everything is quiet, and no error is cached any more."""
    world.served, world.is_calm, world.crashes = [], True, False
    world.now += 61
    for variant in (grammar.Variant(w=100, f="jpg"), grammar.Variant(w=200, f="jpg")):
        world.ask(path, grammar.key(path, variant))
        world.run()


@settings(max_examples=calm, **chosen)
@given(seeds)
def test_whatever_the_order_nothing_is_stale_beyond_the_bound(seed: int) -> None:
    world = World(seed, crashes=False, losses=False)
    live(world)
    assert late(world) == []
    assert stale(world) == []
    ask_all(world)
    assert {each.body for each in world.served} == {world.originals.bodies.get(path)}


@settings(max_examples=wild, **chosen)
@given(seeds)
def test_whoever_dies_and_whatever_is_lost_nothing_is_stale_once_an_event_was_dealt_with(seed: int) -> None:
    world = World(seed, crashes=True, losses=True)
    live(world)
    assert stale(world) == []
    # What was lost for good is found by looking: the same work, for the asking (`mirage verify`).
    world.crashes, world.is_calm = False, True
    world.change_heard(path)
    ask_all(world)
    assert {each.body for each in world.served} == {world.originals.bodies.get(path)}
