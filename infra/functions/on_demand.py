"""What makes originals that take longer than the edge has: a regional function, called asynchronously by the edge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra import generators, statements
from infra.configuration.declarations import Registered
from infra.functions.edge_function import architecture, runtime
from infra.monitoring.logs import Logs, LogsArgs
from infra.names import Names

handler = "origin.on_demand.handler"
# A generator's longest time (variants/declared.py), and what storing takes; AWS allows 900 s ("Lambda quotas").
timeout_s = 660
memory_mb = 1769
# SQS keeps a message for 14 days at the most ("Amazon SQS message quotas", read 2026-11).
failures_kept_s = 1_209_600


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDemandArgs:
    names: Names
    bundle: Path
    originals: str
    variants: str
    generators: tuple[Registered, ...]
    log_retention_days: int


class OnDemand(pulumi.ComponentResource):
    """The function `on_demand`, its role, and the queue of what failed for good."""

    def __init__(self, name: str, args: OnDemandArgs) -> None:
        super().__init__("mirage:infra:OnDemand", name)
        opts = pulumi.ResourceOptions(parent=self)
        function_name = args.names.of("on-demand")
        group = f"/aws/lambda/{function_name}"
        logs = Logs(
            "on-demand-logs",
            LogsArgs(group=group, regions=[args.names.region], retention_days=args.log_retention_days),
        )
        self.failures = aws.sqs.Queue(
            "on-demand-failures",
            name=args.names.of("on-demand-failures"),
            message_retention_seconds=failures_kept_s,
            sqs_managed_sse_enabled=True,
            opts=opts,
        )
        role, rights = self._make_role(function_name, args)
        function = aws.lambda_.Function(
            "on-demand",
            name=function_name,
            role=role.arn,
            runtime=runtime,
            architectures=[architecture],
            handler=handler,
            code=pulumi.FileArchive(str(args.bundle)),
            memory_size=memory_mb,
            timeout=timeout_s,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs]),
        )
        # What Lambda does by itself, said so that it is seen, and an end for what stays broken (L:invocation-async).
        aws.lambda_.FunctionEventInvokeConfig(
            "on-demand",
            function_name=function.name,
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=3600,
            destination_config={"on_failure": {"destination": self.failures.arn}},
            # Lambda asks for the role's right to send while it takes this (L:invocation-async, read 2026-11).
            opts=pulumi.ResourceOptions(parent=function, depends_on=[rights]),
        )
        self.register_outputs({"function": function.name})

    def _make_role(self, function_name: str, args: OnDemandArgs) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        role = aws.iam.Role(
            "on-demand",
            name=function_name,
            assume_role_policy=statements.trust("lambda.amazonaws.com"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        opts = pulumi.ResourceOptions(parent=role)
        return role, aws.iam.RolePolicy("on-demand", role=role.name, policy=policy(args), opts=opts)


def policy(args: OnDemandArgs) -> str:
    """What `on_demand` may do: see originals, put those of its generators, hold leases, read their secrets, report."""
    originals, names = statements.bucket_arn(args.originals), args.names
    queue = f"arn:aws:sqs:{names.region}:{names.account}:{names.of('on-demand-failures')}"
    return statements.of_role(
        statements.allow(["s3:GetObject"], [f"{originals}/*"]),
        # What is missing is 404 for it.
        statements.allow(["s3:ListBucket"], [originals, statements.bucket_arn(args.variants)]),
        *generators.holds_leases(args.generators, args.variants),
        *generators.calls(generators.slow(args.generators), args.originals, names.region, names.account),
        statements.allow(["sqs:SendMessage"], [queue]),
        statements.writes_logs(names.account, names.region, f"/aws/lambda/{names.of('on-demand')}"),
    )


def function_arn(names: Names) -> str:
    """The function's ARN by its name: the edge's policy is known at preview."""
    return f"arn:aws:lambda:{names.region}:{names.account}:function:{names.of('on-demand')}"
