"""The edge's handler: CloudFront's event in, its answer out."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from edge import cloudfront
from edge.origin_response import Server, respond
from tests.fakes import FakeImaging, FakeSource, FakeStore, md5, settings
from variants import errors
from variants.settings import Settings
from variants.timing import Clock, Deadline, Stopwatch
from variants.work import Work

key_uri = "/cats/1.jpg/e1,w=640,f=auto-webp"
cats_tag = "o-dedaa2dc216fd4042cdd579c35c15c0f"
Event = dict[str, Any]


def event(
    uri: str = key_uri,
    status: int = 404,
    headers: dict[str, str] | None = None,
    method: str = "GET",
    generate: str | None = "on",
) -> Event:
    """An origin-response event, as AWS's "Lambda@Edge event structure" has it."""
    forwarded = {} if generate is None else {"x-mirage-generate": [{"key": "X-Mirage-Generate", "value": generate}]}
    answered = {"content-type": "application/xml", "transfer-encoding": "chunked", "server": "AmazonS3"}
    answered = headers if headers is not None else answered
    request = {
        "clientIp": "203.0.113.178",
        "method": method,
        "uri": uri,
        "querystring": "",
        "headers": {"host": [{"key": "Host", "value": "variants.s3.eu-central-1.amazonaws.com"}], **forwarded},
        "origin": {"s3": {"authMethod": "none", "customHeaders": {}, "domainName": "x", "path": "/v", "region": ""}},
    }
    response = {
        "status": str(status),
        "statusDescription": "Something",
        "headers": {name: [{"key": name.title(), "value": value}] for name, value in answered.items()},
    }
    config = {"distributionDomainName": "d.cloudfront.net", "distributionId": "E1", "eventType": "origin-response"}
    return {"Records": [{"cf": {"config": {**config, "requestId": "r1"}, "request": request, "response": response}}]}


@dataclass
class Bench:
    """The edge on fakes, and what it logged."""

    source: FakeSource = field(default_factory=lambda: FakeSource({"cats/1.jpg": b"cat"}))
    store: FakeStore = field(default_factory=FakeStore)
    imaging: FakeImaging = field(default_factory=FakeImaging)
    settings: Settings = settings
    lines: list[str] = field(default_factory=list)
    now_s: float = 0.0

    def respond(self, event: Event) -> dict[str, Any]:
        edge = Server(settings=self.settings, work=self.work, clock=lambda: self.now_s, log=self.lines.append)
        return respond(event, edge)

    def work(self, settings: Settings, clock: Clock, stopwatch: Stopwatch) -> Work:
        return Work(
            source=self.source,
            store=self.store,
            imaging=self.imaging,
            settings=settings,
            deadline=Deadline(clock, 8),
            store_deadline=Deadline(clock, 16),
            measure=stopwatch,
            room_bytes=cloudfront.room_bytes,
        )

    @property
    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def values(response: dict[str, Any]) -> dict[str, str]:
    return {name: ", ".join(line["value"] for line in lines) for name, lines in response["headers"].items()}


def body(response: dict[str, Any]) -> bytes:
    return base64.b64decode(response["body"]) if response["bodyEncoding"] == "base64" else response["body"].encode()


# Handed on

stored_headers = {
    "content-type": "image/webp",
    "content-length": "12",
    "etag": '"e"',
    "cache-control": "public, max-age=300",
    "via": "1.1 s3",
    "x-amz-meta-cache-tag": "o-of-another",
    "x-amz-meta-original-etag": "0123",
    "x-amz-meta-epoch": "1",
    "x-amz-meta-secret": "s",
}


@pytest.mark.parametrize("status", [200, 206, 304])
def test_what_the_store_has_is_handed_on_as_stored_with_its_tag_alone_of_its_metadata(
    bench: Bench, status: int
) -> None:
    response = bench.respond(event(status=status, headers=stored_headers))
    assert values(response) == {
        "content-type": "image/webp",
        "content-length": "12",
        "etag": '"e"',
        "cache-control": "public, max-age=300",
        "via": "1.1 s3",
        "x-amz-meta-cache-tag": cats_tag,
        "x-mirage": "stored",
        "x-content-type-options": "nosniff",
        "vary": "Accept",
    }
    assert response["status"] == str(status)
    assert "body" not in response
    assert bench.lines == []


