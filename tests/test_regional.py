"""The regional function's handler: a Function URL's event in, its answer out."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import pytest

from origin import function_url
from origin.notes import Note
from origin.region import Chosen
from origin.regional import respond
from tests.fakes import FakeImaging, FakeSource, FakeStore, md5, settings
from variants import errors
from variants.serving import Server
from variants.settings import Settings
from variants.store import Nowhere, Stored
from variants.timing import Clock, Deadline, Stopwatch
from variants.work import Work

key = "cats/1.jpg/e1,w=640,f=auto-webp"
cats_tag = "o-dedaa2dc216fd4042cdd579c35c15c0f"
room_bytes = 4_694_016


def event(path: str = key, method: str = "GET", generate: str | None = "on", **changes: object) -> Any:
    """An event as AWS's "Invoking Lambda function URLs" has it, of what the viewer function and CloudFront send."""
    uri = "/" + quote(path, safe="/-_.~,=")
    headers = {"host": "abc.lambda-url.eu-central-1.on.aws", "x-mirage-uri": uri, "via": "2.0 x.cloudfront.net"}
    headers |= {} if generate is None else {"x-mirage-generate": generate}
    context = {"http": {"method": method, "path": uri, "protocol": "HTTP/1.1"}, "requestId": "r1"}
    return {
        "version": "2.0",
        "rawPath": uri,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": context,
    } | changes


@dataclass
class Bench:
    """The handler on fakes, and what it logged. `keeps`: whether there is a store."""

    source: FakeSource = field(default_factory=lambda: FakeSource({"cats/1.jpg": b"cat", "a b%2B.jpg": b"odd"}))
    store: FakeStore = field(default_factory=FakeStore)
    imaging: FakeImaging = field(default_factory=FakeImaging)
    settings: Settings = settings
    keeps: bool = True
    lines: list[str] = field(default_factory=list)

    def respond(self, event: Any) -> dict[str, Any]:
        server = Server(settings=self.settings, work=self.work, log=self.lines.append, looks_first=self.keeps)
        return dict(respond(event, server))

    def work(self, settings: Settings, clock: Clock, stopwatch: Stopwatch) -> Work:
        return Work(
            source=self.source,
            store=self.store if self.keeps else Nowhere(),
            imaging=self.imaging,
            settings=settings,
            deadline=Deadline(clock, 8),
            store_deadline=Deadline(clock, 16),
            measure=stopwatch,
            room_bytes=function_url.room_bytes,
            keeps=self.keeps,
        )

    @property
    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def stored(self, body: bytes, **headers: str) -> None:
        found = {"content-type": "image/webp", "cache-control": "public, max-age=300", **headers}
        self.store.variants[key] = Stored(etag=md5(body), headers=found, body=body)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def body(answer: dict[str, Any]) -> bytes:
    assert answer["isBase64Encoded"] is True
    return base64.b64decode(answer["body"], validate=True)


long_ago = {"last-modified": "Sat, 21 Nov 2026 03:00:00 GMT", "date": "Sat, 21 Nov 2026 03:05:00 GMT"}
just_now = {"last-modified": "Sat, 21 Nov 2026 03:04:58 GMT", "date": "Sat, 21 Nov 2026 03:05:00 GMT"}


def test_what_the_store_lacks_is_made_stored_and_answered(bench: Bench) -> None:
    answer = bench.respond(event())
    assert (answer["statusCode"], body(answer)) == (200, b"cat as webp")
    assert bench.store.variants[key].body == b"cat as webp"
    headers = answer["headers"]
    assert headers.pop("server-timing").startswith("fetch;dur=")
    assert headers == {
        "content-type": "image/webp",
        "cache-control": "public, max-age=300, s-maxage=31536000, stale-while-revalidate=60",
        "etag": md5(b"cat as webp"),
        "x-mirage": "made",
        "x-amz-meta-cache-tag": cats_tag,
        "x-content-type-options": "nosniff",
        "accept-ranges": "bytes",
        "vary": "Accept",
    }
    assert [line["event"] for line in bench.logged] == ["variant-answered"]


def test_head_makes_it_too_and_has_the_body_whose_length_is_told(bench: Bench) -> None:
    answer = bench.respond(event(method="HEAD"))
    assert (answer["statusCode"], body(answer)) == (200, b"cat as webp")
    assert key in bench.store.variants


