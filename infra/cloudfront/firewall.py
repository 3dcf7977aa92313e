"""AWS WAF in front of the distribution, in us-east-1 where CloudFront's must be."""

from __future__ import annotations

import pulumi_aws as aws

from infra.names import Names

# CloudFront's web ACLs, whatever the stack's Region. AWS "How AWS WAF works with CloudFront", read 2026-11.
region = "us-east-1"
# Requests from one address in five minutes. A page of 100 pictures, opened 20 times.
most_requests = 2_000
managed = ("AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet")


def web_acl(names: Names) -> aws.wafv2.WebAcl:
    """The web ACL: addresses of bad repute, AWS's common rules, and a rate for each address."""
    name = names.of("waf")
    return aws.wafv2.WebAcl(
        "waf",
        name=name,
        scope="CLOUDFRONT",
        region=region,
        default_action={"allow": {}},
        rules=[*(_managed(at, group) for at, group in enumerate(managed)), _rate(len(managed))],
        visibility_config=_seen(name),
    )


def _managed(priority: int, group: str) -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": group,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": group}},
        "visibility_config": _seen(group),
    }


def _rate(priority: int) -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": "rate",
        "priority": priority,
        "action": {"block": {}},
        "statement": {"rate_based_statement": {"limit": most_requests, "aggregate_key_type": "IP"}},
        "visibility_config": _seen("rate"),
    }


def _seen(metric: str) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": False}
