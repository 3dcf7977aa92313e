"""Warming, adopting, the doctor and the sweep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import moto
import pytest
from botocore.exceptions import ClientError

from infra.bucket_policies import merged_policy
from infra.freshness.freshness import notification
from mirage import batch, left_logs
from mirage.adopting import Notification, Policy, apply
from mirage.aws import regional
from mirage.checkups import Finding, looked, quota
from mirage.checkups_aws import ttls
from mirage.stack import Asked, Stack, find, read
from mirage.stop import Stop
from mirage.sweep import remove
from mirage.verb import Here
from mirage.voice import Voice
from mirage.warm import accepts
from tests.cli import Ran, run
from tests.drawn import encoded, landscape
from tests.running import Emulator, client
from tests.test_mirage_stack import outputs

picture = encoded(landscape(), "JPEG")


def here(*, yes: bool = True) -> Here:
    return Here(voice=Voice(as_json=True, yes=yes), asked=Asked())


def ask(emulator: Emulator, *arguments: object) -> Ran:
    return run(*arguments, "--json", "--at", emulator.url)


@pytest.fixture
def put(emulator: Emulator) -> Iterator[Emulator]:
    emulator.put("cli/sun.jpg", picture, "image/jpeg")
    emulator.settle()
    assert ask(emulator, "purge", "cli/sun.jpg").status == 0
    yield emulator
    emulator.delete("cli/sun.jpg")
    emulator.settle()


@pytest.mark.emulator
def test_what_was_warmed_is_stored_in_every_negotiated_format(put: Emulator, tmp_path: Path) -> None:
    wishes = tmp_path / "urls.txt"
    wishes.write_text(f"# two\n{put.url}/cli/sun.jpg?w=21&f=png\n", encoding="utf-8")
    found = ask(put, "warm", "/cli/sun.jpg?w=20", "--list", wishes)
    assert found.status == 0
    assert found.rows[-1] == {"made": 4, "stored": 0, "failed": 0}
    assert sorted(row["key"].rpartition(",f=")[2] for row in found.rows[:-1]) == [
        "auto",
        "auto-avif",
        "auto-webp",
        "png",
    ]
    put.tell("POST", "/cache/clear", {})
    renders = put.stats()["renders"]
    for accept in accepts:
        assert put.get("/cli/sun.jpg?w=20", {"accept": accept}).headers["x-mirage"] == "stored"
    assert put.stats()["renders"] == renders
    assert ask(put, "warm", "/cli/sun.jpg?w=20").rows[-1] == {"made": 0, "stored": 3, "failed": 0}


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ((), 2, "Expected URLs, --list or --preset"),
        (("--preset", "none"), 2, "Expected one of card for --preset, received none."),
        (("--list", "nowhere.txt"), 2, "Expected a text file of URLs at nowhere.txt: No such file"),
        (("/cli/sun.jpg?w=0",), 1, "400 bad-option: Expected integer 1 to 4096 for w"),
        (("/cli/sun.pdf",), 1, "it is a file, of which nothing is made."),
        (("/cli/none.jpg?w=1",), 1, "404 not-found"),
        (("https://elsewhere.example/1.jpg",), 2, "Expected a URL of http://localhost:"),
    ],
)
def test_what_cannot_be_warmed_is_said(arguments: tuple[str, ...], status: int, says: str, put: Emulator) -> None:
    found = ask(put, "warm", *arguments)
    assert found.status == status
    assert says in found.out + found.err


@pytest.mark.emulator
def test_a_preset_is_made_of_every_original_below_a_path(put: Emulator) -> None:
    put.put("cli/deep/moon.jpg", picture, "image/jpeg")
    put.settle()
    found = ask(put, "warm", "--preset", "card", "--below", "cli/deep/")
    assert (found.status, found.rows[-1]) == (0, {"made": 3, "stored": 0, "failed": 0})
    assert {row["key"].rpartition("/")[0] for row in found.rows[:-1]} == {"/cli/deep/moon.jpg"}
    again = ask(put, "warm", "--preset", "card", "--below", "cli/deep/")
    assert again.rows[-1] == {"made": 0, "stored": 3, "failed": 0}
    put.delete("cli/deep/moon.jpg")
    put.settle()


@pytest.mark.emulator
def test_many_are_made_by_a_job_of_batch_operations(put: Emulator) -> None:
    put.put("cli/batch/a%20b%2B.jpg", picture, "image/jpeg")
    put.put("cli/batch/text.jpg", b"only text", "image/jpeg")
    put.settle()
    refused = ask(put, "warm", "--preset", "card", "--below", "cli/batch/", "--batch")
    assert (refused.status, refused.out) == (2, "")
    assert "Make card of 2 originals by S3 Batch Operations, for about 0.25 USD?" in refused.err
    found = ask(put, "warm", "--preset", "card", "--below", "cli/batch/", "--batch", "--yes")
    assert (found.status, found.rows[0]["originals"]) == (0, 2)
    control = regional(find(Asked(at=put.url)), "s3control")
    account = "123456789012"
    put.settle()
    job = control.describe_job(AccountId=account, JobId=found.rows[0]["job"])["Job"]
    assert (job["Status"], job["ProgressSummary"]["NumberOfTasksFailed"]) == ("Complete", 1)
    stored = put.get("/cli/batch/a%20b%2B.jpg?p=card", {"accept": "image/webp"})
    assert (stored.status_code, stored.headers["x-mirage"]) == (200, "stored")
    listed = client.get(f"{put.s3}/{put.originals}?list-type=2&prefix=_mirage/batch/reports/").text
    (key,) = re.findall("<Key>([^<]+)</Key>", listed)
    report = client.get(f"{put.s3}/{put.originals}/{key}").text
    assert report.startswith(f"{put.originals},cli/batch/text.jpg,,failed,PermanentFailure,")
    for name in ("a%20b%2B.jpg", "text.jpg"):
        put.delete(f"cli/batch/{name}")
    put.settle()


@pytest.mark.emulator
def test_a_job_needs_a_role_that_s3_may_take(put: Emulator) -> None:
    found = ask(
        put, "warm", "--preset", "card", "--below", "cli/", "--batch", "--yes", "--role", "arn:aws:iam::1:role/x"
    )
    assert found.status == 2
    assert "The role arn:aws:iam::1:role/x cannot be assumed by batchoperations.s3.amazonaws.com." in found.err


def test_a_manifest_names_each_original_percent_encoded(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    assert batch.write(manifest, "o", iter(["a b+ü.jpg", 'x,"y".png'])) == 2
    assert manifest.read_bytes() == b"o,a%20b%2B%C3%BC.jpg\no,x%2C%22y%22.png\n"


def test_a_jobs_cost_is_the_engines_the_functions_and_the_puts() -> None:
    """A million originals, one preset: 0.25 + 1.00, 0.20 + 2.25 x 16.67, 3 puts of 0.0054 per 1,000."""
    assert batch.cost_usd(1_000_000, 1, "eu-central-1") == pytest.approx(1.25 + 0.20 + 37.50 + 16.20, abs=0.01)


@dataclass
class S3OfAnOwner:
    """A bucket with documents of its owner's."""

    policy: str = ""
    told: dict[str, object] = field(default_factory=dict)

    def get_bucket_policy(self, **asked: object) -> dict[str, object]:
        if not self.policy:
            raise ClientError({"Error": {"Code": "NoSuchBucketPolicy"}}, "GetBucketPolicy")
        return {"Policy": self.policy}

    def put_bucket_policy(self, **asked: object) -> dict[str, object]:
        self.policy = str(asked["Policy"])
        return {}

    def delete_bucket_policy(self, **asked: object) -> dict[str, object]:
        self.policy = ""
        return {}

    def get_bucket_notification_configuration(self, **asked: object) -> dict[str, object]:
        return {"ResponseMetadata": {}, **self.told}

    def put_bucket_notification_configuration(self, **asked: object) -> dict[str, object]:
        self.told = dict(asked["NotificationConfiguration"])  # type: ignore[call-overload]
        return {}


