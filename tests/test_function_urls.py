"""Function URLs of the emulator: payload format 2.0, and who may call them."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from emulator.aws.credentials import Issuer
from emulator.aws.iam import parse_policy
from emulator.cloudfront.distribution import Origin
from emulator.cloudfront.messages import OriginRequest
from emulator.cloudfront.seams import Unreachable
from emulator.function_urls.declared import read_function_urls
from emulator.function_urls.door import FunctionUrls
from emulator.function_urls.origin import FunctionUrlOrigin
from emulator.lambdas.invocation import ErrorKind, Invocation
from emulator.reading import NotHonoured

arn = "arn:aws:lambda:eu-central-1:123456789012:function:maker"
ours = "arn:aws:cloudfront::123456789012:distribution/E1"
theirs = "arn:aws:cloudfront::999999999999:distribution/E9"
host = "abc.lambda-url.eu-central-1.on.aws"
url = {"functionName": "maker", "authorizationType": "AWS_IAM", "invokeMode": "BUFFERED"}
of_url = {
    "function": "maker",
    "principal": "cloudfront.amazonaws.com",
    "action": "lambda:InvokeFunctionUrl",
    "functionUrlAuthType": "AWS_IAM",
    "sourceArn": ours,
}
of_function = {
    "function": "maker",
    "principal": "cloudfront.amazonaws.com",
    "action": "lambda:InvokeFunction",
    "invokedViaFunctionUrl": True,
    "sourceArn": ours,
}
cases = json.loads((Path(__file__).parent / "vectors" / "aws" / "function_urls.json").read_text(encoding="utf-8"))


def resource(kind: str, inputs: dict, **outputs: object) -> SimpleNamespace:
    return SimpleNamespace(type=f"aws:lambda/{kind}", name="it", id="it", inputs=inputs, outputs=outputs)


class Called:
    """A function that remembers its events; `result` or `error` is what comes of them."""

    def __init__(self, result: object = None, error: ErrorKind | None = None, takes_s: float = 0) -> None:
        self.events: list[dict] = []
        self.result = {"statusCode": 200, "body": "ok"} if result is None else result
        self.error = error
        self.takes_s = takes_s

    async def __call__(self, called: str, event: object) -> Invocation:
        assert called == arn and isinstance(event, dict)
        self.events.append(event)
        await asyncio.sleep(self.takes_s)
        payload = json.dumps(self.result).encode()
        return Invocation(request_id="r", function="maker", payload=payload, error=self.error)


class Bench:
    """The door with permissions, and CloudFront before it."""

    def __init__(self, called: Called, *permissions: dict, **told: bool) -> None:
        self.issuer = Issuer()
        declared = [resource("functionUrl:FunctionUrl", url, functionUrl=f"https://{host}/")]
        declared += [resource("permission:Permission", each) for each in permissions]
        urls = read_function_urls(declared, {"maker": arn})
        own = parse_policy(json.dumps(policy_of("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")))
        policies = {"arn:aws:iam::123456789012:role/allowed": (own,)}
        self.door = FunctionUrls(urls, called, self.issuer, policies, lambda: 1_800_000_000.0, **told)

    def ask(self, distribution: str = ours, *, refuses_escapes: bool = False, **changes: object):
        origin = FunctionUrlOrigin(self.door, self.issuer, distribution, Counter(), refuses_escapes=refuses_escapes)
        return asyncio.run(origin.send(request(**changes)))


def policy_of(*actions: str) -> dict:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": arn}]}


def request(**changes: object) -> OriginRequest:
    given = Origin(id="maker", domain_name=host, kind="lambda", signed=True, read_timeout_s=1)
    asked = OriginRequest(
        method="GET",
        uri="/a%20b/e1,w=1,f=auto",
        headers=(
            ("Host", host),
            ("X-Mirage-Generate", "on"),
            ("Authorization", "Basic viewer"),
            ("X-Two", "1"),
            ("x-two", "2"),
        ),
        origin=given,
    )
    return replace(asked, **changes)


@pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])
def test_an_answer_is_made_of_a_result_as_aws_makes_it(case: dict) -> None:
    error = ErrorKind[case["error"]] if "error" in case else None
    answer = Bench(Called(case.get("result"), error), of_url, of_function).ask(method=case.get("method", "GET"))
    headers = {name.lower(): value for name, value in answer.headers}
    expected = case["expect"]
    assert (answer.status, answer.body.decode()) == (expected["status"], expected["body"])
    assert expected.get("headers", {}).items() <= headers.items()


def test_the_event_is_of_format_2_and_hides_what_it_was_signed_with() -> None:
    called = Called()
    Bench(called, of_url, of_function).ask()
    (event,) = called.events
    headers = event.pop("headers")
    assert headers["x-two"] == "1,2"
    assert (headers["host"], headers["x-mirage-generate"]) == (host, "on")
    assert not {"authorization", "x-amz-security-token"} & headers.keys()
    context = event.pop("requestContext")
    assert (context["http"]["method"], context["http"]["path"]) == ("GET", "/a%20b/e1,w=1,f=auto")
    assert (context["accountId"], context["domainPrefix"], context["stage"]) == ("123456789012", "abc", "$default")
    assert context["time"] == "15/Jan/2027:08:00:00 +0000"
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/a%20b/e1,w=1,f=auto",
        "rawQueryString": "",
        "isBase64Encoded": False,
    }


def test_the_path_may_come_decoded_by_a_switch() -> None:
    called = Called()
    Bench(called, of_url, of_function, path_is_decoded=True).ask()
    assert called.events[0]["rawPath"] == "/a b/e1,w=1,f=auto"


@pytest.mark.parametrize(("uri", "status"), [("/a%20b.jpg", 403), ("/a~20b.jpg/e1,w=1,f=auto", 200)])
def test_the_signature_of_an_escaped_path_may_be_refused_by_a_switch(uri: str, status: int) -> None:
    """aws-samples/image-optimization, issue 44: so it was in 2024."""
    called = Called()
    assert Bench(called, of_url, of_function).ask(refuses_escapes=True, uri=uri).status == status


# Who may call


@pytest.mark.parametrize(
    ("permissions", "distribution", "status"),
    [
        ((of_url, of_function), ours, 200),
        ((of_url, of_function), theirs, 403),
        ((of_url,), ours, 403),
        ((of_function,), ours, 403),
        ((), ours, 403),
        ((of_url | {"functionUrlAuthType": "NONE"}, of_function), ours, 403),
        ((of_url | {"principal": "s3.amazonaws.com"}, of_function), ours, 403),
        ((of_url | {"function": "another"}, of_function), ours, 403),
    ],
    ids=[
        "both permissions",
        "another's distribution",
        "without lambda:InvokeFunction",
        "without lambda:InvokeFunctionUrl",
        "without any",
        "of another kind of URL",
        "of another service",
        "of another function",
    ],
)
def test_one_distribution_may_call_with_both_permissions(permissions: tuple, distribution: str, status: int) -> None:
    called = Called()
    assert Bench(called, *permissions).ask(distribution).status == status
    assert len(called.events) == (1 if status == 200 else 0)


def test_an_origin_without_an_access_control_is_refused() -> None:
    called = Called()
    bench = Bench(called, of_url, of_function)
    answer = bench.ask(origin=replace(request().origin, signed=False))
    assert (answer.status, called.events) == (403, [])
    assert json.loads(answer.body)["Message"].startswith("Forbidden.")
    assert dict(answer.headers)["x-amzn-ErrorType"] == "AccessDeniedException"


def _signed(bench: Bench, role: str, tampered: str = "") -> int:
    """The status that a caller past CloudFront gets, who signs as a role."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    from emulator.wire import HttpRequest

    key = bench.issuer.issue(role, "s")
    signed = AWSRequest(method="GET", url=f"https://{host}/cats/1.jpg", headers={"host": host})
    SigV4Auth(
        Credentials(key.access_key_id, key.secret_access_key, key.session_token), "lambda", "eu-central-1"
    ).add_auth(signed)
    headers = {name.lower(): value for name, value in signed.headers.items()}
    path = tampered or urlsplit(str(signed.url)).path
    asked = HttpRequest(method="GET", path=path, query="", headers=headers, body=b"")
    answer, _ = asyncio.run(bench.door.request(asked))
    return answer.status


