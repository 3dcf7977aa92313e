"""CloudFront's smaller limits and lists, name by name: what is compressed, which tags count, whose signature is asked
for. The lists are written off AWS's pages by hand (read 2026-11).
"""

from __future__ import annotations

import asyncio
import datetime
import gzip
from dataclasses import replace

import brotli
import pytest

from emulator.cloudfront import copies
from emulator.cloudfront.admission import Refused, admit, refuse_untrusted
from emulator.cloudfront.copies import Copies, Copy, tags_of
from emulator.cloudfront.freshness import Lifetime
from emulator.cloudfront.messages import Answer, CacheKey, ViewerRequest
from tests.cloudfront_world import FakeEdge, World, declared, header
from tests.test_cloudfront_trust import key_id, now, pem, private_key, signer

# AWS "Serve compressed files: file types that CloudFront compresses".
compressed_types = """application/dash+xml application/eot application/font application/font-sfnt application/javascript
    application/json application/opentype application/otf application/pdf application/pkcs7-mime application/protobuf
    application/rss+xml application/truetype application/ttf application/vnd.apple.mpegurl
    application/vnd.mapbox-vector-tile application/vnd.ms-fontobject application/wasm application/xhtml+xml
    application/xml application/x-font-opentype application/x-font-truetype application/x-font-ttf
    application/x-httpd-cgi application/x-javascript application/x-mpegurl application/x-opentype application/x-otf
    application/x-perl application/x-ttf font/eot font/opentype font/otf font/ttf image/svg+xml text/css text/csv
    text/html text/javascript text/js text/plain text/richtext text/tab-separated-values text/xml text/x-component
    text/x-java-source text/x-script vnd.apple.mpegurl""".split()  # noqa: SIM905
compressing = {"compress": True, "policy": {"gzip": True, "brotli": True}}


def answered(kind: str, accepted: str = "gzip", **headers: str):
    world = World(settings=compressing)
    world.origin.headers, world.origin.body = {"Content-Type": kind, **headers}, b"a" * 2000
    return asyncio.run(world.ask("/a", headers={"accept-encoding": accepted}))


@pytest.mark.parametrize("kind", compressed_types)
def test_a_type_of_the_list_is_compressed(kind: str) -> None:
    assert header(answered(kind), "content-encoding") == "gzip"


@pytest.mark.parametrize("kind", ["image/jpeg", "image/avif", "font/woff2", "application/zip", "text/markdown"])
def test_another_type_is_not(kind: str) -> None:
    assert header(answered(kind), "content-encoding") is None


def test_what_says_br_is_brotli() -> None:
    answer = answered("text/css", "br")
    assert header(answer, "content-encoding") == "br"
    assert brotli.decompress(answer.body) == b"a" * 2000


@pytest.mark.parametrize(
    ("etag", "becomes"), [('"a"', 'W/"a"'), ('W/"a"', 'W/"a"'), ("a", None), ('"a', None), ('a"', None)]
)
def test_a_strong_etag_gets_weak_and_one_that_is_none_goes(etag: str, becomes: str | None) -> None:
    assert header(answered("text/css", ETag=etag), "etag") == becomes


def held(key: str, size: int) -> tuple[CacheKey, Copy]:
    answer = Answer(status=200, headers=(), body=b"x" * size, received_at=0)
    name = CacheKey(path=key, query="", headers=(), cookies="", origin="")
    return name, Copy(answer=answer, lifetime=Lifetime(fresh_s=60), since=0)


def test_the_copies_that_were_used_least_recently_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "most_bytes", 10)
    kept, keys = Copies(), {}
    for name, size in (("a", 4), ("b", 4), ("a", 4), ("a", 4)):
        keys[name], copy = held(name, size)
        kept.put(keys[name], copy)
    assert kept.get(keys["b"]) and kept.get(keys["a"])
    keys["c"], copy = held("c", 2)
    kept.put(keys["c"], copy)
    assert all(kept.get(keys[name]) for name in "abc")
    keys["d"], copy = held("d", 4)
    kept.put(keys["d"], copy)
    assert [name for name in keys if kept.get(keys[name])] == ["b", "c", "d"]
    kept.clear()
    assert not any(kept.get(each) for each in keys.values())


