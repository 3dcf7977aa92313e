"""The Lambda@Edge that makes variants, and its role."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra import generators, statements
from infra.configuration.declarations import Registered
from infra.freshness import freshness_rights
from infra.names import Names

# Lambda@Edge must live here, and be associated by a published version (CF:lambda-at-edge-function-restrictions).
edge_region = "us-east-1"
runtime = "python3.13"
architecture = "x86_64"
handler = "edge.entrance.handler"
# AWS "Quotas on Lambda@Edge", origin events. Read 2026-11.
timeout_s = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFunctionArgs:
    """What a function that makes variants is made of, in either mode."""

    names: Names
    bundle: Path
    memory_mb: int
    originals: str
    variants: str
    logs: pulumi.Resource | None = None
    generators: tuple[Registered, ...] = ()
    on_demand_arn: str = ""
    topic_arn: str = ""
    counts_renders: bool = False


class EdgeFunction(pulumi.ComponentResource):
    """The published function; `version_arn` is what a distribution associates."""

    version_arn: pulumi.Output[str]

    def __init__(self, name: str, args: EdgeFunctionArgs) -> None:
        super().__init__("mirage:infra:EdgeFunction", name)
        self.function_name = args.names.of("edge")
        role = self._make_role(args)
        function = aws.lambda_.Function(
            "edge",
            name=self.function_name,
            region=edge_region,
            role=role.arn,
            runtime=runtime,
            architectures=[architecture],
            handler=handler,
            code=pulumi.FileArchive(str(args.bundle)),
            memory_size=args.memory_mb,
            timeout=timeout_s,
            publish=True,
            # Replicas outlive the distribution by hours, and until then the function cannot be deleted (pulumi-aws
            # issue 1045): destroy forgets it, docs/deploy.md says how to remove it the next day.
            skip_destroy=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.logs] if args.logs else None),
        )
        self.version_arn = function.qualified_arn
        self.register_outputs({"version_arn": self.version_arn})

    def _make_role(self, args: EdgeFunctionArgs) -> aws.iam.Role:
        opts = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            "edge",
            name=args.names.of("edge"),
            assume_role_policy=statements.trust("lambda.amazonaws.com", "edgelambda.amazonaws.com"),
            opts=opts,
        )
        aws.iam.RolePolicy("edge", role=role.name, policy=edge_policy(args), opts=pulumi.ResourceOptions(parent=role))
        return role


def edge_policy(args: EdgeFunctionArgs) -> str:
    """What the edge may do: make variants, and write its logs."""
    logs = statements.writes_logs(args.names.account, "*", log_group(args.names.of("edge")))
    return statements.of_role(*makes_variants(args), logs)


def makes_variants(args: EdgeFunctionArgs, *, stores: bool = True) -> tuple[statements.Statement, ...]:
    """A role's leave to get and list originals, and to get, put and take back variants where it `stores` them.

    It may list variants, too, so that one, or a count, that is not there is 404 for it; and take back what it stored
    of an original that changed meanwhile (variants/produce.py). With generators: what those need, and nothing else.
    """
    originals, variants = statements.bucket_arn(args.originals), statements.bucket_arn(args.variants)
    looks = stores or bool(args.generators) or args.counts_renders
    on_variants = (
        statements.allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [f"{variants}/v/*"]),
        # The Region is told of an original whose event was lost: variants/siblings.py.
        statements.allow(["lambda:InvokeFunction"], [freshness_rights.function_arn(args.names)]),
    )
    return (
        statements.allow(["s3:GetObject"], [f"{originals}/*"]),
        statements.allow(["s3:ListBucket"], [originals, variants] if looks else [originals]),
        *(on_variants if stores else ()),
        statements.allow(["s3:GetObject"], [f"{variants}/sidecar/*"]),
        *generators.holds_leases(args.generators, args.variants),
        *generators.calls(generators.quick(args.generators), args.originals, args.names.region, args.names.account),
        # The count of an hour's renders: variants/renders.py.
        *(
            [statements.allow(["s3:GetObject", "s3:PutObject"], [f"{variants}/lease/renders/*"])]
            if args.counts_renders
            else []
        ),
        *([statements.allow(["lambda:InvokeFunction"], [args.on_demand_arn])] if args.on_demand_arn else []),
        # What could not be made: variants/failed.py.
        *([statements.allow(["sns:Publish"], [args.topic_arn])] if args.topic_arn else []),
    )


def log_group(function_name: str) -> str:
    """The log group of a replica, in whichever Region it runs (CF:edge-functions-logs, read 2026-11)."""
    return f"/aws/lambda/{edge_region}.{function_name}"
