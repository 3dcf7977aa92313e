"""Roles as IAM has them: which rights a managed policy gives, who may assume a role, and what stops the start."""

from __future__ import annotations

import json

import pytest

from emulator.aws.iam import Access, Principal, decide
from emulator.aws.roles import Roles
from emulator.reading import NotHonoured
from tests.test_emulator_iam import account, document, get, resource, role, trust

arn = f"arn:aws:iam::{account}:role/edge"
basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
service = "lambda.amazonaws.com"


def may(roles: Roles, action: str) -> bool:
    asked = Access(action=action, resource="arn:aws:s3:::b/a", principal=Principal(account=account, arn=arn))
    return decide(asked, roles.policies[arn]).allowed


@pytest.mark.parametrize("action", ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])
def test_lambdas_managed_policy_gives_three_rights(action: str) -> None:
    """AWS "AWSLambdaBasicExecutionRole", read 2026-11."""
    roles = Roles([role(managedPolicyArns=[basic])])
    assert may(roles, action)
    assert not may(roles, "logs:DeleteLogGroup")
    assert not may(Roles([role()]), action)


def test_a_role_may_say_what_changes_nothing_here() -> None:
    more = {
        "description": "d",
        "tags": {"a": "b"},
        "maxSessionDuration": 3600,
        "path": "/",
        "forceDetachPolicies": True,
    }
    roles = Roles([role(**more, inlinePolicies=[{"name": "own", "policy": get}])])
    assert may(roles, "s3:GetObject")


def attachment(**more: object) -> object:
    inputs = {"role": "edge", "policyArn": basic, **more}
    return resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "one", inputs)


def inline(**more: object) -> object:
    return resource("aws:iam/rolePolicy:RolePolicy", "one", {"role": "edge", "policy": get, **more})


conditioned = json.dumps({"Statement": [{"Condition": {"Bool": {"aws:SecureTransport": "true"}}}]})


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        ([role(inlinePolicies=[{"name": "own", "policy": get, "unknown": "x"}])], "unknown"),
        ([role(), attachment(unknown="x")], "unknown"),
        ([role(), inline(unknown="x")], "unknown"),
        ([role(assumeRolePolicy=conditioned)], "conditions in a role's trust"),
    ],
)  # fmt: skip
def test_what_is_not_honoured_of_a_role_stops_the_start(declared: list, named: str) -> None:
    with pytest.raises(NotHonoured, match=named):
        Roles(declared)


def trusting(**changes: object) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", **changes}
    return document([statement])


@pytest.mark.parametrize(
    ("policy", "trusts"),
    [
        (trust(service), True),
        (trusting(), True),
        (trusting(Effect="Deny"), False),
        (trusting(Action="sts:TagSession"), False),
        (trusting(Principal={"AWS": arn}), False),
    ],
)
def test_a_role_trusts_whom_its_policy_lets_assume_it(policy: str, trusts: bool) -> None:
    roles = Roles([role(assumeRolePolicy=policy), role("other", assumeRolePolicy=trust("s3.amazonaws.com"))])
    assert roles.trusts(arn, service) is trusts
    assert not roles.trusts(arn.replace("edge", "other"), service)
    assert not roles.trusts(arn, service[1:])


def test_a_trust_policy_has_2048_characters_without_its_spaces() -> None:
    """AWS "IAM and AWS STS quotas", read 2026-11."""
    short = json.dumps(json.loads(trust(service)), separators=(",", ":"))
    filled = short.replace(service, service + "x" * (2048 - len(short)))
    Roles([role(assumeRolePolicy=filled.replace(":", " : "))])
    with pytest.raises(NotHonoured, match="ACLSizePerRole: 2048"):
        Roles([role(assumeRolePolicy=filled.replace(service, f"x{service}"))])
