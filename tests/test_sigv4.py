"""Signature Version 4 against AWS's published examples, and against botocore."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given, settings
from hypothesis import strategies as st

from variants import sigv4
from variants.sigv4 import Credentials, Unsigned

# AWS "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk", its examples.
example = Credentials(access_key="AKIAIOSFODNN7EXAMPLE", secret_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
example_moment = datetime(2013, 5, 24, tzinfo=UTC)
example_host = "examplebucket.s3.amazonaws.com"
put_sha256 = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"

published = {
    "GET Object, its first ten bytes": (
        Unsigned(method="GET", host=example_host, path="/test.txt", query={}, headers={"range": "bytes=0-9"}),
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    "PUT Object, with a dollar sign in its key": (
        Unsigned(
            method="PUT",
            host=example_host,
            path="/test$file.text",
            query={},
            headers={"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            payload_sha256=put_sha256,
        ),
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
    "GET Bucket Lifecycle, a query without a value": (
        Unsigned(method="GET", host=example_host, path="/", query={"lifecycle": ""}, headers={}),
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    "GET Bucket, a query of two": (
        Unsigned(method="GET", host=example_host, path="/", query={"prefix": "J", "max-keys": "2"}, headers={}),
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
}


@pytest.mark.parametrize(("request_", "names", "signature"), published.values(), ids=published)
def test_an_example_that_aws_published_is_signed_as_it_says(request_: Unsigned, names: str, signature: str) -> None:
    signed = sigv4.sign(request_, example, "us-east-1", example_moment)
    assert signed["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={names},Signature={signature}"
    )


def test_the_canonical_request_of_the_first_example_is_the_published_one() -> None:
    request, _, _ = published["GET Object, its first ten bytes"]
    headers = {
        "host": example_host,
        "range": "bytes=0-9",
        "x-amz-content-sha256": sigv4.empty_sha256,
        "x-amz-date": "20130524T000000Z",
    }
    assert sigv4.canonical_request(request, headers) == (
        "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n"
        "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
        "x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("/a b/ü+%.jpg", "/a%20b/%C3%BC%2B%25.jpg"),
        ("/e1,w=640,f=auto", "/e1%2Cw%3D640%2Cf%3Dauto"),
        ("/~tilde-_.", "/~tilde-_."),
        ("/!*'()&$@:;?#", "/%21%2A%27%28%29%26%24%40%3A%3B%3F%23"),
    ],
)
def test_a_path_is_encoded_but_for_the_unreserved_and_its_slashes(text: str, encoded: str) -> None:
    assert sigv4.encode(text, "/") == encoded


def test_credentials_do_not_print_their_secret() -> None:
    assert "wJalr" not in repr(example)


# Any character of a key but controls, surrogates, and what no URL of ours can hold ("." and ".." segments).
segments = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/"), min_size=1, max_size=20)
paths = st.lists(segments.filter(lambda each: each not in (".", "..")), min_size=1, max_size=4).map("/".join)
tokens = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789+/=", max_size=40)
values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=30)


@settings(max_examples=200, deadline=None)
@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "DELETE"]),
    path=paths,
    headers=st.dictionaries(st.sampled_from(["content-type", "if-match", "x-amz-meta-epoch", "range"]), values),
    body=st.binary(max_size=50),
    token=tokens,
    region=st.sampled_from(["eu-central-1", "us-east-1", "ap-northeast-2"]),
    moment=st.integers(1_370_000_000, 2_200_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_any_request_is_signed_as_botocore_signs_it(
    method: str, path: str, headers: dict[str, str], body: bytes, token: str, region: str, moment: datetime
) -> None:
    host = f"bucket.s3.{region}.amazonaws.com"
    digest = hashlib.sha256(body).hexdigest()
    request = Unsigned(method=method, host=host, path="/" + path, query={}, headers=headers, payload_sha256=digest)
    credentials = Credentials(access_key="AKID", secret_key="secret", session_token=token)
    ours = sigv4.sign(request, credentials, region, moment)["authorization"]

    theirs = AWSRequest(
        method=method, url=f"https://{host}/{sigv4.encode(path, '/')}", headers=dict(headers), data=body
    )
    theirs.context["timestamp"] = moment.strftime("%Y%m%dT%H%M%SZ")
    theirs.headers["X-Amz-Content-SHA256"] = digest
    theirs.headers["X-Amz-Date"] = theirs.context["timestamp"]
    if token:
        theirs.headers["X-Amz-Security-Token"] = token
    auth = S3SigV4Auth(BotoCredentials("AKID", "secret", token or None), "s3", region)
    scope = f"{theirs.context['timestamp'][:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{theirs.context['timestamp']}\n{scope}\n"
    text += hashlib.sha256(auth.canonical_request(theirs).encode()).hexdigest()
    assert ours.rpartition("Signature=")[2] == auth.signature(text, theirs)
