"""The distribution: origins, behaviors, and how long errors are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.access import Rule, behaviors, mode_of
from infra.cloudfront import origins
from infra.cloudfront.caching import Caching, tag_header
from infra.cloudfront.origins import Maker, Place
from infra.configuration import header_rules
from infra.configuration.header_rules import HeaderRule
from infra.functions.token_exchange import TokenExchange
from infra.names import Names

page_patterns = ("/", "/_mirage/page/*")
# CloudFront's own first choice for "/", which closes the listing that ListBucket allows (CF:defaultrootobject).
root_object = "index.html"
# Least seconds for which CloudFront keeps an error. 404 and 5xx are kept in any case, 10 s unless it says otherwise
# (CF:httpstatuscodes, read 2026-11); the others only where the answer's own header says so: url-contract, "Answers".
error_seconds: Mapping[int, int] = {
    400: 0, 403: 0, 404: 60, 405: 0, 414: 10, 416: 0, 500: 10, 501: 10, 502: 10, 503: 10, 504: 10,
}  # fmt: skip


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
    headers: tuple[HeaderRule, ...] = ()
    key_group_id: pulumi.Output[str] | None = None
    token: TokenExchange | None = None
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
        self.distribution = aws.cloudfront.Distribution(
            "cdn",
            enabled=True,
            comment=f"Mirage {args.names.stack}"[:128],
            is_ipv6_enabled=True,
            http_version="http2and3",
            price_class=args.price_class,
            default_root_object=root_object,
            cache_tag_config={"header_name": tag_header},
            origins=[
                *origins.origins(_places(args), control.id, args.shield_region, args.maker),
                *([args.token.origin] if args.token else []),
            ],
            origin_groups=(args.maker.groups or None) if args.maker else None,
            default_cache_behavior=self._behavior(args, Rule(prefix="/", mode=mode_of("/", args.rules))),
            ordered_cache_behaviors=[*self._page(args), *self._token(args), *self._prefixes(args)],
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

    def _behavior(self, args: DistributionArgs, rule: Rule) -> aws.cloudfront.DistributionDefaultCacheBehaviorArgsDict:
        """Pictures below a path: closed ones are kept by nobody else, those of `cloudfront` want the group's keys."""
        said = _pictures(args)
        said["response_headers_policy_id"] = args.caching.headers_of(
            is_private=rule.is_private, rules=header_rules.of_path(args.headers, rule.prefix)
        )
        if args.key_group_id is not None and rule.mode == "cloudfront":
            said["trusted_key_groups"] = [args.key_group_id]
        return said

    def _page(self, args: DistributionArgs) -> list[aws.cloudfront.DistributionOrderedCacheBehaviorArgsDict]:
        if not args.caching.page_headers:
            return []
        found = _page(args, args.caching.page_headers)
        if args.key_group_id is not None and mode_of("/", args.rules) == "cloudfront":
            for behavior in found:
                behavior["trusted_key_groups"] = [args.key_group_id]
        return found

    def _token(self, args: DistributionArgs) -> list[aws.cloudfront.DistributionOrderedCacheBehaviorArgsDict]:
        return [args.token.behavior(args.caching.headers)] if args.token else []

    def _prefixes(self, args: DistributionArgs) -> list[aws.cloudfront.DistributionOrderedCacheBehaviorArgsDict]:
        """One behavior a path, the longest first: CloudFront takes the first that matches the path as sent."""
        return [
            {**self._behavior(args, rule), "path_pattern": f"{rule.prefix}*"}
            for rule in behaviors(args.rules, args.headers)
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
        "response_headers_policy_id": args.caching.headers,
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
