"""What a run's end says of the real engine: each line that a test saw, or once that there was none."""

from __future__ import annotations

import pytest

not_seen = "NOT SEEN: real engine"


def summarize(reporter: pytest.TerminalReporter) -> None:
    """Writes what the tests of tests/engine saw, if they were part of the run."""
    skipped = [report for report in reporter.stats.get("skipped", []) if not_seen in str(report.longrepr)]
    if skipped:
        reporter.write_sep("=", not_seen, red=True)
        reporter.write_line(f"No pulumi on PATH, so {len(skipped)} tests were skipped (docs/engine.md).")
    lines = [
        value
        for outcome in ("passed", "failed")
        for report in reporter.stats.get(outcome, [])
        if report.when == "call"
        for name, value in report.user_properties
        if name == "seen"
    ]
    if lines:
        reporter.write_sep("=", "SEEN: real engine", green=True)
        for line in lines:
            reporter.write_line(str(line))
