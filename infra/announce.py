"""What a person should read at preview: how many variants there can be, and what to merge into an adopted bucket."""

from __future__ import annotations

import pulumi

from infra import freshness
from infra.bucket_policies import merged_policy
from infra.settings import StackConfig


def bound(stack: StackConfig) -> int:
    return 0


def merge(bucket: str, *, distribution_arn: pulumi.Output[str], function_arn: pulumi.Output[str]) -> None:
    """Exports and prints what the owner of an adopted bucket merges into its policy and its notifications.

    Both documents are whole: managing one would wipe what others put there (aws-cdk issue 29653).
    """
    policy = distribution_arn.apply(lambda arn: merged_policy(bucket, arn))
    notification = function_arn.apply(freshness.notification)
    pulumi.log.info(
        f"{bucket} is adopted: its policy, notifications, versioning and encryption stay its own. After the deploy, "
        "merge the outputs mergeBucketPolicy and mergeBucketNotification into them (docs/deploy.md)."
    )
    pulumi.export("mergeBucketPolicy", policy)
    pulumi.export("mergeBucketNotification", notification)
