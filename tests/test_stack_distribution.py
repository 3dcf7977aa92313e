"""What the distribution does: what is in the key, what is kept, what is forwarded, added and removed."""

from __future__ import annotations

import pytest

from emulator.made_up import account
from tests.declared import distribution, stack

cache_policy = "aws:cloudfront/cachePolicy:CachePolicy"
headers_policy = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
forwarding_policy = "aws:cloudfront/originRequestPolicy:OriginRequestPolicy"


def origins(**settings: str) -> dict[str, dict]:
    return {each["originId"]: each for each in distribution(**settings)["origins"]}


def test_origins_are_what_the_viewer_function_selects():
    found = {name: (each["domainName"], each["originPath"]) for name, each in origins().items()}
    variants = "mirage-dev-variants-123456789012.s3.eu-central-1.amazonaws.com"
    assert found == {
        "variants": (variants, "/v"),
        "originals": ("mirage-dev-originals-123456789012.s3.eu-central-1.amazonaws.com", ""),
        "page": (variants, "/page"),
    }


def test_every_origin_is_signed_for_by_one_access_control():
    control = stack().one("aws:cloudfront/originAccessControl:OriginAccessControl", "buckets")
    assert (control.inputs["signingBehavior"], control.inputs["signingProtocol"]) == ("always", "sigv4")
    assert {each["originAccessControlId"] for each in origins().values()} == {control.id}
    assert not any("s3OriginConfig" in each for each in origins().values())


@pytest.mark.parametrize(
    ("region", "setting", "shield"),
    [
        ("eu-central-1", "true", {"enabled": True, "originShieldRegion": "eu-central-1"}),
        ("eu-west-3", "true", {"enabled": True, "originShieldRegion": "eu-west-2"}),
        ("ca-central-1", "true", {"enabled": True, "originShieldRegion": "us-east-1"}),
        ("eu-central-1", "us-east-2", {"enabled": True, "originShieldRegion": "us-east-2"}),
        ("il-central-1", "false", None),
    ],
)
def test_origin_shield_stands_where_aws_maps_it(region, setting, shield):
    found = origins(originShield=setting, **{"aws:region": region})
    assert [each.get("originShield") for each in found.values()] == [shield] * 3


def test_pictures_are_kept_by_their_path_alone():
    policy = stack().one(cache_policy, "pictures").inputs
    assert (policy["minTtl"], policy["defaultTtl"], policy["maxTtl"]) == (0, 60, 31_536_000)
    assert policy["parametersInCacheKeyAndForwardedToOrigin"] == {
        "cookiesConfig": {"cookieBehavior": "none"},
        "headersConfig": {"headerBehavior": "none"},
        "queryStringsConfig": {"queryStringBehavior": "none"},
        "enableAcceptEncodingBrotli": False,
        "enableAcceptEncodingGzip": False,
    }
    assert distribution()["defaultCacheBehavior"]["compress"] is False


def test_the_page_is_compressed_under_a_policy_of_its_own():
    policy = stack().one(cache_policy, "page")
    behaviors = distribution()["orderedCacheBehaviors"]
    key = policy.inputs["parametersInCacheKeyAndForwardedToOrigin"]
    assert (key["enableAcceptEncodingBrotli"], key["enableAcceptEncodingGzip"]) == (True, True)
    assert [(each["pathPattern"], each["targetOriginId"], each["compress"]) for each in behaviors] == [
        ("/", "page", True),
        ("/_mirage/page/*", "page", True),
    ]
    assert {each["cachePolicyId"] for each in behaviors} == {policy.id}


def test_without_the_page_there_is_no_behavior_of_its_own():
    assert distribution(playground="false").get("orderedCacheBehaviors", []) == []
    assert sorted(origins(playground="false")) == ["originals", "variants"]


def test_only_the_kill_switch_and_what_answers_vary_by_are_forwarded_and_in_no_key():
    policy = stack().one(forwarding_policy, "forwarding").inputs
    assert policy["headersConfig"] == {
        "headerBehavior": "whitelist",
        "headers": {"items": ["x-mirage-generate", "accept", "save-data"]},
    }
    assert policy["cookiesConfig"] == {"cookieBehavior": "none"}
    assert policy["queryStringsConfig"] == {"queryStringBehavior": "none"}