def test_what_was_stored_reduced_says_so_each_time(bench: Bench) -> None:
    response = bench.respond(event(status=200, headers={**stored_headers, "x-amz-meta-reduced": "1"}))
    assert values(response)["x-mirage"] == "reduced"


@pytest.mark.parametrize(
    ("uri", "vary"),
    [
        ("/cats/1.jpg/e1,w=640,f=auto", "Accept"),
        ("/cats/1.jpg/e1,w=640,f=auto-avif", "Accept"),
        ("/cats/1.jpg/e1,w=640,f=webp", None),
        ("/cats/1.jpg/e1,f=json", None),
        ("/docs/a,f=auto.pdf", None),
    ],
)
def test_only_a_negotiated_answer_varies_by_accept(bench: Bench, uri: str, vary: str | None) -> None:
    assert values(bench.respond(event(uri=uri, status=200))).get("vary") == vary
    assert values(bench.respond(event(uri=uri, status=404))).get("vary") == vary


@pytest.mark.parametrize(
    ("options", "vary"),
    [
        ("w=640,f=auto-webp", "Accept, Save-Data"),
        ("w=640,f=jpg", "Save-Data"),
        ("w=640,q=70,f=webp", "Save-Data"),
        ("w=640,q=auto,f=auto", "Accept"),
        ("w=640,f=png", None),
        ("f=json", None),
    ],
)
def test_where_save_data_may_lower_the_quality_the_answer_varies_by_it(
    bench: Bench, options: str, vary: str | None
) -> None:
    bench.settings = replace(settings, save_data=True)
    for status in (200, 404):
        answer = bench.respond(event(uri=f"/cats/1.jpg/e1,{options}", status=status))
        assert values(answer).get("vary") == vary


def test_a_vary_of_the_origins_is_kept_beside_ours(bench: Bench) -> None:
    assert values(bench.respond(event(status=200, headers={"vary": "Origin"})))["vary"] == "Origin, Accept"


@pytest.mark.parametrize("status", [301, 400, 403, 412, 416])
def test_what_else_the_store_answers_passes_as_it_is_without_our_word(bench: Bench, status: int) -> None:
    response = bench.respond(event(status=status, headers={"content-type": "application/xml", "via": "1.1 s3"}))
    found = values(response)
    assert response["status"] == str(status)
    assert "x-mirage" not in found and "x-mirage-error" not in found
    assert found["content-type"] == "application/xml"
    assert found["x-amz-meta-cache-tag"] == cats_tag
    assert "body" not in response


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("uri", [key_uri, "/docs/manual.pdf"])
def test_a_failure_of_the_store_is_busy_in_our_words_and_nothing_is_made(bench: Bench, status: int, uri: str) -> None:
    """url-contract, "Answers": of S3's own errors only 403, 412 and 416 pass as they are."""
    response = bench.respond(event(uri=uri, status=status, headers={"content-type": "application/xml"}))
    found = values(response)
    assert (response["status"], json.loads(body(response))["code"]) == ("503", "busy")
    assert (found["x-mirage-error"], found["content-type"]) == ("busy", "application/json")
    assert (found["cache-control"], found["retry-after"]) == ("max-age=10", "10")
    assert [(line["level"], line["event"]) for line in bench.logged] == [("warning", "variant-refused")]
    assert bench.source.fetched == []


def test_a_refusal_of_the_store_is_logged_as_an_error_and_nothing_is_rendered_over_it(bench: Bench) -> None:
    bench.respond(event(status=403))
    assert [(line["level"], line["event"]) for line in bench.logged] == [("error", "storage-refused")]
    assert bench.source.fetched == []


