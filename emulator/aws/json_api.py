"""What AWS's services of the JSON protocol have in common: who may do it, and how a refusal is said."""

from __future__ import annotations

import json

from emulator.aws.credentials import Credentials
from emulator.aws.iam import Access, Policy, Principal, decide
from emulator.aws.refusal import Refusal
from emulator.aws.signatures import Unsigned


def authorise(action: str, arn: str, account: str, who: Credentials, policies: tuple[Policy, ...]) -> None:
    """Raises Refusal where the role may not."""
    access = Access(action=action, resource=arn, principal=Principal(account=account, arn=who.role_arn))
    decision = decide(access, policies)
    if not decision.allowed:
        session = f"{who.role_arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/{who.session_name}"
        reason = f"is not authorized to perform: {action} on resource: {arn} {decision.reason}"
        raise Refusal("AccessDeniedException", f"User: {session} {reason}")


def refused(error: Refusal) -> tuple[int, bytes]:
    return error.status, json.dumps({"__type": error.code, "message": str(error)}).encode()


def unsigned(error: Unsigned) -> tuple[int, bytes]:
    return 400, json.dumps({"__type": error.code, "message": error.message or error.code}).encode()
