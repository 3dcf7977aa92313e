"""Headers by prefix: what their lines may say, and what holds for a path."""

from __future__ import annotations

import json

import pytest

from infra.configuration.header_rules import HeaderRule, fault, forwarded, of_path, request_rule, response_rule
from infra.configuration.routes import entries, faults, route
from infra.configuration.values import Unreadable


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("/mail/ accept=image/jpeg", HeaderRule(prefix="/mail/", name="accept", value="image/jpeg")),
        ("/mail/ -Save-Data", HeaderRule(prefix="/mail/", name="save-data")),
        ("/mail/new/ X-Tenant=a b=c", HeaderRule(prefix="/mail/new/", name="x-tenant", value="a b=c")),
    ],
)
def test_a_line_for_requests_is_read(line: str, rule: HeaderRule) -> None:
    assert request_rule(line) == rule


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("/press/ X-Robots-Tag=noindex", HeaderRule(prefix="/press/", name="X-Robots-Tag", value="noindex")),
        ("/press/ Cache-Control?=no-cache",
         HeaderRule(prefix="/press/", name="Cache-Control", value="no-cache", only_missing=True)),
        ("/press/ -Server-Timing", HeaderRule(prefix="/press/", name="Server-Timing")),
        ("/ X-Frame-Options=DENY", HeaderRule(prefix="/", name="X-Frame-Options", value="DENY")),
    ],
)  # fmt: skip
def test_a_line_for_responses_is_read(line: str, rule: HeaderRule) -> None:
    assert response_rule(line) == rule


@pytest.mark.parametrize(
    "line",
    [
        "", "/mail/", "/mail accept=x", "mail/ accept=x", "/mail/ accept", "/mail/ accept=", "/mail/ =x", "/mail/ -",
        "/mail/ a(b)=x", "/mail/ accept?=x", "/mail/ accept=\u00e9", "/mail/ accept=a\nb", "/../ accept=x",
        "/_mirage/ accept=x", "/ accept=x", "/m%61il/ accept=x", "/mail/ authorization=Basic x", "/mail/ Cookie=a=b",
        "/mail/ -cookie", "/mail/ host=x", "/mail/ x-mirage-generate=on", "/mail/ X-Amz-Date=x", "/mail/ x-edge-a=b",
        "/mail/ -via", "/mail/ if-none-match=x", "/mail/ range=bytes=0-1", "/mail/ x-forwarded-for=1.1.1.1",
    ],
)  # fmt: skip
def test_what_a_request_cannot_have_is_refused(line: str) -> None:
    with pytest.raises(Unreadable):
        request_rule(line)


@pytest.mark.parametrize(
    "line",
    [
        "/press/ Content-Type=text/html", "/press/ -Content-Type", "/press/ Set-Cookie=a=b", "/press/ Location=/",
        "/press/ Access-Control-Allow-Origin=*", "/press/ X-Mirage=made", "/press/ -X-Mirage-Error", "/press/ Via=x",
        "/press/ Strict-Transport-Security=max-age=0", "/press/ -X-Content-Type-Options", "/press/ ETag=x",
        "/press/ Vary=*", "/press/ X-Frame-Options=ALLOW", "/press/ -Content-Security-Policy", "/press X-A=b",
        "/press/ WWW-Authenticate=Basic", "/press/ X-Cache=Hit", "/press/ X-A=",
    ],
)  # fmt: skip
def test_what_a_response_cannot_have_is_refused(line: str) -> None:
    with pytest.raises(Unreadable):
        response_rule(line)


def test_no_sentence_repeats_the_value_of_a_header_that_lets_in() -> None:
    with pytest.raises(Unreadable) as caught:
        request_rule("/mail/ authorization=Basic c2VjcmV0")
    assert "c2VjcmV0" not in str(caught.value)


def test_the_longest_prefix_holds_for_each_header() -> None:
    rules = [response_rule(line) for line in ("/a/b/ X-A=2", "/ X-A=0", "/a/ X-B=1", "/a/ x-a=1", "/c/ X-C=1")]
    assert [(rule.name, rule.value) for rule in of_path(rules, "/a/b/")] == [("X-A", "2"), ("X-B", "1")]
    assert [(rule.name, rule.value) for rule in of_path(rules, "/a/")] == [("x-a", "1"), ("X-B", "1")]
    assert [(rule.name, rule.value) for rule in of_path(rules, "/")] == [("X-A", "0")]


def test_what_the_function_reads_itself_goes_no_further() -> None:
    rules = [
        request_rule(line) for line in ("/a/ accept=image/webp", "/a/ x-tenant=a", "/b/ x-tenant=b", "/b/ -x-other")
    ]
    assert forwarded(rules) == ("x-tenant",)


@pytest.mark.parametrize(
    ("requests", "responses", "sentence"),
    [
        (["/a/ x-a=1", "/a/ -X-A"], [],
         "Expected each header once a path for requestHeaders, received x-a of /a/ again."),
        ([], ["/a/ X-A=1", "/a/ x-a=2"],
         "Expected each header once a path for responseHeaders, received x-a of /a/ again."),
        ([f"/a/ x-{name}=1" for name in range(7)], [],
         "Expected at most 6 headers a path for requestHeaders, received 7."),
        ([], ["/ X-Z=1", *(f"/a/ x-{name}=1" for name in range(7))],
         "Expected at most 6 headers a path for responseHeaders, received 8."),
        ([f"/a/ x-{name}=1" for name in range(6)], [], ""),
        (["/a/ x-a=1", "/b/ x-a=2"], ["/a/ X-A=1", "/ X-A=2"], ""),
    ],
)  # fmt: skip
def test_what_cannot_be_together_is_said(requests: list[str], responses: list[str], sentence: str) -> None:
    assert fault(map(request_rule, requests), map(response_rule, responses)) == sentence


def test_an_entry_of_the_store_has_routes_and_headers_of_its_first_segment() -> None:
    said = entries(
        [route("/mail/ /letters/")],
        map(request_rule, ["/mail/new/ accept=image/webp", "/mail/ -accept", "/bare/ x-tenant=a"]),
    )
    assert {key: json.loads(value) for key, value in said.items()} == {
        "r:mail": {
            "exact": [],
            "arms": [["letters/", 1]],
            "headers": [["mail/", "accept", ""], ["mail/new/", "accept", "image/webp"]],
        },
        "r:bare": {"exact": [], "arms": [], "headers": [["bare/", "x-tenant", "a"]]},
    }


def test_an_entry_that_is_too_large_stops() -> None:
    rules = [request_rule(f"/a/ x-{name}={'v' * 300}") for name in range(4)]
    assert faults([], rules).startswith(
        "Expected at most 1024 bytes of each first segment for routes and requestHeaders"
    )
