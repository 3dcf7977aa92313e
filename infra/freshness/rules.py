"""EventBridge's rules for what others tell of originals: a video's poster frame, a scanner's verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from infra.freshness.freshness_rights import Rights


def patterns(rights: Rights) -> dict[str, Mapping[str, object]]:
    """The rules by name: which events call the Region's function (origin/entrances.py acts on them)."""
    found: dict[str, Mapping[str, object]] = {
        "frames": {
            "source": ["aws.mediaconvert"],
            "detail-type": ["MediaConvert Job State Change"],
            # Jobs of others have no such metadata, and are nothing to us.
            "detail": {"status": ["COMPLETE"], "userMetadata": {"mirage-original": [{"exists": True}]}},
        }
    }
    if rights.quarantine:
        found["scans"] = {
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Malware Protection Object Scan Result"],
            "detail": {
                "s3ObjectDetails": {"bucketName": [rights.originals]},
                "scanResultDetails": {"scanResultStatus": ["THREATS_FOUND"]},
            },
        }
    return found


def declare(rights: Rights, function: aws.lambda_.Function, permission: pulumi.Resource) -> None:
    """Declares the rules, each with the function as its target. AWS's own events cost nothing."""
    for name, pattern in patterns(rights).items():
        rule = aws.cloudwatch.EventRule(
            f"original-changed-{name}",
            name=rights.names.of(name),
            event_pattern=json.dumps(pattern, sort_keys=True),
            opts=pulumi.ResourceOptions(parent=function),
        )
        aws.cloudwatch.EventTarget(
            f"original-changed-{name}",
            rule=rule.name,
            arn=function.arn,
            opts=pulumi.ResourceOptions(parent=rule, depends_on=[permission]),
        )
