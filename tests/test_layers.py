"""Imports go one way (the arrows of docs/architecture.md), and files and functions stay small."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

root = Path(__file__).parent.parent

may_import = {
    "variants": {"variants"},
    "edge": {"edge", "variants"},
    "origin": {"origin", "variants"},
    "infra": {"infra", "variants"},
    "emulator": {"emulator", "infra"},
    "preview": {"preview", "emulator", "infra", "variants"},
    "mirage": {"mirage", "variants", "infra", "emulator"},
    "bench": {"bench", "variants", "edge", "origin", "infra", "emulator"},
}
ours = set(may_import)


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return [root / line for line in listed.stdout.splitlines() if (root / line).exists()]


def _imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("room", sorted(may_import))
def test_imports_go_one_way(room: str) -> None:
    files = _tracked(f"{room}/*.py")
    assert files
    wrong = {
        f"{path.relative_to(root)}: {name}" for path in files for name in _imported(path) & ours - may_import[room]
    }
    assert wrong == set()


def test_only_s3_and_origin_know_boto3() -> None:
    wrong = [
        path.relative_to(root)
        for room in ("variants", "edge")
        for path in _tracked(f"{room}/*.py")
        if _imported(path) & {"boto3", "botocore"}
    ]
    assert wrong == []


def test_files_stay_under_250_lines() -> None:
    files = [path for room in may_import for path in _tracked(f"{room}/*.py") + _tracked(f"{room}/*.js")]
    assert files
    assert [str(path.relative_to(root)) for path in files if path.read_text(encoding="utf-8").count("\n") > 250] == []


def test_functions_stay_under_40_lines() -> None:
    long = [
        f"{path.relative_to(root)}: {node.name}"
        for room in may_import
        for path in _tracked(f"{room}/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > 40
    ]
    assert long == []
