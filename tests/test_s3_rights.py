"""Which right each request to S3 needs, and what a condition may ask of one: tables, written off AWS's pages by hand.

AWS "Required permissions for Amazon S3 API operations", "Actions, resources, and condition keys for Amazon S3", "AWS
global condition context keys", read 2026-11.
"""

from __future__ import annotations

import asyncio

import pytest

from emulator.s3.actions import needed
from emulator.s3.messages import S3Request, anonymous
from tests.test_emulator_gate import World

of_bucket = """
    GET cors s3:GetBucketCORS                      PUT cors s3:PutBucketCORS             DELETE cors s3:PutBucketCORS
    GET encryption s3:GetEncryptionConfiguration   PUT encryption s3:PutEncryptionConfiguration
    DELETE encryption s3:PutEncryptionConfiguration
    GET lifecycle s3:GetLifecycleConfiguration     PUT lifecycle s3:PutLifecycleConfiguration
    DELETE lifecycle s3:PutLifecycleConfiguration
    GET location s3:GetBucketLocation
    GET notification s3:GetBucketNotification      PUT notification s3:PutBucketNotification
    GET ownershipControls s3:GetBucketOwnershipControls  PUT ownershipControls s3:PutBucketOwnershipControls
    DELETE ownershipControls s3:PutBucketOwnershipControls
    GET policy s3:GetBucketPolicy                  PUT policy s3:PutBucketPolicy   DELETE policy s3:DeleteBucketPolicy
    GET policyStatus s3:GetBucketPolicyStatus
    GET publicAccessBlock s3:GetBucketPublicAccessBlock  PUT publicAccessBlock s3:PutBucketPublicAccessBlock
    DELETE publicAccessBlock s3:PutBucketPublicAccessBlock
    GET tagging s3:GetBucketTagging                PUT tagging s3:PutBucketTagging  DELETE tagging s3:PutBucketTagging
    GET versioning s3:GetBucketVersioning          PUT versioning s3:PutBucketVersioning
    GET uploads s3:ListBucketMultipartUploads      GET versions s3:ListBucketVersions
    GET list-type s3:ListBucket   HEAD - s3:ListBucket   PUT - s3:CreateBucket   DELETE - s3:DeleteBucket
    PATCH - s3:Unknown            PATCH tagging s3:Unknown                       DELETE location s3:Unknown
    PUT location s3:Unknown       DELETE notification s3:Unknown                 DELETE versioning s3:Unknown
    PUT policyStatus s3:Unknown   DELETE policyStatus s3:Unknown                 PUT uploads s3:Unknown
    DELETE uploads s3:Unknown     PUT versions s3:Unknown                        DELETE versions s3:Unknown
    HEAD location s3:GetBucketLocation                                           POST tagging s3:PutBucketTagging
    """.split()  # noqa: SIM905
of_object = """
    GET - s3:GetObject            HEAD - s3:GetObject          PUT - s3:PutObject       DELETE - s3:DeleteObject
    GET versionId s3:GetObjectVersion                          HEAD versionId s3:GetObjectVersion
    DELETE versionId s3:DeleteObjectVersion
    GET acl s3:GetObjectAcl       PUT acl s3:PutObjectAcl      GET acl&versionId s3:GetObjectVersionAcl
    PUT acl&versionId s3:PutObjectVersionAcl
    GET legal-hold s3:GetObjectLegalHold                       PUT legal-hold s3:PutObjectLegalHold
    GET retention s3:GetObjectRetention                        PUT retention s3:PutObjectRetention
    GET retention&versionId s3:GetObjectRetention              GET legal-hold&versionId s3:GetObjectLegalHold
    GET tagging s3:GetObjectTagging                            PUT tagging s3:PutObjectTagging
    DELETE tagging s3:DeleteObjectTagging                      GET tagging&versionId s3:GetObjectVersionTagging
    PUT tagging&versionId s3:PutObjectVersionTagging           DELETE tagging&versionId s3:DeleteObjectVersionTagging
    POST uploads s3:PutObject     POST uploadId s3:PutObject   PUT uploadId s3:PutObject
    GET uploadId s3:ListMultipartUploadParts                   DELETE uploadId s3:AbortMultipartUpload
    POST restore s3:RestoreObject                              PATCH - s3:Unknown        PATCH tagging s3:Unknown
    DELETE acl s3:Unknown         DELETE legal-hold s3:Unknown                   DELETE retention s3:Unknown
    HEAD acl s3:GetObjectAcl      POST tagging s3:PutObjectTagging               PUT versionId s3:PutObject
    """.split()  # noqa: SIM905


