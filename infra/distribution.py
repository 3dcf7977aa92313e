"""The distribution: origins, behaviors, and how long errors are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

import pulumi
import pulumi_aws as aws

from infra import origins
from infra.access import Rule, behaviors, mode_of, private_modes
from infra.caching import Caching, tag_header
from infra.names import Names, digest_length
from infra.origins import Maker, Place

page_patterns = ("/", "/_mirage/page/*")
# CloudFront's own first choice for "/", which closes the listing that ListBucket allows (CF:defaultrootobject).
root_object = "index.html"
# Least seconds for which CloudFront keeps an error. 404 and 5xx are kept in any case, 10 s unless it says otherwise
# (CF:httpstatuscodes, read 2026-11); the others only where the answer's own header says so: url-contract, "Answers".
error_seconds: Mapping[int, int] = {
    400: 0, 403: 0, 404: 60, 405: 0, 414: 10, 416: 0, 500: 10, 501: 10, 502: 10, 503: 10, 504: 10,
}  # fmt: skip


class Access(TypedDict, total=False):
    """What an access mode sets in a behavior."""

    response_headers_policy_id: pulumi.Output[str]
    trusted_key_groups: list[pulumi.Output[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionArgs:
    """`shield_region` is None where Origin Shield is off; `domains` are host names of buckets. Pictures come of the
    edge's version, or of the `maker` in the mode without Lambda@Edge."""

    names: Names
    originals_domain: str
    variants_domain: str
    shield_region: str | None
    caching: Caching
    viewer_arn: pulumi.Input[str]
    edge_version_arn: pulumi.Input[str] | None
    has_page: bool
    price_class: str
    geo_allow: tuple[str, ...]
    geo_deny: tuple[str, ...]
    buckets: tuple[pulumi.Resource, ...]
    maker: Maker | None = None
    rules: tuple[Rule, ...] = ()
    trusted_keys: tuple[str, ...] = ()
    web_acl_arn: pulumi.Input[str] | None = None
    domains: tuple[str, ...] = ()
    viewer_certificate: aws.cloudfront.DistributionViewerCertificateArgsDict | None = None


class Distribution(pulumi.ComponentResource):
    """The distribution, with its access control for both buckets."""

    def __init__(self, name: str, args: DistributionArgs) -> None:
        super().__init__("mirage:infra:Distribution", name)
        opts = pulumi.ResourceOptions(parent=self)
        control = aws.cloudfront.OriginAccessControl(
            "buckets",
            name=args.names.of("buckets"),
            description="CloudFront signs what it asks of the buckets",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=opts,
        )
        self._opts = opts
        self._group = self._key_group(args) if args.trusted_keys else None
        self.distribution = aws.cloudfront.Distribution(
            "cdn",
            enabled=True,
            comment=f"Mirage {args.names.stack}"[:128],
            is_ipv6_enabled=True,
            http_version="http2and3",
            price_class=args.price_class,
            default_root_object=root_object,
            cache_tag_config={"header_name": tag_header},
            origins=origins.origins(_places(args), control.id, args.shield_region, args.maker),
            origin_groups=(args.maker.groups or None) if args.maker else None,
            default_cache_behavior={**_pictures(args), **self._access(args, mode_of("/", args.rules))},
            ordered_cache_behaviors=[*self._page(args), *self._prefixes(args)],
            web_acl_id=args.web_acl_arn,
            custom_error_responses=[
                {"error_code": status, "error_caching_min_ttl": seconds} for status, seconds in error_seconds.items()
            ],
            restrictions={"geo_restriction": _geo(args)},
            aliases=list(args.domains) or None,
            viewer_certificate=args.viewer_certificate or {"cloudfront_default_certificate": True},
            opts=pulumi.ResourceOptions(parent=self, depends_on=args.buckets),
        )
        self.register_outputs({"domain": self.distribution.domain_name})

    def _key_group(self, args: DistributionArgs) -> aws.cloudfront.KeyGroup:
        """The keys whose signatures CloudFront believes. A key can't be changed, so its name carries its digest."""
        digests = [hashlib.sha256(pem.encode()).hexdigest()[:digest_length] for pem in args.trusted_keys]
        keys = [
            aws.cloudfront.PublicKey(
                f"key-{digest}", name=args.names.of("key", digest), encoded_key=pem, opts=self._opts
            )
            for digest, pem in zip(digests, args.trusted_keys, strict=True)
        ]
        return aws.cloudfront.KeyGroup(
            "trusted", name=args.names.of("trusted"), items=[key.id for key in keys], opts=self._opts
        )

    def _access(self, args: DistributionArgs, mode: str) -> Access:
        """What a mode adds to a behavior: no shared keeping, and for `cloudfront` the key group."""
        said: Access = {}
        if args.caching.private_headers and mode in private_modes:
            said["response_headers_policy_id"] = args.caching.private_headers.id
        if self._group and mode == "cloudfront":
            said["trusted_key_groups"] = [self._group.id]
        return said

    def _page(self, args: DistributionArgs) -> list[aws.cloudfront.DistributionOrderedCacheBehaviorArgsDict]:
        if not args.caching.page_headers:
            return []
        mode = mode_of("/", args.rules)
        group: Access = {"trusted_key_groups": [self._group.id]} if self._group and mode == "cloudfront" else {}
        return [{**behavior, **group} for behavior in _page(args, args.caching.page_headers)]

    def _prefixes(self, args: DistributionArgs) -> list[aws.cloudfront.DistributionOrderedCacheBehaviorArgsDict]:
        """One behavior a rule, the longest prefix first: CloudFront takes the first that matches the path as sent."""
        return [
            {**_pictures(args), **self._access(args, rule.mode), "path_pattern": f"{rule.prefix}*"}
            for rule in behaviors(args.rules)
        ]


