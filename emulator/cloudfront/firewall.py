"""AWS WAF in front of the distribution, as far as it is emulated: a rate for each address. Managed rules are not.

AWS WAF Developer Guide, "Using rate-based rule statements" (aggregation), read 2026-11. There the count is an estimate,
looked at every few seconds; here it is exact, and blocks at once.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from emulator.quotas import firewall_rate, firewall_windows_s
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded

web_acl_type = "aws:wafv2/webAcl:WebAcl"
scope = "CLOUDFRONT"
region = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most so many requests of an address in a window; one more is refused."""

    limit: int
    window_s: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAcl:
    """`managed` are the groups of managed rules, none of which blocks anything here."""

    name: str = ""
    rates: tuple[Rate, ...] = ()
    managed: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Firewall:
    """The web ACL at work: the moments of each address's requests, as long as the longest window."""

    acl: WebAcl
    seen: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def blocks(self, address: str, now: float) -> bool:
        """Whether this request is refused; refused ones count, too, so that a flood does not let itself in."""
        if not self.acl.rates:
            return False
        moments = self.seen[address]
        moments.append(now)
        longest = max(rate.window_s for rate in self.acl.rates)
        while moments[0] <= now - longest:
            moments.popleft()
        return any(sum(moment > now - rate.window_s for moment in moments) > rate.limit for rate in self.acl.rates)


def read_web_acls(resources: Sequence[Recorded]) -> Mapping[str, WebAcl]:
    """The stack's web ACLs by ARN. Raises NotHonoured for a rule that is neither a rate nor a managed group."""
    found = {}
    for each in resources:
        if each.type == web_acl_type:
            reader = Reader(f"WebAcl {each.name}", each.inputs)
            found[str(each.outputs["arn"])] = _web_acl(reader)
    return found


def _web_acl(reader: Reader) -> WebAcl:
    reader.only("scope", [scope], "it is in front of a distribution")
    reader.only("region", [region], "CloudFront's web ACLs are there")
    reader.only("defaultAction", [{"allow": {}}], "whoever no rule blocks is let through")
    reader.without_effect("description", "tags", "visibilityConfig")
    name, rates, managed = reader.text("name"), [], []
    for rule in reader.blocks("rules"):
        rule.without_effect("name", "priority", "visibilityConfig")
        statement = rule.block("statement")
        group = statement.block("managedRuleGroupStatement") if statement else None
        rate = statement.block("rateBasedStatement") if statement else None
        if statement is None or (group is None) == (rate is None):
            raise NotHonoured(f"{rule.path} is neither a rate nor a group of managed rules, which are all it knows.")
        statement.finish()
        if group is not None:
            rule.only("overrideAction", [{"none": {}}], "a group that only counts is another thing")
            group.without_effect("vendorName")
            managed.append(group.text("name"))
            group.finish()
        if rate is not None:
            rule.only("action", [{"block": {}}], "a rate blocks")
            rates.append(_rate(rate))
        rule.finish()
    reader.finish()
    return WebAcl(name=name, rates=tuple(rates), managed=tuple(managed))


def _rate(reader: Reader) -> Rate:
    reader.only("aggregateKeyType", ["IP"], "viewers are told apart by their addresses")
    rate = Rate(limit=reader.whole("limit", 0), window_s=reader.whole("evaluationWindowSec", 300))
    reader.finish()
    least, most = firewall_rate
    if not least <= rate.limit <= most or rate.window_s not in firewall_windows_s:
        raise NotHonoured(
            f"WAFInvalidParameterException: {reader.path} takes limits from {least} and windows of "
            f"{firewall_windows_s} s."
        )
    return rate


def not_emulated(acl: WebAcl) -> str:
    """What a person must know before he takes this for AWS; empty where nothing is missing."""
    if not acl.managed:
        return ""
    return (
        f"NOT EMULATED: the managed rules {', '.join(acl.managed)} of the web ACL {acl.name}. "
        "Requests that AWS WAF would block are let through here; its rate for each address is kept."
    )
