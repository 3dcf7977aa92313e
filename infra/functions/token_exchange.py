"""What stands behind /_mirage/token: a regional function that gives CloudFront's cookies for tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from infra import generators, statements
from infra.configuration.exchanges import Exchange
from infra.functions.edge_function import architecture, runtime
from infra.functions.function_urls import FunctionUrl, FunctionUrlArgs
from infra.monitoring.logs import Logs, LogsArgs
from infra.names import Names
from infra.viewer.composing import minified_text
from infra.viewer.lint import lint
from infra.viewer.published import publish

handler = "origin.token.handler"
path_pattern = "/_mirage/token"
origin_id = "token"
# A verification and a signature are milliseconds; the rest is the issuer's two documents, 3 s each at the most.
timeout_s = 15
memory_mb = 512
exchanges_variable, keys_variable = "MIRAGE_EXCHANGES", "MIRAGE_TRUSTED_KEYS"
# Written by edge/token/request.js, and in the cache key: a viewer's cookies are in the answer, and CloudFront may
# answer several who ask for the same at once with one answer (AWS "Request collapsing", read 2026-11).
headers = ("x-mirage-token", "x-mirage-host")
code_path = Path(__file__).parents[2] / "edge" / "token" / "request.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExchangeArgs:
    """`key_ids`: CloudFront's ids of the trusted keys, by the digests of infra/cloudfront/trusted_keys.py."""

    names: Names
    bundle: Path
    exchanges: tuple[Exchange, ...]
    key_ids: Mapping[str, pulumi.Output[str]]
    log_retention_days: int


class TokenExchange(pulumi.ComponentResource):
    """The function with its URL, the function at the edge that hands tokens over, and the policies of the behavior."""

    def __init__(self, name: str, args: TokenExchangeArgs) -> None:
        super().__init__("mirage:infra:TokenExchange", name)
        self._opts = pulumi.ResourceOptions(parent=self)
        self._url = FunctionUrl(
            "token-url",
            FunctionUrlArgs(
                part="token", names=args.names, function=self._make_function(args), what="the exchange of tokens"
            ),
        )
        self._edge_arn = self._make_edge(args.names)
        self._cache_id = self._make_cache(args.names)
        self._forwarding_id = self._make_forwarding(args.names)
        self.register_outputs({})

    def _make_function(self, args: TokenExchangeArgs) -> aws.lambda_.Function:
        names, called = args.names, args.names.of("token")
        group = f"/aws/lambda/{called}"
        logs = Logs("token-logs", LogsArgs(group=group, regions=[names.region], retention_days=args.log_retention_days))
        role = aws.iam.Role(
            "token", name=called, assume_role_policy=statements.trust("lambda.amazonaws.com"), opts=self._opts
        )
        aws.iam.RolePolicy("token", role=role.name, policy=policy(args), opts=pulumi.ResourceOptions(parent=role))
        said: dict[str, pulumi.Input[str]] = {
            exchanges_variable: json.dumps([each.said for each in args.exchanges], sort_keys=True),
            keys_variable: pulumi.Output.json_dumps(dict(args.key_ids), sort_keys=True),
        }
        return aws.lambda_.Function(
            "token",
            name=called,
            role=role.arn,
            runtime=runtime,
            architectures=[architecture],
            handler=handler,
            code=pulumi.FileArchive(str(args.bundle)),
            memory_size=memory_mb,
            timeout=timeout_s,
            environment={"variables": said},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs]),
        )

    def _make_edge(self, names: Names) -> pulumi.Output[str]:
        return publish("token", names, code=compose(), comment="hands tokens over", parent=self).arn

    def _make_cache(self, names: Names) -> pulumi.Output[str]:
        """Nothing is kept; a greatest TTL of 0 would take the headers out of the key (CFAPI:CachePolicyConfig)."""
        return aws.cloudfront.CachePolicy(
            "token",
            name=names.of("token"),
            comment="Each token has an answer of its own",
            min_ttl=0,
            default_ttl=0,
            max_ttl=1,
            parameters_in_cache_key_and_forwarded_to_origin={
                "cookies_config": {"cookie_behavior": "none"},
                "headers_config": {"header_behavior": "whitelist", "headers": {"items": list(headers)}},
                "query_strings_config": {
                    "query_string_behavior": "whitelist",
                    "query_strings": {"items": ["path"]},
                },
                "enable_accept_encoding_brotli": False,
                "enable_accept_encoding_gzip": False,
            },
            opts=self._opts,
        ).id

    def _make_forwarding(self, names: Names) -> pulumi.Output[str]:
        """CloudFront hands Set-Cookie on where cookies are forwarded (CF:requestandresponsebehaviorcustomorigin)."""
        return aws.cloudfront.OriginRequestPolicy(
            "token",
            name=names.of("token"),
            comment="Cookies, so that cookies may be set",
            cookies_config={"cookie_behavior": "whitelist", "cookies": {"items": ["token"]}},
            headers_config={"header_behavior": "none"},
            query_strings_config={"query_string_behavior": "none"},
            opts=self._opts,
        ).id

    @property
    def origin(self) -> aws.cloudfront.DistributionOriginArgsDict:
        return self._url.origin(origin_id)

    def behavior(self, headers_policy_id: pulumi.Input[str]) -> aws.cloudfront.DistributionOrderedCacheBehaviorArgsDict:
        return {
            "path_pattern": path_pattern,
            "target_origin_id": origin_id,
            "viewer_protocol_policy": "https-only",
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "compress": False,
            "cache_policy_id": self._cache_id,
            "origin_request_policy_id": self._forwarding_id,
            "response_headers_policy_id": headers_policy_id,
            "function_associations": [{"event_type": "viewer-request", "function_arn": self._edge_arn}],
        }

    def permit(self, distribution_arn: pulumi.Input[str]) -> None:
        """Nothing: the distribution may call the function, and nobody else."""
        self._url.permit(distribution_arn)


def compose() -> str:
    """The code at the edge, linted before and after minifying."""
    text = code_path.read_text(encoding="utf-8")
    lint(text)
    code = minified_text(text)
    lint(code)
    return code


def policy(args: TokenExchangeArgs) -> str:
    """What the function may do: read its private keys, and write its log."""
    names = args.names
    return statements.document(
        *generators.reads_places([each.key for each in args.exchanges], names.region, names.account),
        statements.writes_logs(names.account, names.region, f"/aws/lambda/{names.of('token')}"),
    )
