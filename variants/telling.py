"""What is written of the work: one line of JSON for each answer that was made, none for what is handed on.

The line's numbers are metrics, too (variants/metrics.py). The key is told, no headers: they may hold credentials.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from variants import errors

if TYPE_CHECKING:
    from variants.serving import Asked
    from variants.work import Answer, Elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Writes lines about one exchange. `stack` is the one that metrics are kept of; empty: none are."""

    asked: Asked
    stack: str
    log: Callable[[str], None]
    now: Callable[[], float] = time.time

    def answered(self, answer: Answer | Elsewhere, status: int, ms: Mapping[str, float]) -> None:
        """Nothing: the line of a picture, and where its milliseconds went."""
        stages = {stage: round(spent, 1) for stage, spent in ms.items()}
        told: dict[str, object] = {"status": status, "how": answer.how, "bytes": answer.size_bytes, "ms": stages}
        is_made, is_stored = answer.how != "stored", answer.not_stored is None
        values: dict[str, float] = {
            "Made": int(is_made),
            "Stored": int(is_made and is_stored),
            "Bytes": answer.size_bytes,
        }
        values |= {f"{stage.title()}Ms": spent for stage, spent in stages.items()}
        if answer.not_stored is None:
            self._write("variant-answered", told, values)
        else:
            self._write("variant-not-stored", told | {"code": answer.not_stored.code}, values, level="error")

    def refused(self, error: errors.MirageError) -> None:
        """Nothing: viewers' mistakes are no news, passing trouble is a warning, what somebody must mend is an error."""
        mend = isinstance(error, errors.PolicyBroken | errors.Internal)
        level = "error" if mend else "info" if isinstance(error, errors.Refused) else "warning"
        told = {"status": error.status, "code": error.code, "message": error.message}
        self._write("variant-refused", told, {"Errors": 1}, level, code=error.code)

    def unforeseen(self, error: Exception) -> None:
        """Nothing: what nobody foresaw, and where in the code."""
        import traceback

        frames = traceback.extract_tb(error.__traceback__)
        where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        told = {"error": type(error).__name__, "message": str(error)[:300], "where": where}
        self._write("unforeseen", told, {"Errors": 1}, level="error", code="unforeseen")

    def storage_refused(self) -> None:
        """Nothing: a 403 of the store, which is a policy that is broken."""
        self._write("storage-refused", {"status": 403}, {"Errors": 1}, level="error", code="storage-refused")

    def _write(
        self, event: str, told: Mapping[str, object], values: Mapping[str, float], level: str = "info", code: str = ""
    ) -> None:
        from variants import metrics  # not before there is something to tell: most starts hand on and are done

        line = {"level": level, "event": event, "key": self.asked.path, "request": self.asked.request_id, **told}
        by = {"Code": code} if code else {}
        self.log(json.dumps(line | metrics.embedded(self.stack, values, self.now(), by)))
