"""The command line as a person or a script has it: what it prints, and its exit status."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass

from mirage.__main__ import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict]:
        """What --json printed."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(*arguments: object) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(each) for each in arguments])
    return Ran(status=status, out=out.getvalue(), err=err.getvalue())
