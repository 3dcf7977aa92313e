"""CloudFront's own log of requests, in a bucket: standard logging (v2), which AWS's log delivery writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import statements
from infra.buckets import expire, keep_private
from infra.monitoring.watched import cloudfront_region
from infra.names import Names, shorten

# Sources of CloudFront's logs must be made in us-east-1 (CF:standard-logging, read 2026-11); names have 60 characters.
most_name = 60
# Without cookies, query strings and Authorization: what a log holds, whoever reads the log can use. c-ip is personal.
fields = (
    *("date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status"),
    *("cs(Referer)", "cs(User-Agent)", "x-edge-result-type", "x-edge-request-id", "time-taken", "ssl-protocol"),
    *("x-edge-detailed-result-type", "sc-content-type", "time-to-first-byte", "c-country"),
)
folders = "{yyyy}/{MM}/{dd}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLogsArgs:
    names: Names
    distribution_arn: pulumi.Input[str]
    kept_days: int
    force_destroy: bool


class AccessLogs(pulumi.ComponentResource):
    """The bucket of logs, who may write to it, and the delivery."""

    def __init__(self, name: str, args: AccessLogsArgs) -> None:
        super().__init__("mirage:infra:AccessLogs", name)
        opts = pulumi.ResourceOptions(parent=self)
        logs = args.names.bucket("logs")
        bucket = aws.s3.Bucket("logs", bucket=logs, force_destroy=args.force_destroy, opts=opts)
        keep_private("logs", bucket, [expire("access-logs", "", args.kept_days)])
        policy = aws.s3.BucketPolicy(
            "logs",
            bucket=logs,
            policy=logs_policy(args.names, logs),
            opts=pulumi.ResourceOptions(parent=bucket, depends_on=[bucket]),
        )
        called = shorten(args.names.of("access-logs"), most_name)
        source = aws.cloudwatch.LogDeliverySource(
            "access-logs",
            name=called,
            log_type="ACCESS_LOGS",
            resource_arn=args.distribution_arn,
            region=cloudfront_region,
            opts=opts,
        )
        destination = aws.cloudwatch.LogDeliveryDestination(
            "access-logs",
            name=called,
            output_format="json",
            delivery_destination_configuration={"destination_resource_arn": statements.bucket_arn(logs)},
            region=cloudfront_region,
            # The right to write is asked for while the delivery is made.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        aws.cloudwatch.LogDelivery(
            "access-logs",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            record_fields=list(fields),
            s3_delivery_configurations=[{"suffix_path": folders, "enable_hive_compatible_path": False}],
            region=cloudfront_region,
            opts=opts,
        )
        self.register_outputs({"bucket": bucket.bucket})


def logs_policy(names: Names, bucket: str) -> str:
    """Who may write logs: AWS's delivery, for this account's sources, below its own folder.

    Both statements are AWS's own ("Logs sent to Amazon S3", V2 permissions, read 2026-11): it adds them where they
    are missing, which would be a drift.
    """
    sources: dict[str, statements.Json] = {
        "StringEquals": {"aws:SourceAccount": names.account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{cloudfront_region}:{names.account}:*"},
    }
    owned: dict[str, statements.Json] = {
        **sources,
        "StringEquals": {"aws:SourceAccount": names.account, "s3:x-amz-acl": "bucket-owner-full-control"},
    }
    return statements.document(
        statements.tls_only(bucket),
        _delivery("AWSLogDeliveryWrite", ["s3:PutObject"], f"{bucket}/AWSLogs/{names.account}/*", owned),
        _delivery("AWSLogDeliveryAclCheck", ["s3:GetBucketAcl", "s3:ListBucket"], bucket, sources),
    )


def _delivery(
    sid: str, actions: Sequence[str], resource: str, condition: dict[str, statements.Json]
) -> statements.Statement:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": list(actions),
        "Resource": statements.bucket_arn(resource),
        "Condition": condition,
    }
