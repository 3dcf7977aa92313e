"""A bucket, as far as the gate must know it; everything else is moto's to keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.aws.iam import Policy
from emulator.s3.lifecycle import Rule
from emulator.s3.notification import Target


@dataclass(slots=True, kw_only=True)
class Bucket:
    """`policy` is what `policy_text` says; `tells_bus`: whether EventBridge is told of changes; `uploads`: when each
    upload in parts began, None once it is done."""

    region: str
    policy: Policy | None = None
    policy_text: str = ""
    rules: tuple[Rule, ...] = ()
    targets: tuple[Target, ...] = ()
    is_versioned: bool = False
    tells_bus: bool = False
    uploads: dict[str, float | None] = field(default_factory=dict)
    blocks_public_policy: bool = False
    public_access_block: Mapping[str, bool] = field(default_factory=dict)
