"""The queue of notes for later (second sweeps, purges), the queue of what failed for good, and the topic."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.freshness.freshness_rights import queue_arn
from infra.names import Names

# SQS keeps a message for 14 days at the most ("Amazon SQS message quotas", read 2026-11).
kept_s = 1_209_600
# AWS asks for six times the function's time-out, so that a batch that waits is not taken twice (L:with-sqs, 2026-11).
visibility_factor = 6
most_received = 4
# Notes that come within the window are one batch, whose tags are one invalidation.
window_s, batch, at_once = 2, 50, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesArgs:
    names: Names
    function_timeout_s: int
    notifications: bool


class Notes(pulumi.ComponentResource):
    """Queues and topic; `listen` maps the notes to the function."""

    def __init__(self, name: str, args: NotesArgs) -> None:
        super().__init__("mirage:infra:Notes", name)
        opts = pulumi.ResourceOptions(parent=self)
        self.failed = aws.sqs.Queue(
            "failed",
            name=args.names.of("failed"),
            message_retention_seconds=kept_s,
            sqs_managed_sse_enabled=True,
            opts=opts,
        )
        redrive = {"deadLetterTargetArn": queue_arn(args.names, "failed"), "maxReceiveCount": most_received}
        self.queue = aws.sqs.Queue(
            "notes",
            name=args.names.of("notes"),
            visibility_timeout_seconds=visibility_factor * args.function_timeout_s,
            message_retention_seconds=kept_s,
            redrive_policy=json.dumps(redrive, sort_keys=True),
            sqs_managed_sse_enabled=True,
            # The dead letters' queue must be there first.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.failed]),
        )
        self.topic = (
            aws.sns.Topic("notifications", name=args.names.of("notifications"), opts=opts)
            if (args.notifications)
            else None
        )
        self.register_outputs({"queue": self.queue.url, "failed": self.failed.url})

    def listen(self, function: aws.lambda_.Function, rights: pulumi.Resource) -> None:
        """Declares the mapping. Lambda asks for the role's rights on the queue while it takes it."""
        aws.lambda_.EventSourceMapping(
            "notes",
            event_source_arn=self.queue.arn,
            function_name=function.name,
            batch_size=batch,
            maximum_batching_window_in_seconds=window_s,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximum_concurrency": at_once},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[rights]),
        )
