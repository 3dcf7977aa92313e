"""Every stack of the project from its first preview to its end, in an account that holds only records."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from emulator.program import declare
from tests.engine import comparing
from tests.engine.driving import Deployed, Place, Run, copied, stacks

wanted = ("dev", "prod", "regional")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """A stack that was previewed and made."""

    stack: Deployed
    preview: Run
    up: Run
    seconds: tuple[float, float]


@pytest.fixture(scope="module", params=[name for name in wanted if name in stacks()])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    place = Place.made(tmp_path_factory.mktemp(request.param))
    stack = place.stack(request.param)
    begun = time.monotonic()
    preview = stack.preview()
    between = time.monotonic()
    up = stack.up()
    seconds = (between - begun, time.monotonic() - between)
    yield Lived(stack=stack, preview=preview, up=up, seconds=seconds)


def test_a_preview_shows_what_up_then_makes(lived, seen):
    assert lived.preview.errors() == [] and not lived.preview.is_refused
    assert lived.up.errors() == [] and not lived.up.is_refused
    assert sorted(lived.preview.ops()) == sorted(lived.up.ops())
    assert {step.op for step in lived.up.changes} == {"create"}
    first, then = lived.seconds
    seen(f"{lived.stack.name}: preview {first:.1f} s and up {then:.1f} s of {len(lived.up.changes)} resources")


def test_up_gives_the_outputs_that_a_person_needs(lived):
    outputs = lived.stack.stack.outputs()
    assert str(outputs["url"].value).startswith("https://")
    assert [name for name, each in outputs.items() if each.secret] == []


def test_a_second_preview_shows_nothing(lived, seen):
    with lived.stack.place.within(lived.stack.name) as stack:
        again = stack.preview()
    assert (again.ops(), again.errors()) == ([], [])
    seen(f"{lived.stack.name}: a second preview shows nothing")


def test_a_refresh_shows_nothing(lived, seen):
    refreshed = lived.stack.refresh()
    assert (refreshed.ops(), refreshed.errors()) == ([], [])
    seen(f"{lived.stack.name}: a refresh shows nothing")


def test_a_preview_from_another_folder_with_other_file_times_shows_nothing(lived, tmp_path, seen):
    """As another person's machine, or CI; for dev nothing of the first one's builds is there either."""
    place = lived.stack.place
    there = Place(folder=place.folder, program=copied(tmp_path / "elsewhere" / "deeper"))
    for path in [path for path in there.program.rglob("*") if path.is_file() and not path.is_symlink()]:
        os.utime(path, (1_000_000_000, 1_000_000_000))
    if lived.stack.name == "dev":
        (there.program / ".mirage").unlink()
    shutil.copy(lived.stack.file, there.program)
    stack = there.stack(lived.stack.name)
    again = stack.preview()
    assert (again.ops(), again.errors()) == ([], [])
    builds = " and no builds" if lived.stack.name == "dev" else ""
    seen(f"{lived.stack.name}: a preview from another folder, with other file times{builds}, shows nothing")


def test_the_engine_registers_what_the_emulator_records(lived, seen):
    """Name by name, input by input: so `make run` shows what `pulumi up` deploys."""
    kept = {each.key: each for each in comparing.kept(lived.stack.state())}
    recorded = {each.key: each for each in comparing.recorded(declare(lived.stack.name))}
    assert sorted(kept) == sorted(recorded)
    for key, each in recorded.items():
        assert each == kept[key], key
    inputs = sum(len(each.inputs) for each in recorded.values())
    seen(f"{lived.stack.name}: {len(recorded)} resources and their {inputs} inputs are as the emulator records them")


def test_destroy_ends_or_says_what_is_left(lived, seen):
    """With pictures in the buckets. What is protected stays, and is named; the edge function stays for its replicas."""
    stack, place = lived.stack, lived.stack.place
    account = place.account()
    for bucket in account.of("aws:s3/bucket:Bucket"):
        account.contents[bucket.id] = ["cats/1.jpg"]
    account.save()
    originals = f"mirage-{stack.name}-originals-123456789012"
    is_protected = stack.preview_destroy().is_refused
    if is_protected:
        refused = stack.destroy()
        assert any("originals" in each and "protected" in each for each in refused.errors()), refused.errors()
        assert originals in [each.id for each in place.things("aws:s3/bucket:Bucket")]
        stack.command("state", "unprotect", "--all", "--yes")
        refused = stack.destroy()
        assert any("BucketNotEmpty" in each for each in refused.errors()), refused.errors()
        account = place.account()
        account.contents.clear()
        account.save()
    destroyed = stack.destroy()
    assert (destroyed.errors(), destroyed.is_refused) == ([], False)
    left = sorted(f"{each.kind.rpartition(':')[2]} {each.id}" for each in place.account().things.values())
    assert set(left) <= {f"Function mirage-{stack.name}-edge"}
    how = ", once protect is off and the buckets are empty," if is_protected else ""
    seen(f"{stack.name}: destroy ends{how} and leaves {left or 'nothing'}")


def test_a_bucket_that_is_not_empty_stops_destroy_where_force_destroy_is_off(tmp_path, seen):
    place = Place.made(tmp_path / "place")
    with place.within("dev", generators=[], precompile=False, playground=False, forceDestroy=False) as stack:
        assert stack.up().errors() == []
        account = place.account()
        account.contents["mirage-dev-variants-123456789012"] = ["v/cats/1.jpg/e1,w=640"]
        account.save()
        refused = stack.destroy()
        assert refused.is_refused
        assert any("BucketNotEmpty" in each and "mirage-dev-variants" in each for each in refused.errors())
        # An up in between cannot help: the edge function is forgotten, and its name taken.
        stack.write(generators=[], precompile=False, playground=False, forceDestroy=True)
        assert any("AlreadyExists: Function" in each for each in stack.up().errors())
        account = place.account()
        account.contents.clear()
        account.save()
        assert stack.destroy().errors() == []
    seen("a bucket with pictures and no forceDestroy: destroy stops and names it; emptied, it ends")
