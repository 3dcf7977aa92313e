"""docs/threat-model.md promises nothing that no test shows: each test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

root = Path(__file__).parent.parent
page = (root / "docs" / "threat-model.md").read_text(encoding="utf-8")
named = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", page)))


@pytest.mark.parametrize(("file", "test"), named)
def test_a_named_test_exists(file: str, test: str):
    tree = ast.parse((root / "tests" / file).read_text(encoding="utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert test in functions


def test_every_defence_names_what_shows_it():
    lines = page.splitlines()
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    rows = [line for line, after in pairs if line.startswith("| ") and "| --- |" not in line + after]
    assert len(rows) > 30
    assert [row for row in rows if "`test_" not in row and "not held by a test" not in row] == []
    assert len(named) > 30
