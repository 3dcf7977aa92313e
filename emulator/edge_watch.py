"""What the edge function wrote of its work, seen by the trace and counted."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from emulator import trace
from emulator.lambdas.edge_replica import EdgeInvocation, EdgeReplica


class WatchedEdge:
    """An edge function whose log lines are read: renders are counted, the trace learns what it did, and what went
    wrong is shown."""

    def __init__(self, replica: EdgeReplica, counts: Counter[str]) -> None:
        self._replica = replica
        self._counts = counts

    async def invoke(self, event: Mapping[str, object]) -> EdgeInvocation:
        made = await self._replica.invoke(event)
        said = watched("edge", made.logs, self._counts, failed=made.failure is not None)
        return replace(made, message=said or made.message)


def watched(name: str, logs: Sequence[str], counts: Counter[str], *, failed: bool) -> str:
    """What was done, by the log lines; renders are counted, and what went wrong is shown."""
    said = ""
    for line in logs:
        told = _told(line)
        stages = told.get("ms")
        if isinstance(stages, Mapping):
            counts["renders"] += "encode" in stages
            said = _summary(told, stages)
        if told.get("level") in ("warning", "error") or failed:
            trace.to_stderr(f"    {name}: {line}", sys.stderr.write)
    return said


def _summary(told: Mapping[str, object], stages: Mapping[object, object]) -> str:
    """What was done, and where the milliseconds went, as far as the function tells."""
    spent = ", ".join(f"{stage} {ms:.0f}" for stage, ms in stages.items() if isinstance(ms, int | float))
    return f"{told.get('how', '')}, {'stored' if 'store' in stages else 'not stored'}: {spent}"


def _told(line: str) -> Mapping[str, object]:
    """A log line of the function's own, which is one JSON object; anything else says nothing."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
