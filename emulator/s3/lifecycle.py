"""Lifecycle: what expires as the clock moves. S3 "Lifecycle configuration elements", read 2026-11.

S3 looks once a day and takes its time; here it is done as soon as the clock has passed the day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import quote

from emulator.reading import NotHonoured, Reader

day_s = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An enabled rule; None where it does not say."""

    id: str
    prefix: str = ""
    expire_days: int | None = None
    noncurrent_days: int | None = None
    noncurrent_kept: int = 0
    abort_days: int | None = None
    drops_lone_markers: bool = False


def read_rules(reader: Reader) -> tuple[Rule, ...]:
    """The enabled rules of a BucketLifecycleConfiguration.

    Raises NotHonoured, with S3's reason where S3 would refuse them.
    """
    rules = []
    ids: set[str] = set()
    for each in reader.blocks("rules"):
        name = each.text("id")
        if name in ids or len(name) > 255:
            raise NotHonoured(f"InvalidArgument: Rule ID must be unique and at most 255 characters long ({name}).")
        ids.add(name)
        status = each.text("status")
        if status not in {"Enabled", "Disabled"}:
            raise NotHonoured(f"MalformedXML: The status of lifecycle rule {name} is neither Enabled nor Disabled.")
        rule = _read_rule(name, each)
        each.finish()
        if status == "Enabled":
            rules.append(rule)
    return tuple(rules)


def refuse_loss(bucket: str, rules: tuple[Rule, ...], kept_apart: str) -> None:
    """Raises NotHonoured for a rule by which originals would expire; what is below `kept_apart` is none.

    S3 takes such a rule, and deletes for good what is not versioned: a stack that has one is told here.
    """
    for rule in rules:
        if rule.expire_days and not rule.prefix.startswith(kept_apart):
            raise NotHonoured(
                f"Lifecycle rule {rule.id} of {bucket} would delete originals {rule.expire_days} days after their "
                f"upload: let it expire noncurrent versions only, or a prefix below {kept_apart}."
            )


def _read_rule(name: str, each: Reader) -> Rule:
    chosen, ends = each.block("filter"), each.block("expiration")
    old, half = each.block("noncurrentVersionExpiration"), each.block("abortIncompleteMultipartUpload")
    rule = Rule(
        id=name,
        prefix=chosen.text("prefix") if chosen else "",
        expire_days=_days(name, ends, "days"),
        drops_lone_markers=ends.flag("expiredObjectDeleteMarker") if ends else False,
        noncurrent_days=_days(name, old, "noncurrentDays"),
        noncurrent_kept=old.whole("newerNoncurrentVersions", 0) if old else 0,
        abort_days=_days(name, half, "daysAfterInitiation"),
    )
    for block in (chosen, ends, old, half):
        if block:
            block.finish()
    if not (rule.expire_days or rule.noncurrent_days or rule.abort_days or rule.drops_lone_markers):
        raise NotHonoured(f"InvalidRequest: At least one action needs to be specified in a rule ({name}).")
    return rule


def _days(name: str, block: Reader | None, days: str) -> int | None:
    if block is None:
        return None
    count = block.whole(days, 0)
    if count < 0 or (count == 0 and days != "days"):
        raise NotHonoured(f"InvalidArgument: '{days}' of lifecycle rule {name} must be a positive integer.")
    return count or None


def expires_at(modified: float, days: int) -> float:
    """The midnight (UTC) after which an object of that age may go: days added, rounded up to the next day."""
    return math.ceil((modified + days * day_s) / day_s) * day_s


def expiration_header(rules: tuple[Rule, ...], key: str, modified: float) -> str | None:
    """What S3 says of an object that a rule will expire (x-amz-expiration). S3 API "GetObject", read 2026-11."""
    found = [
        (expires_at(modified, rule.expire_days), rule.id)
        for rule in rules
        if rule.expire_days and key.startswith(rule.prefix)
    ]
    if not found:
        return None
    when, name = min(found)
    return f'expiry-date="{formatdate(when, usegmt=True)}", rule-id="{quote(name)}"'


def due(rules: tuple[Rule, ...], key: str, modified: float, now: float) -> Rule | None:
    """The first rule by which the current version of this key has expired."""
    for rule in rules:
        if rule.expire_days and key.startswith(rule.prefix) and now >= expires_at(modified, rule.expire_days):
            return rule
    return None


def is_given_up(rules: tuple[Rule, ...], key: str, began: float, now: float) -> bool:
    """True where a rule aborts an upload in parts of this key that began then and is not finished."""
    return any(
        rule.abort_days and key.startswith(rule.prefix) and now >= expires_at(began, rule.abort_days) for rule in rules
    )


def due_noncurrent(rules: tuple[Rule, ...], key: str, since: float, newer: int, now: float) -> Rule | None:
    """The first rule by which a version that stopped being current at `since`, with `newer` after it, has expired."""
    for rule in rules:
        days = rule.noncurrent_days
        if days and key.startswith(rule.prefix) and newer >= rule.noncurrent_kept and now >= expires_at(since, days):
            return rule
    return None
