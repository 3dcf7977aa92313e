"""IAM: may this principal do this to that? Identity and resource policies of one account, explicit deny first.

AWS "Policy evaluation logic", "IAM JSON policy elements reference", read 2026-11.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from emulator.aws.iam_conditions import Condition, Unhonoured, conditions, glob

__all__ = ["Access", "Decision", "Policy", "Principal", "Unhonoured", "decide", "parse_policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks. `arn` is an IAM user's or role's; a service has only its name; nobody has neither."""

    account: str = ""
    arn: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One thing to be decided. Keys of `context` are lower case, as conditions ignore their case."""

    action: str
    resource: str
    principal: Principal
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`reason` completes AWS's sentence: "... is not authorized to perform ... because <reason>"."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement; each pattern list is None where the policy has its negation or does not say."""

    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    action_negated: bool
    resources: tuple[str, ...]
    resource_negated: bool
    principals: tuple[tuple[str, str], ...] | None
    principal_negated: bool
    conditions: tuple[Condition, ...]


Policy = tuple[Statement, ...]


def decide(access: Access, identity: Sequence[Policy], resource: Policy | None = None) -> Decision:
    """Allowed where one policy allows it and none denies it; within one account either kind suffices."""
    owned = [each for policy in identity for each in policy]
    attached = list(resource or ())
    for kind, statements in (("identity-based", owned), ("resource-based", attached)):
        if any(_applies(each, access, "Deny") for each in statements):
            return Decision(allowed=False, reason=f"with an explicit deny in {_article(kind)} policy")
    if any(_applies(each, access, "Allow") for each in owned + attached):
        return Decision(allowed=True)
    kind = "identity-based" if access.principal.arn else "resource-based"
    return Decision(allowed=False, reason=f"because no {kind} policy allows the {access.action} action")


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _applies(statement: Statement, access: Access, effect: str) -> bool:
    return (
        statement.effect == effect
        and any(glob(each, access.action, ignore_case=True) for each in statement.actions) != statement.action_negated
        and any(glob(each, access.resource) for each in statement.resources) != statement.resource_negated
        and _names(statement, access.principal)
        and all(each.holds(access.context) for each in statement.conditions)
    )


def _names(statement: Statement, principal: Principal) -> bool:
    if statement.principals is None:
        return True
    deny = statement.effect == "Deny"
    named = any(_is(kind, value, principal, deny=deny) for kind, value in statement.principals)
    return named != statement.principal_negated


def _is(kind: str, value: str, principal: Principal, *, deny: bool) -> bool:
    if kind == "*":
        return True
    if kind == "Service":
        return value == principal.service
    if kind != "AWS":
        return False
    if value == "*":
        return True
    # An account as principal leaves the decision to that account's identity policies: it allows nothing by itself.
    if value == principal.account or value == f"arn:aws:iam::{principal.account}:root":
        return deny
    return value == principal.arn


@lru_cache(maxsize=256)
def parse_policy(text: str, *, of_resource: bool = False) -> Policy:
    """The statements of a policy document.

    Raises Unhonoured where it says something that is not emulated, ValueError where AWS would call it malformed.
    """
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("Version", "2008-10-17") not in {"2012-10-17", "2008-10-17"}:
        raise ValueError("MalformedPolicyDocument: Syntax errors in policy.")
    _known(document, {"Version", "Id", "Statement"})
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    return tuple(_statement(each, of_resource=of_resource) for each in listed)


def _statement(each: object, *, of_resource: bool) -> Statement:
    if not isinstance(each, dict) or each.get("Effect") not in {"Allow", "Deny"}:
        raise ValueError("MalformedPolicyDocument: Missing required field Effect, or it is neither Allow nor Deny.")
    named = {
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
    }
    _known(each, named)
    actions, action_negated = _either(each, "Action")
    resources, resource_negated = _either(each, "Resource")
    if not actions or not resources:
        raise ValueError("MalformedPolicyDocument: A statement needs Action and Resource, or their negations.")
    if of_resource != bool({"Principal", "NotPrincipal"} & set(each)):
        wanted = "Missing required field Principal" if of_resource else "Policy document should not specify a principal"
        raise ValueError(f"MalformedPolicyDocument: {wanted}.")
    return Statement(
        effect=each["Effect"],
        actions=actions,
        action_negated=action_negated,
        resources=resources,
        resource_negated=resource_negated,
        principals=_principals(each.get("NotPrincipal", each.get("Principal"))) if of_resource else None,
        principal_negated="NotPrincipal" in each,
        conditions=conditions(each.get("Condition")),
    )


def _known(found: Mapping[str, object], names: set[str]) -> None:
    if unknown := set(found) - names:
        raise ValueError(f"MalformedPolicyDocument: Unknown field {', '.join(sorted(unknown))}.")


def _either(each: Mapping[str, object], name: str) -> tuple[tuple[str, ...], bool]:
    negated = f"Not{name}" in each
    if negated and name in each:
        raise ValueError(f"MalformedPolicyDocument: A statement has {name} or Not{name}, not both.")
    patterns = _texts(each.get(f"Not{name}" if negated else name))
    for pattern in patterns:
        if re.search(r"\$\{(?![*?$]\})", pattern):
            raise Unhonoured(f"Policy variables are not emulated: {pattern}")
    return patterns, negated


def _principals(found: object) -> tuple[tuple[str, str], ...]:
    if found == "*":
        return (("*", "*"),)
    if not isinstance(found, dict):
        raise ValueError("MalformedPolicyDocument: Invalid principal in policy.")
    if unknown := set(found) - {"AWS", "Service", "Federated", "CanonicalUser"}:
        raise ValueError(f"MalformedPolicyDocument: Invalid principal in policy: {', '.join(sorted(unknown))}.")
    pairs = tuple((kind, value) for kind, values in found.items() for value in _texts(values))
    if not all(value for _, value in pairs):
        raise ValueError("MalformedPolicyDocument: Invalid principal in policy: no name.")
    return pairs


def _texts(found: object) -> tuple[str, ...]:
    if found is None:
        return ()
    listed = found if isinstance(found, list | tuple) else [found]
    if not all(isinstance(each, str) for each in listed):
        raise ValueError("MalformedPolicyDocument: Expected text, or a list of it.")
    return tuple(str(each) for each in listed)
