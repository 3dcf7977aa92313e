"""What happens to a deployed stack: code, settings and secrets change, AWS says no, another stack stands beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.engine.account import Account, Thing
from tests.engine.driving import Deployed, Place, settings
from tests.test_stack_preview import changed

# The dev stack without what it lends: fewer builds, the same resources.
bare = {"generators": [], "presets": [], "watermarks": [], "precompile": False}
function, distribution = "aws:lambda/function:Function", "aws:cloudfront/distribution:Distribution"
viewer, store_key = "aws:cloudfront/function:Function", "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place with the dev stack in it, made once."""
    place = Place.made(tmp_path_factory.mktemp("deployed") / "place")
    made = place.stack("dev", **bare).up()
    assert made.errors() == []
    return place


@pytest.fixture
def place(deployed: Place, tmp_path: Path) -> Place:
    return deployed.again(tmp_path / "place")


@pytest.fixture
def dev(place: Place) -> Iterator[Deployed]:
    """The deployed stack, its program and stand-in within this process."""
    with place.within("dev", **bare) as stack:
        yield stack


cdn_moves = ["update", distribution, "cdn"]


def one(account: Account, kind: str, name: str) -> Thing:
    (found,) = [each for each in account.of(kind) if each.urn.endswith(f"::{name}")]
    return found


def test_a_code_change_publishes_a_version_and_moves_the_distribution_in_one_update(place, seen):
    """The edge's code and the viewer function change together; the old viewer function goes when nobody asks it."""
    dev = place.stack("dev", **bare)
    old = one(place.account(), viewer, "viewer").id
    source = place.program / "edge" / "origin_response.py"
    source.write_text(source.read_text(encoding="utf-8") + "\n# Changed.\n", encoding="utf-8")
    dev.write(**bare, lenient=True)
    account = place.account()
    account.calls.clear()
    account.save()
    preview, up = dev.preview(), dev.up()
    assert up.errors() == []
    assert sorted(preview.ops()) == sorted(up.ops())
    account = place.account()
    made, moved, gone = (
        account.calls.index(call) for call in (["create", viewer, "viewer"], cdn_moves, ["delete", viewer, "viewer"])
    )
    assert max(made, account.calls.index(["update", function, "edge"])) < moved < gone
    assert account.calls.count(cdn_moves) == 1
    edge, new = one(account, function, "edge"), one(account, viewer, "viewer")
    behavior = one(account, distribution, "cdn").state["defaultCacheBehavior"]
    assert edge.state["version"] == "2" and new.id != old
    assert behavior["lambdaFunctionAssociations"][0]["lambdaArn"] == f"{edge.state['arn']}:2"
    assert behavior["functionAssociations"][0]["functionArn"] == new.state["arn"]
    assert dev.preview().ops() == []
    seen("a code change: version 2 is published, one update moves the distribution, the old viewer function goes after")


def test_what_operators_and_the_origin_write_is_left_alone(dev, place, seen):
    """The kill switch and the page's list change without a deploy: neither refresh nor up takes them back."""
    account = place.account()
    one(account, store_key, "generate").state["value"] = "off"
    one(account, "aws:s3/bucketObjectv2:BucketObjectv2", "page/_mirage/page/originals.json").state["content"] = "{}"
    account.save()
    dev.write(**bare, browserCacheSeconds=60)
    assert dev.up().errors() == []
    dev.refresh()
    dev.write(**bare, browserCacheSeconds=120)
    assert dev.up().errors() == []
    nightly = dev.preview(refresh=True, expect_no_changes=True)
    assert (nightly.ops(), nightly.is_refused) == ([], False)
    account = place.account()
    assert one(account, store_key, "generate").state["value"] == "off"
    listed = one(account, "aws:s3/bucketObjectv2:BucketObjectv2", "page/_mirage/page/originals.json")
    assert listed.state["content"] == "{}"
    seen("the kill switch and the page's list, changed outside, survive an up, a refresh and an up after it")


def test_all_settings_change_there_and_back(dev, place, seen):
    """AWS refuses to delete what is still in use: so each order of making, moving and removing is tried."""
    before = place.account().things.keys()
    buckets = {each.id for each in place.things("aws:s3/bucket:Bucket")}
    dev.write(**{**bare, **settings(**changed)})
    there = dev.up()
    assert there.errors() == []
    assert dev.preview().ops() == []
    assert buckets <= {each.id for each in place.things("aws:s3/bucket:Bucket")}
    dev.write(**bare)
    back = dev.up()
    assert back.errors() == []
    assert dev.preview().ops() == []
    assert place.account().things.keys() == before
    seen(f"all settings change at once and back: {len(there.changes)} and {len(back.changes)} steps, nothing refused")


