"""What each kind of event leads to: always what the original is now, whatever the event's name says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from infra.configuration import declarations
from origin.notes import Note
from origin.region import Chosen, chosen_from
from tests.fakes import FakeBucket, FakeCounter, md5, settings
from tests.freshness_bench import Bench, event
from variants import errors

tag = "o-dedaa2dc216fd4042cdd579c35c15c0f"
path, old_variant = "cats/1.jpg", "v/cats/1.jpg/e1,f=jpg"
made_key = "v/gen/5.png/e1,f=png"


def bench(now: bytes | None = b"new", known: bytes | None = b"old", **chosen: Any) -> Bench:
    """A stack whose sidecar knows one state of an original that is in another now, with a variant of the known one."""
    found = Bench(originals=FakeBucket({path: now} if now is not None else {}), chosen=Chosen(**chosen))
    found.variants.bodies[old_variant] = b""
    if known is not None:
        etag = md5(known).strip('"')
        found.variants.bodies[f"sidecar/{path}"] = json.dumps({"etag": etag, "description": {}}).encode()
        found.variants.metadata[old_variant] = {"original-etag": etag}
    return found


def etag(body: bytes) -> str:
    return md5(body).strip('"')


events: dict[str, tuple[dict[str, Any], bytes | None, bytes | None, str | None]] = {
    "created": ({"name": "ObjectCreated:Put"}, b"new", None, "created"),
    "overwritten": ({"name": "ObjectCreated:CompleteMultipartUpload", "version": "v2"}, b"new", b"old", "replaced"),
    "deleted": ({"name": "ObjectRemoved:Delete"}, None, b"old", "removed"),
    "hidden by a delete marker": (
        {"name": "ObjectRemoved:DeleteMarkerCreated", "version": "m"},
        None,
        b"old",
        "removed",
    ),
    "undeleted, its marker removed": ({"name": "ObjectRemoved:Delete", "version": "m"}, b"old", None, "created"),
    "its current version removed": ({"name": "ObjectRemoved:Delete", "version": "v2"}, b"older", b"old", "replaced"),
    "expired by a lifecycle rule": ({"name": "LifecycleExpiration:Delete"}, None, b"old", "removed"),
    "hidden by a lifecycle rule": ({"name": "LifecycleExpiration:DeleteMarkerCreated"}, None, b"old", "removed"),
    "restored from the archive": ({"name": "ObjectRestore:Completed", "version": "v1"}, b"old", None, "created"),
    "a kind of event that nobody knows": ({"name": "ObjectMoved:Sideways"}, b"new", b"old", "replaced"),
    "deleted says the event, but it is there again": ({"name": "ObjectRemoved:Delete"}, b"new", b"old", "replaced"),
    "created says the event, but it is gone again": ({"name": "ObjectCreated:Put"}, None, b"old", "removed"),
}


@pytest.mark.parametrize(("said", "now", "known", "told"), events.values(), ids=list(events))
def test_an_event_is_a_hint(said: dict[str, Any], now: bytes | None, known: bytes | None, told: str | None) -> None:
    found = bench(now, known)
    found.respond(event(path, **said))
    assert old_variant not in found.variants.bodies
    assert found.cache.invalidated == [[tag]]
    sidecar = found.sidecar(path)
    assert (sidecar and sidecar["etag"]) == (None if now is None else etag(now))
    assert [attributes["event"] for _, _, attributes in found.topic.told] == [told]
    assert found.queue.sent == [(Note(original=path, sweep=2).body(), 60)]


def test_an_old_versions_removal_changes_nothing_and_costs_nothing() -> None:
    found = bench(b"old", b"old")
    found.respond(event(path, name="LifecycleExpiration:Delete", version="v0"))
    assert old_variant in found.variants.bodies
    assert (found.cache.invalidated, found.queue.sent, found.topic.told) == ([], [], [])


def test_an_event_that_comes_again_keeps_what_is_current_and_purges_again() -> None:
    found = bench(b"old", b"old")
    found.respond(event(path))
    assert old_variant in found.variants.bodies
    assert (found.cache.invalidated, found.topic.told) == ([[tag]], [])


# The second sweep


def test_the_second_sweep_takes_what_was_made_of_another_state_and_purges_and_notes_a_third() -> None:
    found = bench(b"new", b"new")
    found.variants.metadata[old_variant] = {"original-etag": etag(b"old")}
    found.variants.bodies["v/cats/1.jpg/e1,w=9,f=jpg"] = b""
    found.variants.metadata["v/cats/1.jpg/e1,w=9,f=jpg"] = {"original-etag": etag(b"new")}
    found.queue.sent = [(Note(original=path, sweep=2).body(), 60)]
    assert found.run_queue(60) == {"batchItemFailures": []}
    assert [key for key in found.variants.bodies if key.startswith("v/")] == ["v/cats/1.jpg/e1,w=9,f=jpg"]
    assert found.cache.invalidated == [[tag]]
    assert found.queue.sent == [(Note(original=path, sweep=3).body(), 60)]


def test_a_second_sweep_that_finds_nothing_purges_and_is_the_last() -> None:
    found = bench(b"old", b"old")
    found.queue.sent = [(Note(original=path, sweep=2).body(), 60)]
    found.run_queue(60)
    assert (found.cache.invalidated, found.queue.sent) == ([[tag]], [])


def test_a_sweep_that_fails_is_sent_again_and_not_left_to_the_time_out() -> None:
    found = bench()
    found.variants.delete = lambda keys: (_ for _ in ()).throw(RuntimeError("SlowDown"))  # type: ignore[method-assign]
    found.queue.sent = [(Note(original=path, sweep=2).body(), 60)]
    assert found.run_queue(60) == {"batchItemFailures": []}
    assert found.queue.sent == [(Note(original=path, sweep=2, tries=1).body(), 20)]


def test_a_note_that_failed_thirty_times_is_left_to_the_dead_letters() -> None:
    found = bench()
    found.variants.delete = lambda keys: (_ for _ in ()).throw(RuntimeError("SlowDown"))  # type: ignore[method-assign]
    found.queue.sent = [(Note(original=path, sweep=2, tries=30).body(), 60), ("no note", 60)]
    assert found.run_queue(60) == {"batchItemFailures": [{"itemIdentifier": "0"}, {"itemIdentifier": "1"}]}


# Purges


def test_a_batch_of_notes_is_one_invalidation_with_each_tag_once() -> None:
    found = Bench()
    found.queue.sent = [(Note(original=each).body(), 0) for each in ("a", "b", "a")]
    found.run_queue(0)
    assert [len(tags) for tags in found.cache.invalidated] == [2]


def test_beyond_the_minutes_number_the_rest_waits_for_the_next() -> None:
    found = Bench(counter=FakeCounter(left=2))
    found.queue.sent = [(Note(original=each).body(), 0) for each in ("a", "b", "c")]
    found.run_queue(0)
    assert [len(tags) for tags in found.cache.invalidated] == [2]
    assert found.queue.sent == [(Note(original="c").body(), 30)]


metered = replace(settings, metrics_of="mirage-test")


def metrics_of(found: Bench) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, found.lines) if "_aws" in line]


def test_the_number_and_the_lag_are_metrics() -> None:
    found = Bench(settings=metered)
    found.respond({"Records": [{**event("a")["Records"][0], "eventTime": "2027-01-15T08:00:21.500Z"}]})
    (line,) = metrics_of(found)
    assert (line["event"], line["Stack"]) == ("purged", "mirage-test")
    assert (line["InvalidationPaths"], line["InvalidationsWaiting"], line["PurgeLagSeconds"]) == (1, 0, 8.5)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Mirage", [["Stack"]])
    assert {each["Name"]: each["Unit"] for each in directive["Metrics"]} == {
        "InvalidationPaths": "Count",
        "InvalidationsWaiting": "Count",
        "PurgeLagSeconds": "Seconds",
    }


def test_a_second_sweep_has_no_lag_nor_has_a_note_of_the_version_before() -> None:
    found = Bench(settings=metered)
    found.queue.sent = [('{"original": "a", "sweep": 0, "tries": 0}', 0), (Note(original="b", sweep=2).body(), 0)]
    found.run_queue(0)
    assert ["PurgeLagSeconds" in line for line in metrics_of(found)] == [False]


def test_a_stack_without_metrics_says_the_same_without_them() -> None:
    found = Bench()
    found.queue.sent = [(Note(original="a").body(), 0)]
    found.run_queue(0)
    assert metrics_of(found) == []
    assert [line["event"] for line in found.said("purged")] == ["purged"]


# Verifying


def test_what_is_no_picture_is_refused_with_its_reason_beside_it() -> None:
    found = bench(b"text, and no picture", None)
    found.respond(event(path))
    said = found.sidecar(path)
    assert said is not None
    assert said["refused"] == {"code": "unsupported", "message": "Expected a picture as JPEG, received something else."}
    assert path in found.originals.bodies
    (subject, message, attributes) = found.topic.told[0]
    assert subject == "Mirage: an original was refused"
    assert message["reason"] == "Expected a picture as JPEG, received something else."
    assert attributes == {"event": "refused", "folder": "cats", "extension": "jpg", "code": "unsupported"}


def test_quarantine_takes_the_refused_original_away_and_keeps_its_reason() -> None:
    found = bench(b"text, and no picture", None, quarantine=True)
    found.respond(event(path))
    assert path not in found.originals.bodies
    assert found.variants.bodies[f"quarantine/{path}"] == b"text, and no picture"
    found.respond(event(path, name="ObjectRemoved:Delete"))
    said = found.sidecar(path)
    assert said is not None
    assert (said["quarantined"], said["refused"]["code"]) == (True, "unsupported")


def test_the_owners_focal_point_goes_into_the_sidecar() -> None:
    found = bench(b"new", None)
    found.originals.metadata[path] = {"focal": "25x40"}
    found.respond(event(path))
    said = found.sidecar(path)
    assert said is not None
    assert said["description"]["focal"] == "25x40"


def scan(verdict: str, scanned: bytes) -> dict[str, Any]:
    """GuardDuty's event, its parts that are read."""
    return {
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "source": "aws.guardduty",
        "detail": {
            "s3ObjectDetails": {"bucketName": "originals-test", "objectKey": path, "eTag": etag(scanned)},
            "scanResultDetails": {"scanResultStatus": verdict},
        },
    }