@pytest.mark.parametrize(("tag", "counts"), [("a b", True), ("a" * 256, True), ("é", False), ("a\x7f", False)])
def test_a_tag_is_of_visible_ascii_characters(tag: str, counts: bool) -> None:
    answer = Answer(status=200, headers=(("x-tag", tag),), body=b"", received_at=0)
    assert tags_of(answer, "x-tag") == ({tag} if counts else set())
    assert tags_of(answer, None) == set()


trusting = replace(declared({}), key_groups={"group": {key_id: pem(private_key())}})
trusting = replace(trusting, behaviors=tuple(replace(each, key_groups=("group",)) for each in trusting.behaviors))


def is_let_in(target: str, headers: tuple[tuple[str, str], ...] = (("host", "pictures.example"),)) -> bool:
    request = ViewerRequest(method="GET", target=target, headers=headers)
    try:
        refuse_untrusted(trusting, request, admit(trusting, request), now)
    except Refused as why:
        assert why.status == 403
        return False
    return True


@pytest.mark.parametrize(
    "base", ["https://pictures.example", "http://pictures.example", "https://d111111abcdef8.cloudfront.net"]
)
@pytest.mark.parametrize("path", ["/a.jpg", "/a.jpg?w=640"])
def test_a_behavior_that_trusts_keys_lets_in_what_they_signed(base: str, path: str) -> None:
    until = datetime.datetime.fromtimestamp(now + 60, datetime.UTC)
    signed = signer().generate_presigned_url(base + path, date_less_than=until)
    assert is_let_in(signed.removeprefix(base))
    assert not is_let_in(signed.removeprefix(base).replace("a.jpg", "b.jpg"))
    assert not is_let_in(path)


def test_a_behavior_that_trusts_keys_lets_in_signed_cookies() -> None:
    until = datetime.datetime.fromtimestamp(now + 60, datetime.UTC)
    signed = signer().generate_presigned_url("https://pictures.example/a.jpg", date_less_than=until)
    cookie = "; ".join(f"CloudFront-{each}" for each in signed.partition("?")[2].split("&"))
    assert is_let_in("/a.jpg", (("host", "pictures.example"), ("cookie", cookie)))
    assert not is_let_in("/b.jpg", (("host", "pictures.example"), ("cookie", cookie)))


def test_a_body_is_refused_of_get_alone() -> None:
    request = ViewerRequest(method="HEAD", target="/a.jpg", headers=(), has_body=True)
    assert admit(declared({}), request).path == "/a.jpg"


@pytest.mark.parametrize("name", ["If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since"])
def test_a_condition_reaches_the_origin_of_what_is_not_cached_unless_cookies_do(name: str) -> None:
    for settings, sent in (({}, True), ({"policy": {"cookies": {"behavior": "all"}}}, False)):
        world = World(settings=settings)
        asyncio.run(world.ask("/a", headers={name: '"x"'}))
        assert (name in dict(world.origin.asked[0].headers)) is sent


@pytest.mark.parametrize("named", [[], ["x-forwarded-for"]])
def test_the_viewer_s_address_is_appended_to_those_that_he_names(named: list[str]) -> None:
    world = World(settings={"forward": {"headers": {"behavior": "whitelist", "names": named}}})
    asyncio.run(world.ask("/a", headers={"x-forwarded-for": "192.0.2.1"}))
    sent = [text for name, text in world.origin.asked[0].headers if name.lower() == "x-forwarded-for"]
    assert sent == ["192.0.2.1, 127.0.0.1"]


@pytest.mark.parametrize(("named", "agent"), [([], "Amazon CloudFront"), (["user-agent"], "mine")])
def test_the_viewer_s_agent_is_forwarded_where_a_policy_names_it(named: list[str], agent: str) -> None:
    world = World(settings={"forward": {"headers": {"behavior": "whitelist", "names": named}}})
    asyncio.run(world.ask("/a", headers={"user-agent": "mine"}))
    sent = [text for name, text in world.origin.asked[0].headers if name.lower() == "user-agent"]
    assert sent == [agent]


