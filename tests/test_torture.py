"""The short form of `make torture`: a little of every class, each case held to the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from torture import journeys, load, pictures, properties, strikes, supply, urls
from torture.expected import Expected
from torture.originals import draw
from torture.strikes import Strike
from torture.tally import Tally
from torture.world import World, orphans, running


def assert_none_failed(tally: Tally, least: int) -> None:
    assert tally.failures == []
    assert sum(row.passed for row in tally.rows.values()) >= least


def test_hostile_pictures_give_a_picture_or_a_documented_error_within_memory_and_time():
    tally = Tally()
    pictures.run(tally, pictures.corpus(brief=True), workers=1)
    assert_none_failed(tally, 200)


@pytest.mark.parametrize("kind", sorted(properties.held))
def test_whatever_it_is_given(kind: str):
    properties.held[kind](60)


def test_every_lock_pins_hashes():
    tally = Tally()
    supply.pinned(tally)
    assert_none_failed(tally, 5)


secrets = [
    ("an AWS access key", "id AKIAQWERTYUIOPASDFGH end"),
    ("a private key", "-----BEGIN " + "EC PRIVATE KEY-----"),
    ("an OpenAI key", "sk-" + "a1" * 16),
    ("a GitHub token", "ghp_" + "x" * 36),
]


@pytest.mark.parametrize(("said", "text"), secrets)
def test_a_secret_is_found(said: str, text: str):
    tally = Tally()
    supply.search_text(tally, "secrets", "a log", text)
    assert tally.failures == [f"secrets: a log: holds {said}"]


def test_the_table_ends_with_how_many_passed_and_failed():
    tally = Tally()
    tally.passed("some", 3)
    tally.add("others", "one", "it broke")
    lines = tally.table().splitlines()
    assert lines[-1] == "3 passed, 1 failed"
    assert "FAILED others: one: it broke" in lines


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Expected]]:
    folder = tmp_path_factory.mktemp("originals")
    expected = Expected(versions=draw(Path(folder)))
    with running(folder) as world:
        yield world, expected
        tree = world.tree()
    assert len(tree) > 1
    assert orphans(tree) == []


@pytest.mark.emulator
def test_a_stampede_is_one_render(chain):
    tally = Tally()
    load.stampede(tally, *chain, crowd=40)
    assert_none_failed(tally, 80)


@pytest.mark.emulator
def test_hostile_urls_make_no_5xx_and_one_object_for_each_meaning(chain):
    tally = Tally()
    urls.run(tally, *chain, examples=6)
    assert_none_failed(tally, 20)


short = (
    Strike(fault="s3.get.reset", requests=4),
    Strike(fault="s3.put.lost", requests=4),
    Strike(fault="s3.put.overtaken", requests=4),
    Strike(fault="lambda.killed", probability=0.1, requests=4),
    Strike(fault="deploy.mixed", requests=4),
    Strike(fault="generator.garbage", requests=2, generated=True),
)


@pytest.mark.emulator
def test_faults_leave_nothing_wrong_behind(chain):
    tally = Tally()
    strikes.run(tally, *chain, short)
    assert_none_failed(tally, 50)


@pytest.mark.emulator
def test_events_on_bad_roads_leave_nothing_stale(chain):
    tally = Tally()
    journeys.run(tally, *chain, uploads=1, chosen=[journeys.roads[2]])
    assert_none_failed(tally, 20)


@pytest.mark.emulator
def test_many_viewers_with_faults_on_get_right_bytes(chain):
    tally = Tally()
    load.run(tally, *chain, seconds=3, crowd=30)
    assert_none_failed(tally, 100)
