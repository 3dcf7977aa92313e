"""The examples preview in-process; the roles for pipelines let a deploy do what the stacks need, and a preview read."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.program import Declared, declare
from tests.declared import custom, listed, stack
from tests.provider_rules import args_class, rule_faults, type_faults
from tests.test_stack_preview import changed

examples = Path(__file__).parent.parent / "examples"
account = "123456789012"


@pytest.fixture(scope="module")
def roles() -> Declared:
    return declare("example", project_dir=examples / "ci_roles")


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_another_program_takes_the_components(preview):
    found = declare("example", project_dir=examples / "reuse", preview=preview)
    own = {each.name for each in found.of("aws:sqs/queue:Queue")}
    assert own == {"orders", "notes", "failed"}
    assert found.one("aws:s3/bucket:Bucket", "originals").inputs["bucket"] == f"shop-example-pictures-{account}"
    assert found.one("aws:s3/bucket:Bucket", "originals").is_protected
    for each in custom(found):
        assert list(type_faults(args_class(each.type), each.inputs, each.name)) == []
        assert list(rule_faults(each.type, each.inputs)) == []


def test_a_mistake_in_another_programs_settings_is_the_same_sentence():
    from infra.configuration import config, defaults

    with pytest.raises(
        config.ConfigError, match=r"^Expected an integer from 512 to 10240 for memory, received '64'\.$"
    ):
        config.read(defaults.texts(memory=64), region="eu-central-1")


def statements(roles: Declared, name: str) -> list[dict]:
    return json.loads(roles.one("aws:iam/rolePolicy:RolePolicy", name).inputs["policy"])["Statement"]


def actions(roles: Declared, name: str) -> Iterator[str]:
    for each in statements(roles, name):
        yield from listed(each["Action"])


def grants(roles: Declared, role: str, action: str) -> bool:
    return any(fnmatch.fnmatchcase(action, pattern) for pattern in actions(roles, role))


@pytest.mark.parametrize(
    ("role", "subjects"),
    [
        ("preview", ["repo:acme/pictures:pull_request", "repo:acme/pictures:ref:refs/heads/main"]),
        ("deploy-dev", ["repo:acme/pictures:environment:dev"]),
        ("deploy-prod", ["repo:acme/pictures:environment:prod"]),
    ],
)
def test_a_role_is_for_one_repository_and_what_its_jobs_are(roles, role, subjects):
    [statement] = json.loads(roles.one("aws:iam/role:Role", role).inputs["assumeRolePolicy"])["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"] == {
        "Federated": f"arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com"
    }
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": subjects,
        }
    }


reading = ("Get", "List", "Describe", "View")


def test_the_preview_role_only_reads(roles):
    writing = [each for each in actions(roles, "preview") if not each.partition(":")[2].startswith(reading)]
    # The stacks' secrets are decrypted to be compared, and encrypted to be kept in the plan.
    assert set(writing) == {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}


def test_the_preview_role_reads_no_pictures(roles):
    places = [
        resource
        for each in statements(roles, "preview")
        if any(fnmatch.fnmatchcase("s3:GetObject", pattern) for pattern in listed(each["Action"]))
        for resource in listed(each["Resource"])
    ]
    assert places == [f"arn:aws:s3:::mirage-*-variants-{account}/page/*", "arn:aws:s3:::acme-pulumi-state/*"]


def test_a_stacks_role_deploys_no_other_stack(roles):
    text = json.dumps(statements(roles, "deploy-dev"))
    assert "mirage-dev-*" in text
    assert "mirage-prod" not in text


# What making and removing a resource asks for at least, by its type (each service's API reference, read 2026-11).
asked = {
    "aws:acm/certificate:Certificate": ("acm:RequestCertificate", "acm:DeleteCertificate"),
    "aws:acm/certificateValidation:CertificateValidation": ("acm:DescribeCertificate",),
    "aws:budgets/budget:Budget": ("budgets:ModifyBudget", "budgets:ViewBudget"),
    "aws:cloudfront/cachePolicy:CachePolicy": ("cloudfront:CreateCachePolicy", "cloudfront:DeleteCachePolicy"),
    "aws:cloudfront/distribution:Distribution": ("cloudfront:CreateDistribution", "cloudfront:UpdateDistribution"),
    "aws:cloudfront/function:Function": ("cloudfront:CreateFunction", "cloudfront:PublishFunction"),
    "aws:cloudfront/keyGroup:KeyGroup": ("cloudfront:CreateKeyGroup", "cloudfront:DeleteKeyGroup"),
    "aws:cloudfront/keyValueStore:KeyValueStore": ("cloudfront:CreateKeyValueStore",),
    "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": (
        "cloudfront-keyvaluestore:PutKey",
        "cloudfront-keyvaluestore:DescribeKeyValueStore",
    ),
    "aws:cloudfront/monitoringSubscription:MonitoringSubscription": ("cloudfront:CreateMonitoringSubscription",),
    "aws:cloudfront/originAccessControl:OriginAccessControl": ("cloudfront:CreateOriginAccessControl",),
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": ("cloudfront:CreateOriginRequestPolicy",),
    "aws:cloudfront/publicKey:PublicKey": ("cloudfront:CreatePublicKey", "cloudfront:DeletePublicKey"),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": ("cloudfront:CreateResponseHeadersPolicy",),
    "aws:cloudwatch/dashboard:Dashboard": ("cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"),
    "aws:cloudwatch/eventRule:EventRule": ("events:PutRule", "events:DeleteRule", "events:DescribeRule"),
    "aws:cloudwatch/eventTarget:EventTarget": ("events:PutTargets", "events:RemoveTargets"),
    "aws:cloudwatch/logDelivery:LogDelivery": ("logs:CreateDelivery", "logs:DeleteDelivery"),
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": ("logs:PutDeliveryDestination",),
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": (
        *("logs:PutDeliverySource", "logs:DeleteDeliverySource", "cloudfront:AllowVendedLogDeliveryForResource"),
    ),
    "aws:cloudwatch/logGroup:LogGroup": ("logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"),
    "aws:iam/role:Role": ("iam:CreateRole", "iam:DeleteRole", "iam:PassRole", "iam:GetRole"),
    "aws:iam/rolePolicy:RolePolicy": ("iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:GetRolePolicy"),
    "aws:lambda/eventSourceMapping:EventSourceMapping": ("lambda:CreateEventSourceMapping",),
    "aws:lambda/function:Function": (
        *("lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:PublishVersion", "lambda:DeleteFunction"),
        "lambda:EnableReplication*",
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ("lambda:PutFunctionEventInvokeConfig",),
    "aws:lambda/functionUrl:FunctionUrl": ("lambda:CreateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig"),
    "aws:lambda/permission:Permission": ("lambda:AddPermission", "lambda:RemovePermission", "lambda:GetPolicy"),
    "aws:route53/record:Record": ("route53:ChangeResourceRecordSets", "route53:GetChange"),
    "aws:s3/bucket:Bucket": (
        *("s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteObjectVersion", "s3:ListBucketVersions"),
        *("s3:GetAccelerateConfiguration", "s3:GetReplicationConfiguration", "s3:GetBucketTagging"),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ("s3:PutLifecycleConfiguration",),
    "aws:s3/bucketNotification:BucketNotification": ("s3:PutBucketNotification", "s3:GetBucketNotification"),
    "aws:s3/bucketObjectv2:BucketObjectv2": ("s3:PutObject", "s3:DeleteObject", "s3:GetObjectTagging"),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ("s3:PutBucketOwnershipControls",),
    "aws:s3/bucketPolicy:BucketPolicy": ("s3:PutBucketPolicy", "s3:DeleteBucketPolicy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "s3:PutEncryptionConfiguration",
    ),
    "aws:s3/bucketVersioning:BucketVersioning": ("s3:PutBucketVersioning",),
    "aws:sns/topic:Topic": ("sns:CreateTopic", "sns:SetTopicAttributes", "sns:DeleteTopic"),
    "aws:sns/topicPolicy:TopicPolicy": ("sns:SetTopicAttributes",),
    "aws:sns/topicSubscription:TopicSubscription": ("sns:Subscribe", "sns:Unsubscribe"),
    "aws:sqs/queue:Queue": ("sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes"),
    "aws:wafv2/webAcl:WebAcl": ("wafv2:CreateWebACL", "wafv2:DeleteWebACL", "cloudfront:UpdateDistribution"),
}


def test_a_deploy_may_make_and_remove_every_type_that_a_stack_declares(roles):
    types = {each.type for found in (stack(), stack(**changed)) for each in custom(found)}
    assert types - set(asked) == set()
    lacking = {action for kind in types for action in asked[kind] if not grants(roles, "deploy-prod", action)}
    assert lacking == set()


def test_a_preview_may_read_what_it_refreshes(roles):
    types = {each.type for each in custom(stack(**changed))}
    looks = {action for kind in types for action in asked[kind] if action.partition(":")[2].startswith(reading)}
    looks.remove("s3:ListBucketVersions")  # for emptying a bucket
    assert len(looks) > 8
    assert {action for action in looks if not grants(roles, "preview", action)} == set()


def test_a_role_without_a_right_would_be_seen(roles):
    assert not grants(roles, "preview", "s3:CreateBucket")
    assert not grants(roles, "deploy-dev", "ec2:RunInstances")


def test_names_of_functions_queues_and_roles_are_those_that_the_role_is_scoped_to(roles):
    """Everything with a name of its own begins as the role's resources do."""
    text = json.dumps(statements(roles, "deploy-dev"))
    assert f"arn:aws:lambda:*:{account}:function:mirage-dev-*" in text
    for each in custom(stack(**changed)):
        name = each.inputs.get("name") or each.inputs.get("bucket")
        if each.type.split("/")[0] in ("aws:lambda", "aws:sqs", "aws:sns", "aws:iam", "aws:s3") and isinstance(
            name, str
        ):
            assert name.startswith("mirage-dev-"), f"{each.type} {name}"


def test_every_role_fits_into_an_inline_policy(roles):
    """IAM quotas, "Role inline policies": 10,240 characters without white space. Read 2026-11."""
    for each in roles.of("aws:iam/rolePolicy:RolePolicy"):
        assert len(each.inputs["policy"]) <= 10_240