def test_other_methods_are_not_ours(bench: Bench) -> None:
    assert bench.respond(event(method="OPTIONS"))["status"] == "404"
    assert bench.source.fetched == []


def test_the_event_itself_is_left_as_it_came(bench: Bench) -> None:
    given = event(status=200, headers=stored_headers)
    before = copy.deepcopy(given)
    bench.respond(given)
    assert given == before


# Files


def test_a_file_is_tagged_by_its_path_and_kept_as_pictures_are(bench: Bench) -> None:
    headers = {"content-type": "application/pdf", "x-amz-meta-author": "a"}
    assert values(bench.respond(event(uri="/cats/1.jpg", status=206, headers=headers))) == {
        "content-type": "application/pdf",
        "cache-control": "public, max-age=300, s-maxage=31536000, stale-while-revalidate=60",
        "x-amz-meta-cache-tag": cats_tag,
        "x-mirage": "stored",
        "x-content-type-options": "nosniff",
    }


def test_a_files_own_cache_control_stands(bench: Bench) -> None:
    headers = {"content-type": "video/mp4", "cache-control": "max-age=7"}
    assert values(bench.respond(event(uri="/a.mp4", status=200, headers=headers)))["cache-control"] == "max-age=7"


def test_a_304_gets_no_cache_control_that_its_file_may_not_have(bench: Bench) -> None:
    assert "cache-control" not in values(bench.respond(event(uri="/a.mp4", status=304, headers={"etag": '"e"'})))


@pytest.mark.parametrize(
    ("uri", "content_type", "policy"),
    [
        ("/logo.svg", "image/svg+xml", "sandbox"),
        ("/logo.SVG", "application/octet-stream", "sandbox"),
        ("/logo.bin", "image/svg+xml; charset=utf-8", "sandbox"),
        ("/manual.pdf", "application/pdf", None),
    ],
)
def test_an_svg_is_sandboxed(bench: Bench, uri: str, content_type: str, policy: str | None) -> None:
    response = bench.respond(event(uri=uri, status=200, headers={"content-type": content_type}))
    assert values(response).get("content-security-policy") == policy


@pytest.mark.parametrize("uri", ["/manual.pdf", "/a%20b.txt", "/cats/1.jpg"])
def test_a_missing_file_is_not_found_and_nothing_is_made(bench: Bench, uri: str) -> None:
    response = bench.respond(event(uri=uri, generate="off"))
    assert response["status"] == "404"
    assert json.loads(body(response)) == {"code": "not-found", "message": "There is no such file."}
    assert bench.source.fetched == []


# Made


def test_a_missing_variant_is_made_stored_and_answered(bench: Bench) -> None:
    response = bench.respond(event())
    assert (response["status"], response["statusDescription"]) == ("200", "OK")
    assert body(response) == b"cat as webp"
    found = values(response)
    assert found.pop("server-timing").startswith("fetch;dur=0.0")
    assert found == {
        "transfer-encoding": "chunked",
        "server": "AmazonS3",
        "content-type": "image/webp",
        "cache-control": "public, max-age=300, s-maxage=31536000, stale-while-revalidate=60",
        "etag": md5(b"cat as webp"),
        "accept-ranges": "bytes",
        "x-amz-meta-cache-tag": cats_tag,
        "x-content-type-options": "nosniff",
        "x-mirage": "made",
        "vary": "Accept",
    }
    assert list(bench.store.variants) == [key_uri[1:]]


def test_the_error_documents_headers_go_but_the_read_only_ones(bench: Bench) -> None:
    headers = {
        "content-type": "application/xml",
        "content-length": "300",
        "transfer-encoding": "chunked",
        "via": "1.1 s3",
        "x-amz-error-code": "NoSuchKey",
        "etag": '"of nothing"',
        "last-modified": "Thu, 01 Jan 1970 00:00:00 GMT",
        "date": "Fri, 20 Nov 2026 12:00:00 GMT",
    }
    response = bench.respond(event(headers=headers))
    kept = {name: value for name, value in values(response).items() if headers.get(name) == value}
    assert kept == {"transfer-encoding": "chunked", "via": "1.1 s3", "date": "Fri, 20 Nov 2026 12:00:00 GMT"}
    assert not {"content-length", "last-modified", "x-amz-error-code"} & values(response).keys()
    assert response["headers"]["via"] == [{"key": "Via", "value": "1.1 s3"}]


