"""Every stack keeps what is promised of it, and each promise, broken on purpose, says so in a sentence."""

from __future__ import annotations

import copy
import functools
import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.program import Declared, declare
from tests.declared import lent
from tests.promises import originals_are_protected, promises
from tests.test_stack_preview import changed

root = Path(__file__).parent.parent
names = ("dev", "prod", "regional")
tests_of = {
    **{name: (name, {}) for name in names},
    "dev with every setting changed": ("dev", {**lent, **changed, "protect": "false"}),
    "prod with names of its own, logs, a budget, a firewall, and an adopted bucket": (
        "prod",
        {
            "domains": '["images.example.com"]',
            "hostedZone": "example.com",
            "originalsBucket": "team-pictures",
            "accessLogs": "true",
            "monthlyBudgetUsd": "50",
            "waf": "true",
            "alarmEmails": '["ops@example.com"]',
        },
    ),
}


@functools.cache
def declared(which: str) -> Declared:
    name, settings = tests_of[which]
    return declare(name, config=settings)


@pytest.mark.parametrize("rule", promises, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("which", tests_of)
def test_a_stack_keeps_its_promises(which, rule):
    assert list(rule(declared(which))) == []


@pytest.mark.parametrize("which", [each for each in tests_of if each.startswith("prod")])
def test_a_stack_for_the_public_keeps_its_originals(which):
    assert list(originals_are_protected(declared(which))) == []


def test_every_stack_of_the_repository_is_looked_at():
    asked = ["git", "ls-files", "Pulumi.*.yaml"]
    listed = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True).stdout.split()
    assert listed == [f"Pulumi.{name}.yaml" for name in names]


Change = Callable[[dict], None]


def changed_in(kind: str, name: str, change: Change, found: Declared) -> Declared:
    """The stack with one resource's inputs changed."""
    assert found.one(kind, name)
    return replace(
        found,
        resources=tuple(
            replace(each, inputs=_edited(each.inputs, change)) if (each.type, each.name) == (kind, name) else each
            for each in found.resources
        ),
    )


def _edited(inputs: Mapping[str, object], change: Change) -> dict:
    copied = {name: copy.deepcopy(value) if isinstance(value, dict | list) else value for name, value in inputs.items()}
    change(copied)
    return copied


def without(*path: str) -> Change:
    return lambda inputs: inputs.pop(path[0])


def said(**values: object) -> Change:
    return lambda inputs: inputs.update(values)


def in_policy(**values: object) -> Change:
    """The first statement that allows something, changed; a value None leaves a word out."""

    def change(inputs: dict) -> None:
        document = json.loads(inputs["policy"])
        first = next(each for each in document["Statement"] if each["Effect"] == "Allow")
        first.update(values)
        for word in [word for word, value in values.items() if value is None]:
            del first[word]
        inputs["policy"] = json.dumps(document)

    return change


def without_denials(inputs: dict) -> None:
    document = json.loads(inputs["policy"])
    document["Statement"] = [each for each in document["Statement"] if each["Effect"] == "Allow"]
    inputs["policy"] = json.dumps(document)


def in_first(name: str, **values: object) -> Change:
    def change(inputs: dict) -> None:
        found = inputs[name][0] if isinstance(inputs[name], list) else inputs[name]
        found.update(values)

    return change


