"""What CloudFront would refuse of a declared distribution or policy, and what the emulator does not honour: by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator.cloudfront.declared import read_distribution
from emulator.cloudfront.distribution import ErrorPage
from emulator.reading import NotHonoured, Reader
from tests.chain_world import changed
from tests.declared import stack

Change = Callable[[dict], object]


def refusal(kind: str, name: str, change: Change) -> str:
    """The sentence that reading ends with; empty where all is read."""
    try:
        read_distribution(changed(stack(), kind, name, change).resources)
    except NotHonoured as why:
        return str(why)
    return ""


def key(**settings: object) -> Change:
    return lambda it: it["parametersInCacheKeyAndForwardedToOrigin"].update(settings)


def listed(*names: str, behavior: str = "whitelist") -> dict[str, object]:
    return {"headerBehavior": behavior, "headers": {"items": list(names)}}


def uncached(**settings: object) -> Change:
    def change(it: dict) -> None:
        it.update(minTtl=0, defaultTtl=0, maxTtl=0)
        key(**settings)(it)

    return change


cache_policies: dict[str, tuple[Change, str]] = {
    "half a second": (lambda it: it.update(defaultTtl=0.5), "Expected a whole number for CachePolicy pictures"),
    "all headers but some": (key(headersConfig=listed("a", behavior="allExcept")), "headerBehavior = 'allExcept'"),
    "a word for cookies that is none": (key(cookiesConfig={"cookieBehavior": "some"}), "cookieBehavior = 'some'"),
    "a word for query strings that is none": (
        key(queryStringsConfig={"queryStringBehavior": "whitelisted"}),
        "queryStringBehavior = 'whitelisted'",
    ),
    "a list that names nothing": (key(headersConfig={"headerBehavior": "whitelist"}), "names no headers"),
    "names that no list wants": (
        key(queryStringsConfig={"queryStringBehavior": "none", "queryStrings": {"items": ["a"]}}),
        "names queryStrings",
    ),
    "Cookie as a header": (key(headersConfig=listed("cookie")), "contains cookie that is not allowed"),
    "Connection": (key(headersConfig=listed("Connection")), "contains Connection that is not allowed"),
    "Proxy-Authorization": (key(headersConfig=listed("Proxy-Authorization")), "contains Proxy-Authorization that is"),
    "TE": (key(headersConfig=listed("TE")), "contains TE that is not allowed"),
    "Upgrade": (key(headersConfig=listed("Upgrade")), "contains Upgrade that is not allowed"),
    "Accept-Encoding beside Brotli's flag": (
        key(enableAcceptEncodingBrotli=True, headersConfig=listed("Accept-Encoding")),
        "contains Accept-Encoding that is not allowed",
    ),
    "no key": (lambda it: it.pop("parametersInCacheKeyAndForwardedToOrigin"), "has no parametersInCacheKeyAnd"),
    "a property that there is not": (lambda it: it.update(more=1), "more"),
    "a part of the key that there is not": (key(more=1), "parametersInCacheKeyAndForwardedToOrigin.more"),
    "a header that CloudFront makes": (
        key(headersConfig=listed("CloudFront-Viewer-Country")),
        "does not make CloudFront-Viewer-Country",
    ),
    "Accept-Encoding beside the flag": (
        key(enableAcceptEncodingGzip=True, headersConfig=listed("Accept-Encoding")),
        "contains Accept-Encoding that is not allowed",
    ),
    "gzip without caching": (
        uncached(enableAcceptEncodingGzip=True),
        "InvalidArgument: The parameter EnableAcceptEncodingGzip is invalid for policy with caching disabled",
    ),
    "Brotli without caching": (uncached(enableAcceptEncodingBrotli=True), "EnableAcceptEncodingBrotli is invalid"),
    "a header without caching": (uncached(headersConfig=listed("x-a")), "HeaderBehavior is invalid for policy with"),
    "cookies without caching": (uncached(cookiesConfig={"cookieBehavior": "all"}), "CookieBehavior is invalid for"),
    "queries without caching": (
        uncached(queryStringsConfig={"queryStringBehavior": "all"}),
        "QueryStringBehavior is invalid for",
    ),
    "a part that nobody reads": (key(headersConfig={"headerBehavior": "none", "more": 1}), "headersConfig.more"),
    "Host before a bucket": (key(headersConfig=listed("host")), "forwards Host to variants"),
}


@pytest.mark.parametrize("case", cache_policies)
def test_a_cache_policy_is_refused_with_a_sentence(case: str) -> None:
    change, words = cache_policies[case]
    assert words in refusal("CachePolicy", "pictures", change)


def test_a_policy_that_caches_nothing_is_read() -> None:
    assert refusal("CachePolicy", "pictures", uncached()) == ""


# CFAPI:CachePolicyConfig, CachePolicyCookiesConfig, CachePolicyQueryStringsConfig, read 2026-11.
readable: dict[str, Change] = {
    "Accept-Encoding without the flags": key(
        enableAcceptEncodingGzip=False, enableAcceptEncodingBrotli=False, headersConfig=listed("Accept-Encoding")
    ),
    "no headers": key(headersConfig={"headerBehavior": "none"}),
    **{
        f"{kind}: {behavior}": key(**{f"{kind}sConfig": {f"{kind}Behavior": behavior} | names})
        for kind in ("cookie", "queryString")
        for behavior, names in (
            ("none", {}),
            ("all", {}),
            ("whitelist", {f"{kind}s": {"items": ["a"]}}),
            ("allExcept", {f"{kind}s": {"items": ["a"]}}),
        )
    },
}


@pytest.mark.parametrize("case", readable)
def test_a_cache_policy_is_read(case: str) -> None:
    assert refusal("CachePolicy", "pictures", readable[case]) == ""


def headers(config: dict[str, object]) -> Change:
    return lambda it: it.update(headersConfig=config)


request_policies: dict[str, tuple[Change, str]] = {
    "Authorization alone": (headers(listed("Authorization")), "contains Authorization that is not allowed"),
    "Accept-Encoding": (headers(listed("accept-encoding")), "contains accept-encoding that is not allowed"),
    "a header that CloudFront makes": (headers(listed("CloudFront-Is-Mobile-Viewer")), "does not make CloudFront-Is-"),
    "all and CloudFront's own": (
        headers(listed("CloudFront-Viewer-Country", behavior="allViewerAndWhitelistCloudFront")),
        "headerBehavior = 'allViewerAndWhitelistCloudFront'",
    ),
    "all of the viewer's, Host among them": (headers({"headerBehavior": "allViewer"}), "forwards Host to variants"),
    "a property that there is not": (lambda it: it.update(more=1), "more"),
    "Host by name": (headers(listed("Host")), "forwards Host to variants"),
    "all but others": (headers(listed("x-a", behavior="allExcept")), "forwards Host to variants"),
}


@pytest.mark.parametrize("case", request_policies)
def test_an_origin_request_policy_is_refused_with_a_sentence(case: str) -> None:
    change, words = request_policies[case]
    assert words in refusal("OriginRequestPolicy", "forwarding", change)


def test_all_headers_but_host_are_read() -> None:
    assert refusal("OriginRequestPolicy", "forwarding", headers(listed("host", behavior="allExcept"))) == ""


def test_a_header_that_is_not_forwarded_may_be_any() -> None:
    but = listed("host", "authorization", "CloudFront-Viewer-Country", behavior="allExcept")
    assert refusal("OriginRequestPolicy", "forwarding", headers(but)) == ""


def test_no_headers_are_read() -> None:
    assert refusal("OriginRequestPolicy", "forwarding", headers({"headerBehavior": "none"})) == ""


def security(**settings: object) -> Change:
    return lambda it: it["securityHeadersConfig"].update(settings)


def custom(*names: str) -> Change:
    items = [{"header": name, "value": "1", "override": True} for name in names]
    return lambda it: it.update(customHeadersConfig={"items": items})


headers_policies: dict[str, tuple[Change, str]] = {
    "X-Cache taken off": (lambda it: it["removeHeadersConfig"]["items"].append({"header": "X-Cache"}), "X-Cache"),
    "a header of CloudFront's own taken off": (
        lambda it: it["removeHeadersConfig"]["items"].append({"header": "x-amz-cf-pop"}),
        "x-amz-cf-pop",
    ),
    "Content-Length taken off": (
        lambda it: it["removeHeadersConfig"]["items"].append({"header": "content-length"}),
        "content-length",
    ),
    "eleven taken off": (
        lambda it: it.update(removeHeadersConfig={"items": [{"header": f"x-{at}"} for at in range(11)]}),
        "CloudFront takes 10 names",
    ),
    "eleven set": (custom(*(f"x-{at}" for at in range(11))), "CloudFront takes 10 names"),
    "a part of a removal that nobody reads": (
        lambda it: it["removeHeadersConfig"]["items"].append({"header": "x-a", "when": "always"}),
        "when",
    ),
    "a frame option of old": (
        security(frameOptions={"frameOption": "ALLOWALL", "override": True}),
        "frameOption = 'ALLOWALL'",
    ),
    "a referrer policy that is none": (
        security(referrerPolicy={"referrerPolicy": "never", "override": True}),
        "referrerPolicy = 'never'",
    ),
    "timing of more than all": (
        lambda it: it.update(serverTimingHeadersConfig={"enabled": True, "samplingRate": 101}),
        "0 to 100",
    ),
}


# AWS "Understand response headers policies" (Remove headers), read 2026-11.
never_taken_off = """Connection Content-Encoding Content-Length Expect Host Keep-Alive Proxy-Authenticate
    Proxy-Authorization Proxy-Connection Trailer Transfer-Encoding Upgrade Via Warning X-Accel-Buffering X-Amz-Cf-Id
    X-Amzn-RequestId X-Cache X-Edge-Location X-Forwarded-Proto X-Real-Ip""".split()  # noqa: SIM905


@pytest.mark.parametrize("name", never_taken_off)
def test_what_cloudfront_needs_is_not_taken_off(name: str) -> None:
    def change(it: dict) -> None:
        it["removeHeadersConfig"]["items"].append({"header": name})

    assert f"can't take off {name}" in refusal("ResponseHeadersPolicy", "headers", change)


# CFAPI:ResponseHeadersPolicyFrameOptions, ResponseHeadersPolicyReferrerPolicy, read 2026-11.
security_words = [("frameOptions", "frameOption", each) for each in ("DENY", "SAMEORIGIN")] + [
    ("referrerPolicy", "referrerPolicy", each)
    for each in (
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    )
]


@pytest.mark.parametrize(("block", "name", "word"), security_words)
def test_each_word_of_a_security_header_is_read(block: str, name: str, word: str) -> None:
    assert refusal("ResponseHeadersPolicy", "headers", security(**{block: {name: word, "override": True}})) == ""


@pytest.mark.parametrize("case", headers_policies)
def test_a_response_headers_policy_is_refused_with_a_sentence(case: str) -> None:
    change, words = headers_policies[case]
    assert words in refusal("ResponseHeadersPolicy", "headers", change)


def origin(**settings: object) -> Change:
    return lambda it: it["origins"][0].update(settings)


def custom_header(name: str, value: str = "1") -> Change:
    return origin(customHeaders=[{"name": name, "value": value}])


def behavior(**settings: object) -> Change:
    return lambda it: it["defaultCacheBehavior"].update(settings)


def pattern(*patterns: str) -> Change:
    return lambda it: it.update(
        orderedCacheBehaviors=[{**it["defaultCacheBehavior"], "pathPattern": each} for each in patterns]
    )


def errors(**settings: object) -> Change:
    return lambda it: it.update(customErrorResponses=[{"errorCode": 404, "errorCachingMinTtl": 1, **settings}])


distributions: dict[str, tuple[Change, str]] = {
    "two origins of one name": (lambda it: it["origins"].append(it["origins"][0]), "two origins of the name variants"),
    "an origin path without its slash": (origin(originPath="v"), "InvalidArgument: The parameter OriginPath"),
    "an origin path with a slash at the end": (origin(originPath="/v/"), "InvalidArgument: The parameter OriginPath"),
    "a website's host name": (origin(domainName="b.s3-website.eu-central-1.amazonaws.com"), "b.s3-website"),
    "some host of one's own": (origin(domainName="pictures.example"), "pictures.example"),
    "a shield without a Region": (origin(originShield={"enabled": True}), "originShieldRegion"),
    "a shield of another thing": (
        origin(originShield={"enabled": True, "originShieldRegion": "eu-central-1", "more": 1}),
        "originShield.more",
    ),
    "Host as a custom header": (custom_header("Host"), "Host, which CloudFront can't add"),
    "a custom header of Amazon's": (custom_header("X-Amz-Meta-a"), "X-Amz-Meta-a, which CloudFront can't add"),
    "a custom header with more": (origin(customHeaders=[{"name": "x-a", "value": "1", "more": 1}]), "more"),
    "a group member with more": (
        lambda it: it.update(
            originGroups=[
                {
                    "originId": "g",
                    "failoverCriteria": {"statusCodes": [404]},
                    "members": [{"originId": "variants", "more": 1}, {"originId": "originals"}],
                }
            ]
        ),
        "members[0].more",
    ),
    "criteria with more": (
        lambda it: it.update(
            originGroups=[
                {
                    "originId": "g",
                    "failoverCriteria": {"statusCodes": [404], "more": 1},
                    "members": [{"originId": "variants"}, {"originId": "originals"}],
                }
            ]
        ),
        "failoverCriteria.more",
    ),
    "a group of an origin's name": (
        lambda it: it.update(
            originGroups=[
                {
                    "originId": "variants",
                    "failoverCriteria": {"statusCodes": [404]},
                    "members": [{"originId": "variants"}, {"originId": "originals"}],
                }
            ]
        ),
        "two origins of the name variants",
    ),
    "a kind of restriction that is none": (
        lambda it: it.update(restrictions={"geoRestriction": {"restrictionType": "allow", "locations": ["DE"]}}),
        "restrictionType = 'allow'",
    ),
    "a country in small letters": (
        lambda it: it.update(restrictions={"geoRestriction": {"restrictionType": "whitelist", "locations": ["de"]}}),
        "InvalidGeoRestrictionParameter",
    ),
    "a root object with a slash": (
        lambda it: it.update(defaultRootObject="/index.html"),
        "InvalidDefaultRootObject",
    ),
    "a shield where there is none": (
        origin(originShield={"enabled": True, "originShieldRegion": "eu-west-3"}),
        "no Origin Shield in eu-west-3",
    ),
    "a restriction to no country": (
        lambda it: it.update(restrictions={"geoRestriction": {"restrictionType": "whitelist", "locations": []}}),
        "names no country",
    ),
    "a pattern with a space": (pattern("/a b/*"), "InvalidArgument: The parameter PathPattern"),
    "a pattern with an escape": (pattern("/a%20b/*"), "InvalidArgument: The parameter PathPattern"),
    "a pattern twice": (pattern("/a/*", "/b/*", "a/*"), "has the path pattern a/* twice"),
    "cached methods that CloudFront has not": (behavior(cachedMethods=["GET"]), "cachedMethods"),
    "no default behavior": (lambda it: it.update(defaultCacheBehavior=None), "has no default behavior"),
    "two edge functions for one event": (
        lambda it: it["defaultCacheBehavior"]["lambdaFunctionAssociations"].append(
            it["defaultCacheBehavior"]["lambdaFunctionAssociations"][0]
        ),
        "one function per event type",
    ),
    "the methods of a preflight": (
        behavior(allowedMethods=["GET", "HEAD", "OPTIONS"], cachedMethods=["GET", "HEAD", "OPTIONS"]),
        "honours GET and HEAD only",
    ),
    "a protocol policy that is none": (behavior(viewerProtocolPolicy="https"), "viewerProtocolPolicy = 'https'"),
    "the body of an answer": (
        lambda it: it["defaultCacheBehavior"]["lambdaFunctionAssociations"][0].update(includeBody=True),
        "includeBody",
    ),
    "an error page under a status that is none": (
        errors(responsePagePath="/e.html", responseCode=302),
        "can't answer 302",
    ),
    "an error page without its slash": (errors(responsePagePath="e.html", responseCode=200), "begin with a slash"),
    "an error twice": (
        lambda it: it["customErrorResponses"].append({"errorCode": 404, "errorCachingMinTtl": 1}),
        "404 twice",
    ),
    "names of one's own without a certificate": (
        lambda it: it.update(aliases=["img.example.com"]),
        "InvalidViewerCertificate: To add an alternate domain name (CNAME) to a CloudFront distribution, you must "
        "attach a trusted certificate",
    ),
    "a certificate of another Region": (
        lambda it: it.update(
            viewerCertificate={"acmCertificateArn": "arn:aws:acm:eu-central-1:1:certificate/a", "sslSupportMethod": "x"}
        ),
        "InvalidViewerCertificate: The specified SSL certificate doesn't exist, isn't in us-east-1 region",
    ),
    "a second block where there is one": (
        lambda it: it.update(restrictions=[it["restrictions"], it["restrictions"]]),
        "one restrictions",
    ),
}


@pytest.mark.parametrize("case", distributions)
def test_a_distribution_is_refused_with_a_sentence(case: str) -> None:
    change, words = distributions[case]
    assert words in refusal("Distribution", "cdn", change)


def test_an_error_without_its_ttl_is_the_provider_s_zero() -> None:
    """The provider sends what an element of a set holds: 0 where nothing was said, not CloudFront's ten seconds.

    terraform-provider-aws, `ExpandCustomErrorResponse`, read 2026-11.
    """
    found = changed(stack(), "Distribution", "cdn", lambda it: it.update(customErrorResponses=[{"errorCode": 404}]))
    assert read_distribution(found.resources).errors == {404: ErrorPage(min_ttl_s=0)}


@pytest.mark.parametrize("found", [1.5, True, "1"])
def test_a_whole_number_is_one(found: object) -> None:
    with pytest.raises(NotHonoured, match=r"number for it\.a"):
        Reader("it", {"a": found}).whole("a", 0)


@pytest.mark.parametrize("policy", ["allow-all", "https-only", "redirect-to-https"])
def test_each_protocol_policy_is_read(policy: str) -> None:
    assert refusal("Distribution", "cdn", behavior(viewerProtocolPolicy=policy)) == ""


def test_a_behavior_needs_neither_a_request_policy_nor_a_headers_policy() -> None:
    assert refusal("Distribution", "cdn", behavior(originRequestPolicyId="", responseHeadersPolicyId="")) == ""


# CFAPI:AllowedMethods, read 2026-11: these three sets and no others.
sets_of_methods = {
    "GET HEAD": "",
    "GET HEAD OPTIONS": "honours GET and HEAD only",
    "GET HEAD OPTIONS PUT POST PATCH DELETE": "honours GET and HEAD only",
    "GET": "takes three sets of methods",
    "HEAD": "takes three sets of methods",
    "GET HEAD POST": "takes three sets of methods",
    "GET HEAD OPTIONS PUT POST PATCH": "takes three sets of methods",
}


@pytest.mark.parametrize("methods", sets_of_methods)
def test_which_methods_a_behavior_may_allow(methods: str) -> None:
    words = sets_of_methods[methods]
    told = refusal("Distribution", "cdn", behavior(allowedMethods=methods.split()))
    assert words in told if words else told == ""
