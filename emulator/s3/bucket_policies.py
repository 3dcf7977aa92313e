"""What S3 refuses of a bucket's policy beyond its form. S3 "Bucket policies", AWS re:Post Knowledge Center "Resolve
invalid principal and action errors in a bucket policy", read 2026-11; the words are as users saw them."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.aws.iam import Policy, Statement
from emulator.s3.refusals import Refused

of_objects = {"s3:abortmultipartupload", "s3:listmultipartuploadparts", "s3:bypassgovernanceretention"}


def refuse_misfit(policy: Policy, bucket: str) -> None:
    """Raises Refused for a policy about another bucket, or whose actions are of no use to what it names."""
    for statement in policy:
        if any(
            kind == "Service" and not value.endswith(".amazonaws.com") for kind, value in statement.principals or ()
        ):
            raise Refused("MalformedPolicy", "Invalid principal in policy")
        if any(each != "*" and not each.lower().startswith("s3:") for each in statement.actions):
            raise Refused("MalformedPolicy", "Policy has invalid action")
        if not all(_is_of(each, bucket) for each in statement.resources):
            raise Refused("MalformedPolicy", "Policy has invalid resource")
        if not statement.resource_negated and not all(_applies(each, statement) for each in statement.actions):
            raise Refused("MalformedPolicy", "Action does not apply to any resource(s) in statement")


def _is_of(resource: str, bucket: str) -> bool:
    arn = f"arn:aws:s3:::{bucket}"
    return resource in (arn, "*", f"{arn}*") or resource.startswith(f"{arn}/")


def _applies(action: str, statement: Statement) -> bool:
    """True where one of the resources can be meant; of an action with wildcards nothing is said."""
    if "*" in action or "?" in action:
        return True
    on_objects = [each for each in statement.resources if "/" in each or each.endswith("*")]
    on_bucket = [each for each in statement.resources if "/" not in each]
    return bool(_meant(action.lower(), on_bucket, on_objects))


def _meant(action: str, on_bucket: Sequence[str], on_objects: Sequence[str]) -> Sequence[str]:
    if "bucket" in action:
        return on_bucket
    return on_objects if "object" in action or action in of_objects else [*on_bucket, *on_objects]