def test_the_viewer_function_and_a_published_version_of_the_edge_are_associated():
    behavior = distribution()["defaultCacheBehavior"]
    function = stack().one("aws:cloudfront/function:Function", "viewer")
    assert behavior["functionAssociations"] == [{"eventType": "viewer-request", "functionArn": function.outputs["arn"]}]
    assert behavior["lambdaFunctionAssociations"] == [
        {
            "eventType": "origin-response",
            "lambdaArn": f"arn:aws:lambda:us-east-1:{account}:function:mirage-dev-edge:1",
            "includeBody": False,
        }
    ]


def test_the_page_runs_the_viewer_function_and_no_edge():
    for behavior in distribution()["orderedCacheBehaviors"]:
        assert len(behavior["functionAssociations"]) == 1
        assert "lambdaFunctionAssociations" not in behavior


def test_every_behavior_is_https_and_reads_only():
    found = distribution()
    for behavior in [found["defaultCacheBehavior"], *found["orderedCacheBehaviors"]]:
        assert behavior["viewerProtocolPolicy"] == "redirect-to-https"
        assert behavior["allowedMethods"] == ["GET", "HEAD"]


def test_errors_are_kept_for_as_long_as_the_contract_says():
    found = {each["errorCode"]: each["errorCachingMinTtl"] for each in distribution()["customErrorResponses"]}
    assert found == {
        400: 0,
        403: 0,
        404: 60,
        405: 0,
        414: 10,
        416: 0,
        500: 10,
        501: 10,
        502: 10,
        503: 10,
        504: 10,
    }
    assert not any("responsePagePath" in each for each in distribution()["customErrorResponses"])


def test_the_listing_at_the_root_is_closed():
    assert distribution()["defaultRootObject"] == "index.html"


def test_tags_are_read_and_never_reach_viewers():
    assert distribution()["cacheTagConfig"] == {"headerName": "x-amz-meta-cache-tag"}
    removed = stack().one(headers_policy, "headers").inputs["removeHeadersConfig"]["items"]
    assert {"header": "x-amz-meta-cache-tag"} in removed


def test_http_versions_and_addresses():
    found = distribution()
    assert (found["httpVersion"], found["isIpv6Enabled"], found["enabled"]) == ("http2and3", True, True)


def test_security_headers_are_added():
    found = stack().one(headers_policy, "headers").inputs["securityHeadersConfig"]
    assert found["contentTypeOptions"] == {"override": True}
    assert found["strictTransportSecurity"] == {"accessControlMaxAgeSec": 31_536_000, "override": False}
    assert found["referrerPolicy"] == {"referrerPolicy": "strict-origin-when-cross-origin", "override": False}
    # The edge says `sandbox` of an SVG: a policy here would stand beside it, or take its place.
    assert "contentSecurityPolicy" not in found


def test_scripts_of_other_origins_read_nothing_by_default():
    found = stack().one(headers_policy, "headers").inputs
    assert "corsConfig" not in found
    assert [each["header"] for each in found["customHeadersConfig"]["items"]] == ["Cross-Origin-Resource-Policy"]


def test_scripts_of_named_origins_read_pixels_and_timings():
    cors = '["https://a.example", "http://localhost:3000"]'
    found = stack(geoDeny='["AQ", "BV"]', originShield="us-east-2", cors=cors).one(headers_policy, "headers").inputs
    assert found["corsConfig"]["accessControlAllowOrigins"] == {"items": ["https://a.example", "http://localhost:3000"]}
    assert found["corsConfig"]["accessControlAllowCredentials"] is False
    timing = {
        "header": "Timing-Allow-Origin",
        "value": "https://a.example, http://localhost:3000",
        "override": True,
    }
    assert timing in found["customHeadersConfig"]["items"]


@pytest.mark.parametrize(
    ("settings", "restriction"),
    [
        ({}, {"restrictionType": "none", "locations": []}),
        ({"geoAllow": '["CH", "LI"]'}, {"restrictionType": "whitelist", "locations": ["CH", "LI"]}),
        ({"geoDeny": '["AQ"]'}, {"restrictionType": "blacklist", "locations": ["AQ"]}),
    ],
)
def test_countries(settings, restriction):
    assert distribution(**settings)["restrictions"] == {"geoRestriction": restriction}


def test_the_price_class_is_the_settings():
    assert distribution()["priceClass"] == "PriceClass_100"
