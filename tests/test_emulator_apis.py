"""The small services that a function reaches, at their doors: which right each asks for, and what each refuses.

Lambda "Invoke", SSM "GetParameters", Secrets Manager "GetSecretValue", CloudWatch Logs, read 2026-11.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from emulator.aws.credentials import Credentials
from emulator.aws.iam import Policy, parse_policy
from emulator.aws.lambda_api import LambdaApi
from emulator.aws.log_rights import LogRights
from emulator.aws.origin_access import Origins, S3Origin
from emulator.aws.secrets_api import SecretsApi
from emulator.aws.signatures import Unsigned
from emulator.clock import Clock
from emulator.cloudfront.distribution import Origin
from emulator.cloudfront.messages import OriginAnswer, OriginRequest
from emulator.cloudfront.seams import Unreachable
from emulator.faults import Faults
from emulator.lambdas.spec import FunctionSpec
from emulator.s3.gate import Gate
from emulator.s3.messages import administrator
from emulator.wire import HttpRequest

account = "123456789012"
role_arn = f"arn:aws:iam::{account}:role/edge"
who = Credentials(access_key_id="a", secret_access_key="s", session_token="t", role_arn=role_arn, session_name="one")
called_arn = f"arn:aws:lambda:eu-central-1:{account}:function:made"


def allowing(action: str | list[str], resource: str) -> tuple[Policy, ...]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return (parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]})),)


def post(host: str, body: object, path: str = "/", **headers: str) -> HttpRequest:
    sent = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return HttpRequest(method="POST", path=path, query="", headers=sent, body=json.dumps(body).encode())


class Taken:
    """Takes events for one function."""

    def __init__(self) -> None:
        self.events: list[object] = []

    def start(self, arn: str, event: object) -> bool:
        if arn == called_arn:
            self.events.append(event)
        return arn == called_arn


def invoke(
    body: object, *, name: str = "made", kind: str = "Event", resource: str = called_arn
) -> tuple[int, str, list]:
    taken = Taken()
    asked = post(
        "lambda.eu-central-1.amazonaws.com",
        body,
        f"/2015-03-31/functions/{name}/invocations",
        x_amz_invocation_type=kind,
    )
    api = LambdaApi(account=account, functions=taken)
    status, said = api.request(asked, who, allowing("lambda:InvokeFunction", resource))
    return status, json.loads(said)["__type"] if said else "", taken.events


@pytest.mark.parametrize(
    ("asked", "status", "kind"),
    [
        ({}, 202, ""),
        ({"resource": called_arn + "x"}, 400, "AccessDeniedException"),
        ({"kind": "RequestResponse"}, 400, "InvalidRequestContentException"),
        ({"name": "made/x"}, 400, "InvalidRequestContentException"),
        ({"name": "other", "resource": "*"}, 404, "ResourceNotFoundException"),
    ],
)
def test_lambda_takes_an_event_from_whom_a_policy_allows(asked: dict, status: int, kind: str) -> None:
    body = asked.get("body", {"a": 1})
    found = invoke(**{"body": body, **asked})
    assert found == (status, kind, [body] if status == 202 else [])


def secret(target: str, wanted: object, resource: str, faults: Faults | None = None) -> tuple[int, dict]:
    api = SecretsApi(account=account, faults=faults or Faults(), values={"ssm:/a": "A", "secretsmanager:b": "B"})
    service = "ssm" if "SSM" in target else "secretsmanager"
    action = "ssm:GetParameters" if service == "ssm" else "secretsmanager:GetSecretValue"
    asked = post(f"{service}.eu-central-1.amazonaws.com", wanted, x_amz_target=target)
    status, said = api.request(asked, who, allowing(action, resource))
    return status, json.loads(said)


parameter, kept = "AmazonSSM.GetParameters", "secretsmanager.GetSecretValue"
arn_of_parameter = f"arn:aws:ssm:eu-central-1:{account}:parameter/a"
arn_of_secret = f"arn:aws:secretsmanager:eu-central-1:{account}:secret:b-??????"


def test_a_parameter_is_read_by_whom_a_policy_allows() -> None:
    status, said = secret(parameter, {"Names": ["/a"]}, arn_of_parameter)
    read = [{"Name": "/a", "Type": "SecureString", "Value": "A"}]
    assert (status, said) == (200, {"Parameters": read, "InvalidParameters": []})
    status, said = secret(parameter, {"Names": ["/a", "/other"]}, arn_of_parameter)
    session = f"arn:aws:sts::{account}:assumed-role/edge/one"
    other = arn_of_parameter.replace("/a", "/other")
    assert (status, said["__type"]) == (400, "AccessDeniedException")
    assert said["message"].startswith(
        f"User: {session} is not authorized to perform: ssm:GetParameters on resource: {other}"
    )


def test_a_secret_is_read_by_whom_a_policy_allows() -> None:
    status, said = secret(kept, {"SecretId": "b"}, arn_of_secret)
    assert (status, said["Name"], said["SecretString"]) == (200, "b", "B")
    assert said["ARN"].startswith(arn_of_secret.rstrip("?"))
    assert secret(kept, {"SecretId": "c"}, arn_of_secret)[1]["__type"] == "AccessDeniedException"


def test_another_operation_is_not_emulated() -> None:
    assert secret("AmazonSSM.PutParameter", {"Names": []}, "*")[1].get("__type") == "UnknownOperationException"


def test_secrets_are_throttled_by_the_fault_of_that_name() -> None:
    faults = Faults()
    faults.set({"ssm.throttled": 1})
    assert secret(parameter, {"Names": ["/a"]}, "*", faults)[1]["__type"] == "ThrottlingException"


@pytest.mark.parametrize(("message", "shown"), [("why", "why"), (None, "InvalidToken")])
def test_services_say_what_is_wrong_with_a_signature(message: str | None, shown: str) -> None:
    for api in (SecretsApi(account=account, faults=Faults()), LambdaApi(account=account, functions=Taken())):
        status, said = api.unsigned(Unsigned("InvalidToken", message))
        assert (status, json.loads(said)) == (400, {"__type": "InvalidToken", "message": shown})


group = "/aws/lambda/us-east-1.edge"
spec = FunctionSpec(name="edge", zip_path=Path(), handler="h", role_arn=role_arn, region="eu-west-1", edge=True)
own_group = SimpleNamespace(
    type="aws:cloudwatch/logGroup:LogGroup",
    inputs={"name": group},
    outputs={"arn": f"arn:aws:logs:eu-west-1:{account}:log-group:{group}"},
)
another = SimpleNamespace(type="aws:s3/bucket:Bucket", inputs={"name": group}, outputs=own_group.outputs)
logged = f"arn:aws:logs:eu-west-1:{account}:log-group:{group}:*"
writes = ["logs:CreateLogStream", "logs:PutLogEvents"]


@pytest.mark.parametrize(
    ("actions", "resource", "declared", "may"),
    [
        (writes, logged, [own_group], True),
        (writes, logged, [another], False),
        ([*writes, "logs:CreateLogGroup"], logged, [], True),
        (writes[:1], logged, [own_group], False),
        (writes[1:], logged, [own_group], False),
        (writes, logged.replace("eu-west-1", "eu-west-2"), [own_group], False),
    ],
)
def test_a_function_s_log_needs_three_rights_or_two(actions: list, resource: str, declared: list, may: bool) -> None:
    assert LogRights(declared, {role_arn: allowing(actions, resource)}).may_write(spec) is may
    assert not LogRights(declared, {}).may_write(spec)


class Answering:
    """An origin that says which it is."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def send(self, request: OriginRequest) -> OriginAnswer:
        return OriginAnswer(status=200, headers=(), body=self.name.encode())


