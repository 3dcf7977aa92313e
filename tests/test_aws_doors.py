"""AWS's doors at their edges: the minutes of a signature, what must be signed, hosts and rights that are not there; and
the faults of S3, each where it strikes and where it does not.

AWS "Troubleshooting Signature Version 4", CloudFront API "GetInvalidation", read 2026-11.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from emulator.aws.api import AwsApp
from emulator.aws.iam import parse_policy
from emulator.aws.signatures import Unsigned
from tests.test_emulator_aws_api import World as Doors
from tests.test_emulator_aws_api import api, batch, create, distribution_arn, rights, role_arn, run, url
from tests.test_emulator_gate import World as Gates


@pytest.mark.parametrize(("late_s", "code"), [(900, None), (-900, None), (901, "Skewed"), (-901, "Skewed")])
def test_a_signature_holds_for_fifteen_minutes(late_s: int, code: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    world = Doors()
    request = world.signed("GET", f"{url}/a%20b%2Bc")
    signed_at = datetime.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    monkeypatch.setattr("emulator.aws.api.time.time", lambda: signed_at + late_s)
    ((status, _, body),) = run(request, world=world)
    assert (status, f"RequestTimeToo{code}" in body) == ((403, True) if code else (200, False))


def test_the_host_and_every_header_of_amazons_must_be_signed() -> None:
    world = Doors()
    bare, late, undated = (world.signed("GET", f"{url}/a") for _ in range(3))
    bare.headers["Authorization"] = bare.headers["Authorization"].replace("SignedHeaders=host;", "SignedHeaders=")
    late.headers["x-amz-meta-late"] = "1"
    undated.headers["X-Amz-Date"] = "today"
    answers = run(bare, late, undated, world=world)
    assert [status for status, _, _ in answers] == [403, 403, 403]
    assert "<HeadersNotSigned>host</HeadersNotSigned>" in answers[0][2]
    assert "<HeadersNotSigned>x-amz-meta-late</HeadersNotSigned>" in answers[1][2]
    assert "a valid Date or x-amz-date header" in answers[2][2]


def test_a_stranger_is_told_the_key_that_nobody_knows() -> None:
    world = Doors()
    ((_, _, body),) = run(world.signed("GET", f"{url}/a", access_key="ASIAEXAMPLEEXAMPLE01"), world=world)
    assert "<AWSAccessKeyId>ASIAEXAMPLEEXAMPLE01</AWSAccessKeyId>" in body


class Regional:
    content_type = "text/plain"

    def request(self, asked: object, who: object, policies: object) -> tuple[int, bytes]:
        return 200, b"asked"

    def unsigned(self, error: Unsigned) -> tuple[int, bytes]:
        return 403, error.code.encode()


def test_a_host_leads_to_its_service() -> None:
    world = Doors()
    world.app = AwsApp(world.gate, world.app._cloudfront, world.issuer, world.policies, {"sqs": Regional()})
    sqs = "https://sqs.eu-central-1.amazonaws.com/"
    answers = run(
        world.signed("POST", sqs, b"{}", service="sqs"),
        world.signed("POST", sqs, b"{}", service="sns"),
        world.signed("GET", "https://a.b.c.amazonaws.com/"),
        world.signed("GET", "https://no-bucket.s3.eu-central-1.amazonaws.com/a"),
        world=world,
    )
    assert [status for status, _, _ in answers] == [200, 403, 501, 404]
    assert (answers[0][1]["content-type"], answers[0][2], answers[1][2]) == (
        "text/plain",
        "asked",
        "AuthorizationHeaderMalformed",
    )


def test_an_invalidation_that_is_asked_for_has_a_right_of_its_own() -> None:
    world = Doors()
    told = world.signed("GET", f"{api}/E1EXAMPLE/invalidation/I1EXAMPLE", service="cloudfront", region="us-east-1")
    unknown = world.signed("GET", f"{api}/E1EXAMPLE/invalidation/I9EXAMPLE", service="cloudfront", region="us-east-1")
    bare = world.signed("GET", f"{api}/E1EXAMPLE/invalidation", service="cloudfront", region="us-east-1")
    answers = run(create(world, batch("/a")), unknown, bare, create(world, batch("")), world=world)
    assert [status for status, _, _ in answers] == [201, 404, 400, 400]
    assert "<Code>NoSuchInvalidation</Code>" in answers[1][2]
    only = rights.replace("cloudfront:*Invalidation", "cloudfront:CreateInvalidation")
    world.policies[role_arn] = (parse_policy(only),)
    ((status, _, body),) = run(told, world=world)
    assert (status, f"cloudfront:GetInvalidation on resource: {distribution_arn}" in body) == (403, True)


new = {"if-none-match": "*"}
strikes = [
    ("s3.get.slowdown", "edge", "GET", "a", "", {}, 503), ("s3.get.slowdown", "edge", "HEAD", "a", "", {}, 503),
    ("s3.get.slowdown", "edge", "GET", "", "list-type=2", {}, 200),
    ("s3.get.slowdown", "edge", "PUT", "b", "", {}, 200),
    ("s3.list.slowdown", "edge", "GET", "", "list-type=2", {}, 503),
    ("s3.list.slowdown", "edge", "GET", "a", "", {}, 200),
    ("s3.put.slowdown", "edge", "PUT", "b", "", {}, 503), ("s3.put.slowdown", "edge", "POST", "b", "uploads", {}, 503),
    ("s3.put.slowdown", "edge", "GET", "a", "", {}, 200),
    ("s3.delete.slowdown", "edge", "DELETE", "a", "", {}, 503),
    ("s3.delete.slowdown", "edge", "POST", "", "delete", {}, 503),
    ("s3.delete.slowdown", "edge", "PUT", "b", "", {}, 200),
    ("s3.get.internal", "edge", "GET", "a", "", {}, 500), ("s3.get.internal", "edge", "PUT", "b", "", {}, 200),
    ("s3.get.internal", "edge", "GET", "", "list-type=2", {}, 200),
    ("s3.put.internal", "edge", "PUT", "b", "", {}, 500), ("s3.put.internal", "edge", "GET", "a", "", {}, 200),
    ("s3.put.conflict", "edge", "PUT", "b", "", new, 409), ("s3.put.conflict", "edge", "PUT", "b", "", {}, 200),
    ("s3.credentials.expired", "edge", "GET", "a", "", {}, 400),
    ("s3.credentials.expired", "administrator", "GET", "a", "", {}, 200),
    ("s3.clock.skewed", "edge", "GET", "a", "", {}, 403), ("s3.clock.skewed", "administrator", "GET", "a", "", {}, 200),
    ("s3.put.overtaken", "edge", "PUT", "b", "", new, 412), ("s3.put.overtaken", "edge", "PUT", "b", "", {}, 200),
    ("s3.put.overtaken", "edge", "GET", "b", "", new, 404),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "who", "method", "key", "query", "headers", "status"), strikes)
def test_a_fault_strikes_what_it_names(
    fault: str, who: str, method: str, key: str, query: str, headers: dict, status: int
) -> None:
    async def struck() -> int:
        world = Gates({"identity": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
        await world.make({})
        await world.ask("administrator", "PUT", "a", body=b"hello")
        world.faults.set({fault: 1})
        body = b"<Delete><Object><Key>a</Key></Object></Delete>" if query == "delete" else b"x" * (method == "PUT")
        return (await world.ask(who, method, key, query, headers, body)).status

    assert asyncio.run(struck()) == status
