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
from emulator.cloudfront.messages import OriginAnswer, OriginRequest
from emulator.cloudfront.seams import Unreachable
from emulator.function_urls.declared import read_function_urls
from emulator.function_urls.door import FunctionUrls
from emulator.function_urls.origin import FunctionUrlOrigin
from emulator.lambdas.invocation import ErrorKind, Invocation
from emulator.reading import NotHonoured
from emulator.switches import Switches

arn = "arn:aws:lambda:eu-central-1:123456789012:function:maker"
ours = "arn:aws:cloudfront::123456789012:distribution/E1"
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
named = {"url": of_url, "function": of_function}
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
def test_a_url_does_as_awss_does(case: dict) -> None:
    called = Called(case.get("result"), ErrorKind[case["error"]] if "error" in case else None)
    on = Switches(**case.get("switches", {}))
    said = case.get("permissions", [{"of": "url"}, {"of": "function"}])
    permissions = [named[each["of"]] | {name: value for name, value in each.items() if name != "of"} for each in said]
    bench = Bench(called, *permissions, path_is_decoded=on.function_url_path_is_decoded)
    asked = {"method": case.get("method", "GET"), "uri": case.get("uri", "/a")}
    origin = replace(request().origin, signed=case.get("signed", True))
    refuses_escapes = on.function_url_refuses_escaped_paths
    answer = bench.ask(case.get("distribution", ours), refuses_escapes=refuses_escapes, origin=origin, **asked)
    _hold(case["expect"], answer, called.events)


def _hold(expected: dict, answer: OriginAnswer, events: list[dict]) -> None:
    """Every word of the expectation; what an event must not have is null."""
    assert answer.status == expected["status"]
    assert answer.body.decode() == expected.get("body", answer.body.decode())
    assert expected.get("says", "") in answer.body.decode()
    assert expected.get("headers", {}).items() <= {name.lower(): value for name, value in answer.headers}.items()
    assert len(events) == expected.get("called", 1)
    for path, value in expected.get("event", {}).items():
        found = events[0]
        for part in path.split("/"):
            found = found.get(part)
        assert found == value, f"{path}: {found!r}"


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
