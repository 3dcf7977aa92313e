"""A living stack turned from one mode into the other and back, under the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.account import Thing
from tests.engine.driving import Deployed, Place, settings
from tests.test_stack_preview import changed

bare = {"generators": [], "presets": [], "watermarks": [], "precompile": False}
bucket, distribution = "aws:s3/bucket:Bucket", "aws:cloudfront/distribution:Distribution"
function = "aws:lambda/function:Function"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.made(tmp_path_factory.mktemp("modes") / "place")


def kept(place: Place) -> dict[str, str]:
    """The ids of what must stay, by urn."""
    things: list[Thing] = [*place.things(bucket), *place.things(distribution)]
    return {each.urn: each.id for each in things}


def turned(dev: Deployed, **wanted: object) -> list[str]:
    """The steps of a preview of the turn, which up then does."""
    dev.write(**{**bare, **wanted})
    preview = dev.preview()
    assert preview.errors() == [], preview.text
    up = dev.up()
    assert up.errors() == [], up.text
    assert sorted(preview.ops()) == sorted(up.ops())
    assert dev.preview().ops() == []
    return preview.ops()


def swept(place: Place) -> None:
    """What `python -m mirage sweep` does once the replicas are gone: the edge function that was left is deleted."""
    account = place.account()
    (left,) = [each for each in account.of(function) if each.id == "mirage-dev-edge"]
    account.things = {key: each for key, each in account.things.items() if each is not left}
    account.save()


def test_turning_a_stack_keeps_buckets_and_distribution(place: Place, seen) -> None:
    """Back to the edge only after the old edge function is gone: it is left behind, since its replicas outlive it."""
    with place.within("dev", **bare) as dev:
        assert dev.up().errors() == []
        before = kept(place)
        steps = []
        regional = {"mode": "regional"}
        for wanted in (regional, {**regional, "debug": False}, {**regional, "store": False}, {}):
            if not wanted:
                swept(place)
            ops = turned(dev, **wanted)
            steps.append(len(ops))
            assert kept(place) == before
            replaced = [each for each in ops if "replace" in each]
            assert all("Function viewer" in each or "Function response" in each for each in replaced), replaced
    seen(f"turned to regional, to no debug, to no store, and back: {steps} steps, buckets and distribution kept")


def test_all_settings_of_a_regional_stack_change_there_and_back(tmp_path: Path, seen) -> None:
    """AWS refuses to delete what is still in use."""
    place = Place.made(tmp_path / "place")
    with place.within("dev", **bare, mode="regional") as dev:
        assert dev.up().errors() == []
        before, stays = place.account().things.keys(), kept(place)
        counts = []
        for wanted in (settings(**changed), {}):
            ops = turned(dev, **{**wanted, "mode": "regional"})
            counts.append(len(ops))
            assert stays.items() <= kept(place).items()
        assert place.account().things.keys() == before
    seen(f"all settings of a regional stack change at once and back: {counts} steps, nothing refused")
