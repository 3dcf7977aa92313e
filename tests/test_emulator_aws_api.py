"""AWS at the functions' door: whose signature, which Region, which rights; and at the administrator's: any."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from xml.etree import ElementTree

import boto3
import httpx
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as SigningKey
from botocore.exceptions import ClientError

from emulator.aws.api import AwsApp, server_names
from emulator.aws.cloudfront_api import CloudFrontApi
from emulator.aws.credentials import Credentials, Issuer
from emulator.aws.iam import parse_policy
from emulator.faults import Faults
from emulator.s3.admin import AdminApp
from emulator.s3.gate import Gate
from emulator.s3.messages import administrator
from emulator.serving import Serving, listen

account = "123456789012"
role_arn = f"arn:aws:iam::{account}:role/edge"
distribution_arn = f"arn:aws:cloudfront::{account}:distribution/E1EXAMPLE"
rights = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::bucket-one/*"},
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::bucket-one"},
            {"Effect": "Allow", "Action": "cloudfront:*Invalidation", "Resource": distribution_arn},
        ],
    }
)


class World:
    """The application that functions reach, with one bucket and one role."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.issuer = Issuer()
        self.invalidated: list[list[str]] = []
        self.gate = Gate(now=time.time, account=account, faults=self.faults)
        self.key: Credentials = self.issuer.issue(role_arn, "us-east-1.edge")
        self.policies = {role_arn: (parse_policy(rights),)}
        api = CloudFrontApi(
            distribution_arn=distribution_arn,
            account=account,
            invalidate=self._invalidate,
            now=time.time,
            faults=self.faults,
        )
        self.app = AwsApp(self.gate, api, self.issuer, self.policies)

    def _invalidate(self, items: list[str]) -> str:
        self.invalidated.append(items)
        return f"I{len(self.invalidated)}EXAMPLE"

    def signed(self, method: str, url: str, body: bytes = b"", **changes: str) -> AWSRequest:
        """The request as botocore signs it; `changes` are of the key, the Region, the service or the moment."""
        key = SigningKey(
            changes.get("access_key", self.key.access_key_id),
            changes.get("secret", self.key.secret_access_key),
            changes.get("token", self.key.session_token),
        )
        service = changes.get("service", "s3")
        request = AWSRequest(method=method, url=url, data=body)
        kind = S3SigV4Auth if service == "s3" else SigV4Auth
        kind(key, service, changes.get("region", "eu-central-1")).add_auth(request)
        return request

    async def send(self, request: AWSRequest) -> tuple[int, dict[str, str], str]:
        url, _, query = request.url.partition("?")
        host, _, path = url.removeprefix("https://").partition("/")
        headers = {**{name.lower(): value for name, value in request.headers.items()}, "host": host}
        sent: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": request.data or b""}

        async def collect(message: dict) -> None:
            sent.append(message)

        scope = {
            "method": request.method,
            "raw_path": f"/{path}".encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
        }
        await self.app(scope, receive, collect)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, sent[1]["body"].decode()


url = "https://bucket-one.s3.eu-central-1.amazonaws.com"


def run(*requests: AWSRequest, world: World) -> list[tuple[int, dict[str, str], str]]:
    async def each_in_turn() -> list[tuple[int, dict[str, str], str]]:
        await world.gate.create("bucket-one", "eu-central-1")
        await world.gate.request(administrator(account), "PUT", "bucket-one", "a%20b%2Bc", "", (), b"hello")
        return [await world.send(each) for each in requests]

    return asyncio.run(each_in_turn())


def test_a_role_s_signature_opens_what_the_role_may() -> None:
    world = World()
    answers = run(
        world.signed("GET", f"{url}/a%20b%2Bc"),
        world.signed("GET", f"{url}/?list-type=2&prefix=a%20b"),
        world.signed("PUT", f"{url}/new", b"x"),
        world.signed("DELETE", f"{url}/new"),
        world.signed("GET", "https://s3.eu-central-1.amazonaws.com/bucket-one/a%20b%2Bc"),
        world=world,
    )
    assert [status for status, _, _ in answers] == [200, 200, 200, 403, 200]
    assert answers[0][2] == answers[4][2] == "hello"