cdn, bucket = "aws:cloudfront/distribution:Distribution", "aws:s3/bucketPolicy:BucketPolicy"
role, function = "aws:iam/rolePolicy:RolePolicy", "aws:lambda/function:Function"
breaches: dict[str, tuple[str, str, Change, str]] = {
    "a bucket takes public policies": (
        *("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "variants", said(blockPublicPolicy=False)),
        "Expected blockPublicPolicy of the bucket variants, received False.",
    ),
    "a bucket has ACLs": (
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "originals",
        said(rule={"objectOwnership": "ObjectWriter"}),
        "Expected no ACLs for the bucket originals, received ObjectWriter.",
    ),
    "anybody may read": (
        bucket,
        "variants",
        in_policy(Principal="*"),
        "Expected a principal by name in variants, received *.",
    ),
    "all but one may read": (
        bucket,
        "variants",
        in_policy(NotPrincipal={"AWS": "1"}),
        "Expected no NotPrincipal in variants, received {'AWS': '1'}.",
    ),
    "any distribution may read": (
        bucket,
        "originals",
        in_policy(Condition=None),
        "Expected aws:SourceArn or aws:SourceAccount for {'Service': 'cloudfront.amazonaws.com'} in originals.",
    ),
    "anybody may call": (
        "aws:lambda/permission:Permission",
        "original-changed",
        said(principal="*"),
        "Expected one source that may call by original-changed, received *.",
    ),
    "any bucket may call": (
        "aws:lambda/permission:Permission",
        "original-changed",
        lambda inputs: (inputs.pop("sourceArn"), inputs.pop("sourceAccount")),  # type: ignore[dict-item]
        "Expected one source that may call by original-changed, received s3.amazonaws.com.",
    ),
    "a role may do all of S3": (
        role,
        "edge",
        in_policy(Action=["s3:*"]),
        "Expected whole actions in the role edge, received s3:*.",
    ),
    "a role may do it anywhere": (
        role,
        "edge",
        in_policy(Resource="*"),
        "Expected a resource by name in the role edge, received *.",
    ),
    "a role may read every bucket": (
        role,
        "edge",
        in_policy(Resource=["arn:aws:s3:::*"]),
        "Expected a resource by name in the role edge, received arn:aws:s3:::*.",
    ),
    "viewers may come without TLS": (
        cdn,
        "cdn",
        in_first("defaultCacheBehavior", viewerProtocolPolicy="allow-all"),
        "Expected TLS for the default behavior of cdn, received allow-all.",
    ),
    "viewers may come by TLS 1.0": (
        cdn,
        "cdn",
        said(viewerCertificate={"acmCertificateArn": "arn", "minimumProtocolVersion": "TLSv1_2016"}),
        "Expected TLS 1.2 or newer for the names of cdn, received TLSv1_2016.",
    ),
    "an origin is asked without a signature": (
        cdn,
        "cdn",
        in_first("origins", originAccessControlId=None),
        "Expected an access control for the origin variants, received none.",
    ),
    "an origin is asked without TLS": (
        cdn,
        "cdn",
        in_first("origins", customOriginConfig={"originProtocolPolicy": "http-only", "originSslProtocols": ["TLSv1"]}),
        "Expected TLS 1.2 to the origin variants, received http-only.",
    ),
    "a bucket takes plain HTTP": (
        bucket,
        "originals",
        without_denials,
        "Expected the bucket originals to refuse what comes without TLS.",
    ),
    "a bucket is not encrypted": (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "variants",
        said(rules=[]),
        "Expected encryption for the bucket variants, received none.",
    ),
    "a queue is not encrypted": (
        "aws:sqs/queue:Queue",
        "notes",
        without("sqsManagedSseEnabled"),
        "Expected encryption for the queue notes, received none.",
    ),
    "a queue keeps as long as AWS likes": (
        "aws:sqs/queue:Queue",
        "failed",
        without("messageRetentionSeconds"),
        "Expected seconds after which the queue failed forgets, received none.",
    ),
    "logs are kept for ever": (
        "aws:cloudwatch/logGroup:LogGroup",
        "original-changed-logs-eu-central-1",
        said(retentionInDays=0),
        "Expected days after which the log group original-changed-logs-eu-central-1 forgets, received none.",
    ),
    "a function makes its own log group": (
        "aws:cloudwatch/logGroup:LogGroup",
        "original-changed-logs-eu-central-1",
        said(name="/aws/lambda/another"),
        "Expected a log group for the function original-changed, found none.",
    ),
    "variants are kept for ever": (
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "variants",
        said(rules=[{"abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}]),
        "Expected days after which the bucket variants forgets, received none.",
    ),
    "half uploads are kept for ever": (
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "originals",
        said(rules=[]),
        "Expected half uploads to end in the bucket originals.",
    ),
    "a resource has no tags": (
        "aws:iam/role:Role",
        "edge",
        said(tags={"mirage:project": "mirage"}),
        "Expected the tag mirage:stack on aws:iam/role:Role edge, received ['mirage:project'].",
    ),
    "destroy leaves a function behind": (
        function,
        "original-changed",
        said(skipDestroy=True),
        "Expected destroy to remove aws:lambda/function:Function original-changed, which it leaves behind.",
    ),
}


@pytest.mark.parametrize(("kind", "name", "change", "sentence"), breaches.values(), ids=list(breaches))
def test_a_broken_promise_is_said(kind, name, change, sentence):
    found = changed_in(kind, name, change, declared("prod"))
    assert sentence in [each for rule in promises for each in rule(found)]


def test_two_functions_with_one_role_are_said():
    found = declared("prod")
    shared = found.one(function, "edge").inputs["role"]
    broken = changed_in(function, "original-changed", said(role=shared), found)
    assert f"Expected a role of its own for the function edge, received {shared}." in [
        each for rule in promises for each in rule(broken)
    ]


def test_every_promise_can_be_broken():
    """No rule is one that nothing breaks."""
    broken = [changed_in(kind, name, change, declared("prod")) for kind, name, change, _ in breaches.values()]
    shared = declared("prod").one(function, "edge").inputs["role"]
    broken.append(changed_in(function, "original-changed", said(role=shared), declared("prod")))
    assert [rule.__name__ for rule in promises if not any(list(rule(found)) for found in broken)] == []


unprotected = {
    "its originals are not protected": ({"protect": "false"}, "Expected the bucket originals to be protected."),
    "destroy takes the content": (
        {"forceDestroy": "true"},
        "Expected destroy to refuse the bucket variants while it has content.",
    ),
}


@pytest.mark.parametrize(("settings", "sentence"), unprotected.values(), ids=list(unprotected))
def test_a_stack_for_the_public_that_would_lose_originals_is_said(settings, sentence):
    assert sentence in list(originals_are_protected(declare("prod", config=settings)))
