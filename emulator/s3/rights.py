"""May this caller do what it asks? 403 with S3's words where it may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from emulator.aws.iam import Access, Decision, Policy, Principal, decide, parse_policy
from emulator.s3.actions import needed
from emulator.s3.messages import Caller, S3Request
from emulator.s3.refusals import Refused

Pair: TypeAlias = tuple[str, str]
everything = parse_policy('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')


def authorise(
    request: S3Request, policies: Mapping[str, Policy | None], account: str, pairs: Sequence[Pair] | None = None
) -> None:
    """Raises Refused where the caller lacks one of the rights that the request needs, or of these `pairs` of action and
    resource. `policies` are the buckets': each resource is judged by that of its own."""
    for action, resource in needed(request) if pairs is None else pairs:
        decision = judge(request, action, resource, policies.get(_bucket(resource)), account)
        if not decision.allowed:
            raise denied(request.caller, action, resource, decision)


def _bucket(resource: str) -> str:
    return resource.removeprefix("arn:aws:s3:::").partition("/")[0]


def judge(request: S3Request, action: str, resource: str, policy: Policy | None, account: str) -> Decision:
    """Whether the caller may do this one thing. `policy` is the bucket's."""
    caller = request.caller
    access = Access(
        action=action,
        resource=resource,
        principal=principal(caller, account),
        context={**_context(request, account), **_who(caller, account)},
    )
    return decide(access, (everything,) if caller.kind == "administrator" else caller.policies, policy)


def principal(caller: Caller, account: str) -> Principal:
    """The caller as policies name it."""
    if caller.kind == "service":
        return Principal(service=caller.arn)
    return Principal() if caller.kind == "anonymous" else Principal(account=account, arn=caller.arn)


def denied(caller: Caller, action: str, resource: str, decision: Decision) -> Refused:
    """AccessDenied; the account's own are told why. S3 "Troubleshoot access denied errors", read 2026-11."""
    if caller.kind in {"service", "anonymous"}:
        return Refused("AccessDenied")
    return Refused(
        "AccessDenied",
        f"User: {session_arn(caller.arn)} is not authorized to perform: {action} on resource: "
        f'"{resource}" {decision.reason}',
    )


def session_arn(arn: str) -> str:
    """The ARN of a role's session, which messages name."""
    if ":role/" not in arn:
        return arn
    name = arn.rsplit("/", 1)[1]
    return f"{arn.split(':role/')[0].replace(':iam:', ':sts:')}:assumed-role/{name}/{name}"


def _who(caller: Caller, account: str) -> dict[str, str]:
    if caller.kind == "service":
        source = {"aws:sourcearn": caller.source_arn, "aws:sourceaccount": caller.source_arn.split(":")[4]}
        return {**source, "aws:principalisawsservice": "true"}
    known = {"aws:sourceip": caller.address, "aws:principalisawsservice": "false"}
    if caller.arn:
        known |= {"aws:principalarn": caller.arn, "aws:principalaccount": account}
    return known


def _context(request: S3Request, account: str) -> Mapping[str, str]:
    """Condition keys of S3. AWS "Actions, resources, and condition keys for Amazon S3", read 2026-11."""
    found = {
        "aws:securetransport": "true" if request.caller.secure else "false",
        "s3:resourceaccount": account,
        "aws:resourceaccount": account,
    }
    if request.caller.secure:
        found["s3:tlsversion"] = "1.3"
    parameters = request.parameters
    for name in ("prefix", "delimiter", "max-keys", "versionId"):
        if name in parameters:
            found[f"s3:{name.lower()}"] = parameters[name]
    for name in ("x-amz-acl", "x-amz-server-side-encryption", "x-amz-storage-class", "if-none-match", "if-match"):
        if name in request.headers:
            found[f"s3:{name}"] = request.headers[name]
    return found
