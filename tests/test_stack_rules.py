"""The stack, as recorded in an update and in a preview, against the SDK's types and the provider's rules."""

from __future__ import annotations

import json

import pytest

from emulator.aws.functions import read_function
from emulator.cloudfront.declared import read_distribution
from tests.declared import custom, stack
from tests.provider_rules import args_class, rule_faults, rules, type_faults
from tests.test_generators_stack import shipped
from tests.test_stack_preview import changed

every = {**changed, "generators": json.dumps(shipped), "acceptUnbounded": "true"}
# Stacks that between them take every branch of the program.
stacks: dict[str, dict[str, str]] = {
    "the dev stack": {},
    "a stack for the public": {
        "sizes": "ladder",
        "openOptions": '["w", "h", "fit", "f", "dpr", "p", "v"]',
        "acceptUnbounded": "false",
        "debug": "false",
        "playground": "false",
        "protect": "true",
        "priceClass": "PriceClass_All",
        "variantDays": "90",
        "logRetentionDays": "30",
        "previousVersionDays": "30",
    },
    "an adopted bucket, one country, no shield": {
        "originalsBucket": "team-pictures",
        "geoAllow": '["CH"]',
        "originShield": "false",
        "cors": '["*"]',
        "logRegions": '["us-east-1", "eu-west-1"]',
        "logRetentionDays": "0",
    },
    "quarantine, notifications, EventBridge, presets ahead": {
        "quarantine": "true",
        "notifications": "true",
        "eventBridge": "true",
        "presets": '["card w=300&h=200&fit=cover", "png w=100&f=png"]',
        "pregenerate": '["card /products/", "png /"]',
    },
    "everything that watches, in two Regions": {
        "logRegions": '["eu-central-1", "us-east-1"]',
        "alarmEmails": '["ops@example.com"]',
        "monthlyBudgetUsd": "50",
        "accessLogs": "true",
        "rendersPerHour": "10000",
        "waf": "true",
    },
    "every setting another": every,
    "every setting another, made in the Region": {**every, "mode": "regional"},
    "made in the Region, nothing kept": {"mode": "regional", "store": "false", "debug": "false"},
    "names of one's own": {"domains": '["images.example.com"]', "hostedZone": "example.com"},
    "countries denied, scripts of two origins": {
        "geoDeny": '["AQ", "BV"]',
        "originShield": "us-east-2",
        "cors": '["https://a.example", "http://localhost:3000"]',
    },
}


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
@pytest.mark.parametrize("settings", stacks.values(), ids=list(stacks))
def test_every_resource_is_as_the_sdk_declares_it(settings, preview):
    found = stack(preview, **settings)
    faults = [
        f"{each.name}: {fault}"
        for each in custom(found)
        for fault in type_faults(args_class(each.type), each.inputs, each.type)
    ]
    assert faults == []


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
@pytest.mark.parametrize("settings", stacks.values(), ids=list(stacks))
def test_every_resource_is_as_the_provider_takes_it(settings, preview):
    found = stack(preview, **settings)
    faults = [
        f"{each.type} {each.name}: {fault}" for each in custom(found) for fault in rule_faults(each.type, each.inputs)
    ]
    assert faults == []


# What AWS has in us-east-1 alone, with CloudFront: provider-rules, "Fails only at apply"; CF:standard-logging.
at_home = (
    "aws:acm/certificate:Certificate",
    "aws:cloudwatch/logDelivery:LogDelivery",
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
    "aws:cloudwatch/logDeliverySource:LogDeliverySource",
    "aws:wafv2/webAcl:WebAcl",
)


@pytest.mark.parametrize("settings", stacks.values(), ids=list(stacks))
def test_nothing_fails_only_when_it_is_made(settings):
    """Origins, policies and functions that are named are there, TTLs in order; names and statements meet nowhere."""
    found = stack(False, **settings)
    distribution = read_distribution(found.resources)
    edges = {behavior.edge_function for behavior in distribution.behaviors} - {None}
    for each in found.of("aws:lambda/function:Function"):
        is_edge = each.outputs["qualifiedArn"] in edges
        read_function(each, edge=is_edge, replica_region="eu-central-1")
    assert {each.inputs.get("region") for kind in at_home for each in found.of(kind)} <= {"us-east-1"}
    own = [
        (each.type, *(each.inputs.get(beside) for beside in ("region", "function", "role", "type")), each.inputs[key])
        for each in custom(found)
        for key in ("name", "bucket", "statementId", "dashboardName")
        if key in each.inputs and (key != "bucket" or each.type == "aws:s3/bucket:Bucket")
    ]
    assert [each for each in own if own.count(each) > 1] == []


