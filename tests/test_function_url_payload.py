"""Payload format 2.0 word by word, and what of permissions and of the door no other test looks at.

AWS "Invoking Lambda function URLs" (request and response payloads), read 2026-11.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from emulator.function_urls import payload
from emulator.function_urls.declared import FunctionUrl, read_function_urls
from emulator.function_urls.payload import Unspeakable
from emulator.lambdas.invocation import Invocation
from emulator.reading import NotHonoured
from emulator.wire import HttpRequest
from tests.test_function_urls import (
    Bench,
    Called,
    _signed,
    arn,
    host,
    of_function,
    of_url,
    ours,
    resource,
    url,
)

asked = HttpRequest(
    method="POST",
    path="/a",
    query="w=1&flag=&w=2",
    headers={"host": "seen.example", "cookie": "a=1; b=2", "user-agent": "agent", "authorization": "AWS4"},
    body=b"sent",
    client="192.0.2.7",
)
front = FunctionUrl(host=host, function_arn=arn)


def test_the_event_has_every_field() -> None:
    assert payload.event(asked, front, "r-1", 1_583_348_638.390, is_decoded=False) == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/a",
        "rawQueryString": "w=1&flag=&w=2",
        "headers": {
            "host": host,
            "cookie": "a=1; b=2",
            "user-agent": "agent",
            "x-forwarded-proto": "https",
            "x-forwarded-port": "443",
        },
        "cookies": ["a=1", "b=2"],
        "queryStringParameters": {"w": "1,2", "flag": ""},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc",
            "authentication": None,
            "authorizer": {"iam": {"accountId": None, "callerId": None, "cognitoIdentity": None, "userArn": None}},
            "domainName": host,
            "domainPrefix": "abc",
            "http": {
                "method": "POST",
                "path": "/a",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.7",
                "userAgent": "agent",
            },
            "requestId": "r-1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1_583_348_638_390,
        },
        "body": "c2VudA==",
        "isBase64Encoded": True,
    }


def test_what_was_not_sent_is_not_in_the_event() -> None:
    bare = HttpRequest(method="GET", path="/a", query="", headers={}, body=b"")
    event = payload.event(bare, front, "r-1", 0, is_decoded=False)
    assert not {"queryStringParameters", "cookies", "body"} & event.keys()
    assert event["isBase64Encoded"] is False


json_type = ("Content-Type", "application/json")


@pytest.mark.parametrize(
    ("result", "status", "headers", "body"),
    [
        ("text", 200, (json_type,), b"text"),
        ("a statusCode", 200, (json_type,), b"a statusCode"),
        ([1], 200, (json_type,), b"[1]"),
        (5, 200, (json_type,), b"5"),
        ({"body": "b"}, 200, (json_type,), b'{"body": "b"}'),
        ({"statusCode": 100}, 100, (json_type,), b""),
        ({"statusCode": 599}, 599, (json_type,), b""),
        ({"statusCode": 200, "headers": {"X-Count": 2}}, 200, (("X-Count", "2"), json_type), b""),
        ({"statusCode": 200, "headers": {"content-type": "text/css"}}, 200, (("content-type", "text/css"),), b""),
        ({"statusCode": 200, "cookies": ["a=1"]}, 200, (json_type, ("Set-Cookie", "a=1")), b""),
        ({"statusCode": 200, "body": "YQ==", "isBase64Encoded": True}, 200, (json_type,), b"a"),
        ({"statusCode": 200, "body": "YQ=="}, 200, (json_type,), b"YQ=="),
    ],
)
def test_a_result_is_an_answer(result: object, status: int, headers: tuple, body: bytes) -> None:
    made = payload.answer(json.dumps(result).encode())
    assert (made.status, made.headers, made.body) == (status, headers, body)


@pytest.mark.parametrize(
    "wrong",
    [
        {"statusCode": "200"}, {"statusCode": True}, {"statusCode": 99}, {"statusCode": 600}, {"headers": ["a"]},
        {"cookies": "a=1"}, {"body": 1}, {"body": "b*", "isBase64Encoded": True},
    ],
)  # fmt: skip
def test_a_result_of_another_shape_is_none(wrong: dict) -> None:
    with pytest.raises(Unspeakable):
        payload.answer(json.dumps({"statusCode": 200, **wrong}).encode())


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"sourceAccount": "123456789012"}, 200),
        ({"sourceAccount": "999999999999"}, 403),
        ({"sourceArn": ""}, 200),
        ({"sourceArn": "", "sourceAccount": "999999999999"}, 403),
        ({"statementId": "one", "region": "eu-central-1"}, 200),
    ],
)
def test_a_permission_may_name_the_account_or_nothing(changes: dict, status: int) -> None:
    assert Bench(Called(), of_url | changes, of_function | changes).ask().status == status


def test_a_permission_without_a_source_is_every_distributions() -> None:
    other = ours.replace("E1", "E2")
    assert Bench(Called(), of_url | {"sourceArn": ""}, of_function | {"sourceArn": ""}).ask(other).status == 200


def test_a_permission_may_name_a_role() -> None:
    role = "arn:aws:iam::123456789012:role/edge"
    permissions = [each | {"principal": role, "sourceArn": ""} for each in (of_url, of_function)]
    assert _signed(Bench(Called(), *permissions), role) == 200


def test_a_permission_that_says_something_else_is_refused() -> None:
    with pytest.raises(NotHonoured, match="eventSourceToken"):
        Bench(Called(), of_url | {"eventSourceToken": "x"})


def test_a_url_may_say_its_region() -> None:
    declared = resource("functionUrl:FunctionUrl", url | {"region": "eu-central-1"}, functionUrl=f"https://{host}/")
    assert list(read_function_urls([declared], {"maker": arn})) == [host]


def test_a_query_is_signed_too() -> None:
    called = Called()
    assert Bench(called, of_url, of_function).ask(query="a=1&b").status == 200
    assert called.events[0]["rawQueryString"] == "a=1&b"


def test_the_service_s_own_headers_stand_once() -> None:
    called = Called({"statusCode": 200, "headers": {"Date": "mine", "Content-Length": "9"}, "body": "ok"})
    answer = Bench(called, of_url, of_function).ask()
    named = [(name.lower(), value) for name, value in answer.headers if name.lower() in ("date", "content-length")]
    assert named == [("date", "Fri, 15 Jan 2027 08:00:00 GMT"), ("content-length", "2")]


def test_a_wrong_signature_is_told_and_none_at_all_is_forbidden() -> None:
    bench = Bench(Called(), of_url, of_function)
    plain = HttpRequest(method="GET", path="/a", query="", headers={"host": host}, body=b"")
    scope = "NOBODY/20270115/eu-central-1/lambda/aws4_request"
    stranger = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}"
    said = [
        json.loads(asyncio.run(bench.door.request(replace(plain, headers=plain.headers | more)))[0].body)["Message"]
        for more in ({}, {"authorization": "Basic x"}, {"authorization": stranger})
    ]
    assert said[0].startswith("Forbidden. For troubleshooting Function URL authorization issues")
    assert said[2] == said[0]
    assert said[1] == "The authorization header that you provided is not valid."
    assert _signed(bench, "arn:aws:iam::123456789012:role/allowed", "/other") == 403


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"cold": True}, "cold start"),
        ({}, "warm"),
        ({"message": "broken"}, "warm, broken"),
        ({"logs": ('{"how": "made", "ms": {"store": 1}}',), "message": "x"}, "warm, made, stored: store 1"),
    ],
)  # fmt: skip
def test_the_trace_tells_how_the_function_ran(made: dict, told: str) -> None:
    async def call(called: str, event: object) -> Invocation:
        return Invocation(request_id="r", function="maker", payload=b'{"statusCode": 200}', **made)

    assert Bench(call, of_url, of_function).ask().told == told


def test_the_trace_tells_that_nobody_was_let_in() -> None:
    assert Bench(Called()).ask().told == "refused"
