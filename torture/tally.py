"""What was tried, by class, and what did not hold: one table, one last line."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

shown_failures = 20


@dataclass(slots=True, kw_only=True)
class Row:
    """One class of cases."""

    kind: str
    passed: int = 0
    failures: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """All classes, in the order in which they were tried."""

    rows: dict[str, Row] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def row(self, kind: str) -> Row:
        return self.rows.setdefault(kind, Row(kind=kind))

    def add(self, kind: str, name: str, wrong: str = "") -> None:
        """Counts a case; `wrong` says what did not hold."""
        if wrong:
            self.row(kind).failures.append(f"{name}: {wrong}")
        else:
            self.row(kind).passed += 1

    def passed(self, kind: str, count: int) -> None:
        """Counts so many cases that held."""
        self.row(kind).passed += count

    def see(self, kind: str, said: str) -> None:
        """A figure worth knowing, shown beside the class."""
        self.row(kind).seen.append(said)

    @property
    def failures(self) -> list[str]:
        return [f"{row.kind}: {each}" for row in self.rows.values() for each in row.failures]

    def table(self) -> str:
        """The rows as a table, then each failure, then `N passed, N failed`."""
        wide = max([len(kind) for kind in self.rows] + [5])
        lines = [f"{'class':{wide}}  {'cases':>7}  {'failed':>6}  seen"]
        for row in self.rows.values():
            tried = row.passed + len(row.failures)
            lines.append(f"{row.kind:{wide}}  {tried:>7}  {len(row.failures):>6}  {'; '.join(row.seen)}".rstrip())
        lines += [f"FAILED {each}" for each in self.failures[:shown_failures]]
        passed = sum(row.passed for row in self.rows.values())
        lines.append(f"{time.monotonic() - self.began:.0f} s")
        return "\n".join([*lines, f"{passed} passed, {len(self.failures)} failed"])