def broken_signature(world: World) -> AWSRequest:
    request = world.signed("GET", f"{url}/a%20b%2Bc")
    right = request.headers["Authorization"]
    request.headers["Authorization"] = right[:-1] + ("0" if right[-1] != "0" else "1")
    return request


def other_path(world: World) -> AWSRequest:
    request = world.signed("GET", f"{url}/a")
    request.url = f"{url}/a%20b%2Bc"
    return request


def bare_plus(world: World) -> AWSRequest:
    return world.signed("GET", f"{url}/a+b%2Bc")


def another_body(world: World) -> AWSRequest:
    request = world.signed("PUT", f"{url}/a", b"meant")
    request.data = b"other"
    return request


def unsigned_header(world: World) -> AWSRequest:
    request = world.signed("PUT", f"{url}/a", b"x")
    request.headers["x-amz-meta-late"] = "1"
    return request


def no_payload_hash(world: World) -> AWSRequest:
    request = world.signed("GET", f"{url}/a")
    del request.headers["X-Amz-Content-SHA256"]
    return request


def unsigned(world: World) -> AWSRequest:
    return AWSRequest(method="GET", url=f"{url}/a%20b%2Bc")


# AWS "Troubleshooting SigV4", S3 API "Error responses", read 2026-11; the bare plus: aws-facts §2.
refusals = {
    "a signature that is wrong": (broken_signature, 403, "SignatureDoesNotMatch"),
    "a signature of another path": (other_path, 403, "SignatureDoesNotMatch"),
    "a bare plus that was signed as a plus": (bare_plus, 403, "SignatureDoesNotMatch"),
    "a body that is not the one that was signed": (another_body, 400, "XAmzContentSHA256Mismatch"),
    "a header that was not signed": (unsigned_header, 403, "AccessDenied"),
    "no hash of the body": (no_payload_hash, 400, "InvalidRequest"),
    "no signature": (unsigned, 403, "AccessDenied"),
    "a stranger's key": (
        lambda world: world.signed("GET", f"{url}/a", access_key="ASIAEXAMPLEEXAMPLE01"),
        403,
        "InvalidAccessKeyId",
    ),
    "the right key with a wrong secret": (
        lambda world: world.signed("GET", f"{url}/a", secret="guessed"),
        403,
        "SignatureDoesNotMatch",
    ),
    "the right key without its token": (
        lambda world: world.signed("GET", f"{url}/a", token="other"),
        400,
        "InvalidToken",
    ),
    "the Region of the replica": (
        lambda world: world.signed("GET", f"{url}/a", region="eu-west-2"),
        400,
        "AuthorizationHeaderMalformed",
    ),
    "another service's signature": (
        lambda world: world.signed("GET", f"{url}/a", service="sqs"),
        400,
        "AuthorizationHeaderMalformed",
    ),
    "a bucket that lies elsewhere": (
        lambda world: world.signed("GET", "https://bucket-one.s3.eu-west-2.amazonaws.com/a", region="eu-west-2"),
        301,
        "PermanentRedirect",
    ),
}


@pytest.mark.parametrize("case", refusals)
def test_s3_refuses(case: str) -> None:
    make, status, code = refusals[case]
    world = World()
    ((found, _, body),) = run(make(world), world=world)
    assert (found, f"<Code>{code}</Code>" in body) == (status, True), body


def test_a_signature_of_long_ago_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    request = world.signed("GET", f"{url}/a")
    later = datetime.now(UTC).timestamp() + 16 * 60
    monkeypatch.setattr("emulator.aws.api.time.time", lambda: later)
    ((status, _, body),) = run(request, world=world)
    assert (status, "<Code>RequestTimeTooSkewed</Code>" in body) == (403, True)


