"""What is looked at in a stack, check by check: buckets, switch and viewer function; the rest is in checkups_aws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from botocore.exceptions import ClientError

from mirage import aws
from mirage.aws import Asked, Said, regional
from mirage.stack import Stack
from mirage.switch import Switch

# AWS "Quotas on CloudFront Functions" and "Quotas on key value stores", read 2026-11.
function_max_bytes = 10_240
store_max_bytes = 5 * 1024 * 1024
near = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`level`: good, note, or bad; `to_do` is what a person does about it, empty where nothing is to be done."""

    level: str
    about: str
    says: str
    to_do: str = ""


Check = Callable[[Stack], Iterator[Finding]]


def looked(check: Check, stack: Stack) -> Iterator[Finding]:
    """The findings of a check; a right that is missing is one, too."""
    about = check.__name__.strip("_").replace("_", " ")
    try:
        yield from check(stack)
    except ClientError as why:
        code = why.response.get("Error", {}).get("Code", "")
        said = f"{why.operation_name} was refused: {code}"
        yield Finding(
            level="bad", about=about, says=said, to_do="Give whoever runs this the right, or look at what is gone."
        )


def switch(stack: Stack) -> Iterator[Finding]:
    """Whether variants are made, and how full the switch's store is."""
    kept = Switch(stack).all()
    generate = kept.get("generate")
    level, to_do = ("good", "") if generate == "on" else ("bad", "python -m mirage resume lets variants be made again.")
    yield Finding(level=level, about="switch", says=f"generate is {generate or 'missing, which is off'}.", to_do=to_do)
    used = sum(len(name.encode()) + len(value.encode()) for name, value in kept.items())
    yield quota("KeyValueStore bytes", used, store_max_bytes, "Remove keys and users that nobody needs.")


def viewer_function(stack: Stack) -> Iterator[Finding]:
    """Whether viewers have a function, and how near it is to its limit."""
    size = len(aws.viewer_code(stack).encode())
    yield quota("viewer function bytes", size, function_max_bytes, "Fewer presets, modes or dialects make it smaller.")


def originals(stack: Stack) -> Iterator[Finding]:
    """Whether old versions are kept, and whether changes are told to the stack's function."""
    s3, bucket = regional(stack, "s3"), stack.originals
    versioning = s3.get_bucket_versioning(Bucket=bucket).get("Status")
    if versioning == "Enabled":
        yield Finding(level="good", about="originals", says="Versioning is on.")
    else:
        yield Finding(
            level="note",
            about="originals",
            says="Versioning is off.",
            to_do="Turn it on, or what is overwritten is lost.",
        )
    told = s3.get_bucket_notification_configuration(Bucket=bucket)
    functions = cast("Sequence[Mapping[str, str]]", told.get("LambdaFunctionConfigurations", []))
    ours = f":function:{stack.original_changed}"
    if any(each["LambdaFunctionArn"].endswith(ours) for each in functions):
        yield Finding(level="good", about="originals", says="Changes are told to the stack's function.")
    else:
        yield Finding(
            level="bad",
            about="originals",
            says="Changes are told to nobody, so changed originals stay stale.",
            to_do=f"python -m mirage adopt {bucket}, or pulumi up.",
        )
    yield from _private(s3, bucket)


def variants(stack: Stack) -> Iterator[Finding]:
    """Whether variants age out, and nothing is public."""
    s3, bucket = regional(stack, "s3"), stack.variants
    try:
        rules = cast("Sequence[Said]", s3.get_bucket_lifecycle_configuration(Bucket=bucket).get("Rules", []))
    except ClientError as why:
        if why.response.get("Error", {}).get("Code") != "NoSuchLifecycleConfiguration":
            raise
        rules = []
    days = [days for each in rules if (days := _days(each, "v/"))]
    if days:
        yield Finding(level="good", about="variants", says=f"They expire after {min(days)} days.")
    else:
        yield Finding(
            level="note",
            about="variants",
            says="They never expire.",
            to_do="Set variantDays, or storage grows for ever.",
        )
    yield from _private(s3, bucket)


def _days(rule: Said, prefix: str) -> int:
    chosen = cast("Mapping[str, object]", rule.get("Filter", {}))
    if rule.get("Status") != "Enabled" or chosen.get("Prefix") != prefix:
        return 0
    return int(str(cast("Mapping[str, object]", rule.get("Expiration", {})).get("Days", 0)))


def _private(s3: Asked, bucket: str) -> Iterator[Finding]:
    blocks: Mapping[str, bool] = {}
    try:
        answer = s3.get_public_access_block(Bucket=bucket)
        blocks = cast("Mapping[str, bool]", answer["PublicAccessBlockConfiguration"])
    except ClientError as why:
        if why.response.get("Error", {}).get("Code") != "NoSuchPublicAccessBlockConfiguration":
            raise
    if blocks and all(blocks.values()):
        yield Finding(level="good", about=bucket, says="Nothing in it can be public.")
    else:
        yield Finding(
            level="bad",
            about=bucket,
            says="Objects in it could be public.",
            to_do="Turn on all of Block Public Access.",
        )


def quota(about: str, used: float, most: float, to_do: str) -> Finding:
    """How much of a quota is used; near its end, what to do."""
    says = f"{used:,.0f} of {most:,.0f} used ({used / most:.0%})."
    if used < near * most:
        return Finding(level="good", about=about, says=says)
    return Finding(level="bad" if used >= most else "note", about=about, says=says, to_do=to_do)


everywhere: Sequence[Check] = (switch, viewer_function, originals, variants)
