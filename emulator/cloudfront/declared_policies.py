"""Cache and origin request policies, read strictly from recorded inputs."""

from __future__ import annotations

from collections.abc import Collection

from emulator.cloudfront.distribution import CachePolicy, OriginRequestPolicy, Selection
from emulator.quotas import policy_names_max
from emulator.reading import NotHonoured, Reader

# CFAPI:CachePolicyConfig and OriginRequestPolicyConfig, read 2026-11. Of the last, allViewerAndWhitelistCloudFront adds
# headers that CloudFront makes, which the emulator does not.
key_headers = ("none", "whitelist")
forwarded_headers = ("none", "whitelist", "allViewer", "allExcept")
cookies_or_queries = ("none", "whitelist", "allExcept", "all")
# AWS "Cache content based on request headers" (Select the headers to base caching on), read 2026-11.
never_listed = frozenset({"connection", "cookie", "proxy-authorization", "te", "upgrade"})
# AWS "Add custom headers to origin requests" (Authorization) and aws-cdk's OriginRequestHeaderBehavior, read 2026-11.
never_forwarded = never_listed | {"authorization", "accept-encoding"}


def read_cache_policy(reader: Reader) -> CachePolicy:
    """The policy; raises NotHonoured where CloudFront would refuse it."""
    reader.without_effect("name", "comment")
    inner = reader.block("parametersInCacheKeyAndForwardedToOrigin")
    if inner is None:
        raise NotHonoured(f"{reader.path} has no parametersInCacheKeyAndForwardedToOrigin.")
    gzip, brotli = inner.flag("enableAcceptEncodingGzip"), inner.flag("enableAcceptEncodingBrotli")
    closed = never_listed | ({"accept-encoding"} if gzip or brotli else set())
    policy = CachePolicy(
        min_ttl_s=reader.whole("minTtl", 0),
        default_ttl_s=reader.whole("defaultTtl", 86_400),
        max_ttl_s=reader.whole("maxTtl", 31_536_000),
        headers=_headers(inner, key_headers, closed),
        cookies=_selection(inner, "cookiesConfig", "cookieBehavior", "cookies", cookies_or_queries),
        queries=_selection(inner, "queryStringsConfig", "queryStringBehavior", "queryStrings", cookies_or_queries),
        gzip=gzip,
        brotli=brotli,
    )
    inner.finish()
    reader.finish()
    _refuse_broken(policy, reader.path)
    return policy


def _refuse_broken(policy: CachePolicy, path: str) -> None:
    """Raises NotHonoured where CreateCachePolicy says InvalidArgument. CFAPI:CachePolicyConfig, read 2026-11.

    0 ≤ MinTTL ≤ DefaultTTL ≤ MaxTTL; with a MaxTTL of 0 nothing may be in the key (pulumi/docs#18475, in AWS's words).
    """
    if not 0 <= policy.min_ttl_s <= policy.default_ttl_s <= policy.max_ttl_s:
        raise NotHonoured(
            f"InvalidArgument: {path}: expected 0 ≤ minTtl ≤ defaultTtl ≤ maxTtl, received {policy.min_ttl_s}, "
            f"{policy.default_ttl_s}, {policy.max_ttl_s}."
        )
    in_key = {
        "EnableAcceptEncodingGzip": policy.gzip,
        "EnableAcceptEncodingBrotli": policy.brotli,
        "HeaderBehavior": policy.headers.behavior != "none",
        "CookieBehavior": policy.cookies.behavior != "none",
        "QueryStringBehavior": policy.queries.behavior != "none",
    }
    wrong = [name for name, is_on in in_key.items() if is_on]
    if policy.max_ttl_s == 0 and wrong:
        raise NotHonoured(
            f"InvalidArgument: The parameter {wrong[0]} is invalid for policy with caching disabled: {path}."
        )


def read_origin_request_policy(reader: Reader) -> OriginRequestPolicy:
    reader.without_effect("name", "comment")
    policy = OriginRequestPolicy(
        headers=_headers(reader, forwarded_headers, never_forwarded),
        cookies=_selection(reader, "cookiesConfig", "cookieBehavior", "cookies", cookies_or_queries),
        queries=_selection(reader, "queryStringsConfig", "queryStringBehavior", "queryStrings", cookies_or_queries),
    )
    reader.finish()
    return policy


def _headers(reader: Reader, behaviors: Collection[str], closed: Collection[str]) -> Selection:
    """The headers of a policy, none of which is closed to it, or made by CloudFront."""
    selection = _selection(reader, "headersConfig", "headerBehavior", "headers", behaviors)
    for name in selection.names if selection.behavior == "whitelist" else ():
        if name.lower() in closed:
            raise NotHonoured(
                f"InvalidArgument: The parameter Headers contains {name} that is not allowed: {reader.path}."
            )
        if name.lower().startswith("cloudfront-"):
            raise NotHonoured(f"The emulator does not make {name}, which {reader.path} forwards.")
    return selection


def _selection(reader: Reader, block: str, behavior: str, names: str, behaviors: Collection[str]) -> Selection:
    inner = reader.block(block)
    if inner is None:
        raise NotHonoured(f"{reader.path} has no {block}.")
    selection = Selection(behavior=inner.choice(behavior, behaviors), names=inner.items(names))
    inner.finish()
    if len(selection.names) > policy_names_max:
        raise NotHonoured(f"CloudFront takes {policy_names_max} names; {inner.path} has {len(selection.names)}.")
    is_listing = selection.behavior in ("whitelist", "allExcept")
    if is_listing and not selection.names:
        raise NotHonoured(f"{inner.path} names no {names} to go by.")
    if selection.names and not is_listing:
        raise NotHonoured(f"{inner.path} names {names}, for which {selection.behavior} has no use.")
    return selection
