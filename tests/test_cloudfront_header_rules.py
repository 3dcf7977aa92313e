"""Every header that functions may not set or change, one by one: the lists are written off AWS's page by hand.

AWS "Restrictions on all edge functions", read 2026-11.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.cloudfront_world import World, header

disallowed = """Connection Expect Keep-Alive Proxy-Authenticate Proxy-Authorization Proxy-Connection Trailer Upgrade
    X-Accel-Buffering X-Accel-Charset X-Accel-Limit-Rate X-Accel-Redirect X-Amz-Cf-Id X-Amz-Cf-Pop X-Amzn-Auth
    X-Amzn-Cf-Billing X-Amzn-Cf-Id X-Amzn-Cf-Xff X-Amzn-Errortype X-Amzn-Fle-Profile X-Amzn-Header-Count
    X-Amzn-Header-Order X-Amzn-Lambda-Integration-Tag X-Amzn-RequestId X-Cache X-Edge-Location X-Edge-Result-Type
    X-Forwarded-Proto X-Real-IP CloudFront-Viewer-Cert-PEM Client-Cert Client-Cert-Chain""".split()  # noqa: SIM905
allowed = ["Cache-Control", "X-Amz-Meta-Note", "X-Mirage", "WWW-Authenticate", "Content-Disposition", "X-Amzn", "X-Edg"]


def asked(world: World):
    return asyncio.run(world.ask("/a"))


@pytest.mark.parametrize("name", disallowed)
def test_an_edge_function_may_not_add_it(name: str) -> None:
    world = World(settings={"edge": True})
    world.origin.status = 404
    world.edge.payload = {"status": "200", "headers": {"+": True, name.lower(): [{"key": name, "value": "1"}]}}
    answer = asked(world)
    assert (answer.status, header(answer, "x-cache")) == (502, "LambdaValidationError from cloudfront")


@pytest.mark.parametrize("name", disallowed)
def test_a_viewer_function_may_not_add_it(name: str) -> None:
    world = World(settings={"viewer": True})
    world.viewer.changes = {"headers": {name.lower(): {"value": "1"}}}
    answer = asked(world)
    assert (answer.status, header(answer, "x-cache")) == (502, "FunctionValidationError from cloudfront")
    assert world.origin.asked == []


@pytest.mark.parametrize("name", disallowed)
def test_neither_function_sees_it(name: str) -> None:
    world = World(settings={"viewer": True, "edge": True})
    world.origin.headers = {name: "1"}
    asyncio.run(world.ask("/a", headers={name: "1"}))
    assert name.lower() not in world.viewer.events[0]["request"]["headers"]
    assert name.lower() not in world.edge.events[0]["Records"][0]["cf"]["response"]["headers"]


@pytest.mark.parametrize("name", allowed)
def test_an_edge_function_may_add_it(name: str) -> None:
    world = World(settings={"edge": True})
    world.edge.payload = {"status": "200", "headers": {"+": True, name.lower(): [{"key": name, "value": "1"}]}}
    assert header(asked(world), name) == "1"


@pytest.mark.parametrize("name", ["cdn-loop", "content-length", "host", "transfer-encoding", "via"])
@pytest.mark.parametrize("value", [{"value": "changed"}, None])
def test_a_viewer_function_may_not_change_or_delete_it(name: str, value: dict | None) -> None:
    world = World(settings={"viewer": True})
    world.viewer.changes = {"headers": {name: value}}
    answer = asyncio.run(world.ask("/a", headers={name: "sent"}))
    assert (answer.status, header(answer, "x-cache")) == (502, "FunctionValidationError from cloudfront")


@pytest.mark.parametrize("name", ["Via", "Transfer-Encoding"])
@pytest.mark.parametrize("value", ["changed", None])
def test_an_edge_function_may_not_change_or_delete_it(name: str, value: str | None) -> None:
    world = World(settings={"edge": True})
    world.origin.headers = {name: "sent"}
    headers = {"+": True, name.lower(): [{"key": name, "value": value}] if value else []}
    world.edge.payload = {"status": "200", "headers": headers}
    assert header(asked(world), "x-cache") == "LambdaValidationError from cloudfront"


def test_a_viewer_function_may_remove_and_add_others() -> None:
    world = World(settings={"viewer": True, "forward": {"headers": {"behavior": "whitelist", "names": ["x-new"]}}})
    world.viewer.changes = {"headers": {"x-old": None, "x-new": {"value": "1"}}}
    assert asyncio.run(world.ask("/a", headers={"x-old": "1"})).status == 200
    assert ("x-new", "1") in world.origin.asked[0].headers


def test_without_cookies_there_is_no_cookie_header() -> None:
    world = World(settings={"viewer": True, "policy": {"cookies": {"behavior": "all"}}})
    world.viewer.changes = {"cookies": {}}
    assert asyncio.run(world.ask("/a", headers={"cookie": "c=1"})).status == 200
    assert "cookie" not in {name.lower() for name, _ in world.origin.asked[0].headers}


@pytest.mark.parametrize("name", ["Warning", "Via"])
@pytest.mark.parametrize("value", ["changed", None])
def test_a_viewer_response_function_may_not_change_or_delete_it(name: str, value: str | None) -> None:
    world = World(settings={"response": True})
    world.origin.headers = {name: "sent"}
    world.response.changes = {name.lower(): {"value": value} if value else None}
    assert header(asked(world), "x-cache") == "FunctionValidationError from cloudfront"