# AWS "Request and response behavior for custom origins", "HTTP response headers that CloudFront removes or replaces".
@pytest.mark.parametrize(
    "name",
    [
        "Transfer-Encoding", "Trailer", "Upgrade", "Connection", "Keep-Alive", "Proxy-Authenticate", "x-amz-id-2",
        "x-amz-request-id",
    ],
)  # fmt: skip
def test_a_header_of_the_origins_connection_goes_no_further(name: str) -> None:
    world = World()
    world.origin.headers = {name: "1", "X-Other": "1"}
    answer = asyncio.run(world.ask("/a"))
    assert (header(answer, name), header(answer, "X-Other")) == (None, "1")


@pytest.mark.parametrize(("status", "told"), [(399, None), (400, "chunked"), (404, "chunked")])
@pytest.mark.parametrize("own", [{}, {"Transfer-Encoding": "chunked"}])
def test_an_error_document_of_s3_comes_in_chunks(status: int, told: str | None, own: dict[str, str]) -> None:
    world = World(settings={"edge": True})
    world.origin.status, world.origin.headers = status, own
    asyncio.run(world.ask("/a"))
    seen = world.edge.events[0]["Records"][0]["cf"]["response"]["headers"]
    expected = [{"key": "Transfer-Encoding", "value": "chunked"}] if told or own else None
    assert seen.get("transfer-encoding") == expected
    assert ("content-length" in seen) is (told is None or bool(own))


@pytest.mark.parametrize(("beyond", "status"), [(0, 200), (1, 502)])
def test_an_edge_function_s_answer_has_a_megabyte_with_its_headers(beyond: int, status: int) -> None:
    world = World(settings={"edge": True})
    world.edge.payload = {"status": "200", "headers": {}, "body": "a" * (1_048_576 - len("{}") + beyond)}
    assert asyncio.run(world.ask("/a")).status == status


@pytest.mark.parametrize(("status", "encoding"), [(200, "gzip"), (403, "gzip"), (404, "gzip"), (500, None)])
def test_three_statuses_are_compressed(status: int, encoding: str | None) -> None:
    world = World(settings={**compressing, "target": "maker"})
    world.second.status, world.second.headers, world.second.body = status, {"Content-Type": "text/css"}, b"a" * 2000
    answer = asyncio.run(world.ask("/a", headers={"accept-encoding": "gzip"}))
    assert header(answer, "content-encoding") == encoding
    assert (gzip.decompress(answer.body) if encoding else answer.body) == b"a" * 2000


def test_what_has_no_type_stays_plain() -> None:
    world = World(settings=compressing)
    world.origin.body = b"a" * 2000
    assert header(asyncio.run(world.ask("/a", headers={"accept-encoding": "gzip"})), "content-encoding") is None


def test_ten_million_bytes_are_compressed() -> None:
    world = World(settings=compressing)
    world.origin.headers, world.origin.body = {"Content-Type": "text/css"}, b"a" * 10_000_000
    assert header(asyncio.run(world.ask("/a", headers={"accept-encoding": "gzip"})), "content-encoding") == "gzip"


class Told(FakeEdge):
    """Starts cold."""

    async def invoke(self, event):
        made = await super().invoke(event)
        made.cold = True
        return made


@pytest.mark.parametrize(("edge", "start"), [(FakeEdge(), "warm"), (Told(), "cold start")])
def test_the_trace_tells_how_the_function_started(edge: FakeEdge, start: str) -> None:
    world = World(settings={"edge": True}, edge=edge)
    asyncio.run(world.ask("/a"))
    assert "→ S3 200 (0" in world.lines[0]
    assert f"→ edge {start}, told" in world.lines[0]


def test_the_metrics_of_cloudfront_stand_alone_or_after_the_origins() -> None:
    for own, begin in (({}, "cdn-"), ({"Server-Timing": "db;dur=1"}, "db;dur=1, cdn-")):
        world = World(settings={"headers_policy": {"server_timing_percent": 100}})
        world.origin.headers = own
        assert header(asyncio.run(world.ask("/a")), "server-timing").startswith(begin)


def test_vary_names_accept_encoding_once() -> None:
    assert header(answered("text/css", Vary="Accept-Encoding"), "vary") == "Accept-Encoding"


def test_brotli_alone_normalises_accept_encoding() -> None:
    world = World(settings={"policy": {"brotli": True}})
    asyncio.run(world.ask("/a", headers={"accept-encoding": "br, zstd"}))
    assert dict(world.origin.asked[0].headers)["Accept-Encoding"] == "br"