def test_every_header_is_a_list_whose_key_is_its_name(bench: Bench) -> None:
    for response in (bench.respond(event()), bench.respond(event(uri="/x")), bench.respond(event(status=200))):
        for name, lines in response["headers"].items():
            assert name == name.lower()
            assert [line["key"].lower() for line in lines] == [name] * len(lines)


def test_a_head_makes_and_stores_without_a_body(bench: Bench) -> None:
    response = bench.respond(event(method="HEAD"))
    assert (response["status"], body(response)) == ("200", b"")
    assert values(response)["etag"] == md5(b"cat as webp")
    assert list(bench.store.variants) == [key_uri[1:]]


def test_an_encoded_path_is_decoded_once(bench: Bench) -> None:
    bench.source.originals["a b/ü+%20.jpg"] = b"odd"
    response = bench.respond(event(uri="/a%20b/%C3%BC%2B%2520.jpg/e1,f=png"))
    assert body(response) == b"odd as png"
    assert list(bench.store.variants) == ["a b/ü+%20.jpg/e1,f=png"]


def test_what_another_stored_meanwhile_is_stored_and_not_timed(bench: Bench) -> None:
    bench.respond(event())
    found = values(bench.respond(event()))
    assert found["x-mirage"] == "stored"
    assert "server-timing" not in found


@pytest.mark.parametrize(("debug", "shown"), [(True, "a%20b.jpg/e1,f=png"), (False, None)])
def test_the_key_is_shown_where_debug_is_on(bench: Bench, debug: bool, shown: str | None) -> None:
    bench.settings = replace(settings, debug=debug)
    for status in (200, 404):
        assert values(bench.respond(event(uri="/a%20b.jpg/e1,f=png", status=status))).get("x-mirage-key") == shown


# Too large


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("redirect", "location"), [("stored", "#stored"), ("key", "/caf%C3%A9%20%2B/1.jpg/e1,w=640,f=auto-webp")]
)
def test_a_body_too_large_is_stored_and_then_redirected_to(
    bench: Bench, redirect: str, location: str, method: str
) -> None:
    bench.settings = replace(settings, redirect=redirect)
    bench.source.originals["café +/1.jpg"] = b"cat"
    bench.imaging.size_bytes = cloudfront.room_bytes + 1
    response = bench.respond(event(uri="/caf%C3%A9%20%2B/1.jpg/e1,w=640,f=auto-webp", method=method))
    found = values(response)
    assert (response["status"], body(response)) == ("302", b"")
    assert (found["location"], found["cache-control"]) == (location, "no-store")
    assert "x-mirage" not in found and "etag" not in found
    assert len(bench.store.variants["café +/1.jpg/e1,w=640,f=auto-webp"].body) == cloudfront.room_bytes + 1


def test_the_largest_body_that_is_answered_fits_with_the_longest_headers(bench: Bench) -> None:
    # A path of 800 bytes that all are escaped, in the attachment's name, and a long via.
    path = "/" + "%C3%BC" * 398 + ".jpg"
    bench.settings = replace(settings, debug=True)
    bench.source.originals["ü" * 398 + ".jpg"] = b"cat"
    bench.imaging.size_bytes = cloudfront.room_bytes
    response = bench.respond(event(uri=path + "/e1,w=640,dl=1,f=jpg", headers={"via": "v" * 2000}))
    assert response["status"] == "200"
    assert len(body(response)) == cloudfront.room_bytes
    assert cloudfront.fits(response)


# Refused


