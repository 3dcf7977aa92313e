"""The viewer function and the store of its kill switch."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.configuration.credentials import Credential
from infra.configuration.header_rules import HeaderRule
from infra.configuration.routes import Route, entries
from infra.names import Names
from infra.viewer.published import publish

# design, "Kill switch": on, signed or off; changed without a deploy, so a deploy does not change it back.
switch_key = "generate"
switch_value = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerFunctionArgs:
    names: Names
    code: str
    credentials: tuple[Credential, ...] = ()
    routes: tuple[Route, ...] = ()
    headers: tuple[HeaderRule, ...] = ()


class ViewerFunction(pulumi.ComponentResource):
    """The published CloudFront Function, and what it reads."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    store_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ViewerFunctionArgs) -> None:
        super().__init__("mirage:infra:ViewerFunction", name)
        opts = pulumi.ResourceOptions(parent=self)
        self.store = aws.cloudfront.KeyValueStore("viewer", name=args.names.of("switch"), opts=opts)
        aws.cloudfront.KeyvaluestoreKey(
            "generate",
            key=switch_key,
            value=switch_value,
            key_value_store_arn=self.store.arn,
            opts=pulumi.ResourceOptions(parent=self.store, ignore_changes=["value"]),
        )
        # Not the function's code: they come and go without a deploy of the function.
        for each in args.credentials:
            self._keep(each.key, pulumi.Output.secret(each.value))
        for key, value in entries(args.routes, args.headers).items():
            self._keep(key, value)
        function = publish(
            "viewer", args.names, code=args.code, comment="what a URL means", parent=self, stores=[self.store.arn]
        )
        self.arn, self.name, self.store_arn = function.arn, function.name, self.store.arn
        self.register_outputs({"arn": self.arn})

    def _keep(self, key: str, value: pulumi.Input[str]) -> None:
        aws.cloudfront.KeyvaluestoreKey(
            key.replace(":", "-", 1),
            key=key,
            value=value,
            key_value_store_arn=self.store.arn,
            opts=pulumi.ResourceOptions(parent=self.store),
        )
