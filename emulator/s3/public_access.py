"""Public policies, which block public access refuses. S3 "The meaning of public", read 2026-11."""

from __future__ import annotations

from emulator.aws.iam import Policy

# Fixed values of one of these keys make a policy non-public (the same page's list, as far as stacks use it).
narrowing = {
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointarn",
}


def is_public(policy: Policy) -> bool:
    """True where it allows something to everybody, without a condition that fixes who."""
    return any(
        statement.effect == "Allow"
        and any(value == "*" for _, value in statement.principals or ())
        and not any(
            each.key in narrowing and not any("*" in value for value in each.values) for each in statement.conditions
        )
        for statement in policy
    )
