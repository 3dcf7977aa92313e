"""Policy documents, as values. No action and no whole resource is a star; who may do what is read here at a glance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pulumi

# All inline policies of a role together, blanks not counted. AWS "IAM and AWS STS quotas", read 2026-11.
most_role_chars = 10_240
Json: TypeAlias = "str | bool | Sequence[Json] | Mapping[str, Json]"
Statement: TypeAlias = Mapping[str, Json]


def document(*statements: Statement) -> str:
    """A policy document in JSON; sorted, so that the same policy is the same text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True)


def of_role(*statements: Statement) -> str:
    """A role's policy. Raises pulumi.RunError where IAM has no room for it, as it would tell in the middle of `up`."""
    text = document(*statements)
    if (size := len("".join(text.split()))) > most_role_chars:
        raise pulumi.RunError(
            f"Expected at most {most_role_chars:,} characters for a role's policy, received {size:,}: each of "
            "generators takes some, and its secrets do."
        )
    return text


def trust(*services: str) -> str:
    """The document by which a role may be assumed by services.

    Lambda@Edge needs both lambda and edgelambda (CF:lambda-edge-permissions, read 2026-11).
    """
    return document({"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"})


def allow(actions: Sequence[str], resources: Sequence[str]) -> Statement:
    """A role's statement."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def tls_only(bucket: str) -> Statement:
    """A bucket's refusal of what comes without TLS ("S3 security best practices", read 2026-11)."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn(bucket), f"{bucket_arn(bucket)}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def cloudfront_reads(bucket: str, paths: Sequence[str], distribution_arn: str) -> tuple[Statement, Statement]:
    """A bucket's leave for one distribution to get what lies at paths.

    It may list, too, so that what is missing is 404 and not 403 (S3API:GetObject, read 2026-11).
    """
    granted: Statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution_arn}},
    }
    objects: Json = [f"{bucket_arn(bucket)}/{path}" for path in paths]
    return (
        {"Sid": "CloudFrontReads", "Action": "s3:GetObject", "Resource": objects, **granted},
        {"Sid": "MissingIs404", "Action": "s3:ListBucket", "Resource": bucket_arn(bucket), **granted},
    )


def cloudfront_never_reads(bucket: str, path: str) -> Statement:
    """A bucket's refusal to CloudFront of what it holds for Mirage itself (watermarks)."""
    return {
        "Sid": "NeverServed",
        "Effect": "Deny",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{bucket_arn(bucket)}/{path}",
    }


def writes_logs(account: str, region: str, group: str) -> Statement:
    """A role's leave to write one log group; the Region is a star for replicas, which run wherever viewers are.

    They make their group where the stack has none; elsewhere it is declared, and nobody makes it anew after destroy.
    """
    makes = ["logs:CreateLogGroup"] if region == "*" else []
    return allow(
        [*makes, "logs:CreateLogStream", "logs:PutLogEvents"],
        [f"arn:aws:logs:{region}:{account}:log-group:{group}:*"],
    )


def bucket_arn(bucket: str) -> str:
    """The ARN of a bucket by its name: known at preview, where the bucket's own output is not."""
    return f"arn:aws:s3:::{bucket}"