def _places(args: DistributionArgs) -> list[Place]:
    """The buckets by the ids that the viewer function knows."""
    found = [
        Place(origin_id=origins.variants, host=args.variants_domain, path=origins.variants_path),
        Place(origin_id=origins.originals, host=args.originals_domain),
    ]
    page = Place(origin_id=origins.page, host=args.variants_domain, path=origins.page_path)
    return [*found, page] if args.has_page else found


def _pictures(args: DistributionArgs) -> aws.cloudfront.DistributionDefaultCacheBehaviorArgsDict:
    """The behavior of pictures: what the buckets' answers lack, a function adds, before the cache or after it."""
    answered = [("viewer-response", args.maker.response_arn)] if args.maker else []
    functions = [("viewer-request", args.viewer_arn), *answered]
    found: aws.cloudfront.DistributionDefaultCacheBehaviorArgsDict = {
        "target_origin_id": args.maker.target if args.maker else origins.variants,
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "compress": False,
        "cache_policy_id": args.caching.pictures.id,
        "origin_request_policy_id": args.caching.forwarding.id,
        "response_headers_policy_id": args.caching.headers.id,
        "function_associations": [{"event_type": kind, "function_arn": arn} for kind, arn in functions],
    }
    if args.edge_version_arn is not None:
        found["lambda_function_associations"] = [
            {"event_type": "origin-response", "lambda_arn": args.edge_version_arn, "include_body": False}
        ]
    return found


def _page(
    args: DistributionArgs, headers: aws.cloudfront.ResponseHeadersPolicy
) -> list[aws.cloudfront.DistributionOrderedCacheBehaviorArgsDict]:
    return [
        {
            "path_pattern": pattern,
            "target_origin_id": origins.page,
            "viewer_protocol_policy": "redirect-to-https",
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "compress": True,
            "cache_policy_id": args.caching.page.id,
            "response_headers_policy_id": headers.id,
            "function_associations": [{"event_type": "viewer-request", "function_arn": args.viewer_arn}],
        }
        for pattern in page_patterns
    ]


def _geo(args: DistributionArgs) -> aws.cloudfront.DistributionRestrictionsGeoRestrictionArgsDict:
    if args.geo_allow:
        return {"restriction_type": "whitelist", "locations": list(args.geo_allow)}
    if args.geo_deny:
        return {"restriction_type": "blacklist", "locations": list(args.geo_deny)}
    return {"restriction_type": "none", "locations": []}
