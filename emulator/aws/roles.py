"""The stack's roles: what each may do, and who may assume it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from emulator.aws.iam import Policy, parse_policy
from emulator.quotas import iam_role_policies_max_chars, iam_trust_policy_max_chars
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded

# AWS "AWSLambdaBasicExecutionRole", read 2026-11. Logs are not emulated, so the rights are never asked for.
managed = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": "*",
                }
            ],
        }
    )
}


@dataclass(slots=True, kw_only=True)
class Role:
    """A role with its policies; `trusted` are the services that may assume it."""

    arn: str
    name: str
    trusted: frozenset[str]
    policies: list[Policy] = field(default_factory=list)
    chars: int = 0

    def add(self, text: str) -> None:
        """Adds an inline policy. Raises NotHonoured where all of them together are too long."""
        self.chars += _chars(text)
        if self.chars > iam_role_policies_max_chars:
            most = iam_role_policies_max_chars
            raise NotHonoured(f"LimitExceeded: Maximum policy size of {most} bytes exceeded for role {self.name}")
        self.policies.append(parse_policy(text))


class Roles:
    """All roles of a stack."""

    def __init__(self, resources: Iterable[Recorded]) -> None:
        found = list(resources)
        self._by_name: dict[str, Role] = {}
        self._own = {
            str(each.outputs["arn"]): _document(each) for each in found if each.type == "aws:iam/policy:Policy"
        }
        for each in found:
            if each.type == "aws:iam/role:Role":
                self._add(each)
        for each in found:
            if each.type == "aws:iam/rolePolicy:RolePolicy":
                self._role(each).add(_document(each))
            elif each.type == "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
                reader = Reader(f"RolePolicyAttachment {each.name}", each.inputs)
                reader.without_effect("role")
                self._role(each).policies.append(self._attached(reader.text("policyArn")))
                reader.finish()

    @property
    def policies(self) -> dict[str, tuple[Policy, ...]]:
        """Identity policies by role ARN."""
        return {role.arn: tuple(role.policies) for role in self._by_name.values()}

    def trusts(self, role_arn: str, service: str) -> bool:
        """True where the service may assume the role."""
        return any(role.arn == role_arn and service in role.trusted for role in self._by_name.values())

    def _add(self, each: Recorded) -> None:
        reader = Reader(f"Role {each.name}", each.inputs)
        reader.without_effect("description", "tags", "maxSessionDuration", "path", "forceDetachPolicies")
        name = reader.text("name")
        role = Role(arn=str(each.outputs["arn"]), name=name, trusted=_trusted(reader.text("assumeRolePolicy")))
        for inline in reader.blocks("inlinePolicies"):
            inline.without_effect("name")
            role.add(inline.text("policy"))
            inline.finish()
        for arn in reader.texts("managedPolicyArns"):
            role.policies.append(self._attached(arn))
        reader.finish()
        self._by_name[name] = role

    def _role(self, each: Recorded) -> Role:
        name = str(each.inputs["role"]).rsplit("/", 1)[-1]
        if name not in self._by_name:
            raise NotHonoured(f"NoSuchEntity: The role with name {name} cannot be found.")
        return self._by_name[name]

    def _attached(self, arn: str) -> Policy:
        text = self._own.get(arn, managed.get(arn))
        if text is None:
            raise NotHonoured(f"The emulator does not know the managed policy {arn}.")
        return parse_policy(text)


def _document(each: Recorded) -> str:
    """The policy of a resource that holds one."""
    reader = Reader(f"{each.type.rsplit(':', 1)[1]} {each.name}", each.inputs)
    reader.without_effect("name", "role", "description", "path", "tags")
    policy = reader.text("policy")
    reader.finish()
    return policy


def _chars(text: str) -> int:
    return len("".join(text.split()))


def _trusted(document: str) -> frozenset[str]:
    """The services that a trust policy lets assume the role; conditions on them are not honoured."""
    if _chars(document) > iam_trust_policy_max_chars:
        raise NotHonoured(f"LimitExceeded: Cannot exceed quota for ACLSizePerRole: {iam_trust_policy_max_chars}")
    services: set[str] = set()
    for statement in json.loads(document)["Statement"]:
        if statement.get("Condition"):
            raise NotHonoured("The emulator does not honour conditions in a role's trust policy.")
        named = statement.get("Principal", {}).get("Service", [])
        if statement["Effect"] == "Allow" and statement["Action"] == "sts:AssumeRole":
            services.update([named] if isinstance(named, str) else named)
    return frozenset(services)