@pytest.mark.parametrize(
    "raw_path", ["/a%20b%252B.jpg/e1,w=1,f=png", "/a b%2B.jpg/e1,w=1,f=png"], ids=["encoded", "decoded"]
)
def test_the_path_may_come_encoded_or_decoded(bench: Bench, raw_path: str) -> None:
    answer = bench.respond(event("a b%2B.jpg/e1,w=1,f=png", rawPath=raw_path))
    assert (answer["statusCode"], body(answer)) == (200, b"odd as png")


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ("/cats/2.jpg/e1,w=640,f=auto-webp", "/" + key),
        ("", "/" + key),
        ("cats/1.jpg/e1,w=640,f=auto-webp", key),
        ("/a%2541.jpg/e1,f=png", "/aA.jpg/e1,f=png"),
    ],
    ids=["another's name", "no name", "no slash", "decoded twice"],
)
def test_what_the_header_names_and_the_path_does_not_is_never_made(bench: Bench, named: str, asked: str) -> None:
    sent = event(rawPath=asked)
    sent["headers"]["x-mirage-uri"] = named
    answer = bench.respond(sent)
    assert (answer["statusCode"], answer["headers"]["x-mirage-error"]) == (503, "deploying")
    assert (bench.source.fetched, bench.store.variants) == ([], {})


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("dogs/1.jpg/e1,w=640,f=auto-webp", 404, "not-found"),
        ("manual.pdf", 404, "not-found"),
        ("cats/1.jpg/e2,w=640,f=auto-webp", 503, "deploying"),
        ("cats/1.jpg/e1,w=99999,f=auto-webp", 503, "deploying"),
        ("_mirage/watermarks/logo.png/e1,f=png", 503, "deploying"),
        ("cats/../secret.jpg/e1,f=png", 503, "deploying"),
    ],
)
def test_what_is_no_key_of_ours_is_refused_without_a_look_at_the_originals(
    bench: Bench, path: str, status: int, code: str
) -> None:
    answer = bench.respond(event(path))
    assert (answer["statusCode"], answer["headers"]["x-mirage-error"]) == (status, code)
    assert json.loads(body(answer))["code"] == code
    assert bench.source.fetched in ([], ["dogs/1.jpg"])


@pytest.mark.parametrize("generate", ["off", "", "On", None])
def test_with_the_switch_off_nothing_is_made(bench: Bench, generate: str | None) -> None:
    answer = bench.respond(event(generate=generate))
    assert (answer["statusCode"], answer["headers"]["x-mirage-error"]) == (503, "paused")
    assert bench.source.fetched == []


def test_with_the_switch_off_what_is_stored_is_answered(bench: Bench) -> None:
    bench.stored(b"stored", **long_ago)
    answer = bench.respond(event(generate="off"))
    assert (answer["statusCode"], body(answer), answer["headers"]["x-mirage"]) == (200, b"stored", "stored")


# Names that must be escaped: their path is disguised, and no bucket is asked for it

odd = "a b%2B.jpg/e1,w=1,f=png"
disguised = "/a~20b~252B.jpg/e1,w=1,f=png"


def test_a_disguised_path_is_what_its_header_says(bench: Bench) -> None:
    answer = bench.respond(event(odd, rawPath=disguised))
    assert (answer["statusCode"], body(answer)) == (200, b"odd as png")
    assert odd in bench.store.variants


def test_a_disguised_path_that_is_stored_is_answered_from_the_store_and_no_fault(bench: Bench) -> None:
    bench.store.variants[odd] = Stored(etag='"e"', headers={"content-type": "image/png", **long_ago}, body=b"stored")
    answer = bench.respond(event(odd, rawPath=disguised))
    assert (answer["statusCode"], body(answer), answer["headers"]["x-mirage"]) == (200, b"stored", "stored")
    assert [line["event"] for line in bench.logged] == ["variant-answered"]


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_disguised_path_never_leads_to_a_redirect(bench: Bench, is_stored: bool) -> None:
    bench.imaging = FakeImaging(size_bytes=room_bytes + 1)
    if is_stored:
        large = Stored(etag='"e"', headers={"content-type": "image/png", **just_now}, body=b"." * (room_bytes + 1))
        bench.store.variants[odd] = large
    answer = bench.respond(event(odd, rawPath=disguised))
    assert (answer["statusCode"], answer["headers"]["x-mirage"]) == (200, "reduced")
    assert "s-maxage=31536000" in answer["headers"]["cache-control"]
    assert len(bench.store.variants[odd].body) == room_bytes + 1


@pytest.mark.parametrize(
    ("uri", "disguised"),
    [
        ("/a.jpg", "/a.jpg"),
        ("/a%20b.jpg", "/a~20b.jpg"),
        ("/a~20b.jpg", "/a~7E20b.jpg"),
        ("/a~%7E.jpg", "/a~7E~7E.jpg"),
        ("/%F0%9F%90%88~", "/~F0~9F~90~88~7E"),
    ],
)
def test_two_paths_are_two_disguised(uri: str, disguised: str) -> None:
    assert function_url.disguised(uri) == disguised


# What the store has, and CloudFront came here for all the same: its policy or S3 itself is at fault


def test_what_the_store_has_is_answered_from_it_and_the_fault_is_told(bench: Bench) -> None:
    bench.stored(b"stored", **long_ago)
    answer = bench.respond(event())
    assert (answer["statusCode"], body(answer)) == (200, b"stored")
    headers = answer["headers"]
    assert (headers["x-mirage"], headers["etag"]) == ("stored", md5(b"stored"))
    assert headers["cache-control"] == "public, max-age=300"
    assert "server-timing" not in headers
    assert bench.imaging.rendered == []
    assert [(line["event"], line["level"]) for line in bench.logged] == [
        ("storage-refused", "error"),
        ("variant-answered", "info"),
    ]


