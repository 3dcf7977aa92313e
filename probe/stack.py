"""The throw-away stack of one run, made and destroyed by the pulumi tool; its state, settings and program lie apart."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

root = Path(__file__).resolve().parents[1]
program = root / "probe" / "program"
name = "organization/mirage-probe/probe"
# "Typically minutes" (aws-facts §1.8); after that the person looks.
longest_s = 2400


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """`folder` is of this run alone. Every method raises RuntimeError where pulumi fails, after its own words."""

    run: str
    folder: Path

    def begin(self) -> None:
        """Nothing; an empty stack is there, and AWS was not asked."""
        shutil.copytree(program, self._program)
        self._pulumi("stack", "init", name)

    def up(self) -> Mapping[str, str]:
        """The outputs of the stack, which is there now."""
        self._pulumi("up", "--yes", "--skip-preview", "--stack", name, "--config", f"run={self.run}")
        return cast("Mapping[str, str]", json.loads(self._pulumi("stack", "output", "--json", "--stack", name)))

    def destroy(self) -> None:
        """Nothing; the stack is gone, and so is its folder."""
        self._pulumi("destroy", "--yes", "--skip-preview", "--stack", name)
        shutil.rmtree(self.folder)

    @property
    def by_hand(self) -> str:
        """What a person types where destroying failed."""
        own = " ".join(f"{key}={value}" for key, value in self._own.items() if key != "PATH")
        return f"cd {self._program} && {own} pulumi destroy --stack {name}"

    @property
    def _program(self) -> Path:
        return self.folder / program.name

    @property
    def _own(self) -> dict[str, str]:
        """What pulumi finds in its environment: this run's state, this Python and this tree."""
        return {
            "PULUMI_BACKEND_URL": f"file://{self.folder}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PYTHONPATH": str(root),
            "PATH": os.pathsep.join([f"{sys.prefix}/bin", os.environ["PATH"]]),
        }

    def _pulumi(self, *asked: str) -> str:
        """What pulumi printed, if that was asked for; else its words go to standard error.

        It runs out of reach of the terminal's Ctrl-C, and is told to stop in its own time: killed, it would forget
        what it was making. Raises KeyboardInterrupt when it has stopped.
        """
        is_read = asked[:2] == ("stack", "output")
        with subprocess.Popen(
            ["pulumi", "--cwd", str(self._program), "--non-interactive", *asked],
            env={**os.environ, **self._own},
            stdout=subprocess.PIPE if is_read else 2,
            text=True,
            start_new_session=True,
        ) as running:
            try:
                printed, _ = running.communicate(timeout=longest_s)
            except (KeyboardInterrupt, subprocess.TimeoutExpired) as why:
                running.send_signal(signal.SIGINT)
                running.wait()
                if isinstance(why, KeyboardInterrupt):
                    raise
                raise RuntimeError(f"pulumi {asked[0]} took longer than {longest_s} s.") from why
        if running.returncode:
            raise RuntimeError(f"pulumi {asked[0]} ended with {running.returncode}.")
        return printed or ""
