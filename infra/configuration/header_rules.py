"""Headers by prefix: of requests, as entries of the viewer function's store; of responses, as policies of behaviors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from infra.configuration.values import Unreadable, segment

folder_pattern = re.compile(rf"/(?:{segment}/)*")
# RFC 9110, 5.1 and 5.5.
name_pattern = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
value_pattern = re.compile(r"[!-~](?:[ -~]*[!-~])?")
# What functions may not set or remove (AWS "Restrictions on all edge functions", read 2026-11), what is CloudFront's
# and S3's, and what decides who is let in: a rule that set it would let in everybody.
closed_names = frozenset(
    """authorization cdn-loop client-cert client-cert-chain cloudfront-viewer-cert-pem connection content-length cookie
    expect host keep-alive proxy-authenticate proxy-authorization proxy-connection range trailer transfer-encoding
    upgrade via x-cache x-forwarded-for x-forwarded-proto x-real-ip""".split()  # noqa: SIM905
)
closed_prefixes = ("x-accel-", "x-amz-", "x-amzn-", "x-edge-", "x-mirage-", "if-")
# In a response they are CloudFront's, HTTP's or the stack's own settings: cors, security headers for all.
kept_in_responses = frozenset(
    """connection content-encoding content-length content-range content-type date etag expect host keep-alive
    last-modified location proxy-authenticate proxy-authorization proxy-connection set-cookie
    strict-transport-security timing-allow-origin trailer transfer-encoding upgrade vary via warning www-authenticate
    x-cache x-content-type-options x-forwarded-proto x-real-ip x-xss-protection""".split()  # noqa: SIM905
)
kept_prefixes = ("access-control-", "x-accel-", "x-amz-cf-", "x-amzn-", "x-edge-", "x-mirage")
# CloudFront takes these in a policy's security headers alone: as custom headers it refuses them (CreateResponseHeaders-
# Policy, InvalidArgument; read 2026-11). It has three of each header that a policy may take ten of.
security_names = ("content-security-policy", "referrer-policy", "x-frame-options")
frame_options = ("DENY", "SAMEORIGIN")
# AWS "Quotas on response headers policies" and "… on origin request policies", read 2026-11.
most_headers = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRule:
    """What one line says: below a path, a header is set to a value, or dropped where there is none.

    `only_missing`: set where the answer has no such header of its own.
    """

    prefix: str
    name: str
    value: str = ""
    only_missing: bool = False


def request_rule(text: str) -> HeaderRule:
    """The rule of a line like `/mail/ accept=image/jpeg`, or `/mail/ -save-data`."""
    wanted = "lines like '/mail/ accept=image/jpeg' or '/mail/ -save-data'"
    rule = _rule(text, wanted, "=")
    name = rule.name.lower()
    if rule.prefix == "/":
        raise Unreadable(f"{wanted}, below a first segment", text)
    if name in closed_names or name.startswith(closed_prefixes):
        raise Unreadable("a header that a function may write, and that lets nobody in,", rule.name)
    return HeaderRule(prefix=rule.prefix, name=name, value=rule.value)


def response_rule(text: str) -> HeaderRule:
    """The rule of a line like `/press/ X-Robots-Tag=noindex`, with `?=` for a default, or `/press/ -Server-Timing`."""
    wanted = (
        "lines like '/press/ X-Robots-Tag=noindex', with ?= where the answer's own comes first, or '/press/ -Name',"
    )
    rule = _rule(text, wanted, r"\?=|=")
    name = rule.name.lower()
    if name in kept_in_responses or name.startswith(kept_prefixes):
        raise Unreadable("a header that is not CloudFront's, HTTP's or a setting's own", rule.name)
    if name in security_names and not rule.value:
        raise Unreadable("a value for it, since Mirage sends it nowhere else,", rule.name)
    if name == "x-frame-options" and rule.value not in frame_options:
        raise Unreadable(f"one of {', '.join(frame_options)} for X-Frame-Options", rule.value)
    return rule


def _rule(text: str, wanted: str, marks: str) -> HeaderRule:
    prefix, _, said = text.strip().partition(" ")
    found = re.fullmatch(rf"-(?P<dropped>\S+)|(?P<name>[^\s=?]+)(?P<mark>{marks})(?P<value>.+)", said.strip())
    if not found or not folder_pattern.fullmatch(prefix) or prefix.startswith("/_mirage/"):
        raise Unreadable(wanted, text)
    name, value = found["dropped"] or found["name"], found["value"] or ""
    if not name_pattern.fullmatch(name) or (value and not value_pattern.fullmatch(value)):
        raise Unreadable(wanted, text)
    return HeaderRule(prefix=prefix, name=name, value=value, only_missing=found["mark"] == "?=")


def forwarded(rules: Iterable[HeaderRule]) -> tuple[str, ...]:
    """The headers that requests are given for the origin to see; what the viewer function reads itself ends there."""
    return tuple(sorted({rule.name for rule in rules if rule.value} - {"accept", "save-data", "user-agent"}))


def of_path(rules: Iterable[HeaderRule], path: str) -> tuple[HeaderRule, ...]:
    """What holds for a behavior's path: of the rules above it the nearest for each header."""
    above = sorted((rule for rule in rules if path.startswith(rule.prefix)), key=lambda rule: len(rule.prefix))
    return tuple(sorted({rule.name.lower(): rule for rule in above}.values(), key=lambda rule: rule.name.lower()))


def fault(requests: Iterable[HeaderRule], responses: Iterable[HeaderRule]) -> str:
    """The sentence for rules that cannot be together, empty where they can."""
    for setting, rules in (("requestHeaders", tuple(requests)), ("responseHeaders", tuple(responses))):
        said = [(rule.prefix, rule.name.lower()) for rule in rules]
        twice = next((f"{name} of {prefix}" for prefix, name in said if said.count((prefix, name)) > 1), "")
        if twice:
            return f"Expected each header once a path for {setting}, received {twice} again."
        # Four of the forwarding policy are the stack's; a headers policy takes four away and sets three by itself.
        held = [forwarded(rules)] if setting == "requestHeaders" else [of_path(rules, each.prefix) for each in rules]
        most = most_headers - 4
        if any(len(each) > most for each in held):
            return f"Expected at most {most} headers a path for {setting}, received {max(map(len, held))}."
    return ""
