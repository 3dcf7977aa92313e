"""Response headers policies: what CloudFront adds to an answer of a behavior, and takes off, whatever its status."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pulumi
import pulumi_aws as aws

from infra.configuration.header_rules import HeaderRule, security_names
from infra.names import Names, digest_length

year_seconds = 31_536_000
PolicyHeader: TypeAlias = aws.cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArgsDict
Security: TypeAlias = aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgsDict
# url-contract, "Answers": in closed prefixes, at every status. CloudFront itself follows the edge's own header.
private_headers: tuple[PolicyHeader, ...] = (
    {"header": "Cache-Control", "value": "private, no-cache", "override": True},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyArgs:
    """`cors`: origins whose scripts may read pictures; `removed`: what no viewer needs; `rules`: the stack's own."""

    names: Names
    cors: tuple[str, ...]
    removed: tuple[str, ...]
    is_private: bool = False
    rules: tuple[HeaderRule, ...] = ()

    @property
    def part(self) -> str:
        """The policy's name: that of its like where the stack has no rules for it, else with their digest."""
        base = "private-headers" if self.is_private else "headers"
        if not self.rules:
            return base
        said = "\n".join(f"{rule.name} {rule.only_missing} {rule.value}" for rule in self.rules)
        return f"{base}-{hashlib.sha256(said.encode()).hexdigest()[:digest_length]}"


def policy(args: PolicyArgs, opts: pulumi.ResourceOptions) -> aws.cloudfront.ResponseHeadersPolicy:
    """The policy of pictures. In closed prefixes no rule makes an answer anybody else's."""
    said = "Closed prefixes: nobody else keeps it" if args.is_private else "Security headers; the cache tag taken off"
    dropped = [rule.name for rule in args.rules if not rule.value]
    gone = {name.lower() for name in dropped}
    custom = {str(each["header"]).lower(): each for each in _embedding(args.cors)}
    custom = {name: each for name, each in custom.items() if name not in gone}
    custom |= {str(each["header"]).lower(): each for each in _set(args.rules)}
    custom |= {str(each["header"]).lower(): each for each in private_headers} if args.is_private else {}
    return aws.cloudfront.ResponseHeadersPolicy(
        args.part,
        name=args.names.of(args.part),
        comment=said,
        security_headers_config=_security(args.rules),
        cors_config=_cors(args.cors) if args.cors else None,
        custom_headers_config={"items": list(custom.values())} if custom else None,
        remove_headers_config={"items": [{"header": header} for header in (*args.removed, *dropped)]},
        opts=opts,
    )


def _set(rules: Sequence[HeaderRule]) -> list[PolicyHeader]:
    return [
        {"header": rule.name, "value": rule.value, "override": not rule.only_missing}
        for rule in rules
        if rule.value and rule.name.lower() not in security_names
    ]


def _security(rules: Sequence[HeaderRule]) -> Security:
    """The security headers, which CloudFront takes in words of their own."""
    said: Security = {
        "content_type_options": {"override": True},
        "strict_transport_security": {"access_control_max_age_sec": year_seconds, "override": False},
        "referrer_policy": {"referrer_policy": "strict-origin-when-cross-origin", "override": False},
    }
    for rule in rules:
        override = not rule.only_missing
        if rule.name.lower() == "content-security-policy":
            said["content_security_policy"] = {"content_security_policy": rule.value, "override": override}
        elif rule.name.lower() == "referrer-policy":
            said["referrer_policy"] = {"referrer_policy": rule.value, "override": override}
        elif rule.name.lower() == "x-frame-options":
            said["frame_options"] = {"frame_option": rule.value, "override": override}
    return said


def _cors(origins: Sequence[str]) -> aws.cloudfront.ResponseHeadersPolicyCorsConfigArgsDict:
    return {
        "access_control_allow_credentials": False,
        "access_control_allow_headers": {"items": ["*"]},
        "access_control_allow_methods": {"items": ["GET", "HEAD"]},
        "access_control_allow_origins": {"items": list(origins)},
        "access_control_expose_headers": {
            "items": ["ETag", "Server-Timing", "X-Mirage", "X-Mirage-Error", "X-Mirage-Key"]
        },
        "access_control_max_age_sec": 600,
        "origin_override": True,
    }


def _embedding(origins: Sequence[str]) -> list[PolicyHeader]:
    """Headers that let pages embed pictures, and the allowed ones measure them (Resource Timing, Fetch standards)."""
    items: list[PolicyHeader] = [{"header": "Cross-Origin-Resource-Policy", "value": "cross-origin", "override": False}]
    if origins:
        items.append({"header": "Timing-Allow-Origin", "value": ", ".join(origins), "override": True})
    return items