def test_a_host_that_is_not_emulated_says_so() -> None:
    world = World()
    ((status, _, body),) = run(world.signed("GET", "https://dynamodb.eu-central-1.amazonaws.com/"), world=world)
    assert (status, body) == (501, "The emulator has no dynamodb.eu-central-1.amazonaws.com.")


def test_the_server_has_the_names_of_every_region() -> None:
    assert server_names({"eu-west-2", "eu-central-1"}) == [
        "cloudfront.amazonaws.com",
        "s3.eu-central-1.amazonaws.com",
        "*.s3.eu-central-1.amazonaws.com",
        *(f"{name}.eu-central-1.amazonaws.com" for name in ("sqs", "sns", "ssm", "secretsmanager", "lambda")),
        "s3.eu-west-2.amazonaws.com",
        "*.s3.eu-west-2.amazonaws.com",
        *(f"{name}.eu-west-2.amazonaws.com" for name in ("sqs", "sns", "ssm", "secretsmanager", "lambda")),
    ]


api = "https://cloudfront.amazonaws.com/2020-05-31/distribution"


def batch(*items: str, quantity: int | None = None, reference: str = "one") -> bytes:
    paths = "".join(f"<Path>{each}</Path>" for each in items)
    return (
        '<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths>'
        f"<Quantity>{len(items) if quantity is None else quantity}</Quantity><Items>{paths}</Items></Paths>"
        f"<CallerReference>{reference}</CallerReference></InvalidationBatch>"
    ).encode()


def create(world: World, body: bytes, distribution: str = "E1EXAMPLE") -> AWSRequest:
    return world.signed("POST", f"{api}/{distribution}/invalidation", body, service="cloudfront", region="us-east-1")


def test_an_invalidation_is_made_and_told() -> None:
    world = World()
    told = world.signed("GET", f"{api}/E1EXAMPLE/invalidation/I1EXAMPLE", service="cloudfront", region="us-east-1")
    made, asked = run(create(world, batch("/a/*", "#o-12")), told, world=world)
    assert (made[0], asked[0]) == (201, 200)
    assert world.invalidated == [["/a/*", "#o-12"]]
    space = {"c": "http://cloudfront.amazonaws.com/doc/2020-05-31/"}
    document = ElementTree.fromstring(asked[2])
    assert document.findtext("c:Id", namespaces=space) == "I1EXAMPLE"
    assert document.findtext("c:Status", namespaces=space) == "Completed"


def test_the_same_reference_is_the_same_invalidation() -> None:
    world = World()
    answers = run(create(world, batch("/a")), create(world, batch("/a")), create(world, batch("/b")), world=world)
    assert [status for status, _, _ in answers] == [201, 201, 400]
    assert world.invalidated == [["/a"]]


# CloudFront API "CreateInvalidation", "Specify the files to invalidate", "Quotas on invalidations", read 2026-11.
bad_batches = {
    "a path without its slash": (batch("a"), 400, "InvalidArgument"),
    "a tilde": (batch("/~a"), 400, "InvalidArgument"),
    "a path that is not ASCII": (batch("/ä"), 400, "InvalidArgument"),
    "a path of more than 4,000 characters": (batch("/" + "a" * 4000), 400, "InvalidArgument"),
    "a tag with a comma": (batch("#a,b"), 400, "InvalidArgument"),
    "a tag of more than 256 characters": (batch("#" + "a" * 257), 400, "InvalidArgument"),
    "a quantity that is not the number of paths": (batch("/a", quantity=2), 400, "InconsistentQuantities"),
    "no reference": (batch("/a", reference=""), 400, "InvalidArgument"),
    "more than 3,000 paths": (batch(*(f"/{n}" for n in range(3001))), 413, "BatchTooLarge"),
    "no XML": (b"{}", 400, "MalformedXML"),
}


@pytest.mark.parametrize("case", bad_batches)
def test_cloudfront_refuses(case: str) -> None:
    body, status, code = bad_batches[case]
    world = World()
    ((found, _, text),) = run(create(world, body), world=world)
    assert (found, f"<Code>{code}</Code>" in text, world.invalidated) == (status, True, []), text