def test_every_declared_type_has_rules():
    declared = {each.type for settings in stacks.values() for each in custom(stack(False, **settings))}
    assert declared - set(rules) == set()
    # What no setting makes; the rest of the rules is tried on what some stack declares.
    assert set(rules) - declared == {
        "aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy",
        "aws:cloudfront/keyvaluestoreKeysExclusive:KeyvaluestoreKeysExclusive",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:s3/bucketObject:BucketObject",
        "aws:secretsmanager/secret:Secret",
        "aws:sqs/queuePolicy:QueuePolicy",
        "aws:ssm/parameter:Parameter",
    }


wrong = {
    "a required input is missing": ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "b"}, ["policy is required"]),
    "two inputs exclude each other": (
        "aws:s3/bucket:Bucket",
        {"bucket": "b", "bucketPrefix": "p"},
        ["only one of ['bucket', 'bucketPrefix']"],
    ),
    "a word is none of the enum": (
        "aws:cloudfront/distribution:Distribution",
        {
            "defaultCacheBehavior": {"viewerProtocolPolicy": "https"},
            "enabled": True,
            "origins": [],
            "restrictions": {},
            "viewerCertificate": {},
        },
        [
            "defaultCacheBehavior.viewerProtocolPolicy breaks enum ['allow-all', 'https-only', 'redirect-to-https']: "
            "'https'"
        ],
    ),
    "a number is beyond its bound": (
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        {"functionName": "f", "maximumRetryAttempts": 3},
        ["maximumRetryAttempts breaks max 2: 3"],
    ),
    "a zip has no handler": (
        "aws:lambda/function:Function",
        {"role": "arn:aws:iam::123456789012:role/r", "code": "zip", "runtime": "python3.13"},
        ["['handler', 'runtime']: a Zip package needs it"],
    ),
    "an alarm says no statistic": (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {"metricName": "m", "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1},
        ["one of ['statistic', 'extendedStatistic']: an alarm on one metric needs it"],
    ),
    "a period is none that CloudWatch has": (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "metricName": "m",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 1,
            "statistic": "Sum",
            "period": 45,
        },
        ["period breaks multipleOf 60: 45"],
    ),
    "a query is two things": (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 1,
            "threshold": 1,
            "metricQueries": [
                {"id": "a", "expression": "b"},
                {"id": "b", "expression": "c", "metric": {"metricName": "m", "period": 60, "stat": "middle"}},
            ],
        },
        [
            "only one of ['metricQueries[].expression', 'metricQueries[].metric']",
            "metricQueries[].metric.stat breaks enum ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']: 'middle'",
        ],
    ),
    "a transition has no moment": (
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {"bucket": "b", "rules": [{"id": "a", "status": "Enabled", "transitions": [{"storageClass": "GLACIER"}]}]},
        ["exactly one of ['rules[].transitions[].date', 'rules[].transitions[].days']"],
    ),
    "a queue of the plain kind has a dot": (
        "aws:sqs/queue:Queue",
        {"fifoQueue": False, "name": "notes.fifo"},
        ["name breaks ^[0-9A-Za-z_-]{1,80}$: only for a FIFO queue"],
    ),
}


@pytest.mark.parametrize(("kind", "inputs", "faults"), wrong.values(), ids=list(wrong))
def test_what_the_provider_refuses_is_seen(kind, inputs, faults):
    assert list(rule_faults(kind, inputs)) == faults


taken = {
    "a period of ten seconds": {"period": 10, "statistic": "Sum"},
    "a period of an hour": {"period": 3_600, "statistic": "Sum"},
    "what is missing in capitals": {"period": 60, "statistic": "Sum", "treatMissingData": "NotBreaching"},
}


@pytest.mark.parametrize("said", taken.values(), ids=list(taken))
def test_what_the_provider_takes_besides_is_taken(said):
    alarm = {"metricName": "m", "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1, **said}
    assert list(rule_faults("aws:cloudwatch/metricAlarm:MetricAlarm", alarm)) == []


def test_what_the_sdk_does_not_know_is_seen():
    inputs = {"bucket": "b", "policies": "{}", "region": 7}
    faults = list(type_faults(args_class("aws:s3/bucketPolicy:BucketPolicy"), inputs, "policy"))
    assert faults == ["policy.policy is required", "policy.policies is unknown", "policy.region is no str: 7"]