def rows(table: list[str]) -> list[tuple[str, ...]]:
    return list(zip(table[::3], table[1::3], table[2::3], strict=True))


def asked(method: str, names: str, key: str, headers: dict[str, str] | None = None, bucket: str = "b") -> S3Request:
    query = "&".join(f"{name}={'2' if name == 'list-type' else ''}" for name in names.split("&") if name != "-")
    return S3Request(
        caller=anonymous(), method=method, bucket=bucket, key=key, query=query, headers=headers or {}, body=b""
    )


@pytest.mark.parametrize(("method", "names", "action"), rows(of_bucket))
def test_a_request_for_a_bucket_needs_its_right(method: str, names: str, action: str) -> None:
    assert needed(asked(method, names, "")) == [(action, "arn:aws:s3:::b")]


@pytest.mark.parametrize(("method", "names", "action"), rows(of_object))
def test_a_request_for_an_object_needs_its_right(method: str, names: str, action: str) -> None:
    assert needed(asked(method, names, "k")) == [(action, "arn:aws:s3:::b/k")]


@pytest.mark.parametrize(
    ("method", "names", "headers", "more"),
    [
        ("PUT", "-", {"x-amz-tagging": "a=1"}, [("s3:PutObjectTagging", "arn:aws:s3:::b/k")]),
        ("PUT", "-", {"x-amz-copy-source": "/c/d%20e"}, [("s3:GetObject", "arn:aws:s3:::c/d e")]),
        ("PUT", "-", {"x-amz-copy-source": "c/d?versionId=1"}, [("s3:GetObjectVersion", "arn:aws:s3:::c/d")]),
        ("PUT", "-", {"if-match": '"a"'}, [("s3:GetObject", "arn:aws:s3:::b/k")]),
        ("DELETE", "-", {"if-match": '"a"'}, [("s3:GetObject", "arn:aws:s3:::b/k")]),
        ("DELETE", "-", {"if-match": "*"}, []),
        ("DELETE", "tagging", {"if-match": '"a"'}, []),
        ("GET", "-", {"if-match": '"a"'}, []),
        ("GET", "attributes", {}, [("s3:GetObject", "arn:aws:s3:::b/k")]),
        ("DELETE", "-", {"x-amz-tagging": "a=1", "x-amz-copy-source": "/c/d"}, []),
    ],
)
def test_some_requests_need_more_than_one_right(method: str, names: str, headers: dict, more: list) -> None:
    assert needed(asked(method, names, "k", headers))[1:] == more


def test_what_an_object_s_attributes_need() -> None:
    for method, names, action in (
        ("GET", "attributes", "s3:GetObjectAttributes"),
        ("GET", "attributes&versionId", "s3:GetObjectVersionAttributes"),
        ("PUT", "attributes", "s3:Unknown"),
        ("DELETE", "attributes", "s3:Unknown"),
    ):
        assert needed(asked(method, names, "k"))[0] == (action, "arn:aws:s3:::b/k")


def test_buckets_are_listed_by_a_right_on_all_and_keys_are_deleted_each_by_its_own() -> None:
    assert needed(asked("GET", "-", "", bucket="")) == [("s3:ListAllMyBuckets", "*")]
    assert needed(asked("POST", "delete", "")) == []


# S3 API Reference, "Actions": the query names that make another operation of a request for an object or a bucket.
subresources = """accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold
    lifecycle location logging metrics notification object-lock ownershipControls partNumber policy policyStatus
    publicAccessBlock replication requestPayment restore retention select session tagging torrent uploadId uploads
    versioning versions website""".split()  # noqa: SIM905