def test_an_update_that_aws_refuses_goes_on_where_it_stopped(dev, place, seen):
    dev.write(**bare, lenient=True)
    account = place.account()
    account.refusing[distribution] = "PreconditionFailed: The request failed because it didn't meet the preconditions"
    account.save()
    refused = dev.up()
    assert refused.is_refused and any("PreconditionFailed" in each for each in refused.errors())
    assert len(place.things(viewer)) == 2
    again = dev.up()
    assert again.errors() == []
    assert len(place.things(viewer)) == 1
    assert dev.preview().ops() == []
    seen("an up that AWS refuses half-way: the next one goes on, and takes the old viewer function away")


def test_secrets_are_encrypted_in_the_state_and_change_without_a_deploy(dev, place, seen):
    secret, second = "s3cr3t-of-thirty-two-bytes-or-more!", "an0ther-of-thirty-two-bytes-or-more"
    keep(dev, 0, f"k0 {secret}")
    assert dev.up().errors() == []
    for text, expected in ((secret, ["create KeyvaluestoreKey k-k1"]), (second, ["update KeyvaluestoreKey k-k1"])):
        keep(dev, 1, f"k1 {text}")
        assert dev.up().ops() == expected
        assert dev.preview().ops() == []
    value = json.loads(str(one(place.account(), store_key, "k-k1").state["value"]))
    written = [dev.text(), dev.file.read_text(encoding="utf-8"), *history(place)]
    for plain in (secret, second, value["secret"], json.dumps(value)):
        assert not any(plain in text for text in written)
    seen(f"secrets are encrypted in the state, {len(written) - 2} backups and the stack's file; no deploy moves them")


def keep(stack: Deployed, at: int, line: str) -> None:
    """Sets a key as docs/access.md says to."""
    stack.command("config", "set", "--secret", "--path", f"mirage:accessKeys[{at}]", line)


def history(place: Place) -> list[str]:
    """What else the engine has written: backups, and the history of updates."""
    files = [path for path in (place.folder / "state").rglob("*") if path.is_file() and "stacks" not in path.parts]
    return [path.read_text(encoding="utf-8", errors="replace") for path in files]


def test_two_stacks_in_one_account_share_nothing(dev, place, seen):
    first = {key: each.state for key, each in place.account().things.items()}
    with place.within("other", **yaml_of(dev)) as other:
        made = other.up()
        assert (made.errors(), other.preview().ops()) == ([], [])
    second = {key: each for key, each in place.account().things.items() if key not in first}
    assert len(second) == len(first)
    words = set()
    for key, state in first.items():
        words |= {key.partition(" ")[2], *(str(state.get(name)) for name in ("arn", "name", "bucket", "url"))}
    ours = {word for word in words if "mirage" in word or word.startswith(("E", "arn:"))}
    assert [word for word in ours if word in json.dumps([each.state for each in second.values()])] == []
    assert dev.destroy().errors() == []
    left = {key for key in place.account().things if key in second}
    assert left == set(second)
    seen(f"two stacks in one account: {len(second)} resources each, none named by the other; one goes, the other stays")


def yaml_of(stack: Deployed) -> dict[str, object]:
    return yaml.safe_load(stack.file.read_text(encoding="utf-8"))["config"]


def test_an_adopted_bucket_must_be_there_and_is_only_read(tmp_path, seen):
    place = Place.made(tmp_path / "place")
    with place.within("dev", **bare, originalsBucket="team-pictures", protect=True) as stack:
        adopt(place, stack)
    seen("an adopted bucket: where it is missing one sentence says so; it is read, and stays when the stack goes")


def adopt(place: Place, stack: Deployed) -> None:
    missing = stack.preview()
    assert missing.is_refused
    assert any("team-pictures" in each for each in missing.errors())
    account = place.account()
    inputs = {"bucket": "team-pictures", "tags": {"team": "pictures"}}
    account.make("aws:s3/bucket:Bucket", "theirs", "urn:of:others::aws:s3/bucket:Bucket::theirs", inputs)
    assert stack.up().errors() == []
    assert [each.kind for each in place.account().things.values() if each.state.get("bucket") == "team-pictures"] == [
        "aws:s3/bucket:Bucket"
    ]
    assert stack.preview().ops() == []
    assert stack.destroy().errors() == []
    assert [each.id for each in place.things("aws:s3/bucket:Bucket")] == ["team-pictures"]
