"""Every verb with --json: what it prints is one JSON object a line, whatever comes of it; and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from infra.bucket_policies import merged_policy
from infra.freshness.freshness import notification
from mirage.adopting import Notification, Policy, apply
from mirage.app import asking, verbs
from mirage.aws import regional
from mirage.stack import Asked, find
from mirage.verb import Here
from mirage.voice import Voice
from tests.cli import Ran, run
from tests.drawn import encoded, landscape
from tests.running import Emulator, client
from tests.test_mirage_care import adopted

pytestmark = pytest.mark.emulator
picture = encoded(landscape(), "JPEG")


@pytest.fixture(scope="module")
def sea(shared_emulator: Emulator) -> Iterator[None]:
    """An original for all of these tests; the last of them that need it erases it."""
    shared_emulator.put("json/sea.jpg", picture, "image/jpeg")
    yield
    shared_emulator.delete("json/sea.jpg")


@pytest.fixture
def put(emulator: Emulator, sea: None) -> Emulator:
    return emulator


def ask(emulator: Emulator, *arguments: object) -> Ran:
    return run(*arguments, "--json", "--at", emulator.url)


# Each verb done, and each verb refused: its arguments, and its exit status.
done = {
    "upload": (("upload", "tests/golden", "--dry-run", "--to", "json"), 0),
    "explain": (("explain", "/json/sea.jpg?w=3"), 0),
    "purge": (("purge", "json/sea.jpg"), 0),
    "verify": (("verify",), 1),  # the shared originals have a broken one
    "pause": (("pause", "--to", "signed"), 0),
    "resume": (("resume",), 0),
    "sign": (("sign", "/json/sea.jpg?w=3"), 0),
    "user": (("user", "anna"), 0),
    "doctor": (("doctor",), 0),
    "warm": (("warm", "/json/sea.jpg?w=3&f=png"), 0),
    "erase": (("erase", "json/sea.jpg", "--yes", "--again-after", "0"), 0),
    "sweep": (("sweep", "--yes"), 0),
}
refused = {
    "upload": (("upload", "nowhere"), 2),
    "explain": (("explain", "https://elsewhere.example/a.jpg"), 2),
    "purge": (("purge", "a//b.jpg"), 2),
    "verify": (("verify", "--stack", "a", "--emulator"), 2),
    "pause": (("pause", "--stack", "a", "--emulator"), 2),
    "resume": (("resume", "--stack", "a", "--emulator"), 2),
    "sign": (("sign", "no-slash"), 2),
    "user": (("user", "a b"), 2),
    "doctor": (("doctor", "--stack", "a", "--emulator"), 2),
    "warm": (("warm",), 2),
    "erase": (("erase", "json/none.jpg", "--yes"), 2),
    "adopt": (("adopt", "other", "--yes"), 2),
    "smoke": (("smoke", "--stack", "a", "--emulator"), 2),
    "sweep": (("sweep", "--stack", "a", "--emulator"), 2),
}


def test_every_verb_takes_json() -> None:
    """Those of the tables are tried below; what came later has tests of its own, and the same options."""
    names = {each.__name__: each for each in (*verbs, *asking)}
    assert set(done) | set(refused) <= set(names)
    for name in names:
        assert "--json" in run(name, "--help").out, name


@pytest.mark.parametrize("verb", done)
def test_what_a_verb_says_is_an_object_a_line(verb: str, put: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIRAGE_SIGNING_SECRET", "a secret of at least some length")
    arguments, status = done[verb]
    found = ask(put, *arguments)
    assert found.status == status, found.err
    assert found.rows
    assert all(isinstance(row, dict) for row in found.rows)


@pytest.mark.parametrize("verb", refused)
def test_why_a_verb_is_refused_is_an_object_too(verb: str, put: Emulator) -> None:
    arguments, status = refused[verb]
    found = ask(put, *arguments) if "--emulator" not in arguments else run(*arguments, "--json")
    assert (found.status, found.out) == (status, "")
    assert list(json.loads(found.err.splitlines()[-1])) == ["error"]


def test_a_signed_path_is_let_in_by_nobody_who_has_no_key(put: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dev stack has no keys: a signature that it cannot know is refused, in open prefixes, too."""
    monkeypatch.setenv("MIRAGE_SIGNING_SECRET", "a secret of at least some length")
    (row,) = ask(put, "sign", "/json/sea.jpg?w=3").rows
    assert row["signed"].startswith("/json/sea.jpg?w=3&")
    answer = put.get(row["signed"])
    assert (answer.status_code, answer.headers["x-mirage-error"]) == (403, "signature-bad")


theirs = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Audit",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::BUCKET/*",
            }
        ],
    }
)
# The function that S3 may call for this bucket: theirs, too.
function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:mirage-dev-original-changed"
event = (
    f"<NotificationConfiguration><CloudFunctionConfiguration><Id>theirs</Id><CloudFunction>{function_arn}</CloudFunction>"
    "<Event>s3:ObjectRestore:Post</Event></CloudFunctionConfiguration></NotificationConfiguration>"
)


def test_a_bucket_of_the_emulators_is_adopted_and_given_back(put: Emulator) -> None:
    """The stack's own originals stand for a bucket with documents of its owner's; they get theirs back in the end."""
    place = f"{put.s3}/{put.originals}"
    kept = {name: client.get(f"{place}?{name}").text for name in ("policy", "notification")}
    foreign = theirs.replace("BUCKET", put.originals)
    try:
        client.put(f"{place}?policy", content=foreign)
        client.put(f"{place}?notification", content=event)
        before = client.get(f"{place}?notification").text
        s3 = regional(find(Asked(at=put.url)), "s3")
        places = (Policy(bucket=put.originals, s3=s3), Notification(bucket=put.originals, s3=s3))
        ours = merged_policy(put.originals, "arn:aws:cloudfront::123456789012:distribution/E1")
        stack = replace(adopted, merge_policy=ours, merge_notification=notification(function_arn))
        here = Here(voice=Voice(as_json=True, yes=True), asked=Asked())
        assert apply(stack, places, here, undo=False) == 0
        told = client.get(f"{place}?notification").text
        assert ("theirs" in told, "mirage-original-changed" in told) == (True, True)
        sids = [each["Sid"] for each in json.loads(client.get(f"{place}?policy").text)["Statement"]]
        assert sids == ["Audit", "CloudFrontReads", "MissingIs404", "NeverServed"]
        assert apply(stack, places, here, undo=True) == 0
        assert json.loads(client.get(f"{place}?policy").text) == json.loads(foreign)
        assert client.get(f"{place}?notification").text == before
    finally:
        for name, document in kept.items():
            client.put(f"{place}?{name}", content=document)
