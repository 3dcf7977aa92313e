"""Cache, origin request and response headers policies, read strictly from recorded inputs."""

from __future__ import annotations

from emulator.cloudfront.distribution import (
    CachePolicy,
    Cors,
    OriginRequestPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
)
from emulator.quotas import policy_names_max
from emulator.reading import NotHonoured, Reader


def read_cache_policy(reader: Reader) -> CachePolicy:
    """The policy; raises NotHonoured where CloudFront would refuse its TTLs."""
    reader.without_effect("name", "comment")
    inner = reader.block("parametersInCacheKeyAndForwardedToOrigin")
    if inner is None:
        raise NotHonoured(f"{reader.path} has no parametersInCacheKeyAndForwardedToOrigin.")
    policy = CachePolicy(
        min_ttl_s=reader.whole("minTtl", 0),
        default_ttl_s=reader.whole("defaultTtl", 86_400),
        max_ttl_s=reader.whole("maxTtl", 31_536_000),
        headers=_selection(inner, "headersConfig", "headerBehavior", "headers"),
        cookies=_selection(inner, "cookiesConfig", "cookieBehavior", "cookies"),
        queries=_selection(inner, "queryStringsConfig", "queryStringBehavior", "queryStrings"),
        gzip=inner.flag("enableAcceptEncodingGzip"),
        brotli=inner.flag("enableAcceptEncodingBrotli"),
    )
    inner.finish()
    reader.finish()
    # CreateCachePolicy: 0 ≤ MinTTL ≤ DefaultTTL ≤ MaxTTL, else InvalidArgument. CFAPI:CachePolicyConfig, read 2026-11.
    if not 0 <= policy.min_ttl_s <= policy.default_ttl_s <= policy.max_ttl_s:
        raise NotHonoured(
            f"{reader.path}: expected 0 ≤ minTtl ≤ defaultTtl ≤ maxTtl, received {policy.min_ttl_s}, "
            f"{policy.default_ttl_s}, {policy.max_ttl_s}."
        )
    return policy


def read_origin_request_policy(reader: Reader) -> OriginRequestPolicy:
    reader.without_effect("name", "comment")
    policy = OriginRequestPolicy(
        headers=_selection(reader, "headersConfig", "headerBehavior", "headers"),
        cookies=_selection(reader, "cookiesConfig", "cookieBehavior", "cookies"),
        queries=_selection(reader, "queryStringsConfig", "queryStringBehavior", "queryStrings"),
    )
    reader.finish()
    return policy


def _selection(reader: Reader, block: str, behavior: str, names: str) -> Selection:
    inner = reader.block(block)
    if inner is None:
        raise NotHonoured(f"{reader.path} has no {block}.")
    selection = Selection(behavior=inner.text(behavior), names=inner.items(names))
    inner.finish()
    if len(selection.names) > policy_names_max:
        raise NotHonoured(f"CloudFront takes {policy_names_max} names; {inner.path} has {len(selection.names)}.")
    return selection


def read_response_headers_policy(reader: Reader) -> ResponseHeadersPolicy:
    reader.without_effect("name", "comment", "etag")
    removed, custom = reader.block("removeHeadersConfig"), reader.block("customHeadersConfig")
    security, timing = reader.block("securityHeadersConfig"), reader.block("serverTimingHeadersConfig")
    cors = reader.block("corsConfig")
    policy = ResponseHeadersPolicy(
        removed=tuple(each.text("header") for each in removed.blocks("items")) if removed else (),
        set_headers=(*(_security(security) if security else ()), *(_custom(custom) if custom else ())),
        cors=_cors(cors) if cors else None,
        server_timing_percent=timing.number("samplingRate", 0) if timing and timing.flag("enabled") else None,
    )
    for block in (reader, removed, custom, security, timing, cors):
        if block is not None:
            block.finish()
    return policy


def _custom(reader: Reader) -> tuple[PolicyHeader, ...]:
    found = []
    for each in reader.blocks("items"):
        found.append(PolicyHeader(name=each.text("header"), value=each.text("value"), override=each.flag("override")))
        each.finish()
    return tuple(found)


def _security(reader: Reader) -> tuple[PolicyHeader, ...]:
    """The security headers in CloudFront's words. CFAPI:ResponseHeadersPolicySecurityHeadersConfig."""
    found = []
    for block, header in (
        ("contentTypeOptions", "X-Content-Type-Options"),
        ("frameOptions", "X-Frame-Options"),
        ("referrerPolicy", "Referrer-Policy"),
        ("contentSecurityPolicy", "Content-Security-Policy"),
        ("strictTransportSecurity", "Strict-Transport-Security"),
        ("xssProtection", "X-XSS-Protection"),
    ):
        inner = reader.block(block)
        if inner is not None:
            found.append(PolicyHeader(name=header, value=_security_text(block, inner), override=inner.flag("override")))
            inner.finish()
    return tuple(found)


def _security_text(block: str, reader: Reader) -> str:
    if block == "contentTypeOptions":
        return "nosniff"
    if block == "frameOptions":
        return reader.text("frameOption")
    if block == "xssProtection":
        report = reader.text("reportUri")
        mode = "; mode=block" if reader.flag("modeBlock") else ""
        return ("1" if reader.flag("protection") else "0") + mode + (f"; report={report}" if report else "")
    if block == "strictTransportSecurity":
        parts = [f"max-age={reader.whole('accessControlMaxAgeSec', 0)}"]
        parts += ["includeSubDomains"] if reader.flag("includeSubdomains") else []
        return "; ".join(parts + (["preload"] if reader.flag("preload") else []))
    return reader.text(block)


def _cors(reader: Reader) -> Cors:
    # Said to a preflight only, and a behavior that allows OPTIONS is not honoured.
    reader.without_effect("accessControlAllowMethods", "accessControlAllowHeaders", "accessControlMaxAgeSec")
    return Cors(
        origins=reader.items("accessControlAllowOrigins"),
        exposed=reader.items("accessControlExposeHeaders"),
        credentials=reader.flag("accessControlAllowCredentials"),
        override=reader.flag("originOverride"),
    )
