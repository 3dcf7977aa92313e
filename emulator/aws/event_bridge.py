"""EventBridge's default bus: S3's events, others' by the control API, and the rules that call functions.

AWS "Using EventBridge" (S3 User Guide), "Amazon EventBridge event patterns", "Event delivery", read 2026-11.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from uuid import uuid4

from emulator.aws.event_patterns import Pattern, matches, read
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded
from emulator.s3.changes import Change
from emulator.s3.gate import Gate

rule_type, target_type = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
permission_type = "aws:lambda/permission:Permission"
service = "events.amazonaws.com"
# S3 User Guide, "EventBridge event message structure", read 2026-11: detail-type and reason of each kind of change.
s3_kinds = {
    "ObjectCreated:Put": ("Object Created", "PutObject"),
    "ObjectCreated:Post": ("Object Created", "POST Object"),
    "ObjectCreated:Copy": ("Object Created", "CopyObject"),
    "ObjectCreated:CompleteMultipartUpload": ("Object Created", "CompleteMultipartUpload"),
    "ObjectRemoved:Delete": ("Object Deleted", "DeleteObject"),
    "ObjectRemoved:DeleteMarkerCreated": ("Object Deleted", "DeleteObject"),
    "LifecycleExpiration:Delete": ("Object Deleted", "Lifecycle Expiration"),
    "LifecycleExpiration:DeleteMarkerCreated": ("Object Deleted", "Lifecycle Expiration"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule with the functions that it calls."""

    arn: str
    pattern: Pattern
    targets: tuple[str, ...]


class Bus:
    """Listens to a gate. `start` calls a function asynchronously, and says whether there is one. `counts`: events put,
    and targets that were called."""

    def __init__(
        self, resources: Sequence[Recorded], gate: Gate, region: str, start: Callable[[str, object], bool]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._gate, self._region, self._start = gate, region, start
        self._rules = _rules(resources)
        gate.changed.append(self._heard)

    def put(self, event: Mapping[str, object]) -> int:
        """How many functions a service's event calls. Raises ValueError for what is no event."""
        for name in ("source", "detail-type", "detail"):
            if name not in event:
                raise ValueError(f"Expected source, detail-type and detail of an event, found no {name}.")
        whole = {**self._envelope(), **event}
        arns = [arn for rule in self._rules if matches(rule.pattern, whole) for arn in rule.targets]
        self.counts["put"] += 1
        self.counts["called"] += len(arns)
        for arn in arns:
            self._start(arn, whole)
        return len(arns)

    def _heard(self, change: Change) -> None:
        if self._gate.buckets[change.bucket].tells_bus and change.event in s3_kinds:
            self.put(_of_s3(change))

    def _envelope(self) -> dict[str, object]:
        when = datetime.fromtimestamp(self._gate.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        known = {"account": self._gate.account, "region": self._region, "time": when}
        return {"version": "0", "id": str(uuid4()), "resources": [], **known}


def _of_s3(change: Change) -> dict[str, object]:
    """S3's event on the bus; unlike in a notification, its key is plain."""
    kind, reason = s3_kinds[change.event]
    seen: dict[str, object] = {"key": change.key, "sequencer": change.sequencer}
    if change.size is not None:
        seen |= {"size": change.size, "etag": change.etag}
    if change.version_id is not None:
        seen["version-id"] = change.version_id
    detail: dict[str, object] = {"version": "0", "bucket": {"name": change.bucket}, "object": seen}
    detail |= {"request-id": change.request_id, "requester": change.principal, "reason": reason}
    detail["source-ip-address"] = change.address
    if kind == "Object Deleted":
        is_marker = change.event.endswith("DeleteMarkerCreated")
        detail["deletion-type"] = "Delete Marker Created" if is_marker else "Permanently Deleted"
    named = [f"arn:aws:s3:::{change.bucket}"]
    return {"source": "aws.s3", "detail-type": kind, "resources": named, "detail": detail}


def _rules(resources: Sequence[Recorded]) -> list[Rule]:
    """The rules that are on. Raises NotHonoured, with EventBridge's reason where it would refuse one."""
    permissions = [each for each in resources if each.type == permission_type]
    targets: dict[str, list[str]] = {}
    for each in (each for each in resources if each.type == target_type):
        name, called = _target(each)
        targets.setdefault(name, []).append(called)
    found = [_rule(each, targets) for each in resources if each.type == rule_type]
    for rule in found:
        for arn in rule.targets:
            if not _is_permitted(rule.arn, arn, permissions):
                raise NotHonoured(f"EventBridge may not invoke {arn} for the rule {rule.arn}: a permission is missing.")
    return found


def _rule(each: Recorded, targets: Mapping[str, list[str]]) -> Rule:
    reader = Reader(f"EventRule {each.name}", each.inputs)
    reader.without_effect("description", "tags", "region", "forceDestroy")
    reader.only("state", ["ENABLED"], "a rule that is off")
    name, pattern = reader.text("name"), reader.text("eventPattern")
    reader.finish()
    try:
        asked = read(json.loads(pattern))
    except ValueError as error:
        raise NotHonoured(f"InvalidEventPatternException: {reader.path}: {error}") from error
    return Rule(arn=str(each.outputs["arn"]), pattern=asked, targets=tuple(targets.get(name, [])))


def _target(each: Recorded) -> tuple[str, str]:
    reader = Reader(f"EventTarget {each.name}", each.inputs)
    reader.without_effect("region", "targetId")
    rule, arn = reader.text("rule"), reader.text("arn")
    reader.finish()
    if not arn.startswith("arn:aws:lambda:"):
        raise NotHonoured(f"The emulator's rules call functions only, not {arn}.")
    return rule, arn


def _is_permitted(rule_arn: str, function_arn: str, permissions: Iterable[Recorded]) -> bool:
    """Whether the function lets the rule call it; a source ARN may have stars (ArnLike)."""
    return any(
        (each.inputs.get("action"), each.inputs.get("principal")) == ("lambda:InvokeFunction", service)
        and str(each.inputs.get("function")).rsplit(":", 1)[-1] == function_arn.rsplit(":", 1)[-1]
        and fnmatchcase(rule_arn, str(each.inputs.get("sourceArn", "*")))
        for each in permissions
    )