@pytest.mark.parametrize(
    ("uri", "failure", "status", "cache_control", "retry_after"),
    [
        (key_uri, errors.BadOption("Nothing is left."), 400, "max-age=300", None),
        (key_uri, errors.NotFound("No such."), 404, "max-age=60", None),
        (key_uri, errors.Archived("Archived."), 404, "max-age=60", None),
        (key_uri, errors.Unsupported("No decoder."), 415, "max-age=60, s-maxage=3600", None),
        (key_uri, errors.Broken("Broken."), 415, "max-age=60, s-maxage=3600", None),
        (key_uri, errors.TooLarge("Large."), 415, "max-age=60, s-maxage=3600", None),
        (key_uri, errors.TooManyPixels("Many."), 415, "max-age=60, s-maxage=3600", None),
        (key_uri, errors.UpstreamBad("Bad."), 502, "max-age=10", None),
        (key_uri, errors.UpstreamTimeout("Late."), 504, "max-age=10", "10"),
        (key_uri, errors.Deadline("Late."), 504, "max-age=10", "10"),
        (key_uri, errors.Busy("Busy."), 503, "max-age=10", "10"),
        (key_uri, errors.Budget("Spent."), 503, "max-age=30", "30"),
        (key_uri, errors.PolicyBroken("Refused."), 403, "max-age=0", None),
    ],
)
def test_every_failure_is_its_documented_answer(
    bench: Bench, uri: str, failure: errors.MirageError, status: int, cache_control: str, retry_after: str | None
) -> None:
    bench.source.failure = failure
    response = bench.respond(event(uri=uri))
    found = values(response)
    assert response["status"] == str(status)
    assert json.loads(body(response)) == {"code": failure.code, "message": str(failure)}
    assert found["content-type"] == "application/json"
    assert found["x-mirage-error"] == failure.code
    assert found["cache-control"] == cache_control
    assert found.get("retry-after") == retry_after
    assert found["x-amz-meta-cache-tag"] == cats_tag
    assert found["x-content-type-options"] == "nosniff"
    assert found["transfer-encoding"] == "chunked"
    assert "x-mirage" not in found


def test_a_heads_failure_has_the_headers_and_no_body(bench: Bench) -> None:
    bench.source.failure = errors.Broken("Broken.")
    response = bench.respond(event(method="HEAD"))
    assert (response["status"], body(response)) == ("415", b"")
    assert values(response)["x-mirage-error"] == "broken"


@pytest.mark.parametrize("generate", ["off", "", "ON", "signed", None])
def test_nothing_is_made_while_the_switch_is_not_on(bench: Bench, generate: str | None) -> None:
    response = bench.respond(event(generate=generate))
    assert (response["status"], values(response)["x-mirage-error"]) == ("503", "paused")
    assert values(response)["retry-after"] == "10"
    assert bench.source.fetched == []


def test_what_is_stored_is_served_while_the_switch_is_off(bench: Bench) -> None:
    assert values(bench.respond(event(status=200, generate="off")))["x-mirage"] == "stored"


@pytest.mark.parametrize(
    "uri", ["/cats/1.jpg/e2,f=auto", "/cats/1.jpg/e1,f=tiff", "/cats/1.jpg/e1,h=1,w=1,f=auto", "/e1,f=auto"]
)
def test_a_key_that_this_version_cannot_read_is_a_deploy_under_way(bench: Bench, uri: str) -> None:
    response = bench.respond(event(uri=uri))
    assert (response["status"], values(response)["x-mirage-error"]) == ("503", "deploying")


def test_what_nobody_foresaw_is_busy_says_nothing_of_it_and_is_logged_once(bench: Bench) -> None:
    bench.imaging.failure = ZeroDivisionError("secret internals")  # type: ignore[assignment]
    response = bench.respond(event())
    assert response["status"] == "503"
    assert json.loads(body(response))["code"] == "busy"
    assert b"internals" not in body(response)
    (line,) = bench.logged
    assert (line["level"], line["event"], line["key"]) == ("error", "unforeseen", key_uri[1:])
    assert line["error"] == "ZeroDivisionError"
    assert any(frame.startswith("produce.py:") for frame in line["where"])