@pytest.mark.parametrize(
    ("verdict", "scanned", "is_away"),
    [("THREATS_FOUND", b"new", True), ("NO_THREATS_FOUND", b"new", False), ("THREATS_FOUND", b"old", False)],
    ids=["a threat", "none", "a threat in what was there before"],
)
def test_a_scanners_verdict_puts_an_original_into_quarantine(verdict: str, scanned: bytes, is_away: bool) -> None:
    found = bench(b"new", None, quarantine=True)
    found.respond(scan(verdict, scanned))
    assert (path not in found.originals.bodies) == is_away
    assert (f"quarantine/{path}" in found.variants.bodies) == is_away


# What follows


presets = {"card": ["e1,w=300,f=auto-webp", "e1,w=300,f=auto"], "png": ["e1,w=100,f=png"]}


def test_the_presets_of_its_path_are_made_at_once() -> None:
    found = bench(presets=presets, pregenerate=[["cats/", "card"], ["dogs/", "png"], ["", "png"]])
    found.respond(event(path))
    assert found.pictures.made == [
        "cats/1.jpg/e1,w=300,f=auto-webp",
        "cats/1.jpg/e1,w=300,f=auto",
        "cats/1.jpg/e1,w=100,f=png",
    ]


def test_a_preset_that_cannot_be_made_is_told_and_stops_nothing() -> None:
    found = bench(presets=presets, pregenerate=[["", "png"]])
    found.pictures.failure = errors.TooLarge("The work is predicted not to fit.")
    found.respond(event(path))
    assert [each[2]["event"] for each in found.topic.told] == ["replaced", "failed"]
    assert found.cache.invalidated == [[tag]]