@pytest.mark.parametrize("name", subresources)
def test_a_request_for_a_subresource_reads_no_object(name: str) -> None:
    assert not asked("GET", name, "k").reads_object
    assert not asked("PUT", "-", "k").reads_object
    assert asked("HEAD", "versionId", "k").reads_object


put, get, head = ("PUT", "a", ""), ("GET", "a", ""), ("GET", "", "list-type=2")
stored = {"x-amz-storage-class": "STANDARD"}
hello = '"5d41402abc4b2a76b9719d911017c592"'  # the ETag of "hello"
conditions = [
    ({"IpAddress": {"aws:SourceIp": "127.0.0.1/32"}}, {"IpAddress": {"aws:SourceIp": "192.0.2.1/32"}}, get, {}),
    ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, {"Bool": {"aws:PrincipalIsAWSService": "true"}}, get, {}),
    *(
        ({"StringEquals": {name: value}}, {"StringEquals": {name: "other"}}, request, headers)
        for name, value, request, headers in [
            ("aws:PrincipalAccount", "123456789012", get, {}),
            ("aws:ResourceAccount", "123456789012", get, {}),
            ("s3:ResourceAccount", "123456789012", get, {}),
            ("s3:delimiter", "/", ("GET", "", "list-type=2&delimiter=%2F"), {}),
            ("s3:max-keys", "5", ("GET", "", "list-type=2&max-keys=5"), {}),
            ("s3:VersionId", "null", ("GET", "a", "versionId=null"), {}),
            ("s3:x-amz-acl", "bucket-owner-full-control", put, {"x-amz-acl": "bucket-owner-full-control"}),
            ("s3:x-amz-server-side-encryption", "AES256", put, {"x-amz-server-side-encryption": "AES256"}),
            ("s3:x-amz-storage-class", "STANDARD", put, stored),
            ("s3:if-match", hello, put, {"if-match": hello}),
        ]
    ),
]


@pytest.mark.parametrize(("fits", "fits_not", "request_", "headers"), conditions)
def test_a_condition_knows_what_was_asked(fits: dict, fits_not: dict, request_: tuple, headers: dict) -> None:
    async def status(condition: dict) -> int:
        world = World({"identity": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": condition}]})
        await world.make({})
        await world.ask("administrator", "PUT", "a", body=b"hello")
        return (await world.ask("edge", *request_, headers=headers, body=b"x" if request_ == put else b"")).status

    assert asyncio.run(status(fits)) == 200
    assert asyncio.run(status(fits_not)) == 403


def test_nobody_has_no_arn_that_a_condition_could_ask_for() -> None:
    async def status() -> int:
        world = World({})
        granted = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::bucket-one/*",
        }
        await world.make({"policy": [{**granted, "Condition": {"Null": {"aws:PrincipalArn": "true"}}}]})
        await world.ask("administrator", "PUT", "a", body=b"hello")
        return (await world.ask("nobody", "GET", "a")).status

    assert asyncio.run(status()) == 200


def test_a_deny_of_the_account_does_not_touch_nobody() -> None:
    async def status() -> int:
        world = World({})
        named = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket-one/*"}
        allowed = {"Effect": "Allow", "Principal": "*", **named}
        await world.make({"policy": [allowed, {"Effect": "Deny", "Principal": {"AWS": "123456789012"}, **named}]})
        await world.ask("administrator", "PUT", "a", body=b"hello")
        return (await world.ask("nobody", "GET", "a")).status

    assert asyncio.run(status()) == 200


def test_an_administrator_is_told_by_the_name_of_the_user() -> None:
    async def said() -> bytes:
        world = World({})
        denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket-one/*"}
        await world.make({"policy": [denied]})
        return (await world.ask("administrator", "GET", "a")).body

    assert b"User: arn:aws:iam::123456789012:user/administrator is not authorized" in asyncio.run(said())
