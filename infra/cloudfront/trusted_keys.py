"""The public keys whose signatures CloudFront believes, and their group."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from infra.names import Names, digest_length


class TrustedKeys(pulumi.ComponentResource):
    """`group_id` is the group's; `ids` are CloudFront's of the keys, by the SHA-256 of a key's DER."""

    group_id: pulumi.Output[str]
    ids: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, names: Names, pems: tuple[str, ...]) -> None:
        super().__init__("mirage:infra:TrustedKeys", name)
        opts = pulumi.ResourceOptions(parent=self)
        # A key can't be changed, so its name carries its digest.
        digests = [hashlib.sha256(pem.encode()).hexdigest()[:digest_length] for pem in pems]
        keys = [
            aws.cloudfront.PublicKey(f"key-{digest}", name=names.of("key", digest), encoded_key=pem, opts=opts)
            for digest, pem in zip(digests, pems, strict=True)
        ]
        group = aws.cloudfront.KeyGroup("trusted", name=names.of("trusted"), items=[key.id for key in keys], opts=opts)
        self.group_id = group.id
        self.ids = {digest(pem): key.id for pem, key in zip(pems, keys, strict=True)}
        self.register_outputs({"group": self.group_id})


def digest(pem: str) -> str:
    """The SHA-256 of a public key's DER, which is what its PEM holds (RFC 7468)."""
    lines = [line.strip() for line in pem.strip().splitlines()]
    return hashlib.sha256(base64.b64decode("".join(lines[1:-1]))).hexdigest()
