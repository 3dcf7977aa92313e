"""Conditional reads, ranges and public policies of S3: tables, written off by hand (RFC 9110, AWS; 2026-11)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emulator.aws.iam import parse_policy
from emulator.reading import Reader
from emulator.s3 import reads
from emulator.s3.lifecycle import read_rules
from emulator.s3.messages import S3Answer
from emulator.s3.public_access import is_public
from emulator.s3.refusals import Refused
from tests.test_s3_rights import asked

digest = "NhCmhg=="
modified, earlier, later = (f"Sun, 09 Sep 2001 01:46:{second} GMT" for second in (40, 39, 41))
kept_names = ("ETag", "Last-Modified", "Cache-Control", "Expires", "Vary", "x-amz-version-id")
stored = S3Answer(
    status=200,
    headers=(*zip(kept_names, ('"a"', modified, "c", "e", "v", "n"), strict=True), ("Content-Type", "text/css")),
    body=b"hello",
)


# RFC 9110 §13.2.2: If-Match before If-Unmodified-Since, If-None-Match before If-Modified-Since.
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"if-match": '"a"'}, 200), ({"if-match": '"b", W/"a"'}, 200), ({"if-match": "*"}, 200),
        ({"if-match": '"b"'}, 412), ({"if-match": '"a"', "if-unmodified-since": earlier}, 200),
        ({"if-unmodified-since": earlier}, 412), ({"if-unmodified-since": modified}, 200),
        ({"if-unmodified-since": "never"}, 200),
        ({"if-none-match": '"a"'}, 304), ({"if-none-match": '"b"'}, 200), ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"b"', "if-modified-since": later}, 200),
        ({"if-modified-since": modified}, 304), ({"if-modified-since": earlier}, 200),
        ({"if-modified-since": "x"}, 200),
    ],
)  # fmt: skip
def test_a_read_holds_by_its_conditions(headers: dict, status: int) -> None:
    try:
        answer = reads.conditioned(stored, headers)
    except Refused as why:
        assert (status, why.code) == (412, "PreconditionFailed")
        return
    assert answer.status == status
    if status == 304:
        assert tuple(name for name, _ in answer.headers) == kept_names


@pytest.mark.parametrize(
    ("wanted", "status", "body", "told"),
    [
        ("bytes=0-0", 206, b"h", "bytes 0-0/5"), ("bytes=1-2", 206, b"el", "bytes 1-2/5"),
        ("bytes=3-", 206, b"lo", "bytes 3-4/5"), ("bytes=4-4", 206, b"o", "bytes 4-4/5"),
        ("bytes=2-99", 206, b"llo", "bytes 2-4/5"), ("bytes=-2", 206, b"lo", "bytes 3-4/5"),
        ("bytes=-99", 206, b"hello", "bytes 0-4/5"), ("bytes=3-2", 200, b"hello", None),
        ("bytes=-", 200, b"hello", None),
        ("bytes=0-1,3-4", 200, b"hello", None), ("lines=0-1", 200, b"hello", None), (None, 200, b"hello", None),
        ("bytes=5-", 416, b"", None), ("bytes=5-9", 416, b"", None), ("bytes=-0", 416, b"", None),
    ],
)  # fmt: skip
def test_a_range_is_cut_out(wanted: str | None, status: int, body: bytes, told: str | None) -> None:
    try:
        answer = reads.ranged(stored, wanted)
    except Refused as why:
        assert (status, why.code, why.headers) == (416, "InvalidRange", (("Content-Range", "bytes */5"),))
        return
    assert (answer.status, answer.body, answer.header("content-range")) == (status, body, told)


def test_no_part_is_cut_out_of_what_the_asker_has() -> None:
    assert reads.ranged(S3Answer(status=304, headers=()), "bytes=0-0").status == 304


def shown(method: str = "GET", found: S3Answer = stored, **headers: str) -> S3Answer:
    request = asked(method, "-", "k", {name.replace("_", "-"): value for name, value in headers.items()})
    return reads.shown(found, request, ())


def test_what_is_shown_says_its_length_and_how_it_is_encrypted() -> None:
    answer = shown()
    assert (answer.header("content-length"), answer.header("x-amz-server-side-encryption")) == ("5", "AES256")
    assert shown("HEAD").body == b"" and shown("HEAD").header("content-length") == "5"
    known = shown(if_none_match='"a"')
    assert (known.header("content-length"), known.header("x-amz-server-side-encryption")) == (None, None)
    own = replace(stored, headers=(*stored.headers, ("x-amz-server-side-encryption", "own"), ("Content-Length", "9")))
    said = [
        value
        for name, value in shown(found=own).headers
        if name.lower() in ("content-length", "x-amz-server-side-encryption")
    ]
    assert said == ["own", "5"]


def test_a_checksum_is_shown_to_whom_asks_for_it_and_the_whole() -> None:
    summed = replace(stored, headers=(*stored.headers, ("x-amz-checksum-crc32", digest)))
    assert shown(found=summed).header("x-amz-checksum-crc32") is None
    assert shown(found=summed, x_amz_checksum_mode="ENABLED").header("x-amz-checksum-crc32") == digest
    assert shown(found=summed, x_amz_checksum_mode="enabled", range="bytes=0-1").header("x-amz-checksum-crc32") is None


@pytest.mark.parametrize(
    ("names", "marker", "code", "headers"),
    [
        ("-", None, "NoSuchKey", {}),
        ("-", "m", "NoSuchKey", {"x-amz-delete-marker": "true", "x-amz-version-id": "m"}),
        ("versionId", "m", "MethodNotAllowed", {"x-amz-delete-marker": "true", "x-amz-version-id": "m"}),
    ],
)
def test_what_is_not_there_says_whether_a_marker_is(names: str, marker: str | None, code: str, headers: dict) -> None:
    gone = S3Answer(status=404, headers=(), body=b"<Error><Code>NoSuchKey</Code></Error>")
    error = reads.missing(gone, asked("GET", names, "k"), marker)
    assert (error.code, dict(error.headers)) == (code, headers)
    told = {"Method": "GET", "ResourceType": "DeleteMarker"}
    assert error.told == told if code == "MethodNotAllowed" else error.told.keys().isdisjoint(told)


@pytest.mark.parametrize("name", ["if-unmodified-since", "if-modified-since"])
def test_what_has_no_date_is_neither_old_nor_new(name: str) -> None:
    assert reads.conditioned(S3Answer(status=200, headers=()), {name: modified}).status == 200
    assert shown(found=S3Answer(status=200, headers=())).status == 200


def test_what_has_no_etag_is_not_the_one_that_was_meant() -> None:
    with pytest.raises(Refused, match="PreconditionFailed"):
        reads.conditioned(S3Answer(status=200, headers=()), {"if-match": '"a"'})


def test_what_will_expire_says_when() -> None:
    rule = {"id": "old", "status": "Enabled", "filter": {"prefix": "k"}, "expiration": {"days": 1}}
    rules = read_rules(Reader("BucketLifecycleConfiguration", {"rules": [rule]}))
    until = 'expiry-date="Tue, 11 Sep 2001 00:00:00 GMT", rule-id="old"'
    for key, headers, told in (("k", {}, until), ("other", {}, None), ("k", {"if-none-match": '"a"'}, None)):
        assert reads.shown(stored, asked("GET", "-", key, headers), rules).header("x-amz-expiration") == told


@pytest.mark.parametrize(
    ("principal", "public"), [("*", True), ({"AWS": "*"}, True), ({"AWS": "arn:aws:iam::1:root"}, False)]
)
def test_a_policy_that_names_nobody_is_public(principal: object, public: bool) -> None:

    granted = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    assert is_public(parse_policy(json.dumps({"Statement": [granted]}), of_resource=True)) is public
