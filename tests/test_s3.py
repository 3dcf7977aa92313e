"""S3 as the edge speaks it: one contract for the fakes and for moto, and what it does when S3 has a bad day."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.fakes import FakeSource, FakeStore, Patience, md5, settings
from tests.scripted import Scripted
from variants import errors
from variants.s3 import Bucket
from variants.sigv4 import Credentials
from variants.sources import OriginalsBucket
from variants.store import VariantsBucket
from variants.wire import Asking, Connections
from variants.work import Source, Store

headers = {
    "content-type": "image/webp",
    "cache-control": "public, max-age=300",
    "content-disposition": "attachment; filename=\"_.webp\"; filename*=UTF-8''%C3%BC.webp",
    "x-amz-meta-original-etag": "0123",
    "x-amz-meta-reduced": "1",
}


@dataclass(frozen=True, kw_only=True)
class Sides:
    """A store and a source of one kind, and how an original gets there."""

    store: Store
    source: Source
    upload: Callable[[str, bytes], None]


@pytest.fixture(scope="module")
def moto_port() -> Iterator[int]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    yield server.get_host_and_port()[1]
    server.stop()


def keys() -> Credentials:
    return Credentials(access_key="AKID", secret_key="secret", session_token="token")


def over_moto(port: int) -> Sides:
    pool = Connections(lambda timeout_s: http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s))
    names = (settings.originals_bucket, settings.variants_bucket)
    originals, variants = (
        Bucket(name=name, region=settings.region, connect=lambda _host: pool, credentials=keys) for name in names
    )
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=settings.region,
        aws_access_key_id="a",
        aws_secret_access_key="s",
    )
    for name in names:
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": settings.region})
    return Sides(
        store=VariantsBucket(bucket=variants),
        source=OriginalsBucket(bucket=originals, limits=settings.limits),
        upload=lambda key, body: client.put_object(Bucket=settings.originals_bucket, Key=key, Body=body),
    )


def in_memory() -> Sides:
    source = FakeSource()
    return Sides(store=FakeStore(), source=source, upload=lambda key, body: source.originals.update({key: body}))


@pytest.fixture(scope="module", params=["fake", "moto"])
def sides(request: pytest.FixtureRequest) -> Sides:
    return in_memory() if request.param == "fake" else over_moto(request.getfixturevalue("moto_port"))


# The contract

odd_paths = [
    "plain.jpg",
    "a b/ü+%25.jpg",
    "a+b.jpg",
    "über/ß~!*'().png",
    "x/y;z=1,2&3@:$?#.gif",
    "u\u0308.jpg",
    "e.jpg/e",
]


@pytest.mark.parametrize("path", odd_paths)
def test_an_original_of_any_name_is_fetched_with_its_etag_and_length(sides: Sides, path: str) -> None:
    body = path.encode() * 3
    sides.upload(path, body)
    with sides.source.fetch(path, Patience()) as original:
        assert (original.etag, original.size_bytes, original.body.read()) == (md5(body), len(body), body)
    assert sides.source.look(path, Patience()) == md5(body)


def test_an_original_that_is_not_there_is_not_found(sides: Sides) -> None:
    with pytest.raises(errors.NotFound):
        sides.source.fetch("nowhere.jpg", Patience())
    assert sides.source.look("nowhere.jpg", Patience()) is None


def test_an_original_is_read_in_any_order(sides: Sides) -> None:
    body = bytes(range(256)) * 1000
    sides.upload("seek.bin", body)
    with sides.source.fetch("seek.bin", Patience()) as original:
        assert original.body.read(4) == body[:4]
        original.body.seek(-3, io.SEEK_END)
        assert original.body.read() == body[-3:]
        original.body.seek(0)
        assert original.body.read() == body


@pytest.mark.parametrize("path", odd_paths)
def test_a_variant_is_put_once_and_read_back_as_it_was(sides: Sides, path: str) -> None:
    key = f"{path}/e1,w=640,rect=1x2x3x4,f=auto-webp"
    assert sides.store.read(key, Patience()) is None
    assert sides.store.put(key, b"pixels", headers, Patience()) == md5(b"pixels")
    stored = sides.store.read(key, Patience())
    assert stored is not None
    assert (stored.etag, stored.body) == (md5(b"pixels"), b"pixels")
    assert {name: stored.headers[name] for name in headers} == headers
    assert (stored.original_etag, stored.reduced) == ("0123", True)


def test_a_second_put_changes_nothing_and_says_so(sides: Sides) -> None:
    key = "twice.jpg/e1,f=jpg"
    sides.store.put(key, b"first", headers, Patience())
    assert sides.store.put(key, b"second", headers, Patience()) is None
    stored = sides.store.read(key, Patience())
    assert stored is not None
    assert stored.body == b"first"


def test_a_variant_is_taken_back_by_its_etag(sides: Sides) -> None:
    key = "back.jpg/e1,f=jpg"
    etag = sides.store.put(key, b"stale", headers, Patience())
    assert etag is not None
    sides.store.take_back(key, etag, Patience())
    assert sides.store.read(key, Patience()) is None
    sides.store.take_back(key, etag, Patience())


# A bad day: scripted answers in place of a connection


@dataclass
class Script:
    """Connections that give scripted answers, one a request: a status, headers and a body, or what to raise."""

    answers: list[tuple[int, Mapping[str, str], bytes] | Exception]
    requests: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    slept_s: list[float] = field(default_factory=list)

    def ask(self, asking: Asking) -> Scripted:
        self.requests.append((asking.method, asking.target, asking.headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer
        return Scripted(status=status, headers=headers, body=io.BytesIO(body))

    def bucket(self) -> Bucket:
        return Bucket(
            name="bucket",
            region="eu-central-1",
            connect=lambda host: self,
            credentials=keys,
            sleep=self.slept_s.append,
        )


def error(status: int, code: str) -> tuple[int, Mapping[str, str], bytes]:
    body = f"<?xml version='1.0'?>\n<Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
    return status, {"content-type": "application/xml"}, body


def found(body: bytes, etag: str = '"e"', length: int | None = None) -> tuple[int, Mapping[str, str], bytes]:
    return 200, {"etag": etag, "content-length": str(len(body) if length is None else length)}, body


broken_line = http.client.RemoteDisconnected("Remote end closed connection without response")


@pytest.mark.parametrize(
    ("answers", "requests"),
    [
        ([error(503, "SlowDown"), found(b"abc")], 2),
        ([error(500, "InternalError"), error(500, "InternalError"), found(b"abc")], 3),
        ([broken_line, found(b"abc")], 2),
        ([TimeoutError("The read operation timed out"), found(b"abc")], 2),
    ],
    ids=["slow down", "internal error, twice", "a dropped connection", "a read time-out"],
)
def test_a_passing_fault_is_asked_again(answers: list[object], requests: int) -> None:
    script = Script(answers)
    _, view = script.bucket().stream("k", Patience())
    assert view.read() == b"abc"
    assert len(script.requests) == requests
    assert all(0 <= pause_s <= 0.2 for pause_s in script.slept_s)


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([error(503, "SlowDown")] * 3, errors.Busy),
        ([broken_line] * 3, errors.Busy),
        ([error(404, "NoSuchKey")], errors.NotFound),
        ([error(404, "NoSuchBucket")], errors.Internal),
        ([error(403, "AccessDenied")], errors.PolicyBroken),
        ([error(403, "SignatureDoesNotMatch")], errors.Internal),
        ([error(403, "InvalidObjectState")], errors.Archived),
        ([error(400, "ExpiredToken")], errors.Internal),
        ([(301, {}, b"")], errors.Internal),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_what_s3_refuses_has_a_name_of_ours(answers: list[object], failure: type[Exception]) -> None:
    script = Script(list(answers))
    with pytest.raises(failure) as raised:
        script.bucket().stream("k", Patience())
    assert type(raised.value) is failure
    assert script.answers == []


def test_a_conflict_of_conditional_puts_is_put_again() -> None:
    script = Script([error(409, "ConditionalRequestConflict"), (200, {"etag": '"e"'}, b"")])
    assert script.bucket().put_new("k", b"body", {}, Patience()) == '"e"'
    assert [headers["if-none-match"] for _, _, headers in script.requests] == ["*", "*"]


def test_a_put_names_its_length_and_signs_its_payload() -> None:
    script = Script([(200, {"etag": '"e"'}, b"")])
    script.bucket().put_new("v/ü b.jpg/e1,f=jpg", b"body", {"content-type": "image/jpeg"}, Patience())
    method, url, headers = script.requests[0]
    assert (method, url) == ("PUT", "/v/%C3%BC%20b.jpg/e1%2Cf%3Djpg")
    assert headers["content-length"] == "4"
    assert headers["host"] == "bucket.s3.eu-central-1.amazonaws.com"
    assert headers["x-amz-content-sha256"] == "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"
    assert headers["x-amz-security-token"] == "token"


def test_nothing_is_asked_after_the_deadline() -> None:
    script = Script([])
    with pytest.raises(errors.Deadline):
        script.bucket().stream("k", Patience(left_s=0))


def test_no_pause_goes_past_the_deadline() -> None:
    script = Script([error(503, "SlowDown")] * 3)
    with pytest.raises((errors.Deadline, errors.Busy)):
        script.bucket().stream("k", Patience(left_s=1e-9))
    assert script.slept_s == []


def test_a_body_that_breaks_off_is_asked_for_again_whole_under_its_etag() -> None:
    script = Script([found(b"abcd", length=10), found(b"abcdefghij")])
    _, view = script.bucket().stream("k", Patience())
    assert view.read() == b"abcdefghij"
    assert script.requests[1][2]["if-match"] == '"e"'
    assert "range" not in script.requests[1][2]


def test_a_body_that_breaks_off_twice_is_busy_and_stays_so() -> None:
    script = Script([found(b"abcd", length=10), found(b"abcdef", length=10)])
    _, view = script.bucket().stream("k", Patience())
    for _ in range(2):
        view.seek(0)
        with pytest.raises(errors.Busy):
            view.read()
    assert isinstance(view.failure, errors.Busy)


def test_an_original_that_changes_while_it_breaks_off_is_busy() -> None:
    script = Script([found(b"abcd", length=10), error(412, "PreconditionFailed")])
    _, view = script.bucket().stream("k", Patience())
    with pytest.raises(errors.Busy):
        view.read()


def test_an_original_above_the_limit_is_refused_by_its_length() -> None:
    script = Script([found(b"", length=1001)])
    source = OriginalsBucket(bucket=script.bucket(), limits=replace(settings.limits, max_source_bytes=1000))
    with pytest.raises(errors.TooLarge, match="1001 bytes"):
        source.fetch("big.jpg", Patience())