@pytest.mark.parametrize(
    ("role", "tampered", "status"),
    [
        ("arn:aws:iam::123456789012:role/allowed", "", 200),
        ("arn:aws:iam::123456789012:role/edge", "", 403),
        ("arn:aws:iam::999999999999:role/stranger", "", 403),
        ("arn:aws:iam::123456789012:role/allowed", "/cats/2.jpg", 403),
    ],
    ids=["a role that its policy allows", "a role without the right", "a stranger", "another path than was signed"],
)
def test_callers_past_cloudfront_need_a_right_of_their_own(role: str, tampered: str, status: int) -> None:
    called = Called()
    assert _signed(Bench(called, of_url, of_function), role, tampered) == status
    assert len(called.events) == (1 if status == 200 else 0)


def test_a_url_that_keeps_silent_is_given_up_after_the_response_timeout() -> None:
    with pytest.raises(Unreachable) as why:
        Bench(Called(takes_s=2), of_url, of_function).ask()
    assert why.value.timed_out


def test_a_host_of_no_url_cannot_be_reached() -> None:
    with pytest.raises(Unreachable):
        Bench(Called(), of_url, of_function).ask(origin=replace(request().origin, domain_name=f"x{host}"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"authorizationType": "NONE"}, "anybody may call"),
        ({"invokeMode": "RESPONSE_STREAM"}, "no streams"),
        ({"functionName": "nobody"}, "no function of the program"),
        ({"cors": {"allowOrigins": ["*"]}}, "cors"),
    ],
)
def test_a_url_is_refused_with_a_sentence(changes: dict, sentence: str) -> None:
    with pytest.raises(NotHonoured, match=sentence):
        read_function_urls(
            [resource("functionUrl:FunctionUrl", url | changes, functionUrl=f"https://{host}/")], {"maker": arn}
        )