adopted = read(
    {
        **outputs,
        "mergeBucketPolicy": json.loads(merged_policy("o", "arn:aws:cloudfront::123456789012:distribution/E1")),
        "mergeBucketNotification": notification("arn:aws:lambda:eu-central-1:123456789012:function:f"),
    },
    name="dev",
)
theirs = {"TopicConfigurations": [{"Id": "theirs", "TopicArn": "arn:t", "Events": ["s3:ObjectTagging:*"]}]}


def adopt(s3: S3OfAnOwner, *, undo: bool = False, yes: bool = True) -> int:
    places = (Policy(bucket="o", s3=s3), Notification(bucket="o", s3=s3))  # type: ignore[arg-type]
    return apply(adopted, places, here(yes=yes), undo=undo)


def test_adopting_keeps_what_is_the_owners_and_undo_gives_it_back(capsys: pytest.CaptureFixture[str]) -> None:
    s3 = S3OfAnOwner(told=dict(theirs))
    assert adopt(s3) == 0
    assert {each["Sid"] for each in json.loads(s3.policy)["Statement"]} == {
        "CloudFrontReads",
        "MissingIs404",
        "NeverServed",
    }
    assert s3.told["TopicConfigurations"] == theirs["TopicConfigurations"]
    assert len(s3.told["LambdaFunctionConfigurations"]) == 1  # type: ignore[arg-type]
    assert adopt(s3) == 0
    assert "nothing was changed" not in capsys.readouterr().err
    assert adopt(s3, undo=True) == 0
    assert (s3.policy, s3.told) == ("", theirs)


