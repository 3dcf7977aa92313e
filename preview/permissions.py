"""Who may do what, read from the declared policies in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from emulator.program import Declared, Resource

# The words of the actions that Mirage asks for; another is said by its own name.
words = {
    "s3:GetObject": "read",
    "s3:PutObject": "write",
    "s3:DeleteObject": "delete",
    "s3:ListBucket": "list",
    "logs:CreateLogGroup": "make log group",
    "logs:CreateLogStream": "write log",
    "logs:PutLogEvents": "write log",
    "sqs:SendMessage": "send to",
    "sqs:ReceiveMessage": "take from",
    "sqs:DeleteMessage": "take from",
    "sqs:GetQueueAttributes": "take from",
    "sns:Publish": "tell",
    "cloudfront:CreateInvalidation": "purge",
    "lambda:InvokeFunction": "call",
    "ssm:GetParameters": "read secret",
    "secretsmanager:GetSecretValue": "read secret",
}
policy_types = ("aws:iam/rolePolicy:RolePolicy", "aws:s3/bucketPolicy:BucketPolicy")
Statement = Mapping[str, object]


def lines(found: Declared) -> Iterator[str]:
    """A block a role with what it may do where, then a block a bucket and a line a function with who is let in."""
    for role in found.of("aws:iam/role:Role"):
        trusted = ", ".join(_principals(_statements(str(role.inputs["assumeRolePolicy"]))))
        yield f"{role.inputs['name']}, as whom {trusted} act:"
        for policy in found.of(policy_types[0]):
            if policy.inputs["role"] == role.inputs["name"]:
                yield from _granted(_statements(str(policy.inputs["policy"])))
    for policy in found.of(policy_types[1]):
        yield f"{policy.inputs['bucket']} lets in:"
        yield from _let_in(_statements(str(policy.inputs["policy"])))
    for permission in found.of("aws:lambda/permission:Permission"):
        yield _may_call(permission)


def _granted(statements: Iterable[Statement]) -> Iterator[str]:
    may: dict[str, list[str]] = {}
    for each in statements:
        for resource in _listed(each["Resource"]):
            for action in _listed(each["Action"]):
                may.setdefault(_place(resource), []).append(words.get(action, action))
    for place, actions in may.items():
        yield f"    {', '.join(dict.fromkeys(actions))}: {place}"


def _let_in(statements: Iterable[Statement]) -> Iterator[str]:
    for each in statements:
        does = ", ".join(dict.fromkeys(words.get(action, action) for action in _listed(each["Action"])))
        where = ", ".join(_place(resource) for resource in _listed(each["Resource"]))
        never = "never: " if each["Effect"] == "Deny" else ""
        condition = each.get("Condition")
        when = f", where {_condition(cast('Statement', condition))}" if condition else ""
        yield f"    {never}{' and '.join(_principals([each]))}: {does} {where}{when}"


def _may_call(permission: Resource) -> str:
    said = permission.inputs
    source = _place(str(said.get("sourceArn", "anything")))
    return f"{said['function']} is called by {said['principal']} for {source}"


def _principals(statements: Iterable[Statement]) -> list[str]:
    found: list[str] = []
    for each in statements:
        principal = each["Principal"]
        if isinstance(principal, str):
            found.append("anybody" if principal == "*" else principal)
        else:
            found += [name for names in cast("Statement", principal).values() for name in _listed(names)]
    return list(dict.fromkeys(found))


def _condition(condition: Statement) -> str:
    return " and ".join(
        f"{name} is {_place(', '.join(_listed(value)))}"
        for tests in condition.values()
        for name, value in cast("Statement", tests).items()
    )


def _place(arn: str) -> str:
    """The last part of an ARN, with its Region where it has one: `mirage-dev-originals-1/v/*`."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return arn
    _, _, service, region, _, name = parts
    return name if service == "s3" else f"{service} {name}" + (f" ({region})" if region else "")


def _statements(document: str) -> list[Statement]:
    return cast("list[Statement]", json.loads(document)["Statement"])


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in cast("list[object]", value)]