def test_an_answer_is_one_line_of_json_with_its_key_and_stages(bench: Bench) -> None:
    bench.respond(event())
    (line,) = bench.logged
    assert (line["event"], line["key"], line["request"]) == ("variant-answered", key_uri[1:], "r1")
    assert (line["status"], line["how"], line["bytes"]) == (200, "made", 11)
    assert line["ms"].keys() == {"fetch", "store", "total"}


# The fallback picture


@pytest.mark.parametrize(
    ("uri", "content_type", "signature"),
    [
        ("/cats/1.jpg/e1,w=64,f=png", "image/png", b"\x89PNG"),
        ("/cats/1.jpg/e1,w=64,f=auto-webp", "image/webp", b"RIFF"),
        ("/cats/1.jpg/e1,w=64,f=auto", "image/jpeg", b"\xff\xd8\xff"),
        ("/cats/1.jpg/e1,f=json", "application/json", b"{"),
        ("/cats/1.pdf", "application/json", b"{"),
    ],
)
def test_a_fallback_is_a_picture_with_the_true_status_where_no_json_was_asked_for(
    bench: Bench, uri: str, content_type: str, signature: bytes
) -> None:
    bench.settings = replace(settings, fallback=True)
    bench.source.originals.clear()
    response = bench.respond(event(uri=uri))
    found = values(response)
    assert (response["status"], found["x-mirage-error"]) == ("404", "not-found")
    assert (found["content-type"], body(response)[: len(signature)]) == (content_type, signature)
    assert found.get("x-mirage") == (None if content_type == "application/json" else "fallback")
    assert found["cache-control"] == "max-age=60"


def test_a_fallback_for_a_key_that_cannot_be_read_is_a_picture_too(bench: Bench) -> None:
    bench.settings = replace(settings, fallback=True)
    response = bench.respond(event(uri="/cats/1.jpg/e2,w=9,f=webp"))
    assert (response["status"], values(response)["x-mirage"]) == ("503", "fallback")
    assert values(response)["content-type"].startswith("image/")


# What the log says


def test_a_picture_that_could_not_be_stored_is_an_error_in_the_log(bench: Bench) -> None:
    bench.store.failure = errors.PolicyBroken("Refused.")
    assert values(bench.respond(event()))["cache-control"] == "max-age=10"
    (line,) = bench.logged
    assert (line["level"], line["event"], line["code"]) == ("error", "variant-not-stored", "auth-denied")


@pytest.mark.parametrize(
    ("failure", "level"),
    [
        (errors.Broken("Broken."), "info"),
        (errors.Busy("Busy."), "warning"),
        (errors.PolicyBroken("Refused."), "error"),
        (errors.Internal("Unexpected."), "error"),
    ],
)
def test_only_what_somebody_must_mend_is_an_error(bench: Bench, failure: errors.MirageError, level: str) -> None:
    bench.source.failure = failure
    bench.respond(event())
    assert [line["level"] for line in bench.logged] == [level]


# What it costs


def test_handing_on_imports_neither_pillow_nor_an_s3_client() -> None:
    code = f"""
import json, sys
from edge.origin_response import Server, respond
from variants.settings import Settings
edge = Server(settings=Settings(region="r", originals_bucket="o", variants_bucket="v"), work=None)
for status in (200, 206, 304, 403):
    event = json.loads({json.dumps(json.dumps(event()))})
    event["Records"][0]["cf"]["response"]["status"] = str(status)
    respond(event, edge)
file = json.loads({json.dumps(json.dumps(event(uri="/manual.pdf")))})
respond(file, edge)
heavy = ("PIL", "urllib3", "boto3", "botocore", "requests", "http.client", "ssl", "variants.imaging", "variants.s3")
print([name for name in heavy if name in sys.modules])
"""
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