def test_nothing_is_adopted_where_nobody_agrees() -> None:
    s3 = S3OfAnOwner(told=dict(theirs))
    with pytest.raises(Stop, match=r"^Nothing was changed\.$"):
        adopt(s3, yes=False)
    assert (s3.policy, s3.told) == ("", theirs)


@pytest.mark.emulator
def test_only_an_adopted_bucket_is_adopted(emulator: Emulator) -> None:
    other = run("adopt", "other", "--at", emulator.url)
    assert (other.status, other.err) == (
        2,
        f"Expected the stack's bucket of originals, {emulator.originals}, received other.\n",
    )
    own = run("adopt", emulator.originals, "--at", emulator.url)
    assert (own.status, own.err.startswith(f"{emulator.originals} is the stack's own")) == (2, True)


@pytest.mark.emulator
def test_the_dev_stack_is_well_and_a_pause_is_a_finding(emulator: Emulator) -> None:
    found = ask(emulator, "doctor")
    assert (found.status, {row["level"] for row in found.rows}) == (0, {"good"})
    assert [row["says"] for row in found.rows if row["about"] == "variants"] == ["They expire after 7 days."]
    assert found.err.startswith("Not looked at, since the emulator has none of its own: distribution, certificate")
    ask(emulator, "pause")
    try:
        paused = ask(emulator, "doctor")
    finally:
        ask(emulator, "resume")
    assert (paused.status, [row["to_do"] for row in paused.rows if row["level"] == "bad"]) == (
        1,
        ["python -m mirage resume lets variants be made again."],
    )


@pytest.mark.parametrize(
    ("used", "level"), [(0, "good"), (89, "good"), (90, "note"), (99, "note"), (100, "bad"), (101, "bad")]
)
def test_a_quota_is_told_before_its_end(used: int, level: str) -> None:
    assert quota("x", used, 100, "less").level == level


def test_a_missing_right_is_a_finding() -> None:
    def bill(stack: Stack) -> Iterator[Finding]:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetMetricStatistics")
        yield

    (found,) = looked(bill, adopted)
    assert (found.level, found.about, found.says) == ("bad", "bill", "GetMetricStatistics was refused: AccessDenied")


@pytest.mark.parametrize(("seconds", "level"), [(10, "good"), (60, "good"), (61, "note")])
def test_errors_that_are_cached_for_long_are_told(seconds: int, level: str) -> None:
    pages = {"Items": [{"ErrorCode": 404, "ErrorCachingMinTTL": seconds}]}
    assert [each.level for each in ttls({"CustomErrorResponses": pages})] == [level]


arn = "arn:aws:lambda:us-east-1:123456789012:function:mirage-dev-edge"


