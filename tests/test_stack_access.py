"""What the program declares for closed prefixes: behaviors, policies, keys, the store's secrets, and the firewall."""

from __future__ import annotations

import json

import pytest

from infra import access, shipped
from infra.configuration import config
from tests.declared import distribution, stack
from tests.test_stack_preview import trusted_key

secret = "an-example-secret-of-32-bytes-ok!"
closed = {
    "access": json.dumps(
        ["presets /p/", "open /a/b/c/", "signed /a/b/", "cloudfront /a/", "basic /u/", "open /free/", "jwt /j/"]
    ),
    "presets": '["card w=300&h=200&fit=cover"]',
    "accessKeys": json.dumps([f"k1 {secret} path=/a/b/ width=640 until=2027-01-01", f"k2 {secret}"]),
    "trustedKeys": json.dumps([trusted_key]),
    "generators": "[]",
    "waf": "true",
    # All modes at once take the room of the page and of a watermark.
    "playground": "false",
}


def policy_id(name: str) -> str:
    return stack(**closed).one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", name).id


def behaviors() -> dict[str, dict]:
    return {each["pathPattern"]: each for each in distribution(**closed)["orderedCacheBehaviors"]}


def test_each_closed_prefix_and_what_is_nested_in_it_is_a_behavior_the_longest_first() -> None:
    assert list(behaviors()) == ["/a/b/c/*", "/a/b/*", "/a/*", "/j/*", "/u/*"]


def test_closed_prefixes_are_private_and_others_as_the_default() -> None:
    found = {pattern: each["responseHeadersPolicyId"] for pattern, each in behaviors().items()}
    private, usual = policy_id("private-headers"), policy_id("headers")
    assert found == {"/a/b/c/*": usual, "/a/b/*": private, "/a/*": private, "/j/*": private, "/u/*": private}
    assert distribution(**closed)["defaultCacheBehavior"]["responseHeadersPolicyId"] == usual


def test_the_private_policy_says_so_at_every_status() -> None:
    policy = stack(**closed).one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "private-headers")
    assert {"header": "Cache-Control", "value": "private, no-cache", "override": True} in policy.inputs[
        "customHeadersConfig"
    ]["items"]


def test_the_key_group_is_where_cloudfront_decides_and_nowhere_else() -> None:
    group = stack(**closed).one("aws:cloudfront/keyGroup:KeyGroup", "trusted")
    trusting = {pattern: each.get("trustedKeyGroups") for pattern, each in behaviors().items()}
    assert trusting == {"/a/b/c/*": None, "/a/b/*": None, "/a/*": [group.id], "/j/*": None, "/u/*": None}
    assert "trustedKeyGroups" not in distribution(**closed)["defaultCacheBehavior"]


def test_a_closed_root_closes_the_default_behavior_and_the_page() -> None:
    root = {"access": '["cloudfront /"]', "trustedKeys": json.dumps([trusted_key]), "generators": "[]"}
    found = stack(**root)
    group = found.one("aws:cloudfront/keyGroup:KeyGroup", "trusted").id
    declared = distribution(**root)
    assert declared["defaultCacheBehavior"]["trustedKeyGroups"] == [group]
    assert [each["trustedKeyGroups"] for each in declared["orderedCacheBehaviors"]] == [[group], [group]]
    page = found.one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "page-headers")
    assert page.inputs["customHeadersConfig"]["items"][0]["value"] == "private, no-cache"


def test_secrets_are_in_the_store_and_nowhere_else() -> None:
    found = stack(**closed)
    kept = [each for each in found.resources if secret in repr(each) or "YW4tZXhhbXBsZS1zZWNyZX" in repr(each)]
    assert [each.name for each in kept] == ["k-k1", "k-k2"]
    assert secret not in "".join(found.messages)
    assert json.loads(str(kept[0].inputs["value"])) == {
        "exp": 1_798_761_600,
        "path": "/a/b/",
        "secret": "YW4tZXhhbXBsZS1zZWNyZXQtb2YtMzItYnl0ZXMtb2sh",
        "width": 640,
    }


def test_a_key_more_changes_no_function() -> None:
    more = closed | {"accessKeys": json.dumps([f"k2 {secret}", f"k3 {secret}"])}
    kind = "aws:cloudfront/function:Function"
    assert stack(**closed).one(kind, "viewer").inputs == stack(**more).one(kind, "viewer").inputs


def test_users_tokens_routes_and_headers_come_and_go_without_a_deploy_of_the_function() -> None:
    """Beside ones that are there already, which composed their code."""
    users = ["alice c2l4dGVlbiBieXRlIHNhbHQ AgUp-73w_hd3fSa5njWJlM_n13lDbKJJZinhOHpFJZ0"]
    one = {
        "accessUsers": users,
        "tokenKeys": [f"default {secret} aud=a"],
        "routes": ["/old/ /new/"],
        "requestHeaders": ["/mail/ accept=image/jpeg"],
    }
    other = {
        "accessUsers": [each.replace("alice", "bob") for each in users],
        "tokenKeys": [f"j2 {secret}", f"j3 {secret}"],
        "routes": ["/hero/ /hero-a/ 1 /hero-b/ 1"],
        "requestHeaders": ["/mail/ -accept", "/news/ x-tenant=a"],
    }
    kind = "aws:cloudfront/function:Function"
    first, second = (
        stack(**closed, **{name: json.dumps(lines) for name, lines in said.items()}).one(kind, "viewer").inputs
        for said in (one, other)
    )
    assert first == second


def test_the_firewall_is_in_us_east_1_and_in_front() -> None:
    wall = stack(**closed).one("aws:wafv2/webAcl:WebAcl", "waf")
    assert (wall.inputs["scope"], wall.inputs["region"]) == ("CLOUDFRONT", "us-east-1")
    assert [rule["name"] for rule in wall.inputs["rules"]] == [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "rate",
    ]
    assert distribution(**closed)["webAclId"] == wall.outputs["arn"]
    assert "webAclId" not in distribution()


@pytest.mark.parametrize(
    ("path", "redirect"),
    [
        ("1.jpg/e1,f=auto", "key"),
        ("u/1.jpg/e1,f=auto", "key"),
        ("p/1.jpg/e1,f=auto", "stored"),
        ("a/1.jpg/e1,f=auto", "stored"),
        ("a/b/1.jpg/e1,f=auto", "stored"),
        ("a/b/c/1.jpg/e1,f=auto", "key"),
        ("j/1.jpg/e1,f=auto", "stored"),
    ],
)
def test_a_large_body_is_redirected_to_by_its_prefix(path: str, redirect: str) -> None:
    from tests.test_config import defaults

    texts = {**defaults, **closed, "sizes": "exact", "openOptions": '["all"]'}
    settings = shipped.baked(
        config.read(texts, region="eu-central-1"), region="eu-central-1", originals="o", variants="v"
    )
    assert settings.redirect_of(path) == redirect
    ladder = shipped.baked(
        config.read({**texts, "sizes": "ladder"}, region="eu-central-1"), region="x", originals="o", variants="v"
    )
    assert ladder.redirect_of(path) == "stored"


def test_the_longest_prefix_comes_first() -> None:
    from tests.test_config import defaults

    rules = access.rules(config.read({**defaults, **closed}, region="eu-central-1"))
    assert access.mode_of("/a/b/c/1.jpg", rules) == "open"
    assert access.mode_of("/a/b/1.jpg", rules) == "signed"
    assert access.mode_of("/a/1.jpg", rules) == "cloudfront"
    assert access.mode_of("/1.jpg", rules) == "open"
