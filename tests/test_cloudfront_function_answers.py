"""What functions at the edge may return, shape by shape, and what they see of a request.

AWS "Generate HTTP responses in request triggers", "CloudFront Functions event structure", read 2026-11.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.cloudfront_world import FakeResponse, World, header
from tests.test_cloudfront_header_rules import asked

no_answers = [
    {"status": "２００"}, {"status": "abc"}, {"status": True}, {"status": 200.5}, {"status": "600"},
    {"headers": []}, {"headers": {"x-a": ["text"]}}, {"headers": {"x-a": [{"key": 1, "value": "1"}]}},
    {"headers": {"x a": [{"value": "1"}]}}, {"headers": {"x-a": [{"value": "1\n"}]}},
]  # fmt: skip


@pytest.mark.parametrize("changed", no_answers)
def test_an_edge_function_s_answer_of_another_shape_is_refused(changed: dict) -> None:
    world = World(settings={"edge": True})
    world.edge.payload = {"status": "200", "headers": {}, **changed}
    answer = asked(world)
    assert (answer.status, header(answer, "x-cache")) == (502, "LambdaValidationError from cloudfront")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"headers": {}, "body": "x" * 1_048_574}, 200),  # beside the two bytes of {}
        ({"headers": {}, "body": "x" * 1_048_575}, 502),
        ({"headers": {}, "body": "é" * 524_287}, 200),
        ({"headers": {}, "body": "é" * 524_288}, 502),
        ({"headers": {"x-a": [{"key": "X-A", "value": "x" * 1_048_576}]}}, 502),
    ],
)
def test_an_edge_function_s_answer_has_a_megabyte_with_its_headers(answer: dict, status: int) -> None:
    """AWS "Quotas on Lambda@Edge", read 2026-11: 1 MB, headers and body."""
    world = World(settings={"edge": True})
    world.edge.payload = {"status": "200", **answer}
    assert asked(world).status == status


def test_an_edge_function_may_answer_204_without_a_body_and_599() -> None:
    world = World(settings={"edge": True})
    for status, body in (("204", ""), ("599", "made")):
        world.edge.payload = {"status": status, "headers": {}, "body": body}
        assert asyncio.run(world.ask(f"/{status}")).status == int(status)


def test_an_edge_function_may_leave_the_length_of_an_answer_to_head() -> None:
    world = World(settings={"edge": True})
    assert asyncio.run(world.ask("/a", method="HEAD")).status == 200


def test_an_edge_function_sees_the_origins_custom_headers() -> None:
    world = World(settings={"edge": True})
    asked(world)
    assert world.edge.events[0]["Records"][0]["cf"]["request"]["origin"]["s3"]["customHeaders"] == {}


no_requests = [
    {"headers": []}, {"headers": {"x-a": "1"}}, {"headers": {"x-a": {"value": 1}}},
    {"headers": {"x-a": {"value": "1", "multiValue": ["1"]}}}, {"headers": {"x a": {"value": "1"}}},
    {"headers": {"x-a": {"value": "1", "multiValue": 5}}}, {"cookies": {"c": {"value": "1", "attributes": 5}}},
    {"headers": {"x-a": {"value": "1\n"}}}, {"cookies": []}, {"querystring": []}, {"uri": 1}, {"uri": "a"},
]  # fmt: skip
no_responses = [
    {"statusCode": 600}, {"statusCode": 199}, {"statusCode": 200.5}, {"statusCode": True}, {"statusCode": "200"},
    {"body": 1}, {"body": {"encoding": "text", "data": 1}}, {"body": {"encoding": "hex", "data": "AAAA"}},
    {"body": {"encoding": "base64", "data": "bWFkZQ"}}, {"body": {"encoding": "base64", "data": "bWFk*ZQ=="}},
]  # fmt: skip


@pytest.mark.parametrize("changed", no_requests)
def test_a_viewer_function_s_request_of_another_shape_is_refused(changed: dict) -> None:
    world = World(settings={"viewer": True})
    sent = {"method": "GET", "uri": "/a", "headers": {"host": {"value": "localhost:8080"}}}
    world.viewer.output = {**sent, **changed, "headers": changed.get("headers", sent["headers"])}
    if isinstance(world.viewer.output["headers"], dict):
        world.viewer.output["headers"] = {**sent["headers"], **world.viewer.output["headers"]}
    assert header(asked(world), "x-cache") == "FunctionValidationError from cloudfront"


@pytest.mark.parametrize("output", [*({"statusCode": 200, **each} for each in no_responses), "text"])
def test_a_viewer_function_s_answer_of_another_shape_is_refused(output: object) -> None:
    world = World(settings={"viewer": True})
    world.viewer.output = output
    assert header(asked(world), "x-cache") == "FunctionValidationError from cloudfront"


@pytest.mark.parametrize("status", [200, 599, 302.0])
def test_a_viewer_function_may_answer_with_it(status: float) -> None:
    world = World(settings={"viewer": True})
    world.viewer.output = {"statusCode": status}
    assert asked(world).status == status


def test_a_viewer_function_s_cookies_queries_and_repeated_headers_reach_the_origin() -> None:
    everything = {name: {"behavior": "all"} for name in ("cookies", "queries")}
    world = World(
        settings={
            "viewer": True,
            "policy": {**everything, "headers": {"behavior": "whitelist", "names": ["x-a", "x-b"]}},
        }
    )
    world.viewer.changes = {
        "headers": {
            "x-a": {"value": "2", "multiValue": [{"value": "1"}, {"value": "2"}]},
            "x-b": {"value": "1", "multiValue": []},
        },
        "cookies": {"c": {"value": "1"}},
        "querystring": {"w": {"value": "1"}, "flag": {"value": ""}},
    }
    assert asked(world).status == 200
    sent = world.origin.asked[0]
    assert [pair for pair in sent.headers if pair[0] in ("x-a", "x-b")] == [("x-a", "1"), ("x-a", "2"), ("x-b", "1")]
    assert dict(sent.headers)["Cookie"] == "c=1"
    assert sent.query == "w=1&flag"


def test_functions_see_what_came_once_and_what_came_twice() -> None:
    world = World(settings={"viewer": True, "response": True})
    asyncio.run(world.ask("/a?w=1&w=2", headers={"x-a": "1"}))
    request = world.viewer.events[0]["request"]
    assert request["headers"]["x-a"] == {"value": "1"}
    assert request["querystring"] == {"w": {"value": "2", "multiValue": [{"value": "1"}, {"value": "2"}]}}
    assert world.response.events[0]["request"]["rawQueryString"] == "w=1&w=2"
    asyncio.run(world.ask("/a"))
    assert world.response.events[1]["request"]["rawQueryString"] is None


@pytest.mark.parametrize("output", ["statusCode", ["statusCode"], {}])
def test_a_viewer_response_function_s_answer_of_another_shape_is_refused(output: object) -> None:
    world = World(settings={"response": True})
    world.response.output = output
    assert header(asked(world), "x-cache") == "FunctionValidationError from cloudfront"


pair, criteria = [{"originId": "pictures"}, {"originId": "files"}], {"statusCodes": [503]}


@pytest.mark.parametrize("group", [
    {"originIds": pair}, {"originIds": pair, "failoverCriteria": [503]}, {"failoverCriteria": criteria},
    {"originIds": pair, "failoverCriteria": {"statusCodes": 503}}, {"originIds": 2, "failoverCriteria": criteria},
    {"originIds": pair, "failoverCriteria": {"statusCodes": []}},
])  # fmt: skip
def test_a_group_of_another_shape_fails_the_function(group: dict) -> None:
    world = World(settings={"viewer": True})
    world.viewer.selected_group = group
    answer = asked(world)
    assert (answer.status, header(answer, "x-cache")) == (503, "FunctionExecutionError from cloudfront")


def test_each_request_has_an_id_that_functions_see() -> None:
    world = World(settings={"viewer": True, "edge": True})
    asked(world)
    seen = world.viewer.events[0]["context"], world.edge.events[0]["Records"][0]["cf"]["config"]
    assert seen[0]["requestId"] == seen[1]["requestId"] != ""


class Rewriting(FakeResponse):
    def run(self, event, *, now):
        made = super().run(event, now=now)
        made.output["body"] = "other"
        return made


def test_a_viewer_response_function_may_give_another_body() -> None:
    assert asked(World(settings={"response": True}, response=Rewriting())).body == b"other"
