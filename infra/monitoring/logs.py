"""Log groups made beforehand, so that logs expire: those that AWS makes by itself are kept for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsArgs:
    """`regions` are those where the function will run; 0 days keep for ever."""

    group: str
    regions: Sequence[str]
    retention_days: int


class Logs(pulumi.ComponentResource):
    """One function's log groups. One that exists already is an error at up: it must be imported or deleted."""

    def __init__(self, name: str, args: LogsArgs) -> None:
        super().__init__("mirage:infra:Logs", name)
        for region in args.regions:
            aws.cloudwatch.LogGroup(
                f"{name}-{region}",
                name=args.group,
                region=region,
                retention_in_days=args.retention_days,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
