"""The two private buckets: originals (versioned, or adopted as they are) and variants (disposable)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

abort_incomplete_days = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketsArgs:
    """`adopted` is an existing bucket of originals, or empty; with `force_destroy` destroy deletes what is in ours."""

    originals: str
    variants: str
    adopted: str
    protect: bool
    force_destroy: bool
    previous_version_days: int
    variant_days: int


class Buckets(pulumi.ComponentResource):
    """Originals and variants. An adopted bucket is only read: managing its documents would wipe others'."""

    def __init__(self, name: str, args: BucketsArgs) -> None:
        super().__init__("mirage:infra:Buckets", name)
        self.originals = self._adopt(args.adopted) if args.adopted else self._make_originals(args)
        self.variants = self._make_variants(args)
        self.register_outputs({"originals": self.originals.bucket, "variants": self.variants.bucket})

    def _adopt(self, bucket: str) -> aws.s3.Bucket:
        """The existing bucket, read; preview fails where it is not there."""
        return aws.s3.Bucket.get("originals", bucket, opts=pulumi.ResourceOptions(parent=self))

    def _make_originals(self, args: BucketsArgs) -> aws.s3.Bucket:
        opts = pulumi.ResourceOptions(parent=self, protect=args.protect)
        bucket = aws.s3.Bucket("originals", bucket=args.originals, force_destroy=args.force_destroy, opts=opts)
        aws.s3.BucketVersioning(
            "originals",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=pulumi.ResourceOptions(parent=bucket),
        )
        previous: list[aws.s3.BucketLifecycleConfigurationRuleArgsDict] = [
            {
                "id": "previous-versions",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrent_version_expiration": {"noncurrent_days": args.previous_version_days},
            }
        ]
        keep_private("originals", bucket, previous if args.previous_version_days else [])
        return bucket

    def _make_variants(self, args: BucketsArgs) -> aws.s3.Bucket:
        opts = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket("variants", bucket=args.variants, force_destroy=args.force_destroy, opts=opts)
        keep_private(
            "variants",
            bucket,
            [
                expire("variants", "v/", args.variant_days),
                expire("leases", "lease/", 1),
                expire("quarantine", "quarantine/", args.variant_days),
            ],
        )
        return bucket


def expire(rule: str, prefix: str, days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgsDict:
    """The rule that deletes what lies under a prefix after so many days."""
    return {"id": rule, "status": "Enabled", "filter": {"prefix": prefix}, "expiration": {"days": days}}


def keep_private(
    name: str, bucket: aws.s3.Bucket, rules: Sequence[aws.s3.BucketLifecycleConfigurationRuleArgsDict]
) -> None:
    """Declares what every bucket of ours has: no public access, no ACLs, encryption, no half uploads."""
    opts = pulumi.ResourceOptions(parent=bucket)
    aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )
    aws.s3.BucketOwnershipControls(
        name, bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}, opts=opts
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.bucket,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
        opts=opts,
    )
    incomplete: aws.s3.BucketLifecycleConfigurationRuleArgsDict = {
        "id": "incomplete-uploads",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "abort_incomplete_multipart_upload": {"days_after_initiation": abort_incomplete_days},
    }
    aws.s3.BucketLifecycleConfiguration(name, bucket=bucket.bucket, rules=[incomplete, *rules], opts=opts)
