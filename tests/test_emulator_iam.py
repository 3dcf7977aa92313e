"""IAM as AWS has it: every case of tests/vectors/aws/iam_*.json; and the stack's own roles."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from emulator.aws.iam import Access, Principal, Unhonoured, decide, parse_policy
from emulator.aws.roles import Roles
from emulator.reading import NotHonoured

folder = Path(__file__).parent / "vectors" / "aws"
cases = [case for path in sorted(folder.glob("iam_*.json")) for case in json.loads(path.read_text())]
account = "123456789012"
principals = {
    "role": Principal(account=account, arn=f"arn:aws:iam::{account}:role/edge"),
    "cloudfront": Principal(service="cloudfront.amazonaws.com"),
    "nobody": Principal(),
}


def document(statements: list[dict]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def test_every_case_names_its_rule_its_source_and_its_certainty() -> None:
    for case in cases:
        assert {"name", "rule", "source", "date", "certainty"} <= case.keys(), case.get("name")
        assert case["certainty"] in ("documented", "derived", "unknown"), case["name"]
    assert len({case["name"] for case in cases}) == len(cases)


@pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])
def test_the_evaluation_does_as_iam_does(case: dict) -> None:
    def parsed() -> tuple:
        identity = parse_policy(document(case.get("identity", [])))
        return identity, parse_policy(document(case["resource"]), of_resource=True) if "resource" in case else None

    if "refused" in case:
        with pytest.raises((Unhonoured, ValueError), match=case["refused"]):
            parsed()
        return
    identity, resource = parsed()
    access = Access(
        action=case["action"], resource=case["on"], principal=principals[case["who"]], context=case.get("context", {})
    )
    decision = decide(access, [identity], resource)
    assert decision.allowed == case["allowed"]
    assert decision.reason == case.get("reason", decision.reason)


malformed = (
    '{"Version": "2012-10-18", "Statement": []}', '{"Statement": {}}', "[]",
    '{"Statement": [], "Rules": []}', '{"Statement": ["Allow"]}',
    '{"Statement": [{"Effect": "Allow", "Resource": "*"}]}',
)  # fmt: skip


@pytest.mark.parametrize("text", malformed)
def test_a_document_of_another_shape_or_version_is_malformed(text: str) -> None:
    with pytest.raises(ValueError, match="MalformedPolicyDocument"):
        parse_policy(text)


@pytest.mark.parametrize("head", [{}, {"Version": "2008-10-17"}, {"Version": "2012-10-17", "Id": "mine"}])
def test_a_document_of_either_version_is_taken_and_may_have_names(head: dict) -> None:
    statement = {"Sid": "One", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    assert len(parse_policy(json.dumps({**head, "Statement": [statement]}))) == 1


@pytest.mark.parametrize("kind", ["Federated", "CanonicalUser", "Service"])
def test_a_principal_of_another_kind_is_no_role(kind: str) -> None:
    arn = f"arn:aws:iam::{account}:role/edge"
    granted = {"Effect": "Allow", "Principal": {kind: arn}, "Action": "s3:GetObject", "Resource": "*"}
    access = Access(action="s3:GetObject", resource="arn:aws:s3:::b/a", principal=principals["role"])
    assert not decide(access, [], parse_policy(document([granted]), of_resource=True)).allowed


def resource(kind: str, name: str, inputs: dict, outputs: dict | None = None) -> SimpleNamespace:
    return SimpleNamespace(type=kind, name=name, inputs=inputs, outputs=outputs or {})


def trust(*services: str) -> str:
    return document([{"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}])


def role(name: str = "edge", **more: object) -> SimpleNamespace:
    inputs = {"name": name, "assumeRolePolicy": trust("lambda.amazonaws.com"), **more}
    return resource("aws:iam/role:Role", name, inputs, {"arn": f"arn:aws:iam::{account}:role/{name}"})


get = document([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}])


def test_a_role_has_its_inline_attached_and_declared_policies() -> None:
    own = resource("aws:iam/policy:Policy", "own", {"policy": get}, {"arn": "arn:own"})
    declared = [
        own,
        role(managedPolicyArns=["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]),
        resource("aws:iam/rolePolicy:RolePolicy", "edge", {"role": "edge", "policy": get}),
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "edge", {"role": "edge", "policyArn": "arn:own"}),
    ]
    roles = Roles(declared)
    assert len(roles.policies[f"arn:aws:iam::{account}:role/edge"]) == 3
    assert roles.trusts(f"arn:aws:iam::{account}:role/edge", "lambda.amazonaws.com")
    assert not roles.trusts(f"arn:aws:iam::{account}:role/edge", "edgelambda.amazonaws.com")


def test_a_policy_of_a_role_that_is_not_there_stops_the_start() -> None:
    with pytest.raises(NotHonoured, match="The role with name other cannot be found"):
        Roles([role(), resource("aws:iam/rolePolicy:RolePolicy", "edge", {"role": "other", "policy": get})])


def sized(chars: int) -> str:
    """A policy of so many characters without its blanks."""
    text = document([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/"}])
    return text.replace("b/", "b/" + "x" * (chars - len("".join(text.split()))))


def test_a_role_has_room_for_so_many_characters_of_policies() -> None:
    def with_policies(*sizes: int) -> list[SimpleNamespace]:
        said = [
            resource("aws:iam/rolePolicy:RolePolicy", f"p{at}", {"role": "edge", "policy": sized(size)})
            for at, size in enumerate(sizes)
        ]
        return [role(inlinePolicies=[{"name": "a", "policy": sized(240)}]), *said]

    Roles(with_policies(9_000, 1_000))
    with pytest.raises(NotHonoured, match="LimitExceeded: Maximum policy size of 10240 bytes exceeded for role edge"):
        Roles(with_policies(9_000, 1_001))


def test_a_trust_policy_has_room_for_so_many_characters() -> None:
    Roles([role(assumeRolePolicy=trust("lambda.amazonaws.com").replace("{", " " * 2_048 + "{", 1))])
    with pytest.raises(NotHonoured, match="LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"):
        Roles([role(assumeRolePolicy=trust("lambda.amazonaws.com", "x" * 2_048))])


def test_an_unknown_managed_policy_stops_the_start() -> None:
    with pytest.raises(
        NotHonoured, match="does not know the managed policy arn:aws:iam::aws:policy/AdministratorAccess"
    ):
        Roles([role(managedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"])])


def test_a_property_of_a_role_that_is_not_honoured_stops_the_start() -> None:
    with pytest.raises(NotHonoured, match=r"Role edge\.permissionsBoundary"):
        Roles([role(permissionsBoundary="arn:x")])


@pytest.mark.parametrize("principal", ["123456789012", ["*"], [], {"Person": "me"}, {"Service": ""}, {"AWS": [""]}])
def test_a_principal_that_is_none_is_malformed(principal: object) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"}
    with pytest.raises(ValueError, match="MalformedPolicyDocument: Invalid principal"):
        parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), of_resource=True)
