"""CreateInvalidation and GetInvalidation as a function of the stack calls them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from emulator.aws.cloudfront_api import CloudFrontApi
from emulator.aws.credentials import Issuer
from emulator.aws.iam import parse_policy
from emulator.faults import Faults
from emulator.wire import HttpRequest
from tests.spelled import spelled

vectors = Path(__file__).parent / "vectors" / "aws" / "invalidation_requests.json"
cases = json.loads(vectors.read_text(encoding="utf-8"))
arn = "arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE"
role = "arn:aws:iam::123456789012:role/sweeper"
may = parse_policy(
    json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "cloudfront:*", "Resource": arn}]})
)


class World:
    def __init__(self) -> None:
        self.gone: list[list[str]] = []
        self.faults = Faults()
        self.api = CloudFrontApi(
            distribution_arn=arn,
            account="123456789012",
            invalidate=self._invalidate,
            now=lambda: 1_800_000_000.0,
            faults=self.faults,
        )

    def _invalidate(self, items: list[str]) -> str:
        self.gone.append(items)
        return f"I{len(self.gone)}"

    def create(self, items: list[str], reference: str = "one", quantity: int | None = None, may_do: bool = True):
        paths = "".join(f"<Path>{escape(each)}</Path>" for each in items)
        body = (
            '<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths>'
            f"<Quantity>{len(items) if quantity is None else quantity}</Quantity><Items>{paths}</Items></Paths>"
            f"<CallerReference>{reference}</CallerReference></InvalidationBatch>"
        )
        return self.ask("POST", "/2020-05-31/distribution/E1EXAMPLE/invalidation", body, may_do)

    def ask(self, method: str, path: str, body: str = "", may_do: bool = True) -> tuple[int, str]:
        asked = HttpRequest(
            method=method,
            path=path,
            query="",
            headers={"host": "cloudfront.amazonaws.com"},
            body=body.encode(),
            client="127.0.0.1",
        )
        who = Issuer().issue(role, "sweeper")
        status, said = self.api.request(asked, who, (may,) if may_do else ())
        return status, said.decode()


@pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])
def test_an_invalidation_is_taken_or_refused_as_cloudfront_does(case: dict) -> None:
    world, gone = World(), []
    for batch in case["batches"]:
        items = spelled(batch["items"])
        status, said = world.create(items, batch.get("reference", "one"), batch.get("quantity"))
        assert (status, f"<Code>{batch.get('code')}</Code>" in said) == (batch["status"], "code" in batch), said[:300]
        gone += [items] if "code" not in batch and not batch.get("again") else []
    assert world.gone == gone


def test_paths_and_tags_are_taken_and_told() -> None:
    world = World()
    status, said = world.create(["/a/*", "#o-1", "/" + "a" * 3_999])
    assert (status, world.gone) == (201, [["/a/*", "#o-1", "/" + "a" * 3_999]])
    assert "<Id>I1</Id><Status>Completed</Status>" in said
    status, again = world.ask("GET", "/2020-05-31/distribution/E1EXAMPLE/invalidation/I1")
    assert (status, again) == (200, said)


def test_without_the_right_it_is_denied() -> None:
    status, said = World().create(["/a"], may_do=False)
    assert (status, "is not authorized to perform: cloudfront:CreateInvalidation" in said) == (403, True)


def test_too_many_at_once_is_a_fault_by_name() -> None:
    world = World()
    world.faults.set({"cloudfront.invalidation.throttled": 1})
    status, said = world.create(["/a"])
    assert (status, "TooManyInvalidationsInProgress" in said) == (400, True)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("POST", "/2020-05-31/distribution/E2OTHER/invalidation", "AccessDenied"),
        ("GET", "/2020-05-31/distribution/E1EXAMPLE/invalidation/I9", "NoSuchInvalidation"),
        ("DELETE", "/2020-05-31/distribution/E1EXAMPLE", "InvalidArgument"),
        ("GET", "/2020-05-31/distribution/E1EXAMPLE/invalidation", "InvalidArgument"),
        ("POST", "/2020-05-31/distribution/E1EXAMPLE/invalidation/I1", "InvalidArgument"),
    ],
)
def test_what_is_not_there_is_named(method: str, path: str, code: str) -> None:
    assert f"<Code>{code}</Code>" in World().ask(method, path, "<x/>")[1]


def test_a_body_that_is_no_xml_is_malformed() -> None:
    assert "MalformedXML" in World().ask("POST", "/2020-05-31/distribution/E1EXAMPLE/invalidation", "{}")[1]
