"""Verbs against AWS itself, as far as that goes without an account: answers from a table, by botocore's own models."""

from __future__ import annotations

import io
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.answering_aws import Answer, Refused, answering
from tests.cli import run
from tests.test_mirage_stack import outputs

edge_arn = "arn:aws:lambda:us-east-1:123456789012:function:mirage-prod-edge"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What `pulumi stack output --json` printed."""
    path = tmp_path / "prod.json"
    path.write_text(json.dumps(outputs), encoding="utf-8")
    return path


def distribution(**changes: Any) -> dict[str, Any]:
    """GetDistribution's answer, as far as it is looked at."""
    behavior = {
        "TargetOriginId": "variants",
        "ViewerProtocolPolicy": "redirect-to-https",
        "LambdaFunctionAssociations": {
            "Quantity": 1,
            "Items": [{"LambdaFunctionARN": f"{edge_arn}:7", "EventType": "origin-response"}],
        },
    }
    config = {
        "CallerReference": "r",
        "Origins": {"Quantity": 1, "Items": [{"Id": "variants", "DomainName": "v.s3.eu-central-1.amazonaws.com"}]},
        "DefaultCacheBehavior": behavior,
        "Comment": "",
        "Enabled": True,
        "CacheTagConfig": {"HeaderName": "x-amz-meta-cache-tag"},
        "ViewerCertificate": {"ACMCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
        "CustomErrorResponses": {"Quantity": 1, "Items": [{"ErrorCode": 404, "ErrorCachingMinTTL": 10}]},
        **changes,
    }
    return {
        "Distribution": {
            "Id": "E1",
            "ARN": "arn:aws:cloudfront::123456789012:distribution/E1",
            "Status": "Deployed",
            "LastModifiedTime": datetime(2026, 11, 1, tzinfo=UTC),
            "InProgressInvalidationBatches": 0,
            "DomainName": "d111.cloudfront.net",
            "DistributionConfig": config,
        }
    }


def versions(*numbers: int) -> dict[str, Any]:
    named = ["$LATEST", *(str(number) for number in numbers)]
    return {"Versions": [{"FunctionArn": f"{edge_arn}:{each}", "Version": each} for each in named]}


def certificate(days: int) -> dict[str, Any]:
    return {"Certificate": {"NotAfter": datetime.now(UTC) + timedelta(days=days, hours=1)}}


def metric(asked: Any) -> dict[str, Any]:
    """Every metric's highest day is 100, and its days sum up to 300."""
    (how,) = asked["Statistics"]
    return {"Datapoints": [{"Timestamp": datetime.now(UTC), how: 100.0} for _ in range(3)]}


private = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
healthy: dict[str, Answer | Refused] = {
    "ListKeys": {"Items": [{"Key": "generate", "Value": "on"}]},
    "GetFunction": lambda asked: {"FunctionCode": io.BytesIO(b"function handler(event) {}")},
    "GetBucketVersioning": {"Status": "Enabled"},
    "GetBucketNotificationConfiguration": {
        "LambdaFunctionConfigurations": [
            {
                "LambdaFunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:mirage-dev-original-changed",
                "Events": ["s3:ObjectCreated:*"],
            }
        ]
    },
    "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": private},
    "GetBucketLifecycleConfiguration": {
        "Rules": [{"Status": "Enabled", "Filter": {"Prefix": "v/"}, "Expiration": {"Days": 90}}]
    },
    "GetDistribution": distribution(),
    "DescribeCertificate": certificate(200),
    "ListVersionsByFunction": versions(6, 7),
    "GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
    "GetMetricStatistics": metric,
}


def doctor(
    monkeypatch: pytest.MonkeyPatch, file: Path, **changes: Answer | Refused
) -> tuple[int, list[dict[str, Any]]]:
    answering(monkeypatch, {**healthy, **changes})
    found = run("doctor", "--json", "--outputs", file)
    assert found.err == ""
    return found.status, found.rows


