"""Conditions of writes, copies and tags of S3: tables, written off AWS's pages by hand (read 2026-11)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.s3 import copies
from emulator.s3.conditions import Kept, refuse_unmet, unjudged
from emulator.s3.messages import S3Request
from emulator.s3.refusals import Refused
from emulator.s3.tags import refuse_malformed
from tests.test_s3_rights import asked

modified, earlier, later = (
    f"Sun, 09 Sep 2001 01:46:{second} GMT" for second in (40, 39, 41)
)  # the first: 1,000,000,000
there = Kept(etag='"a"', modified=1_000_000_000, has_tags=False)
copied = {"x-amz-copy-source": "/b/source"}


def of_source(**given: str) -> dict[str, str]:
    return copied | {f"x-amz-copy-source-{name.replace('_', '-')}": value for name, value in given.items()}


# S3 "How to prevent object overwrites with conditional writes", "How to perform conditional deletes"; API "CopyObject".
@pytest.mark.parametrize(
    ("method", "headers", "kept", "refused"),
    [
        ("GET", {"if-match": '"b"'}, there, None),
        ("PUT", {}, there, None),
        ("PUT", {"if-none-match": "*"}, there, "If-None-Match"),
        ("PUT", {"if-none-match": "*"}, None, None),
        ("PUT", {"if-match": '"a"'}, there, None),
        ("PUT", {"if-match": '"b"'}, there, "If-Match"),
        ("PUT", {"if-match": '"a"'}, None, "NoSuchKey"),
        ("PUT", {"if-match": "*"}, None, "If-Match"),
        ("DELETE", {"if-match": '"b"'}, there, "If-Match"),
        ("DELETE", {"if-match": '"a"'}, there, None),
        ("DELETE", {}, None, None),
        ("PUT", of_source(if_match='"b"'), None, None),
        ("PUT", of_source(if_match='"b"'), there, "x-amz-copy-source-if-match"),
        ("PUT", of_source(if_match='"a"', if_unmodified_since=earlier), there, None),
        ("PUT", of_source(if_unmodified_since=earlier), there, "x-amz-copy-source-if-unmodified-since"),
        ("PUT", of_source(if_unmodified_since=modified), there, None),
        ("PUT", of_source(if_none_match='"a"'), there, "x-amz-copy-source-if-none-match"),
        ("PUT", of_source(if_none_match='"b"', if_modified_since=later), there, None),
        ("PUT", of_source(if_modified_since=modified), there, "x-amz-copy-source-if-modified-since"),
        ("PUT", of_source(if_modified_since=earlier), there, None),
    ],
)
def test_a_write_holds_by_its_conditions(method: str, headers: dict, kept: Kept | None, refused: str | None) -> None:
    try:
        refuse_unmet(asked(method, "-", "k", headers), lambda bucket, key, version: kept)
    except Refused as why:
        assert why.told.get("Condition", why.code) == refused
    else:
        assert refused is None


def test_the_conditions_of_writes_are_not_asked_twice() -> None:
    of_copies = ["match", "none-match", "modified-since", "unmodified-since"]
    names = ["if-match", "if-none-match", *(f"x-amz-copy-source-if-{each}" for each in of_copies)]
    assert unjudged(dict.fromkeys([*names, "range"], "x")) == {"range": "x"}


@pytest.mark.parametrize(
    ("named", "bucket", "key", "version"),
    [
        ("/b/a%2Fb%20c", "b", "a/b c", None),
        ("b/k?versionId=v", "b", "k", "v"),
        ("b/k?other=v", "b", "k", None),
    ],
)
def test_a_copy_s_source_is_decoded(named: str, bucket: str, key: str, version: str | None) -> None:
    found = copies.source(asked("PUT", "-", "k", {"x-amz-copy-source": named}))
    assert found == copies.Source(bucket=bucket, key=key, version=version)


both = [("s3:GetObjectTagging", "arn:aws:s3:::c/d"), ("s3:PutObjectTagging", "arn:aws:s3:::b/k")]


@pytest.mark.parametrize(
    ("names", "headers", "rights"),
    [
        ("-", {}, both),
        ("-", {"x-amz-tagging-directive": "COPY"}, both),
        ("-", {"x-amz-tagging-directive": "REPLACE"}, []),
        ("uploadId", {}, []),
    ],
)  # fmt: skip
def test_a_copy_s_tags_need_rights(names: str, headers: dict, rights: list) -> None:
    source = copies.Source(bucket="c", key="d", version=None)
    assert copies.tag_rights(asked("PUT", names, "k", headers), source) == rights
    version = copies.Source(bucket="c", key="d", version="v")
    assert [action for action, _ in copies.tag_rights(asked("PUT", names, "k", headers), version)][:1] == (
        ["s3:GetObjectVersionTagging"] if rights else []
    )


def tags(*pairs: tuple[str, str]) -> bytes:
    inner = "".join(f"<Tag><Key>{name}</Key><Value>{value}</Value></Tag>" for name, value in pairs)
    return f'<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>{inner}</TagSet></Tagging>'.encode()


# AWS "Categorizing your storage using tags": keys of 128 characters, values of 256, each key once.
@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (asked("PUT", "-", "k", {"x-amz-tagging": f"{'n' * 128}={'v' * 256}&empty="}), None),
        (asked("PUT", "-", "k", {"x-amz-tagging": f"{'n' * 129}=v"}), "InvalidTag"),
        (asked("PUT", "-", "k", {"x-amz-tagging": f"n={'v' * 257}"}), "InvalidTag"),
        (asked("PUT", "-", "k", {"x-amz-tagging": "=v"}), "InvalidTag"),
        (asked("PUT", "-", "k", {"x-amz-tagging": "n=1&n=2"}), "InvalidArgument"),
        (asked("PUT", "-", "k", {"x-amz-tagging": "n=&n=2"}), "InvalidArgument"),
        (replace(asked("PUT", "tagging", "k"), body=tags(("n", "1"), ("m", ""))), None),
        (replace(asked("PUT", "tagging", "k"), body=tags(("n", "1"), ("n", "2"))), "InvalidTag"),
        (replace(asked("PUT", "tagging", "k"), body=tags(("", "1"))), "InvalidTag"),
        (replace(asked("PUT", "tagging", "k"), body=b"<Tagging>"), "MalformedXML"),
        (replace(asked("GET", "tagging", "k"), body=b"<Tagging>"), None),
        (replace(asked("PUT", "-", "k"), body=b"<Tagging>"), None),
    ],
)
def test_tags_have_their_limits(request_: S3Request, code: str | None) -> None:
    try:
        refuse_malformed(request_)
    except Refused as why:
        assert why.code == code
    else:
        assert code is None
