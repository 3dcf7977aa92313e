"""Bodies that come to S3: tables, written off AWS's pages by hand (read 2026-11).

S3 API "PutObject", "DeleteObjects"; "Signature calculations: transferring payload in multiple chunks".
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import zlib
from dataclasses import replace

import pytest

from emulator.s3 import deletion
from emulator.s3.messages import S3Answer, S3Request
from emulator.s3.refusals import Refused
from emulator.s3.uploads import received, refuse_unsupported
from tests.test_s3_rights import asked

crc = base64.b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()
md5 = base64.b64encode(hashlib.md5(b"hello").digest()).decode()
sha = hashlib.sha256(b"hello").hexdigest()
streamed = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
chunks = b"3;chunk-signature=a\r\nhel\r\n2\r\nlo\r\n0\r\nX-Amz-Checksum-Crc32: " + crc.encode() + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body", "kept"),
    [
        ({"a": "1"}, b"hello", {"a": "1"}),
        ({"transfer-encoding": "chunked"}, b"hello", {}),
        (
            {
                "x-amz-content-sha256": streamed,
                "content-encoding": "aws-chunked, gzip",
                "x-amz-decoded-content-length": "5",
                "x-amz-trailer": "x-amz-checksum-crc32",
            },
            chunks,
            {"x-amz-checksum-crc32": crc, "content-encoding": "gzip"},
        ),
        (
            {"x-amz-content-sha256": streamed, "content-encoding": "aws-chunked"},
            chunks,
            {"x-amz-checksum-crc32": crc},
        ),
        # Empty elements of a list are none. RFC 9110, 5.6.1.2.
        (
            {"x-amz-content-sha256": streamed, "content-encoding": "aws-chunked,,gzip"},
            chunks,
            {"x-amz-checksum-crc32": crc, "content-encoding": "gzip"},
        ),
        ({"x-amz-checksum-crc32": crc}, b"hello", {"x-amz-checksum-crc32": crc}),
        ({"x-amz-content-sha256": sha}, b"hello", {"x-amz-content-sha256": sha}),
        ({"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}, b"hello", {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}),
        ({"content-md5": md5}, b"hello", {"content-md5": md5}),
        ({"x-amz-meta-a": "é" * 1023 + "x"}, b"hello", {"x-amz-meta-a": "é" * 1023 + "x"}),
    ],
)
def test_a_body_is_what_is_in_its_frame(headers: dict, body: bytes, kept: dict) -> None:
    assert received(headers, body) == (kept, b"hello")


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        ({"x-amz-checksum-crc32": crc}, b"hullo", "BadDigest"),
        ({"x-amz-content-sha256": streamed}, chunks.replace(b"hel", b"hul"), "BadDigest"),
        ({"x-amz-content-sha256": sha}, b"hullo", "XAmzContentSHA256Mismatch"),
        ({"content-md5": md5}, b"hullo", "BadDigest"),
        ({"x-amz-meta-a": "é" * 1024}, b"", "MetadataTooLarge"),
        ({"x-amz-meta-a": "x" * 1024, "x-amz-meta-b": "x" * 1023}, b"", "MetadataTooLarge"),
    ],
)
def test_a_body_that_is_not_what_was_said_is_refused(headers: dict, body: bytes, code: str) -> None:
    with pytest.raises(Refused) as why:
        received(headers, body)
    assert why.value.code == code


@pytest.mark.parametrize(
    ("method", "names", "headers", "code"),
    [
        ("PUT", "-", {}, None),
        ("PUT", "-", {"x-amz-acl": "bucket-owner-full-control"}, None),
        ("PUT", "-", {"x-amz-acl": "private"}, "AccessControlListNotSupported"),
        ("PUT", "-", {"x-amz-grant-read": "id=a"}, "AccessControlListNotSupported"),
        ("PUT", "acl", {}, "AccessControlListNotSupported"),
        ("GET", "acl", {"x-amz-acl": "private"}, None),
        ("PUT", "-", {"if-none-match": "*"}, None),
        ("PUT", "-", {"if-none-match": '"a"'}, "NotImplemented"),
        ("POST", "uploadId", {"if-none-match": '"a"'}, "NotImplemented"),
        ("DELETE", "-", {"if-none-match": '"a"'}, None),
        ("PUT", "-", {"if-match": "*"}, "NotImplemented"),
        ("POST", "uploadId", {"if-match": "*"}, "NotImplemented"),
        ("PUT", "-", {"if-match": '"a"'}, None),
        ("DELETE", "-", {"if-match": "*"}, None),
    ],
)
def test_what_such_a_bucket_does_not_take(method: str, names: str, headers: dict, code: str | None) -> None:
    try:
        refuse_unsupported(asked(method, names, "k", headers))
    except Refused as why:
        assert why.code == code
    else:
        assert code is None


space = "http://s3.amazonaws.com/doc/2006-03-01/"


def deleting(inner: str, **headers: str) -> tuple[str, list[S3Request]]:
    """The answer to a DeleteObjects, and what it asked for; the key `locked` may not go, `hidden` leaves a marker."""
    done: list[S3Request] = []

    async def delete(single: S3Request) -> S3Answer:
        done.append(single)
        if single.key == "locked":
            raise Refused("AccessDenied", "a < b")
        marked = (("x-amz-delete-marker", "true"), ("x-amz-version-id", "m<"))
        return S3Answer(status=204, headers=marked if single.key == "hidden" else ())

    body = f'<Delete xmlns="{space}">{inner}</Delete>'.encode()
    request = replace(
        asked("POST", "delete", ""), body=body, headers={n.replace("_", "-"): v for n, v in headers.items()}
    )
    return asyncio.run(deletion.delete_objects(request, delete)).body.decode(), done


def test_each_key_is_deleted_by_itself() -> None:
    said, done = deleting(
        "<Object><Key>a&amp;b</Key></Object><Object><Key>c</Key><VersionId>v&lt;</VersionId><ETag>e</ETag></Object>"
        "<Object><Key>locked</Key></Object><Object><Key>hidden</Key></Object>",
        if_match="whole",
        x_amz_a="1",
    )
    assert "<Deleted><Key>a&amp;b</Key></Deleted>" in said
    assert "<Deleted><Key>c</Key><VersionId>v&lt;</VersionId></Deleted>" in said
    assert "<Error><Key>locked</Key><Code>AccessDenied</Code><Message>a &lt; b</Message></Error>" in said
    marker = "<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m&lt;</DeleteMarkerVersionId>"
    assert f"<Deleted><Key>hidden</Key>{marker}</Deleted>" in said
    assert [(each.method, each.key, each.query) for each in done][:2] == [
        ("DELETE", "a&b", ""),
        ("DELETE", "c", "versionId=v%3C"),
    ]
    assert [each.headers for each in done][:2] == [{"x-amz-a": "1"}, {"x-amz-a": "1", "if-match": "e"}]


def test_a_quiet_deletion_tells_errors_alone() -> None:
    said, done = deleting("<Quiet>true</Quiet><Object><Key>a</Key></Object><Object><Key>locked</Key></Object>")
    assert [each.key for each in done] == ["a", "locked"]
    assert "<Deleted>" not in said and "<Error>" in said
    assert "<Deleted>" in deleting("<Quiet>false</Quiet><Object><Key>a</Key></Object>")[0]
    assert deleting("<Object><Key/></Object>")[1][0].key == ""


@pytest.mark.parametrize(("count", "code"), [(0, "MalformedXML"), (1, None), (1000, None), (1001, "MalformedXML")])
def test_up_to_a_thousand_keys_are_deleted(count: int, code: str | None) -> None:
    try:
        assert len(deleting("<Object><Key>a</Key></Object>" * count)[1]) == count
    except Refused as why:
        assert why.code == code
    else:
        assert code is None


def test_what_is_no_xml_deletes_nothing() -> None:
    with pytest.raises(Refused, match="MalformedXML"):
        deleting("<Object>")


def test_a_deletion_has_conditions_where_a_key_has_an_etag() -> None:
    for inner, has in (("<ETag>e</ETag>", True), ("<ETag></ETag>", False), ("", False)):
        body = f'<Delete xmlns="{space}"><Object><Key>a</Key>{inner}</Object></Delete>'.encode()
        assert deletion.has_conditions(replace(asked("POST", "delete", ""), body=body)) is has
