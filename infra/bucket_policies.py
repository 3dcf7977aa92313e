"""Who may read the buckets: one distribution, over TLS. Declared last, since they name it."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import statements
from infra.page import prefix as page_prefix

reserved_path = "_mirage/*"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPoliciesArgs:
    """`is_adopted`: the originals bucket keeps its own policy."""

    originals: str
    variants: str
    originals_bucket: pulumi.Resource
    variants_bucket: pulumi.Resource
    distribution_arn: pulumi.Input[str]
    is_adopted: bool
    has_page: bool


class BucketPolicies(pulumi.ComponentResource):
    """The policies of both buckets."""

    def __init__(self, name: str, args: BucketPoliciesArgs) -> None:
        super().__init__("mirage:infra:BucketPolicies", name)
        arn = pulumi.Output.from_input(args.distribution_arn)
        aws.s3.BucketPolicy(
            "variants",
            bucket=args.variants,
            policy=arn.apply(lambda known: variants_policy(args.variants, known, has_page=args.has_page)),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.variants_bucket]),
        )
        if not args.is_adopted:
            aws.s3.BucketPolicy(
                "originals",
                bucket=args.originals,
                policy=arn.apply(lambda known: originals_policy(args.originals, known)),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[args.originals_bucket]),
            )
        self.register_outputs({})


def variants_policy(bucket: str, distribution_arn: str, *, has_page: bool) -> str:
    """The variants bucket's policy: CloudFront gets variants and the page, nothing else."""
    paths = ["v/*", f"{page_prefix}/*"] if has_page else ["v/*"]
    return statements.document(
        statements.tls_only(bucket), *statements.cloudfront_reads(bucket, paths, distribution_arn)
    )


def originals_policy(bucket: str, distribution_arn: str) -> str:
    """The policy of an originals bucket of ours."""
    return statements.document(statements.tls_only(bucket), *_for_cloudfront(bucket, distribution_arn))


def merged_policy(bucket: str, distribution_arn: str) -> str:
    """The statements that the owner of an adopted bucket merges into its policy."""
    return statements.document(*_for_cloudfront(bucket, distribution_arn))


def _for_cloudfront(bucket: str, distribution_arn: str) -> tuple[statements.Statement, ...]:
    """CloudFront gets files as they are, but not what is Mirage's own."""
    return (
        *statements.cloudfront_reads(bucket, ["*"], distribution_arn),
        statements.cloudfront_never_reads(bucket, reserved_path),
    )
