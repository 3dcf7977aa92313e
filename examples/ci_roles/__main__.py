"""Roles for GitHub's workflows: one that previews and only reads, and one a stack that deploys it. No keys anywhere.

A job proves by a token of GitHub's who it is; AWS looks at the repository, and at the branch, pull request or
environment that the token names (GitHub "About security hardening with OpenID Connect", read 2026-11).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import pulumi
import pulumi_aws as aws

issuer = "token.actions.githubusercontent.com"
Statement = Mapping[str, object]

config = pulumi.Config()
repository, project = config.require("repository"), config.require("project")
stacks: list[str] = config.require_object("stacks")
state_bucket, state_key = config.get("stateBucket") or "", config.get("stateKey") or ""
account = aws.get_caller_identity().account_id

# What a preview with --refresh reads, by service. None of them writes; s3:GetObject is for the page's files alone.
reading = {
    "acm": ["Describe*", "List*"],
    "budgets": ["ViewBudget", "ListTagsForResource"],
    "cloudfront": ["Get*", "List*", "Describe*"],
    "cloudfront-keyvaluestore": ["DescribeKeyValueStore", "GetKey", "ListKeys"],
    "cloudwatch": ["DescribeAlarms", "GetDashboard", "ListTagsForResource"],
    "ec2": ["DescribeRegions"],
    "events": ["DescribeRule", "ListTargetsByRule", "ListTagsForResource"],
    "iam": ["GetRole", "GetRolePolicy", "ListRolePolicies", "ListAttachedRolePolicies", "ListRoleTags"],
    "lambda": ["Get*", "List*"],
    "logs": ["Describe*", "Get*", "List*"],
    "route53": ["Get*", "List*"],
    # What the provider looks at of a bucket, whether the program says anything of it or not (s3/bucket.go).
    "s3": [
        *("GetBucket*", "GetAccelerateConfiguration", "GetEncryptionConfiguration", "GetLifecycleConfiguration"),
        *("GetReplicationConfiguration", "ListBucket", "ListTagsForResource"),
    ],
    "sns": ["GetTopicAttributes", "GetSubscriptionAttributes", "ListTagsForResource", "ListSubscriptionsByTopic"],
    "sqs": ["GetQueueAttributes", "GetQueueUrl", "ListQueueTags"],
    "sts": ["GetCallerIdentity"],
    "wafv2": ["Get*", "List*"],
}
# What a deploy writes. CloudFront's ids, certificates, mappings and web ACLs are made up by AWS: no name to scope by.
writing = {
    "acm": ["RequestCertificate", "DeleteCertificate", "AddTagsToCertificate", "RemoveTagsFromCertificate"],
    "cloudfront": [
        *("Create*", "Update*", "Delete*", "PublishFunction", "TagResource", "UntagResource"),
        "AllowVendedLogDeliveryForResource",
    ],
    "cloudfront-keyvaluestore": ["PutKey", "DeleteKey", "UpdateKeys"],
    "cloudwatch": [
        "PutMetricAlarm",
        "DeleteAlarms",
        "PutDashboard",
        "DeleteDashboards",
        "TagResource",
        "UntagResource",
    ],
    "lambda": ["CreateEventSourceMapping", "UpdateEventSourceMapping", "DeleteEventSourceMapping", "TagResource"],
    "logs": ["PutDelivery*", "CreateDelivery", "DeleteDelivery*", "UpdateDelivery*"],
    "route53": ["ChangeResourceRecordSets"],
    "wafv2": ["CreateWebACL", "UpdateWebACL", "DeleteWebACL", "TagResource", "UntagResource"],
}


def allow(actions: Sequence[str], resources: Sequence[str], **more: object) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources), **more}


def spelt(services: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{service}:{action}" for service, actions in services.items() for action in actions]


def state(*actions: str) -> Iterator[Statement]:
    """The rights on Pulumi's state in S3 (Pulumi "State and backends", read 2026-11: a preview takes no lock)."""
    if state_bucket:
        yield allow(["s3:ListBucket"], [f"arn:aws:s3:::{state_bucket}"])
        yield allow(actions, [f"arn:aws:s3:::{state_bucket}/*"])
    if state_key:
        yield allow(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], [state_key])


