"""A Lambda function as an origin of CloudFront: its URL, how CloudFront signs what it asks, and that nobody else may.

"Restrict access to an AWS Lambda function URL origin" (CloudFront), "Control access to Lambda function URLs", 2026-11.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.names import Names

caller = "cloudfront.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionUrlArgs:
    """`part` names its resources; `what` is the function in words."""

    part: str
    names: Names
    function: aws.lambda_.Function
    what: str


class FunctionUrl(pulumi.ComponentResource):
    """The URL and its access control. `host` is the URL's."""

    host: pulumi.Output[str]

    def __init__(self, name: str, args: FunctionUrlArgs) -> None:
        super().__init__("mirage:infra:FunctionUrl", name)
        self._args = args
        self._opts = pulumi.ResourceOptions(parent=self)
        url = aws.lambda_.FunctionUrl(
            args.part,
            function_name=args.function.name,
            authorization_type="AWS_IAM",
            invoke_mode="BUFFERED",
            opts=self._opts,
        )
        self._control = aws.cloudfront.OriginAccessControl(
            args.part,
            name=args.names.of(args.part),
            description=f"CloudFront signs what it asks of {args.what}",
            origin_access_control_origin_type="lambda",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self._opts,
        )
        self.host = url.function_url.apply(lambda text: text.removeprefix("https://").rstrip("/"))
        self.register_outputs({"host": self.host})

    def origin(self, origin_id: str, *, read_timeout_s: int = 30) -> aws.cloudfront.DistributionOriginArgsDict:
        """The function as an origin of that id."""
        return {
            "origin_id": origin_id,
            "domain_name": self.host,
            "origin_access_control_id": self._control.id,
            "custom_origin_config": {
                "http_port": 80,
                "https_port": 443,
                "origin_protocol_policy": "https-only",
                "origin_ssl_protocols": ["TLSv1.2"],
                "origin_read_timeout": read_timeout_s,
                "origin_keepalive_timeout": 60,
            },
        }

    def permit(self, distribution_arn: pulumi.Input[str]) -> None:
        """Nothing: one distribution may call the URL, and nobody else. Both actions are asked for since 2025-10."""
        part, function = self._args.part, self._args.function.name
        aws.lambda_.Permission(
            f"{part}-url",
            action="lambda:InvokeFunctionUrl",
            function=function,
            principal=caller,
            function_url_auth_type="AWS_IAM",
            source_arn=distribution_arn,
            opts=self._opts,
        )
        aws.lambda_.Permission(
            f"{part}-by-url",
            action="lambda:InvokeFunction",
            function=function,
            principal=caller,
            invoked_via_function_url=True,
            source_arn=distribution_arn,
            opts=self._opts,
        )