def test_a_topic_that_is_away_stops_nothing() -> None:
    found = bench()
    found.topic.failure = ConnectionError("no")
    found.respond(event(path))
    assert found.cache.invalidated == [[tag]]
    assert [line["what"] for line in found.said("not-told")] == ["replaced"]


def job(schema: str, *keys: str, bucket: str = "originals-test", **arguments: str) -> dict[str, Any]:
    """S3 Batch Operations' invocation."""
    named = {"s3BucketArn": f"arn:aws:s3:::{bucket}"} if schema == "1.0" else {"s3Bucket": bucket}
    tasks = [{"taskId": str(at), "s3Key": key, "s3VersionId": None, **named} for at, key in enumerate(keys)]
    return {
        "invocationSchemaVersion": schema,
        "invocationId": "i",
        "job": {"id": "j", "userArguments": arguments},
        "tasks": tasks,
    }


@pytest.mark.parametrize("schema", ["1.0", "2.0"])
def test_a_job_makes_a_preset_for_each_original_of_its_manifest(schema: str) -> None:
    found = bench(presets=presets)
    said = found.respond(job(schema, "a+b/%C3%BC.jpg", preset="png"))
    assert found.pictures.made == ["a b/ü.jpg/e1,w=100,f=png"]
    assert (said["invocationSchemaVersion"], said["invocationId"]) == (schema, "i")
    assert said["results"] == [
        {"taskId": "0", "resultCode": "Succeeded", "resultString": "1 variants: 0 were there, 1 made"}
    ]


