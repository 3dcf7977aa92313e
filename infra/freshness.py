"""What keeps variants right when their original changes: a regional function, told by S3."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra import page, statements
from infra.edge_function import architecture, runtime
from infra.logs import Logs, LogsArgs
from infra.names import Names

handler = "origin.original_changed.handler"
memory_mb = 512
timeout_s = 300
# Lifecycle removals and restored archives are families of their own (S3:notification-how-to-event-types).
events = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*", "s3:ObjectRestore:Completed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessArgs:
    """`is_adopted`: the originals bucket keeps its own notifications."""

    names: Names
    bundle: Path
    originals: str
    variants: str
    originals_bucket: pulumi.Resource
    is_adopted: bool
    distribution_id: pulumi.Input[str]
    distribution_arn: pulumi.Input[str]
    log_retention_days: int


class Freshness(pulumi.ComponentResource):
    """The function `original_changed`, its role, and the notification that calls it."""

    def __init__(self, name: str, args: FreshnessArgs) -> None:
        super().__init__("mirage:infra:Freshness", name)
        function_name = args.names.of("original-changed")
        logs = Logs(
            "original-changed-logs",
            LogsArgs(
                group=f"/aws/lambda/{function_name}",
                regions=[args.names.region],
                retention_days=args.log_retention_days,
            ),
        )
        role = self._make_role(function_name, args)
        self.function = self._make_function(function_name, role, logs, args)
        permission = aws.lambda_.Permission(
            "original-changed",
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="s3.amazonaws.com",
            source_arn=statements.bucket_arn(args.originals),
            source_account=args.names.account,
            opts=pulumi.ResourceOptions(parent=self.function),
        )
        if not args.is_adopted:
            aws.s3.BucketNotification(
                "originals",
                bucket=args.originals,
                lambda_functions=[
                    {"id": "original-changed", "lambda_function_arn": self.function.arn, "events": list(events)}
                ],
                # S3 asks for the permission while it takes the notification.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[permission, args.originals_bucket]),
            )
        self.register_outputs({"function": self.function.name})

    def _make_role(self, function_name: str, args: FreshnessArgs) -> aws.iam.Role:
        role = aws.iam.Role(
            "original-changed",
            name=function_name,
            assume_role_policy=statements.trust("lambda.amazonaws.com"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.iam.RolePolicy(
            "original-changed",
            role=role.name,
            policy=pulumi.Output.from_input(args.distribution_arn).apply(lambda arn: policy(args, arn)),
            opts=pulumi.ResourceOptions(parent=role),
        )
        return role

    def _make_function(
        self, function_name: str, role: aws.iam.Role, logs: Logs, args: FreshnessArgs
    ) -> aws.lambda_.Function:
        function = aws.lambda_.Function(
            "original-changed",
            name=function_name,
            role=role.arn,
            runtime=runtime,
            architectures=[architecture],
            handler=handler,
            code=pulumi.FileArchive(str(args.bundle)),
            memory_size=memory_mb,
            timeout=timeout_s,
            environment={"variables": {"DISTRIBUTION_ID": args.distribution_id}},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs]),
        )
        # The bounds that AWS has by itself, said so that they are seen (L:invocation-async, read 2026-11).
        aws.lambda_.FunctionEventInvokeConfig(
            "original-changed",
            function_name=function.name,
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=21_600,
            opts=pulumi.ResourceOptions(parent=function),
        )
        return function


def policy(args: FreshnessArgs, distribution_arn: str) -> str:
    """What `original_changed` may do: see originals, list and delete variants, write the page's list, invalidate."""
    originals, variants = statements.bucket_arn(args.originals), statements.bucket_arn(args.variants)
    group = f"/aws/lambda/{args.names.of('original-changed')}"
    return statements.document(
        statements.allow(["s3:GetObject"], [f"{originals}/*"]),
        statements.allow(["s3:ListBucket"], [originals, variants]),
        statements.allow(["s3:DeleteObject"], [f"{variants}/v/*"]),
        statements.allow(["s3:PutObject"], [f"{variants}/{page.originals_list}"]),
        # Whether the stack has a page: origin/page.py asks for the page itself before it writes the list beside it.
        statements.allow(["s3:GetObject"], [f"{variants}/{page.prefix}/index.html"]),
        statements.allow(["cloudfront:CreateInvalidation"], [distribution_arn]),
        statements.writes_logs(args.names.account, args.names.region, group),
    )


def notification(function_arn: str) -> str:
    """The part of a notification document that the owner of an adopted bucket merges into his own."""
    part = {"Id": "mirage-original-changed", "LambdaFunctionArn": function_arn, "Events": list(events)}
    return json.dumps({"LambdaFunctionConfigurations": [part]}, sort_keys=True)
