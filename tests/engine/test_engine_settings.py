"""Each setting, changed alone on a deployed stack, and given nonsense."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import yaml

from tests.engine.driving import Deployed, Place, Run, root, settings
from tests.test_stack_preview import changed, trusted_key

declared = yaml.safe_load((root / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]
# The dev stack without what it lends, and without what takes long to build.
bare = {"generators": [], "presets": [], "watermarks": [], "precompile": False, "alarmEmails": []}
card = ["card w=300&h=200&fit=cover"]
own_names = {"domains": ["images.example.com"], "hostedZone": "example.com"}
certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1b2c3d4e-0000-4000-8000-000000000000"
# Values for those that the table of tests/test_stack_preview.py leaves out, and for those that are dev's already.
more: dict[str, object] = {
    "geoAllow": ["CH"],
    "logRegions": ["eu-west-1"],
    "certificateArn": certificate,
    "alarms": False,
    "precompile": True,
    "mode": "regional",
    "store": False,
    "requestHeaders": ["/mail/ accept=image/jpeg", "/mail/ -save-data"],
    "responseHeaders": ["/press/ X-Robots-Tag=noindex", "/press/ -Server-Timing"],
    "tokenExchanges": [
        "/members/ issuer=https://login.example/ audience=pictures key=ssm:/mirage/cookies seconds=3600"
    ],
}
# What a setting asks for beside it.
along: dict[str, dict[str, object]] = {
    "sizes": {"presets": card},
    "pregenerate": {"presets": card},
    "acceptUnbounded": {"sizes": "ladder", "openOptions": ["w", "h", "fit", "f", "dpr", "p", "v"]},
    "domains": own_names,
    "hostedZone": own_names,
    "minimumTls": own_names,
    "certificateArn": {"domains": own_names["domains"]},
    "accessLogDays": {"accessLogs": True},
    "access": {"trustedKeys": [trusted_key]},
    "store": {"mode": "regional"},
    "tokenExchanges": {"access": ["cloudfront /members/"], "trustedKeys": [trusted_key]},
}
# What viewers or owners rely on.
lasting = {
    *(("aws:s3/bucket:Bucket", name) for name in ("originals", "variants")),
    ("aws:cloudfront/distribution:Distribution", "cdn"),
    ("aws:cloudfront/keyValueStore:KeyValueStore", "viewer"),
}
# Tests of its own below: it says which bucket.
elsewhere = {"originalsBucket"}
by_design = {"Function viewer"}


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    place = Place.made(tmp_path_factory.mktemp("settings") / "place")
    made = place.stack("dev", **bare).up()
    assert made.errors() == []
    with place.within("dev", **bare) as stack:
        yield stack


def values() -> dict[str, object]:
    return {**settings(**changed), **more}


def replaced(run: Run) -> set[str]:
    return {f"{step.kind.rpartition(':')[2]} {step.name}" for step in run.changes if step.op == "replace"}


def test_every_declared_setting_has_a_value_to_change_to():
    assert set(declared) - elsewhere - set(values()) == set()


def test_each_setting_alone_updates_in_place(dev, seen):
    """Never another bucket, distribution or store; of all else only the viewer function is made anew, by design."""
    for name, value in sorted(values().items()):
        dev.write(**{**bare, **along.get(name, {}), name: value})
        run = dev.preview()
        assert (name, run.errors(), run.is_refused) == (name, [], False)
        hurt = [str(step) for step in run.changes if (step.kind, step.name) in lasting and step.op != "update"]
        assert (name, hurt) == (name, [])
        assert (name, replaced(run) - by_design) == (name, set())
    seen(f"{len(values())} settings, each changed alone: nothing is replaced but the viewer function, by design")


def test_what_must_be_replaced_is_named_in_the_docs():
    text = (root / "docs" / "engine.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w:]+)`", text.partition("## What is made anew")[2], re.MULTILINE)
    assert {"originalsBucket", "aws:region"} <= set(rows)


def nonsense(kind: str) -> object:
    return {"integer": -1, "string": "no such thing!", "array": ["no such thing!"]}[kind]


def test_nonsense_is_told_in_one_sentence_each(dev, seen):
    """All at once: the program tells every mistake, each in a line of its own."""
    wrong = {name: nonsense(row["type"]) for name, row in declared.items() if row["type"] != "boolean"}
    dev.write(**wrong)
    run = dev.preview()
    assert run.is_refused and "Traceback" not in run.text
    sentences = run.errors()[0].splitlines()
    assert all(re.fullmatch(r"Expected .*\.", sentence) for sentence in sentences), sentences
    told = {name: [each for each in sentences if f" for {name}," in each] for name in wrong}
    assert {name: len(lines) for name, lines in told.items() if len(lines) != 1} == {}
    seen(f"{len(wrong)} settings given nonsense: a sentence each, no traceback")


def test_what_is_no_boolean_and_no_number_is_told_in_one_sentence(dev, seen):
    """Here the engine itself refuses, by the type that Pulumi.yaml says."""
    names = ["memory", *(name for name, row in declared.items() if row["type"] == "boolean")]
    for name in names:
        dev.write(**{name: "no such thing!"})
        run = dev.preview()
        (line,) = [line for line in run.text.splitlines() if "error:" in line]
        assert re.search(f"'{name}' must be of type '(integer|boolean)'", line), line
        assert run.is_refused and "Traceback" not in run.text
    seen(f"{len(names)} settings given a word for a boolean or a number: the engine's sentence each, no traceback")


def test_an_unknown_setting_is_told_with_its_neighbour(dev):
    dev.write(memroy=1024)
    run = dev.preview()
    assert run.is_refused and "Traceback" not in run.text
    assert run.errors()[0] == "Expected a setting of Pulumi.yaml, received 'memroy': did you mean memory?"


def test_adopting_another_bucket_later_takes_the_made_one_away_unless_it_is_protected(dev, tmp_path, seen):
    """docs/engine.md names it: originalsBucket says which bucket it is."""
    place = dev.place.again(tmp_path / "place")
    inputs = {"bucket": "team-pictures"}
    place.account().make("aws:s3/bucket:Bucket", "theirs", "urn:of:others::aws:s3/bucket:Bucket::theirs", inputs)
    with place.within("dev", **bare, originalsBucket="team-pictures") as stack:
        loose = stack.preview()
        assert "read-replacement Bucket originals" in loose.ops()
        stack.write(**bare, protect=True)
        assert [step.op for step in stack.up().changes if step.kind == "aws:s3/bucket:Bucket"] in ([], ["update"])
        stack.write(**bare, protect=True, originalsBucket="team-pictures")
        refused = stack.preview()
    assert refused.is_refused and any("protect" in each for each in refused.errors())
    seen("originalsBucket given later: refused while protect is on")


def test_a_zone_that_is_not_there_is_told_in_one_sentence(dev):
    dev.write(**{**bare, "domains": ["images.nowhere.invalid"], "hostedZone": "nowhere.invalid"})
    run = dev.preview()
    assert run.is_refused and "Traceback" not in run.text
    assert run.errors()[0].startswith("Expected a public hosted zone of this account for hostedZone, received 'nowhere")