@pytest.mark.parametrize(
    ("task", "failure", "code"),
    [
        (job("2.0", "a.jpg", preset="none"), None, "PermanentFailure"),
        (job("2.0", "a.jpg", size="9"), None, "PermanentFailure"),
        (job("2.0", "a.jpg", bucket="another"), None, "PermanentFailure"),
        (job("2.0", "a.jpg", preset="png"), errors.Broken("It is damaged."), "PermanentFailure"),
        (job("2.0", "a.jpg", preset="png"), errors.Busy("The storage is busy."), "TemporaryFailure"),
    ],
    ids=["no such preset", "another argument", "another bucket", "no picture", "busy"],
)
def test_a_jobs_task_fails_for_good_or_comes_again(task: dict[str, Any], failure: Any, code: str) -> None:
    found = bench(presets=presets)
    found.pictures.failure = failure
    assert [each["resultCode"] for each in found.respond(task)["results"]] == [code]


def report(name: str, body: str) -> tuple[Bench, dict[str, Any]]:
    found = Bench(originals=FakeBucket({f"_mirage/requests/{name}": body.encode()}))
    found.respond(event(f"_mirage/requests/{name}"))
    return found, json.loads(found.originals.bodies[f"_mirage/requests/{name}.report.json"])


def test_a_file_of_urls_is_validated_row_by_row_and_made() -> None:
    rows = ["url", "https://x.example/cats/1.jpg?w=9&f=png", "/a%20b.jpg?w=9", "/a/../b?w=9&f=png", "/a.jpg?zoom=2"]
    found, said = report("x.csv", "\n".join([*rows, "/a.jpg/e1,w=5,f=jpg"]))
    assert found.pictures.made == [
        "cats/1.jpg/e1,w=9,f=png",
        *(f"a b.jpg/e1,w=9,f={form}" for form in ("auto-avif", "auto-webp", "auto")),
        "a.jpg/e1,w=5,f=jpg",
    ]
    assert [bool(row["error"]) for row in said["rows"]] == [False, False, True, True, False]
    assert said["rows"][3]["error"] == "Expected an option that a preset can hold, received zoom."
    assert said["failed"] == 2


