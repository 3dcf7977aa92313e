"""What the Region's function may do, and no more: each right beside the file of origin/ that asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from infra import page, statements
from infra.names import Names
from infra.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a stack's settings make of the function's rights."""

    names: Names
    originals: str
    variants: str
    quarantine: bool
    notifications: bool
    event_bridge: bool


def function_name(names: Names) -> str:
    return names.of("original-changed")


def function_arn(names: Names) -> str:
    """The function's ARN by its name: known at preview."""
    return f"arn:aws:lambda:{names.region}:{names.account}:function:{function_name(names)}"


def queue_arn(names: Names, part: str) -> str:
    """A queue's ARN by its name: known at preview, where its own output is not."""
    return f"arn:aws:sqs:{names.region}:{names.account}:{names.of(part)}"


def topic_arn(names: Names) -> str:
    return f"arn:aws:sns:{names.region}:{names.account}:{names.of('notifications')}"


def policy(rights: Rights, distribution_arn: str) -> str:
    """The role's document."""
    names, originals, variants = (
        rights.names,
        statements.bucket_arn(rights.originals),
        statements.bucket_arn(rights.variants),
    )
    return statements.document(
        # What is missing is 404 for it, and never 403.
        statements.allow(["s3:ListBucket"], [originals, variants]),
        statements.allow(["s3:GetObject"], [f"{originals}/*"]),
        # Reports beside the files of wanted URLs: origin/requested.py.
        statements.allow(["s3:PutObject"], [f"{originals}/_mirage/requests/*"]),
        # Sweeps, presets, sidecars: origin/in_line.py, making.py, verifying.py.
        statements.allow(
            ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [f"{variants}/v/*", f"{variants}/sidecar/*"]
        ),
        # The count of a minute's purges: origin/services.py.
        statements.allow(["s3:GetObject", "s3:PutObject"], [f"{variants}/lease/invalidations.json"]),
        # The page's list, and whether the stack has a page at all: origin/page.py.
        statements.allow(["s3:GetObject", "s3:PutObject"], [f"{variants}/{page.originals_list}"]),
        statements.allow(["s3:GetObject"], [f"{variants}/{page.prefix}/index.html"]),
        statements.allow(["cloudfront:CreateInvalidation"], [distribution_arn]),
        statements.allow(["sqs:SendMessage"], [queue_arn(names, "notes"), queue_arn(names, "failed")]),
        statements.allow(
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [queue_arn(names, "notes")]
        ),
        *_by_setting(rights, originals, variants),
        statements.writes_logs(names.account, names.region, f"/aws/lambda/{function_name(names)}"),
    )


def _by_setting(rights: Rights, originals: str, variants: str) -> list[Statement]:
    found = []
    if rights.quarantine:
        # A copy takes the tags along, a scanner's verdict among them, and without these rights S3 refuses it (AWS
        # re:Post Knowledge Center, "Troubleshoot 403 when copying between buckets", read 2026-11).
        found.append(statements.allow(["s3:PutObject", "s3:PutObjectTagging"], [f"{variants}/quarantine/*"]))
        found.append(statements.allow(["s3:DeleteObject", "s3:GetObjectTagging"], [f"{originals}/*"]))
    if rights.event_bridge:
        # A video's poster frame becomes an original: origin/entrances.py.
        found.append(statements.allow(["s3:PutObject"], [f"{originals}/*"]))
    if rights.notifications:
        found.append(statements.allow(["sns:Publish"], [topic_arn(rights.names)]))
    return found
