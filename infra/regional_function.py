"""The mode without Lambda@Edge: a Lambda behind a Function URL that CloudFront alone may call, and its role."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import statements
from infra.edge_function import EdgeFunctionArgs, makes_variants, runtime
from infra.monitoring.logs import Logs, LogsArgs

handler = "origin.regional.handler"
# A fifth cheaper by the second than x86_64 (aws.amazon.com/lambda/pricing, read 2026-11); the edge has x86_64 only.
architecture = "arm64"
# The work's own time is bounded as at the edge (variants/wiring.py); AWS would allow 900 s.
timeout_s = 30
store_variable = "MIRAGE_STORE"
caller = "cloudfront.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionalFunctionArgs:
    """`stores`: whether variants are put into the variants bucket."""

    making: EdgeFunctionArgs
    stores: bool
    log_retention_days: int


class RegionalFunction(pulumi.ComponentResource):
    """The function with its URL. `host` is the URL's; `control_id` the access control by which CloudFront signs."""

    host: pulumi.Output[str]
    control_id: pulumi.Output[str]

    def __init__(self, name: str, args: RegionalFunctionArgs) -> None:
        super().__init__("mirage:infra:RegionalFunction", name)
        self._opts = pulumi.ResourceOptions(parent=self)
        names = args.making.names
        self.function = self._make_function(args)
        url = aws.lambda_.FunctionUrl(
            "regional",
            function_name=self.function.name,
            authorization_type="AWS_IAM",
            invoke_mode="BUFFERED",
            opts=pulumi.ResourceOptions(parent=self.function),
        )
        control = aws.cloudfront.OriginAccessControl(
            "regional",
            name=names.of("regional"),
            description="CloudFront signs what it asks of the regional function",
            origin_access_control_origin_type="lambda",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self._opts,
        )
        self.host = url.function_url.apply(lambda text: text.removeprefix("https://").rstrip("/"))
        self.control_id = control.id
        self.register_outputs({"host": self.host})

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

    def permit(self, distribution_arn: pulumi.Input[str]) -> None:
        """One distribution may call the URL, and nobody else: both actions are asked for since 2025-10.

        "Restrict access to an AWS Lambda function URL origin" (CloudFront), "Control access to Lambda function URLs",
        read 2026-11.
        """
        opts = pulumi.ResourceOptions(parent=self.function)
        aws.lambda_.Permission(
            "cloudfront-calls-the-url",
            action="lambda:InvokeFunctionUrl",
            function=self.function.name,
            principal=caller,
            function_url_auth_type="AWS_IAM",
            source_arn=distribution_arn,
            opts=opts,
        )
        aws.lambda_.Permission(
            "cloudfront-invokes-by-the-url",
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal=caller,
            invoked_via_function_url=True,
            source_arn=distribution_arn,
            opts=opts,
        )


def function_name(args: RegionalFunctionArgs) -> str:
    return args.making.names.of("regional")


def log_group(function: str) -> str:
    return f"/aws/lambda/{function}"


def policy(args: RegionalFunctionArgs) -> str:
    """What the edge may do, without the variants where none are stored; logs in its own Region alone."""
    names = args.making.names
    return statements.document(
        *makes_variants(args.making, stores=args.stores),
        statements.writes_logs(names.account, names.region, log_group(function_name(args))),
    )
