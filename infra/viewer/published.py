"""A published CloudFront Function of the stack."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from infra.names import Names, digest_length

runtime = "cloudfront-js-2.0"


def publish(
    part: str,
    names: Names,
    *,
    code: str,
    comment: str,
    parent: pulumi.Resource,
    stores: Sequence[pulumi.Input[str]] = (),
) -> aws.cloudfront.Function:
    """The function that runs `code`, with the ARNs of the key value stores that it reads.

    Its name carries its content's hash: a change makes a new one, and one update of the distribution moves it and the
    edge's version together; the old one goes after.
    """
    digest = hashlib.sha256(code.encode()).hexdigest()[:digest_length]
    return aws.cloudfront.Function(
        part,
        name=names.of(part, digest),
        code=code,
        runtime=runtime,
        comment=f"Mirage {names.stack}: {comment}",
        publish=True,
        key_value_store_associations=list(stores) or None,
        # Said, since the provider deletes first whatever has a name of ours, and CloudFront refuses what is in use
        # (pulumi-terraform-bridge, nameRequiresDeleteBeforeReplace).
        opts=pulumi.ResourceOptions(parent=parent, delete_before_replace=False),
    )
