"""What keeps variants right when their original changes: a regional function, told by S3."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra import statements
from infra.freshness import freshness_rights, rules
from infra.freshness.freshness_rights import Rights, function_name
from infra.freshness.notes import Notes, NotesArgs
from infra.functions.edge_function import architecture, runtime
from infra.monitoring.logs import Logs, LogsArgs

handler = "origin.original_changed.handler"
timeout_s = 300
# Lifecycle removals and restored archives are families of their own (S3:notification-how-to-event-types).
events = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*", "s3:ObjectRestore:Completed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessArgs:
    """`is_adopted`: the originals bucket keeps its own notifications. `chosen`: see infra/freshness/ahead.py."""

    rights: Rights
    chosen: str
    bundle: Path
    memory_mb: int
    originals_bucket: pulumi.Resource
    is_adopted: bool
    distribution_id: pulumi.Input[str]
    distribution_arn: pulumi.Input[str]
    log_retention_days: int


class Freshness(pulumi.ComponentResource):
    """The function `original_changed`, its role, its queues, and the notification that calls it."""

    def __init__(self, name: str, args: FreshnessArgs) -> None:
        super().__init__("mirage:infra:Freshness", name)
        names = args.rights.names
        logs = Logs(
            "original-changed-logs",
            LogsArgs(
                group=f"/aws/lambda/{function_name(names)}",
                regions=[names.region],
                retention_days=args.log_retention_days,
            ),
        )
        self.notes = Notes(
            "notes",
            NotesArgs(names=names, function_timeout_s=timeout_s, notifications=args.rights.notifications),
        )
        role, rights = self._make_role(args)
        self.function = self._make_function(role, logs, args)
        self._bound_retries(rights)
        self.notes.listen(self.function, rights)
        self._let_in(args)
        self.register_outputs({"function": self.function.name})

    def _make_role(self, args: FreshnessArgs) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        role = aws.iam.Role(
            "original-changed",
            name=function_name(args.rights.names),
            assume_role_policy=statements.trust("lambda.amazonaws.com"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        distribution = pulumi.Output.from_input(args.distribution_arn)
        rights = aws.iam.RolePolicy(
            "original-changed",
            role=role.name,
            policy=distribution.apply(lambda arn: freshness_rights.policy(args.rights, arn)),
            opts=pulumi.ResourceOptions(parent=role),
        )
        return role, rights

    def _make_function(self, role: aws.iam.Role, logs: Logs, args: FreshnessArgs) -> aws.lambda_.Function:
        told: dict[str, pulumi.Input[str]] = {
            "DISTRIBUTION_ID": args.distribution_id,
            "FRESHNESS": args.chosen,
            "NOTES_QUEUE": self.notes.queue.url,
        }
        if self.notes.topic is not None:
            told["TOPIC_ARN"] = self.notes.topic.arn
        return aws.lambda_.Function(
            "original-changed",
            name=function_name(args.rights.names),
            role=role.arn,
            runtime=runtime,
            architectures=[architecture],
            handler=handler,
            code=pulumi.FileArchive(str(args.bundle)),
            memory_size=args.memory_mb,
            timeout=timeout_s,
            environment={"variables": told},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs]),
        )

    def _bound_retries(self, rights: pulumi.Resource) -> None:
        """Declares the bounds that AWS has by itself, so that they are seen, and where what fails for good is told."""
        aws.lambda_.FunctionEventInvokeConfig(
            "original-changed",
            function_name=self.function.name,
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=21_600,
            destination_config={"on_failure": {"destination": self.notes.failed.arn}},
            # Lambda asks for the role's right to send while it takes this (L:invocation-async, read 2026-11).
            opts=pulumi.ResourceOptions(parent=self.function, depends_on=[rights]),
        )

    def _let_in(self, args: FreshnessArgs) -> None:
        names = args.rights.names
        permission = aws.lambda_.Permission(
            "original-changed",
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="s3.amazonaws.com",
            source_arn=statements.bucket_arn(args.rights.originals),
            source_account=names.account,
            opts=pulumi.ResourceOptions(parent=self.function),
        )
        if args.rights.event_bridge:
            leave = aws.lambda_.Permission(
                "original-changed-rules",
                action="lambda:InvokeFunction",
                function=self.function.name,
                principal="events.amazonaws.com",
                source_arn=f"arn:aws:events:{names.region}:{names.account}:rule/{names.of('')}*",
                opts=pulumi.ResourceOptions(parent=self.function),
            )
            rules.declare(args.rights, self.function, leave)
        if not args.is_adopted:
            aws.s3.BucketNotification(
                "originals",
                bucket=args.rights.originals,
                eventbridge=args.rights.event_bridge,
                lambda_functions=[
                    {"id": "original-changed", "lambda_function_arn": self.function.arn, "events": list(events)}
                ],
                # S3 asks for the permission while it takes the notification.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[permission, args.originals_bucket]),
            )


def notification(function_arn: str) -> str:
    """The part of a notification document that the owner of an adopted bucket merges into his own."""
    part = {"Id": "mirage-original-changed", "LambdaFunctionArn": function_arn, "Events": list(events)}
    return json.dumps({"LambdaFunctionConfigurations": [part]}, sort_keys=True)