def test_a_healthy_stack_has_only_good_findings(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    status, rows = doctor(monkeypatch, file)
    assert (status, {row["level"] for row in rows}) == (0, {"good"})
    said = " ".join(row["says"] for row in rows)
    assert "It purges by the tag in x-amz-meta-cache-tag." in said
    assert "CloudFront runs mirage-prod-edge, version 7." in said
    assert "It holds for 200 days." in said
    assert "300 requests" in said


ills: dict[str, tuple[dict[str, Answer | Refused], str, str]] = {
    "the switch is off": ({"ListKeys": {"Items": [{"Key": "generate", "Value": "off"}]}}, "bad", "generate is off."),
    "no versions are kept": ({"GetBucketVersioning": {}}, "note", "Versioning is off."),
    "changes are told to nobody": ({"GetBucketNotificationConfiguration": {}}, "bad", "Changes are told to nobody"),
    "variants never expire": (
        {"GetBucketLifecycleConfiguration": Refused("NoSuchLifecycleConfiguration", 404)},
        "note",
        "They never expire.",
    ),
    "a bucket could be public": (
        {"GetPublicAccessBlock": Refused("NoSuchPublicAccessBlockConfiguration", 404)},
        "bad",
        "Objects in it could be public.",
    ),
    "no cache tags": (
        {"GetDistribution": distribution(CacheTagConfig={"HeaderName": ""})},
        "bad",
        "It has no cache tags",
    ),
    "errors cached for long": (
        {
            "GetDistribution": distribution(
                CustomErrorResponses={"Quantity": 1, "Items": [{"ErrorCode": 503, "ErrorCachingMinTTL": 300}]}
            )
        },
        "note",
        "Errors 503 are cached for more than a minute.",
    ),
    "a certificate that ends": ({"DescribeCertificate": certificate(9)}, "bad", "It ends in 9 days"),
    "an old version runs": ({"ListVersionsByFunction": versions(7, 8)}, "note", "The newest version is 8"),
    "many versions": ({"ListVersionsByFunction": versions(*range(1, 8))}, "note", "7 versions are kept."),
    "little concurrency": (
        {"GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 200}}},
        "note",
        "200 functions may run at once in eu-central-1.",
    ),
    "a right that is missing": (
        {"GetMetricStatistics": Refused("AccessDenied")},
        "bad",
        "GetMetricStatistics was refused: AccessDenied",
    ),
    "a bucket that one may not read": (
        {"GetBucketVersioning": Refused("AccessDenied")},
        "bad",
        "GetBucketVersioning was refused: AccessDenied",
    ),
}


@pytest.mark.parametrize("ill", ills)
def test_an_ill_stack_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, file: Path, ill: str) -> None:
    changes, level, says = ills[ill]
    status, rows = doctor(monkeypatch, file, **changes)
    (found,) = [row for row in rows if row["says"].startswith(says) and row["level"] == level][:1]
    assert found["to_do"]
    assert status == (1 if level == "bad" else 0)


def account_with(in_use: int, *, refused: str = "") -> dict[str, Answer | Refused]:
    """Versions 1 to 3 of the edge function, of which a distribution runs one; a version whose delete is refused."""
    items = [{"LambdaFunctionARN": f"{edge_arn}:{in_use}", "EventType": "origin-response"}]
    used = {"DefaultCacheBehavior": {"LambdaFunctionAssociations": {"Quantity": 1, "Items": items}}}
    return {
        "ListVersionsByFunction": versions(1, 2, 3),
        "ListDistributions": {"DistributionList": {"IsTruncated": False, "Items": [used]}},
        "DeleteFunction": {} if not refused else Refused(refused, 400),
    }


@pytest.fixture
def prod(tmp_path: Path) -> Path:
    path = tmp_path / "prod.json"
    path.write_text(
        json.dumps({**outputs, "originalChangedFunction": "mirage-prod-original-changed"}), encoding="utf-8"
    )
    return path


def test_a_sweep_removes_what_no_distribution_runs(monkeypatch: pytest.MonkeyPatch, prod: Path) -> None:
    aws = answering(monkeypatch, account_with(in_use=2))
    found = run("sweep", "--yes", "--json", "--outputs", prod)
    assert (found.status, found.rows) == (0, [{"removed": [f"{edge_arn}:1"], "left": []}])
    assert [asked["FunctionName"] for name, asked in aws.asked if name == "DeleteFunction"] == [f"{edge_arn}:1"]


def test_what_cloudfront_still_has_is_left_for_later(monkeypatch: pytest.MonkeyPatch, prod: Path) -> None:
    answering(monkeypatch, account_with(in_use=2, refused="InvalidParameterValueException"))
    found = run("sweep", "--yes", "--json", "--outputs", prod)
    assert (found.status, found.rows) == (1, [{"removed": [], "left": [f"{edge_arn}:1"]}])


def test_a_function_that_is_gone_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {**account_with(in_use=2), "ListVersionsByFunction": Refused("ResourceNotFoundException", 404)}
    answering(monkeypatch, gone)
    found = run("sweep", "--name", "mirage-old", "--yes")
    assert found.status == 0
    assert found.out.splitlines() == [
        "Nothing of mirage-old-edge is left behind.",
        "No log group /aws/lambda/us-east-1.mirage-old-edge is left in any Region.",
    ]


# Which stack, and what may go wrong there


def test_a_stack_of_pulumis_is_asked_for_its_outputs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(
        f"#!/bin/sh\n[ \"$*\" = 'stack output --json --stack prod' ] && echo '{json.dumps(outputs)}' && exit 0\n"
        "echo \"error: no stack named '$5' found\" >&2; exit 255\n",
        encoding="utf-8",
    )
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    answering(monkeypatch, healthy)
    assert run("doctor", "--stack", "prod").status == 0
    missing = run("doctor", "--stack", "none")
    assert (missing.status, missing.out) == (2, "")
    assert missing.err == "pulumi gave no outputs of the stack none: error: no stack named 'none' found\n"


purged: dict[str, Answer | Refused] = {
    "HeadObject": {"ETag": '"e"', "ContentLength": 1, "LastModified": datetime(2026, 11, 1, tzinfo=UTC)},
    "ListObjectsV2": {
        "Contents": [
            {"Key": f"v/a.jpg/{name}", "ETag": '"e"', "Size": 1, "LastModified": datetime(2026, 11, 1, tzinfo=UTC)}
            for name in ("e1,w=1,f=jpg", "notes.txt")
        ]
    },
    "DeleteObjects": {},
    "CreateInvalidation": {"Location": "l", "Invalidation": {"Id": "I1", "Status": "InProgress"}},
    "GetInvalidation": {"Invalidation": {"Id": "I1", "Status": "Completed"}},
}


def test_a_purge_of_a_real_stack_deletes_and_waits(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    aws = answering(monkeypatch, purged)
    found = run("purge", "a.jpg", "--json", "--outputs", file)
    assert (found.status, found.rows[0]["deleted"], found.rows[0]["invalidations"]) == (0, {"a.jpg": 1}, ["I1"])
    assert aws.names() == ["HeadObject", "ListObjectsV2", "DeleteObjects", "CreateInvalidation", "GetInvalidation"]
    assert dict(aws.asked)["DeleteObjects"]["Delete"]["Objects"] == [{"Key": "v/a.jpg/e1,w=1,f=jpg"}]


unreadable = {
    "upload": (("upload", "README.md"), 1, "README.md: S3 says 403: Forbidden"),
    "purge": (
        ("purge", "a.jpg"),
        2,
        "AWS refused HeadObject: 403: Forbidden (these credentials lack the right, or are another account's)",
    ),
    "purge of a folder": (("purge", "cats/"), 2, "AWS refused ListObjectsV2: AccessDenied: Access Denied"),
    "erase": (("erase", "a.jpg", "--yes"), 2, "AWS refused ListObjectsV2: AccessDenied: Access Denied"),
    "verify": (("verify",), 2, "AWS refused ListObjectsV2: AccessDenied: Access Denied"),
    "pause": (("pause",), 2, "AWS refused GetKey: AccessDenied: Access Denied"),
    "explain": (("explain", "/a.jpg"), 2, "AWS refused ListKeys: AccessDenied: Access Denied"),
}


@pytest.mark.parametrize("verb", unreadable)
def test_a_stack_that_one_may_not_read_is_a_sentence(monkeypatch: pytest.MonkeyPatch, file: Path, verb: str) -> None:
    arguments, status, says = unreadable[verb]
    refused = ("ListObjectsV2", "ListObjectVersions", "GetKey", "GetFunction", "ListKeys")
    answers: dict[str, Answer | Refused] = {name: Refused("AccessDenied") for name in refused}
    answering(monkeypatch, {**answers, "HeadObject": Refused("403", 403, "Forbidden")})
    found = run(*arguments, "--outputs", file)
    assert found.status == status
    assert says in found.out + found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize("target", ["pictures", "maker"])
def test_a_stack_without_an_edge_function_is_well_in_the_mode_regional(
    monkeypatch: pytest.MonkeyPatch, file: Path, target: str
) -> None:
    behavior = {"TargetOriginId": target, "ViewerProtocolPolicy": "redirect-to-https"}
    _, rows = doctor(monkeypatch, file, GetDistribution=distribution(DefaultCacheBehavior=behavior))
    (found,) = [row for row in rows if row["about"] == "edge function"]
    assert found["level"] == "good" and "a function in the Region" in found["says"]
