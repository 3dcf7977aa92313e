"""The mode without Lambda@Edge: a Lambda behind a Function URL that CloudFront alone may call, and its role."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import statements
from infra.functions.edge_function import EdgeFunctionArgs, makes_variants, runtime
from infra.functions.function_urls import FunctionUrl, FunctionUrlArgs
from infra.monitoring.logs import Logs, LogsArgs

handler = "origin.regional.handler"
# A fifth cheaper by the second than x86_64 (aws.amazon.com/lambda/pricing, read 2026-11); the edge has x86_64 only.
architecture = "arm64"
# The work's own time is bounded as at the edge (variants/wiring.py); AWS would allow 900 s.
timeout_s = 30
store_variable = "MIRAGE_STORE"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionalFunctionArgs:
    """`stores`: whether variants are put into the variants bucket."""

    making: EdgeFunctionArgs
    stores: bool
    log_retention_days: int


class RegionalFunction(pulumi.ComponentResource):
    """The function, and its `url` as an origin of CloudFront."""

    def __init__(self, name: str, args: RegionalFunctionArgs) -> None:
        super().__init__("mirage:infra:RegionalFunction", name)
        self._opts = pulumi.ResourceOptions(parent=self)
        self.url = FunctionUrl(
            "regional-url",
            FunctionUrlArgs(
                part="regional",
                names=args.making.names,
                function=self._make_function(args),
                what="the regional function",
            ),
        )
        self.register_outputs({})

    def _make_function(self, args: RegionalFunctionArgs) -> aws.lambda_.Function:
        name = function_name(args)
        logs = Logs(
            "regional-logs",
            LogsArgs(group=log_group(name), regions=[args.making.names.region], retention_days=args.log_retention_days),
        )
        return aws.lambda_.Function(
            "regional",
            name=name,
            role=self._make_role(args).arn,
            runtime=runtime,
            architectures=[architecture],
            handler=handler,
            code=pulumi.FileArchive(str(args.making.bundle)),
            memory_size=args.making.memory_mb,
            timeout=timeout_s,
            environment={"variables": {store_variable: "true" if args.stores else "false"}},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs]),
        )

    def _make_role(self, args: RegionalFunctionArgs) -> aws.iam.Role:
        role = aws.iam.Role(
            "regional",
            name=function_name(args),
            assume_role_policy=statements.trust("lambda.amazonaws.com"),
            opts=self._opts,
        )
        aws.iam.RolePolicy("regional", role=role.name, policy=policy(args), opts=pulumi.ResourceOptions(parent=role))
        return role


def function_name(args: RegionalFunctionArgs) -> str:
    return args.making.names.of("regional")


def log_group(function: str) -> str:
    return f"/aws/lambda/{function}"


def policy(args: RegionalFunctionArgs) -> str:
    """What the edge may do, without the variants where none are stored; logs in its own Region alone."""
    names = args.making.names
    return statements.of_role(
        *makes_variants(args.making, stores=args.stores),
        statements.writes_logs(names.account, names.region, log_group(function_name(args))),
    )
