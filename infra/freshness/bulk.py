"""The role of S3 Batch Operations' jobs, which make presets for millions of originals: `mirage warm --batch`."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import statements
from infra.freshness import freshness_rights
from infra.names import Names

service = "batchoperations.s3.amazonaws.com"
# Below it `mirage warm --batch` puts manifests; the jobs' reports go below `reports/` of it.
folder = "_mirage/batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkArgs:
    names: Names
    originals: str


class Bulk(pulumi.ComponentResource):
    """The role; it costs nothing while no job runs."""

    def __init__(self, name: str, args: BulkArgs) -> None:
        super().__init__("mirage:infra:Bulk", name)
        self.role = aws.iam.Role(
            "bulk",
            name=args.names.of("bulk"),
            assume_role_policy=statements.trust(service),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.iam.RolePolicy(
            "bulk",
            role=self.role.name,
            policy=policy(args),
            opts=pulumi.ResourceOptions(parent=self.role),
        )
        self.register_outputs({"role": self.role.arn})


def policy(args: BulkArgs) -> str:
    """What a job may do: read its manifest, call the Region's function, write its report ("Granting permissions for
    Batch Operations", read 2026-11)."""
    originals = statements.bucket_arn(args.originals)
    return statements.document(
        statements.allow(["s3:GetObject", "s3:GetObjectVersion"], [f"{originals}/{folder}/*"]),
        statements.allow(["s3:PutObject"], [f"{originals}/{folder}/reports/*"]),
        statements.allow(["lambda:InvokeFunction"], [freshness_rights.function_arn(args.names)]),
    )