def previewing() -> list[Statement]:
    page = f"arn:aws:s3:::{project}-*-variants-{account}/page/*"
    return [
        allow(spelt(reading), ["*"]),
        allow(["s3:GetObject", "s3:GetObjectTagging"], [page]),
        *state("s3:GetObject"),
    ]


# The same by name, where a stack gives one: in each ARN, {name} is what its things begin with.
named = {
    "arn:aws:s3:::{name}-{account}": [
        "s3:CreateBucket",
        "s3:DeleteBucket*",
        "s3:PutBucket*",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:ListBucketVersions",
    ],
    "arn:aws:s3:::{name}-{account}/*": ["s3:GetObject*", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
    # EnableReplication's star is literal: Lambda@Edge asks for it (CF:lambda-edge-permissions, read 2026-11).
    "arn:aws:lambda:*:{account}:function:{name}": [
        "lambda:CreateFunction*",
        "lambda:UpdateFunction*",
        "lambda:DeleteFunction*",
        "lambda:PutFunction*",
        "lambda:PublishVersion",
        "lambda:AddPermission",
        "lambda:RemovePermission",
        "lambda:EnableReplication*",
        "lambda:UntagResource",
    ],
    "arn:aws:iam::{account}:role/{name}": [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:PutRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:ListInstanceProfilesForRole",
        "iam:PassRole",
    ],
    "arn:aws:logs:*:{account}:log-group:*{name}": [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:PutRetentionPolicy",
        "logs:DeleteRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
    ],
    "arn:aws:sqs:*:{account}:{name}": [
        "sqs:CreateQueue",
        "sqs:DeleteQueue",
        "sqs:SetQueueAttributes",
        "sqs:TagQueue",
        "sqs:UntagQueue",
    ],
    "arn:aws:sns:*:{account}:{name}": [
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:Unsubscribe",
        "sns:TagResource",
        "sns:UntagResource",
    ],
    "arn:aws:events:*:{account}:rule/{name}": [
        "events:PutRule",
        "events:DeleteRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:TagResource",
        "events:UntagResource",
    ],
    "arn:aws:budgets::{account}:budget/{name}": ["budgets:ModifyBudget", "budgets:TagResource"],
}
# Roles that AWS makes itself, the first time that an account runs an edge function or keeps CloudFront's logs.
service_linked = ["replicator.lambda.amazonaws.com", "logger.cloudfront.amazonaws.com"]


def deploying(stack: str) -> list[Statement]:
    """What `pulumi up` and `destroy` of one stack do beside reading."""
    parts = {"name": f"{project}-{stack}-*", "account": account}
    condition = {"StringEquals": {"iam:AWSServiceName": service_linked}}
    return [
        *previewing(),
        allow(spelt(writing), ["*"]),
        *(allow(actions, [arn.format(**parts)]) for arn, actions in named.items()),
        allow(["iam:CreateServiceLinkedRole"], ["*"], Condition=condition),
        *state("s3:PutObject", "s3:DeleteObject"),
    ]


def trust(provider: str, *subjects: str) -> str:
    """Who may take a role: jobs of the repository whose token names one of the subjects, exactly."""
    said = {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": [f"repo:{repository}:{each}" for each in subjects]}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": said},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(
    name: str, provider: pulumi.Input[str], subjects: Sequence[str], statements: Sequence[Statement]
) -> aws.iam.Role:
    made = aws.iam.Role(
        name,
        name=f"{project}-ci-{name}",
        assume_role_policy=pulumi.Output.from_input(provider).apply(lambda arn: trust(arn, *subjects)),
    )
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))
    aws.iam.RolePolicy(name, role=made.name, policy=document, opts=pulumi.ResourceOptions(parent=made))
    return made


provider = (
    config.get("provider")
    or aws.iam.OpenIdConnectProvider("github", url=f"https://{issuer}", client_id_lists=["sts.amazonaws.com"]).arn
)
# Previews run on pull requests, and the nightly one on main.
preview = role("preview", provider, ["pull_request", "ref:refs/heads/main"], previewing())
pulumi.export("AWS_PREVIEW_ROLE", preview.arn)
for stack in stacks:
    deploy = role(f"deploy-{stack}", provider, [f"environment:{stack}"], deploying(stack))
    pulumi.export(f"AWS_DEPLOY_ROLE of the environment {stack}", deploy.arn)
