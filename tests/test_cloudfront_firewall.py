"""AWS WAF as far as it is emulated: a rate for each address. What is not is said; any other rule stops the start."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import pytest

from emulator.cloudfront.firewall import Firewall, Rate, WebAcl, not_emulated, read_web_acls
from emulator.reading import NotHonoured

arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/w/1"
rate_rule = {
    "name": "rate", "priority": 1, "action": {"block": {}}, "visibilityConfig": {"metricName": "rate"},
    "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP"}},
}  # fmt: skip
managed_rule = {
    "name": "common", "priority": 0, "overrideAction": {"none": {}}, "visibilityConfig": {"metricName": "common"},
    "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": "AWSManagedRulesCommonRuleSet"}},
}  # fmt: skip


def read(*rules: Mapping[str, object], **said: object) -> WebAcl:
    inputs = {"name": "w", "scope": "CLOUDFRONT", "region": "us-east-1", "defaultAction": {"allow": {}}}
    found = SimpleNamespace(
        type="aws:wafv2/webAcl:WebAcl",
        name="waf",
        id="1",
        outputs={"arn": arn},
        inputs={**inputs, "rules": rules} | said,
    )
    return read_web_acls([found])[arn]


def test_the_firewall_of_the_program_is_a_rate_and_two_groups_that_are_not_emulated() -> None:
    from tests.declared import stack

    (acl,) = read_web_acls(stack(waf="true").resources).values()
    assert acl.rates == (Rate(limit=2000, window_s=300),)
    assert not_emulated(acl) == (
        "NOT EMULATED: the managed rules AWSManagedRulesAmazonIpReputationList, AWSManagedRulesCommonRuleSet of the "
        "web ACL mirage-dev-waf. Requests that AWS WAF would block are let through here; its rate for each address is "
        "kept."
    )
    assert not_emulated(WebAcl()) == ""


@pytest.mark.parametrize(
    "rule",
    [
        {**rate_rule, "action": {"count": {}}},
        {**rate_rule, "statement": {"rateBasedStatement": {"limit": 9, "aggregateKeyType": "IP"}}},
        {**rate_rule, "statement": {"rateBasedStatement": {"limit": 99, "aggregateKeyType": "FORWARDED_IP"}}},
        {**rate_rule, "statement": {"geoMatchStatement": {"countryCodes": ["FR"]}}},
        {**managed_rule, "overrideAction": {"count": {}}},
        {**managed_rule, "captchaConfig": {"immunityTimeProperty": {"immunityTime": 60}}},
    ],
)
def test_a_rule_that_is_not_known_stops_the_start(rule: Mapping[str, object]) -> None:
    with pytest.raises(NotHonoured):
        read(rule)


@pytest.mark.parametrize("said", [{"scope": "REGIONAL"}, {"region": "eu-central-1"}, {"defaultAction": {"block": {}}}])
def test_a_web_acl_of_another_kind_stops_the_start(said: Mapping[str, object]) -> None:
    with pytest.raises(NotHonoured):
        read(rate_rule, **said)


def test_an_address_is_blocked_above_its_rate_until_the_window_is_over() -> None:
    wall = Firewall(acl=WebAcl(rates=(Rate(limit=10, window_s=60),)))
    assert [wall.blocks("198.51.100.1", at) for at in range(12)] == [False] * 10 + [True] * 2
    assert not wall.blocks("198.51.100.2", 12)
    assert wall.blocks("198.51.100.1", 60)
    assert not wall.blocks("198.51.100.1", 130)
