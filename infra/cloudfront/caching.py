"""What CloudFront keeps, forwards, adds and removes: the policies of the distribution's behaviors."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.cloudfront import answer_headers
from infra.cloudfront.answer_headers import PolicyArgs, private_headers, year_seconds
from infra.configuration.header_rules import HeaderRule
from infra.names import Names

# The header in which origin answers carry their original's tag (S3 user metadata), and that viewers never see.
tag_header = "x-amz-meta-cache-tag"
# The viewer function writes it on every request (design, "Kill switch"); forwarded, and in no cache key.
switch_header = "x-mirage-generate"
# The same, for the regional function, which could not tell an encoded path from a decoded one (origin/function_url.py).
uri_header = "x-mirage-uri"
# What answers may vary by; forwarded, and in no cache key. CloudFront takes what it does not forward off a custom
# origin's Vary; of a bucket's its guide says nothing. AWS "Request and response behavior
# for custom origins" (headers that CloudFront removes), read 2026-11.
varied_headers = ("accept", "save-data")
# S3's, of no use to viewers. A policy removes exact names only (aws-facts 11); the edge drops other metadata.
removed_headers = (tag_header, "x-amz-server-side-encryption", "x-amz-version-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class CachingArgs:
    """`cors` are the origins whose scripts may read pictures: none, `*`, or some.

    `page_security` is the Content-Security-Policy of the page, None where there is no page. `has_private_page`: whether
    the root is closed; `is_regional`: whether a Function URL answers. `forwarded`: headers that requests are given.
    """

    names: Names
    cors: tuple[str, ...]
    page_security: str | None
    has_private_page: bool = False
    is_regional: bool = False
    forwarded: tuple[str, ...] = ()

    @property
    def removed_headers(self) -> tuple[str, ...]:
        """What no viewer needs. Some of a Function URL's no policy can remove, its request's id above all."""
        return (*removed_headers, "x-amzn-trace-id") if self.is_regional else removed_headers


class Caching(pulumi.ComponentResource):
    """The policies, by id."""

    def __init__(self, name: str, args: CachingArgs) -> None:
        super().__init__("mirage:infra:Caching", name)
        self._opts = pulumi.ResourceOptions(parent=self)
        self._args = args
        self._policies: dict[str, aws.cloudfront.ResponseHeadersPolicy] = {}
        # What says nothing of its age is not ours: a minute. In the Region's mode it is a file, whose header nobody
        # adds before it is cached: until it is purged. Encodings are not in the key: nothing is compressed.
        unsaid_seconds = year_seconds if args.is_regional else 60
        self.pictures = self._make_cache("pictures", args.names, default_seconds=unsaid_seconds, is_compressed=False)
        self.page = self._make_cache("page", args.names, default_seconds=300, is_compressed=True)
        self.forwarding = self._make_forwarding(args)
        self.headers = self.headers_of(is_private=False)
        self.page_headers = self._make_page_headers(args, args.page_security) if args.page_security else None
        self.register_outputs({})

    def _make_cache(
        self, part: str, names: Names, *, default_seconds: int, is_compressed: bool
    ) -> aws.cloudfront.CachePolicy:
        return aws.cloudfront.CachePolicy(
            part,
            name=names.of(part),
            comment="The path alone is the key",
            min_ttl=0,
            default_ttl=default_seconds,
            max_ttl=year_seconds,
            parameters_in_cache_key_and_forwarded_to_origin={
                "cookies_config": {"cookie_behavior": "none"},
                "headers_config": {"header_behavior": "none"},
                "query_strings_config": {"query_string_behavior": "none"},
                "enable_accept_encoding_brotli": is_compressed,
                "enable_accept_encoding_gzip": is_compressed,
            },
            opts=self._opts,
        )

    def _make_forwarding(self, args: CachingArgs) -> aws.cloudfront.OriginRequestPolicy:
        own = [switch_header, *([uri_header] if args.is_regional else []), *varied_headers]
        return aws.cloudfront.OriginRequestPolicy(
            "forwarding",
            name=args.names.of("forwarding"),
            comment="The kill switch, for what makes variants, and what they vary by",
            cookies_config={"cookie_behavior": "none"},
            headers_config={"header_behavior": "whitelist", "headers": {"items": [*own, *args.forwarded]}},
            query_strings_config={"query_string_behavior": "none"},
            opts=self._opts,
        )

    def _make_page_headers(self, args: CachingArgs, security: str) -> aws.cloudfront.ResponseHeadersPolicy:
        return aws.cloudfront.ResponseHeadersPolicy(
            "page-headers",
            name=args.names.of("page-headers"),
            comment="The page: nothing inline, nothing from elsewhere",
            security_headers_config={
                "content_security_policy": {"content_security_policy": security, "override": True},
                "content_type_options": {"override": True},
                "strict_transport_security": {"access_control_max_age_sec": year_seconds, "override": True},
                "referrer_policy": {"referrer_policy": "no-referrer", "override": True},
            },
            custom_headers_config={"items": [*private_headers]} if args.has_private_page else None,
            remove_headers_config={"items": [{"header": header} for header in args.removed_headers]},
            opts=self._opts,
        )

    def headers_of(self, *, is_private: bool, rules: tuple[HeaderRule, ...] = ()) -> pulumi.Output[str]:
        """The id of the policy for a behavior: one for all that are alike."""
        wanted = PolicyArgs(
            names=self._args.names,
            cors=self._args.cors,
            removed=self._args.removed_headers,
            is_private=is_private,
            rules=rules,
        )
        if wanted.part not in self._policies:
            self._policies[wanted.part] = answer_headers.policy(wanted, self._opts)
        return self._policies[wanted.part].id
