"""Response headers policies, read strictly from recorded inputs."""

from __future__ import annotations

from emulator.cloudfront.distribution import Cors, PolicyHeader, ResponseHeadersPolicy
from emulator.cloudfront.edge_rules import is_disallowed
from emulator.quotas import policy_names_max
from emulator.reading import NotHonoured, Reader

# Beside what no function may see. AWS "Understand response headers policies" (Remove headers), read 2026-11.
kept = frozenset({"content-encoding", "content-length", "host", "transfer-encoding", "via", "warning"})
# CFAPI:ResponseHeadersPolicyFrameOptions and …ReferrerPolicy, read 2026-11.
frame_options = ("DENY", "SAMEORIGIN")
referrer_policies = (
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
)


def read_response_headers_policy(reader: Reader) -> ResponseHeadersPolicy:
    reader.without_effect("name", "comment", "etag")
    removed, custom = reader.block("removeHeadersConfig"), reader.block("customHeadersConfig")
    security, timing = reader.block("securityHeadersConfig"), reader.block("serverTimingHeadersConfig")
    cors = reader.block("corsConfig")
    policy = ResponseHeadersPolicy(
        removed=_removed(removed) if removed else (),
        set_headers=(*(_security(security) if security else ()), *(_custom(custom) if custom else ())),
        cors=_cors(cors) if cors else None,
        server_timing_percent=_timing(timing) if timing else None,
    )
    for block in (reader, removed, custom, security, timing, cors):
        if block is not None:
            block.finish()
    return policy


def _removed(reader: Reader) -> tuple[str, ...]:
    found = []
    for each in reader.blocks("items"):
        found.append(each.text("header"))
        each.finish()
    _refuse_many(reader, len(found))
    wrong = [name for name in found if name.lower() in kept or is_disallowed(name)]
    if wrong:
        raise NotHonoured(f"CloudFront can't take off {', '.join(wrong)}, as {reader.path} wants.")
    return tuple(found)


def _custom(reader: Reader) -> tuple[PolicyHeader, ...]:
    found = []
    for each in reader.blocks("items"):
        found.append(PolicyHeader(name=each.text("header"), value=each.text("value"), override=each.flag("override")))
        each.finish()
    _refuse_many(reader, len(found))
    return tuple(found)


def _refuse_many(reader: Reader, count: int) -> None:
    if count > policy_names_max:
        raise NotHonoured(f"CloudFront takes {policy_names_max} names; {reader.path} has {count}.")


def _timing(reader: Reader) -> float | None:
    percent = reader.number("samplingRate", 0)
    if not 0 <= percent <= 100:
        raise NotHonoured(f"Expected 0 to 100 for {reader.path}.samplingRate, received {percent:g}.")
    return percent if reader.flag("enabled") else None


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
        return reader.choice("frameOption", frame_options)
    if block == "referrerPolicy":
        return reader.choice(block, referrer_policies)
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