def test_what_was_stored_a_moment_ago_is_no_fault(bench: Bench) -> None:
    bench.stored(b"stored", **just_now)
    assert bench.respond(event())["headers"]["x-mirage"] == "stored"
    assert [line["event"] for line in bench.logged] == ["variant-answered"]


def test_what_is_too_large_and_was_just_stored_is_asked_for_again(bench: Bench) -> None:
    bench.stored(b"." * (room_bytes + 1), **just_now)
    answer = bench.respond(event())
    assert (answer["statusCode"], answer["headers"]["location"]) == (302, "#stored")


def test_what_is_too_large_and_not_served_is_smaller_for_a_moment_never_a_loop(bench: Bench) -> None:
    bench.stored(b"." * (room_bytes + 1), **long_ago)
    answer = bench.respond(event())
    assert (answer["statusCode"], answer["headers"]["x-mirage"]) == (200, "reduced")
    assert answer["headers"]["cache-control"] == "max-age=10"
    assert len(body(answer)) <= room_bytes


# Six megabytes


def test_a_body_that_just_fits_is_answered_whole_within_six_megabytes(bench: Bench) -> None:
    bench.imaging = FakeImaging(size_bytes=room_bytes)
    answer = bench.respond(event())
    assert (answer["statusCode"], len(body(answer))) == (200, room_bytes)
    assert len(json.dumps(answer)) <= 6_291_456


def test_a_larger_one_is_stored_then_a_redirect(bench: Bench) -> None:
    bench.imaging = FakeImaging(size_bytes=room_bytes + 1)
    answer = bench.respond(event())
    assert (answer["statusCode"], body(answer)) == (302, b"")
    assert answer["headers"]["location"] == "#stored"
    assert answer["headers"]["cache-control"] == "no-store"
    assert len(bench.store.variants[key].body) == room_bytes + 1


def test_where_every_key_is_open_the_redirect_names_it(bench: Bench) -> None:
    bench.settings = replace(settings, redirect="key")
    bench.imaging = FakeImaging(size_bytes=room_bytes + 1)
    assert bench.respond(event())["headers"]["location"] == "/cats/1.jpg/e1,w=640,f=auto-webp"


def test_a_larger_one_that_could_not_be_stored_is_smaller(bench: Bench) -> None:
    bench.imaging = FakeImaging(size_bytes=room_bytes + 1)
    bench.store.failure = errors.Busy("S3 is slow.")
    answer = bench.respond(event())
    assert (answer["statusCode"], answer["headers"]["x-mirage"]) == (200, "reduced")
    assert answer["headers"]["cache-control"] == "max-age=10"


# Without a store


@pytest.fixture
def proxy() -> Bench:
    return Bench(keeps=False)


def test_without_a_store_the_answer_is_the_same_and_nothing_is_put(bench: Bench, proxy: Bench) -> None:
    stored, proxied = bench.respond(event()), proxy.respond(event())
    for answer in (stored, proxied):
        del answer["headers"]["server-timing"]
    assert proxied == stored
    assert proxy.store.variants == {}


def test_without_a_store_each_miss_makes_it_anew(proxy: Bench) -> None:
    assert [proxy.respond(event())["headers"]["x-mirage"] for _ in range(2)] == ["made", "made"]
    assert len(proxy.imaging.rendered) == 2


def test_without_a_store_what_is_too_large_is_smaller_and_kept_as_long_as_any(proxy: Bench) -> None:
    proxy.imaging = FakeImaging(size_bytes=room_bytes + 1)
    answer = proxy.respond(event())
    assert (answer["statusCode"], answer["headers"]["x-mirage"]) == (200, "reduced")
    assert "s-maxage=31536000" in answer["headers"]["cache-control"]


def test_without_a_store_an_original_that_changes_meanwhile_is_fetched_again(proxy: Bench) -> None:
    proxy.source.then = [lambda: proxy.source.originals.update({"cats/1.jpg": b"new"})]
    assert body(proxy.respond(event())) == b"new as webp"


# Files have no tag there


@pytest.mark.parametrize(
    ("original", "item"),
    [
        ("cats/1.JPG", "o-"),
        ("photo", "o-"),
        ("manual.pdf", "/manual.pdf"),
        ("a b/c.mp4", "/a%20b/c.mp4"),
        ("docs/a~b.pdf", "/docs/a*"),
    ],
)
def test_a_file_is_purged_by_its_path_and_a_tilde_by_a_wildcard(original: str, item: str) -> None:
    chosen = Chosen(untagged=r"(?i)[^/]\.(?!(?:jpg|png)$)[^./]+$")
    found = chosen.purged(Note(original=original))
    assert found.startswith(item) if item == "o-" else found == item


def test_at_the_edge_everything_is_purged_by_its_tag() -> None:
    assert Chosen().purged(Note(original="manual.pdf")).startswith("o-")
