"""The tables of docs/emulator.md: rules from tests/vectors/aws, quotas, switches and resource types from the code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

root = Path(__file__).resolve().parent.parent
vectors = root / "tests" / "vectors" / "aws"
comment = re.compile(r"    # (.*)")
switch = re.compile(r"    ([a-z_]+): (?:bool|str) = (.+)")
quota = re.compile(r"([a-z0-9_]+) = ([^#]+?)(?:  # (.*))?$")


def rule_lines() -> Iterator[str]:
    """Each case once: what happens, by which source, how sure."""
    for path in sorted(vectors.glob("*.json")):
        cases = json.loads(path.read_text(encoding="utf-8"))
        yield f"### {path.stem.replace('_', ' ')} ({len(cases)})"
        yield ""
        yield "| case | rule | source | |"
        yield "| --- | --- | --- | --- |"
        for case in cases:
            source = f"{case['source']}, {case['date']}"
            yield f"| {_cell(case['name'])} | {_cell(case['rule'])} | {_cell(source)} | {case['certainty']} |"
        yield ""


def quota_lines() -> Iterator[str]:
    """Each quota with the page that it was read on."""
    yield "| quota | value | source |"
    yield "| --- | --- | --- |"
    page = ""
    for line in (root / "emulator" / "quotas.py").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            page = line[2:]
        elif found := quota.fullmatch(line):
            more = f" ({found[3]})" if found[3] else ""
            yield f"| `{found[1]}` | {found[2]} | {_cell(page + more)} |"


def switch_lines() -> Iterator[str]:
    """Each question that AWS's pages leave open, with the answer that the emulator assumes."""
    yield "| switch | default | the question, and why so |"
    yield "| --- | --- | --- |"
    why: list[str] = []
    is_over = False
    for line in (root / "emulator" / "switches.py").read_text(encoding="utf-8").splitlines():
        if found := comment.fullmatch(line):
            why, is_over = [*(() if is_over else why), found[1]], False
        elif found := switch.fullmatch(line):
            is_over = True
            yield f"| `{found[1]}` | `{found[2]}` | {_cell(' '.join(why))} |"


def type_lines() -> Iterator[str]:
    """The resource types that are honoured; a start with any other stops."""
    text = (root / "emulator" / "known.py").read_text(encoding="utf-8")
    of_buckets = re.findall(
        r'^    "(\w+)": _\w+,$', (root / "emulator" / "s3" / "buckets.py").read_text(), re.MULTILINE
    )
    for found in re.findall(r'"(aws:[a-z0-9]+/[A-Za-z]+:[A-Za-z]+)"', text):
        yield f"- `{found}`"
    yield f"- `aws:s3/…`: `Bucket`, {', '.join(f'`{each}`' for each in of_buckets)}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