def test_a_file_of_urls_in_json() -> None:
    found, said = report("x.json", '["/a.jpg?f=png"]')
    assert (found.pictures.made, said["failed"]) == (["a.jpg/e1,f=png"], 0)


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        ("x.txt", "", "Expected a file that ends in .csv or .json."),
        ("x.json", "{}", "Expected a JSON list of URLs."),
        ("x.csv", "/a\n" * 1001, "Expected at most 1,000 rows, received 1,001."),
    ],
    ids=["another kind", "no list", "too many"],
)
def test_a_file_that_is_none_of_urls_has_a_report_that_says_so(name: str, body: str, error: str) -> None:
    assert report(name, body)[1]["error"] == error


def test_a_report_is_no_file_of_urls() -> None:
    found = Bench(originals=FakeBucket({"_mirage/requests/x.csv.report.json": b"[]"}))
    found.respond(event("_mirage/requests/x.csv.report.json"))
    assert list(found.originals.bodies) == ["_mirage/requests/x.csv.report.json"]


def poster(original: str, status: str = "COMPLETE") -> dict[str, Any]:
    """MediaConvert's event, as its documentation has it; no video was converted for this test."""
    frame = "s3://originals-test/_mirage/frames/films/a.0000000.jpg"
    outputs = [{"outputDetails": [{"outputFilePaths": [frame]}]}]
    detail = {"status": status, "userMetadata": {"mirage-original": original}, "outputGroupDetails": outputs}
    return {"detail-type": "MediaConvert Job State Change", "detail": detail}


def test_a_videos_poster_frame_becomes_an_original() -> None:
    found = Bench(originals=FakeBucket({"_mirage/frames/films/a.0000000.jpg": b"a frame"}))
    found.respond(poster("films/a.jpg", "PROGRESSING"))
    assert "films/a.jpg" not in found.originals.bodies
    found.respond(poster("films/a.jpg"))
    assert found.originals.bodies["films/a.jpg"] == b"a frame"


def test_a_poster_frame_takes_no_name_of_mirages_own() -> None:
    with pytest.raises(ValueError, match="Expected mirage-original to be a picture"):
        Bench().respond(poster("_mirage/watermarks/logo.png"))


def test_settings_of_another_version_stop_the_function() -> None:
    with pytest.raises(ValueError, match="Expected exactly"):
        chosen_from('{"quarantine": true}')


def generated(made_of: bytes) -> tuple[Bench, dict[str, Any]]:
    """A stack in which a generator made an original, with a variant of some state of it; and S3's event of that."""
    text = "{name: quick, path: '/gen/{n:integer}.png', request: {url: 'https://x.example/{n}'}, budget: {hour: 9}}"
    found = declarations.read(text)
    noted = {"mirage-generator": "quick", "mirage-parameters": found.generator.digest({"n": 5})}
    originals = FakeBucket({"gen/5.png": b"drawn"}, metadata={"gen/5.png": noted})
    world = Bench(originals=originals, settings=replace(settings, generators=(found.declaration,)))
    world.variants.bodies[made_key] = b""
    world.variants.metadata[made_key] = {"original-etag": etag(made_of)}
    told = event("gen/5.png")
    told["Records"][0]["s3"]["object"]["eTag"] = etag(b"drawn")
    return world, told


@pytest.mark.parametrize(
    ("made_of", "left", "purges"),
    [(b"drawn", [made_key], 0), (b"an older one", [], 1)],
    ids=["its own variants stay", "those of an older state go"],
)
def test_an_original_that_a_generator_made_purges_nothing_of_itself(
    made_of: bytes, left: list[str], purges: int
) -> None:
    world, told = generated(made_of)
    world.respond(told)
    assert [key for key in world.variants.bodies if key.startswith("v/")] == left
    assert len(world.cache.invalidated) == purges


def test_nothing_is_deleted_of_a_generated_original_before_the_second_sweep_is_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, told = generated(b"an older one")

    def refuse(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(world.queue, "send", refuse)
    with pytest.raises(ConnectionError):
        world.respond(told)
    assert made_key in world.variants.bodies
