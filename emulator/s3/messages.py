"""What S3 is asked and what it answers, in memory; and who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

from emulator.aws.iam import Policy

Headers = Sequence[tuple[str, str]]

# Query names that make another operation of a request. S3 API reference, read 2026-11.
subresources = frozenset(
    {
        "accelerate",
        "acl",
        "analytics",
        "attributes",
        "cors",
        "delete",
        "encryption",
        "intelligent-tiering",
        "inventory",
        "legal-hold",
        "lifecycle",
        "location",
        "logging",
        "metrics",
        "notification",
        "object-lock",
        "ownershipControls",
        "partNumber",
        "policy",
        "policyStatus",
        "publicAccessBlock",
        "replication",
        "requestPayment",
        "restore",
        "retention",
        "select",
        "session",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versioning",
        "versions",
        "website",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and the identity policies that go with it. `source_arn`: for which resource an AWS service asks."""

    kind: Literal["administrator", "role", "service", "anonymous"]
    arn: str = ""
    policies: tuple[Policy, ...] = ()
    source_arn: str = ""
    address: str = "127.0.0.1"
    secure: bool = True  # came by HTTPS; the endpoint on this machine stands for one that did


def administrator(account: str) -> Caller:
    """The person at the keyboard: every right that no bucket policy denies."""
    return Caller(kind="administrator", arn=f"arn:aws:iam::{account}:user/administrator")


def role(arn: str, policies: Sequence[Policy]) -> Caller:
    """A role of the stack with its identity policies."""
    return Caller(kind="role", arn=arn, policies=tuple(policies))


def cloudfront(distribution_arn: str) -> Caller:
    """CloudFront, which signs by an origin access control for this distribution."""
    return Caller(kind="service", arn="cloudfront.amazonaws.com", source_arn=distribution_arn)


def anonymous() -> Caller:
    """Nobody: a request without a signature, as CloudFront sends it where an origin has no access control."""
    return Caller(kind="anonymous")


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Request:
    """`key` is decoded text, empty for the bucket itself. Header names are lower case."""

    caller: Caller
    method: str
    bucket: str
    key: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parts by name, decoded."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def reads_object(self) -> bool:
        """True for GetObject and HeadObject."""
        return self.method in {"GET", "HEAD"} and bool(self.key) and not subresources & set(self.parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Answer:
    """Names of headers are as S3 writes them."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The value of the first header of this name, in any case."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)
