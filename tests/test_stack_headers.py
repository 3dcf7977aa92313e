"""What the program declares for headers by prefix, and for the exchange of identity providers' tokens."""

from __future__ import annotations

import json
from functools import cache

from infra.cloudfront import trusted_keys
from tests.declared import distribution, stack
from tests.test_stack_preview import trusted_key

settings = {
    "access": '["signed /team/", "cloudfront /members/", "open /team/open/"]',
    "trustedKeys": json.dumps([trusted_key]),
    "tokenExchanges": '["/members/ issuer=https://login.example/ audience=pictures key=ssm:/mirage/cookies"]',
    "requestHeaders": '["/mail/ accept=image/jpeg", "/mail/ x-tenant=a"]',
    "responseHeaders": json.dumps(
        [
            "/ X-Robots-Tag=noindex",
            "/press/ X-Robots-Tag=all",
            "/press/ -Server-Timing",
            "/team/ Cache-Control=public",
            "/press/ X-Frame-Options?=DENY",
            "/press/ Content-Security-Policy=sandbox",
        ]
    ),
    "generators": "[]",
    "playground": "false",
}
policy_type = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"


@cache
def policies() -> dict[str, dict]:
    return {each.id: each.inputs for each in stack(**settings).of(policy_type)}


def behavior(pattern: str) -> dict:
    return next(each for each in distribution(**settings)["orderedCacheBehaviors"] if each["pathPattern"] == pattern)


def set_by(found: dict) -> dict[str, tuple[str, bool]]:
    items = policies()[found["responseHeadersPolicyId"]]["customHeadersConfig"]["items"]
    return {each["header"]: (each["value"], each["override"]) for each in items}


def test_each_path_with_headers_of_its_own_is_a_behavior() -> None:
    patterns = [each["pathPattern"] for each in distribution(**settings)["orderedCacheBehaviors"]]
    assert patterns == ["/_mirage/token", "/team/open/*", "/members/*", "/press/*", "/team/*"]


def test_the_nearest_rule_sets_a_header_and_all_others_are_as_before() -> None:
    usual = {"Cross-Origin-Resource-Policy": ("cross-origin", False)}
    assert set_by(distribution(**settings)["defaultCacheBehavior"]) == usual | {"X-Robots-Tag": ("noindex", True)}
    assert set_by(behavior("/press/*")) == usual | {"X-Robots-Tag": ("all", True)}
    assert set_by(behavior("/members/*")) == usual | {
        "X-Robots-Tag": ("noindex", True),
        "Cache-Control": ("private, no-cache", True),
    }


def test_a_header_is_taken_off_where_the_rule_says_so() -> None:
    removed: dict[str, list[str]] = {}
    for each in distribution(**settings)["orderedCacheBehaviors"]:
        items = policies()[each["responseHeadersPolicyId"]]["removeHeadersConfig"]["items"]
        removed[each["pathPattern"]] = [item["header"] for item in items]
    assert [path for path, names in removed.items() if "Server-Timing" in names] == ["/press/*"]
    assert all("x-amz-meta-cache-tag" in names for names in removed.values())


def test_security_headers_are_said_in_cloudfronts_words() -> None:
    security = policies()[behavior("/press/*")["responseHeadersPolicyId"]]["securityHeadersConfig"]
    assert security["frameOptions"] == {"frameOption": "DENY", "override": False}
    assert security["contentSecurityPolicy"] == {"contentSecurityPolicy": "sandbox", "override": True}


def test_no_rule_makes_a_closed_answer_anybodys() -> None:
    assert set_by(behavior("/team/*"))["Cache-Control"] == ("private, no-cache", True)
    assert set_by(behavior("/team/open/*"))["Cache-Control"] == ("public", True)


def test_headers_of_requests_are_entries_of_the_store_and_forwarded() -> None:
    found = stack(**settings)
    entry = found.one("aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey", "r-mail").inputs
    assert json.loads(str(entry["value"]))["headers"] == [
        ["mail/", "accept", "image/jpeg"],
        ["mail/", "x-tenant", "a"],
    ]
    forwarding = found.one("aws:cloudfront/originRequestPolicy:OriginRequestPolicy", "forwarding").inputs
    assert forwarding["headersConfig"]["headers"]["items"] == ["x-mirage-generate", "accept", "save-data", "x-tenant"]


def test_the_token_has_a_behavior_that_anybody_may_ask_and_nobody_shares() -> None:
    found, token = stack(**settings), behavior("/_mirage/token")
    assert "trustedKeyGroups" not in token
    assert token["viewerProtocolPolicy"] == "https-only"
    assert "lambdaFunctionAssociations" not in token
    policy = found.one("aws:cloudfront/cachePolicy:CachePolicy", "token").inputs
    said = policy["parametersInCacheKeyAndForwardedToOrigin"]
    assert said["headersConfig"]["headers"]["items"] == ["x-mirage-token", "x-mirage-host"]
    assert said["queryStringsConfig"]["queryStrings"]["items"] == ["path"]
    assert (policy["defaultTtl"], policy["maxTtl"]) == (0, 1)


def test_the_function_is_told_the_exchange_and_the_ids_of_keys_and_no_secret() -> None:
    found = stack(**settings)
    said = found.one("aws:lambda/function:Function", "token").inputs["environment"]["variables"]
    assert json.loads(said["MIRAGE_EXCHANGES"]) == [
        {
            "path": "/members/",
            "issuer": "https://login.example/",
            "audience": "pictures",
            "key": "ssm:/mirage/cookies",
            "seconds": 3600,
        }
    ]
    (key,) = found.of("aws:cloudfront/publicKey:PublicKey")
    assert json.loads(said["MIRAGE_TRUSTED_KEYS"]) == {trusted_keys.digest(trusted_key): key.id}


def test_the_function_may_read_its_key_and_be_called_by_the_distribution_alone() -> None:
    found = stack(**settings)
    policy = json.loads(str(found.one("aws:iam/rolePolicy:RolePolicy", "token").inputs["policy"]))
    assert [each["Action"] for each in policy["Statement"]] == [
        ["ssm:GetParameters"],
        ["logs:CreateLogStream", "logs:PutLogEvents"],
    ]
    assert policy["Statement"][0]["Resource"] == ["arn:aws:ssm:eu-central-1:123456789012:parameter/mirage/cookies"]
    arn = found.one("aws:cloudfront/distribution:Distribution", "cdn").outputs["arn"]
    grants = [each.inputs for each in found.of("aws:lambda/permission:Permission") if each.name.startswith("token")]
    assert sorted((each["action"], each["principal"], each["sourceArn"]) for each in grants) == [
        ("lambda:InvokeFunction", "cloudfront.amazonaws.com", arn),
        ("lambda:InvokeFunctionUrl", "cloudfront.amazonaws.com", arn),
    ]


def test_the_functions_errors_are_watched_with_the_others() -> None:
    watching = [
        each
        for each in stack(**settings).of("aws:cloudwatch/metricAlarm:MetricAlarm")
        if "mirage-dev-token" in repr(each)
    ]
    assert watching


def test_a_stack_without_them_declares_none_of_it() -> None:
    found = stack()
    assert [each.name for each in found.of(policy_type)] == ["headers", "page-headers"]
    assert "token" not in {each.name for each in found.of("aws:lambda/function:Function")}