def test_an_invalidation_needs_its_right() -> None:
    world = World()
    world.policies[role_arn] = ()
    ((status, _, body),) = run(create(world, batch("/a")), world=world)
    assert status == 403
    assert "is not authorized to perform: cloudfront:CreateInvalidation on resource: " + distribution_arn in body


def test_another_distribution_is_another_right() -> None:
    world = World()
    ((status, _, body),) = run(create(world, batch("/a"), "E2EXAMPLE"), world=world)
    assert (status, "<Code>AccessDenied</Code>" in body) == (403, True)


def test_a_distribution_that_is_not_there_is_said() -> None:
    world = World()
    anything = parse_policy(rights.replace(distribution_arn, "*"))
    world.policies[role_arn] = (anything,)
    ((status, _, body),) = run(create(world, batch("/a"), "E2EXAMPLE"), world=world)
    assert (status, "<Code>NoSuchDistribution</Code>" in body) == (404, True)


def test_too_many_invalidations_by_fault() -> None:
    world = World()
    world.faults.set({"cloudfront.invalidation.throttled": 1})
    ((status, _, body),) = run(create(world, batch("/a")), world=world)
    assert (status, "<Code>TooManyInvalidationsInProgress</Code>" in body) == (400, True)


@contextmanager
def endpoint() -> Iterator[str]:
    """The administrator's door, served from a thread of its own."""
    ready, stop, found = threading.Event(), threading.Event(), []

    async def serve() -> None:
        gate = Gate(now=time.time, account=account, faults=Faults())
        await gate.create("bucket-one", "eu-central-1")
        sockets, serving = listen("127.0.0.1", 0), Serving()
        await serving.start(AdminApp(gate), sockets)
        found.append(f"http://127.0.0.1:{sockets[0].getsockname()[1]}")
        ready.set()
        await asyncio.to_thread(stop.wait)
        await serving.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(10)
    try:
        yield found[0]
    finally:
        stop.set()
        thread.join()


def test_the_administrator_s_client_finds_s3_there() -> None:
    with endpoint() as url:
        s3 = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="eu-central-1",
            aws_access_key_id="any",
            aws_secret_access_key="thing",
            config=Config(retries={"total_max_attempts": 1}),
        )
        key = "a b/ä+%.txt"
        made = s3.put_object(Bucket="bucket-one", Key=key, Body=b"hello", ContentType="text/plain", Metadata={"a": "1"})
        found = s3.get_object(Bucket="bucket-one", Key=key)
        assert (found["Body"].read(), found["ETag"], found["Metadata"]) == (b"hello", made["ETag"], {"a": "1"})
        assert s3.head_object(Bucket="bucket-one", Key=key)["ContentLength"] == 5
        listed = s3.list_objects_v2(Bucket="bucket-one")
        assert [each["Key"] for each in listed["Contents"]] == [key]
        assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["bucket-one"]
        with pytest.raises(ClientError) as refused:
            s3.put_object(Bucket="bucket-one", Key=key, Body=b"x", IfNoneMatch="*")
        assert refused.value.response["Error"]["Code"] == "PreconditionFailed"
        upload = s3.create_multipart_upload(Bucket="bucket-one", Key="large")["UploadId"]
        part = s3.upload_part(Bucket="bucket-one", Key="large", UploadId=upload, PartNumber=1, Body=b"part")
        parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
        s3.complete_multipart_upload(Bucket="bucket-one", Key="large", UploadId=upload, MultipartUpload=parts)
        assert s3.get_object(Bucket="bucket-one", Key="large")["Body"].read() == b"part"
        s3.copy_object(Bucket="bucket-one", Key="copy", CopySource={"Bucket": "bucket-one", "Key": key})
        deleted = s3.delete_objects(Bucket="bucket-one", Delete={"Objects": [{"Key": "copy"}, {"Key": "large"}]})
        assert [each["Key"] for each in deleted["Deleted"]] == ["copy", "large"]
        signed = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket-one", "Key": key})
        assert httpx.get(signed, trust_env=False).content == b"hello"