@dataclass
class Lambdas:
    """Versions 1 to 3 of an edge function; `replicated` are those that CloudFront still has."""

    running: frozenset[str] = frozenset()
    replicated: frozenset[str] = frozenset()
    deleted: list[str] = field(default_factory=list)

    def versions(self, name: str) -> Iterator[str]:
        return iter([f"{arn}:{number}" for number in (1, 2, 3)])

    def associated(self) -> set[str]:
        return set(self.running)

    def delete(self, arn: str) -> str:
        if arn in self.replicated:
            return "InvalidParameterValueException"
        self.deleted.append(arn)
        return ""


def test_a_sweep_leaves_what_runs_and_the_newest() -> None:
    lambdas = Lambdas(running=frozenset({f"{arn}:2"}))
    assert remove(lambdas, "mirage-dev-edge", here(), with_function=False) == 0
    assert lambdas.deleted == [f"{arn}:1"]


def test_after_a_destroy_the_function_goes_last_and_replicas_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    lambdas = Lambdas(replicated=frozenset({f"{arn}:3", arn}))
    assert remove(lambdas, "mirage-dev-edge", here(), with_function=True) == 1
    assert lambdas.deleted == [f"{arn}:1", f"{arn}:2"]
    assert json.loads(capsys.readouterr().out) == {"removed": [f"{arn}:1", f"{arn}:2"], "left": [f"{arn}:3", arn]}


def test_what_a_distribution_runs_is_not_swept_by_name() -> None:
    with pytest.raises(Stop, match="A distribution still runs mirage-dev-edge: destroy its stack first"):
        remove(Lambdas(running=frozenset({f"{arn}:3"})), "mirage-dev-edge", here(), with_function=True)


@pytest.mark.emulator
def test_the_emulator_leaves_nothing_behind(emulator: Emulator) -> None:
    assert ask(emulator, "sweep").rows == [{"removed": [], "left": []}]


@dataclass
class LogsOfEveryRegion:
    """Log groups by Region; one Region is not open to the account."""

    groups: dict[str, set[str]]

    def regions(self) -> list[str]:
        return ["af-south-1", "eu-central-1", "us-east-1", "us-west-2"]

    def has(self, region: str, group: str) -> bool:
        return group in self.groups.get(region, set())

    def delete(self, region: str, group: str) -> None:
        self.groups[region].remove(group)


group = "/aws/lambda/us-east-1.mirage-dev-edge"


def test_the_logs_that_replicas_left_go_in_every_region_and_no_others(capsys) -> None:
    logs = LogsOfEveryRegion({"us-west-2": {group, "/aws/lambda/theirs"}, "eu-central-1": {group}})
    assert left_logs.remove(logs, group, here()) == 0
    assert logs.groups == {"us-west-2": {"/aws/lambda/theirs"}, "eu-central-1": set()}
    assert json.loads(capsys.readouterr().out) == {"logs": ["eu-central-1", "us-west-2"]}


def test_where_no_logs_are_left_nothing_is_asked(capsys) -> None:
    assert left_logs.remove(LogsOfEveryRegion({}), group, here(yes=False)) == 0
    assert json.loads(capsys.readouterr().out) == {"logs": []}


def test_logs_are_left_where_nobody_agreed() -> None:
    logs = LogsOfEveryRegion({"us-west-2": {group}})
    with pytest.raises(Stop):
        left_logs.remove(logs, group, here(yes=False))
    assert logs.groups == {"us-west-2": {group}}


def test_the_real_ones_find_a_group_by_its_whole_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nobody")
    with moto.mock_aws():
        boto3.client("logs", region_name="us-west-2").create_log_group(logGroupName=f"{group}-of-another")
        boto3.client("logs", region_name="eu-west-1").create_log_group(logGroupName=group)
        account = left_logs.Account()
        assert {"us-east-1", "eu-west-1", "us-west-2"} <= set(account.regions())
        assert [account.has(region, group) for region in ("eu-west-1", "us-west-2")] == [True, False]
        account.delete("eu-west-1", group)
        assert not account.has("eu-west-1", group)