def to(domain: str, **changes: object) -> OriginRequest:
    origin = Origin(id="it", domain_name=domain, **changes)
    return OriginRequest(method="GET", uri="/a.txt", headers=(), origin=origin)


def test_an_origin_is_asked_by_its_kind() -> None:
    origins = Origins(Answering("s3"), Answering("url"))
    for kind, body in (("s3", b"s3"), ("lambda", b"url")):
        assert asyncio.run(origins.send(to("x", kind=kind))).body == body


def from_bucket(domain: str, *, signed: bool = True, distribution: str = "E1") -> int:
    async def ask() -> int:
        gate = Gate(now=Clock().now, account=account, faults=Faults())
        await gate.create("bucket.one", "eu-central-1")
        await gate.request(administrator(account), "PUT", "bucket.one", "a.txt", body=b"hello")
        arn = f"arn:aws:cloudfront::{account}:distribution/E1"
        granted = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::bucket.one/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": arn}},
        }
        gate.buckets["bucket.one"].policy = parse_policy(json.dumps({"Statement": [granted]}), of_resource=True)
        origin = S3Origin(gate, arn.replace("E1", distribution))
        request = to(domain)
        return (await origin.send(replace(request, origin=replace(request.origin, signed=signed)))).status

    return asyncio.run(ask())


def test_a_bucket_answers_cloudfront_that_signs_for_its_distribution() -> None:
    host = "bucket.one.s3.eu-central-1.amazonaws.com"
    assert from_bucket(host) == 200
    assert from_bucket(host, signed=False) == 403
    assert from_bucket(host, distribution="E2") == 403
    assert from_bucket(host.replace("bucket.one", "no-bucket")) == 404


@pytest.mark.parametrize(
    "host", ["bucket.one.s3.amazonaws.com", "bucket.one.s3.eu-west-1.amazonaws.com", "example.org"]
)
def test_a_host_that_is_no_bucket_s_regional_one_is_not_reached(host: str) -> None:
    with pytest.raises(Unreachable):
        from_bucket(host)
