"""emulator/switches.py with a real account's answers in place of the defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from probe.questions import Value

field_pattern = re.compile(r"^    (?P<name>\w+): (?P<type>bool|str) = (?P<default>.+)$", re.MULTILINE)


def switches(text: str, answers: Mapping[str, Value], date: str) -> str:
    """The file's text: each line that was answered says so, each other one stays.

    Raises ValueError for an answer without a line, or of another type.
    """
    lines = {found["name"]: found for found in field_pattern.finditer(text)}
    for name, value in answers.items():
        if name not in lines or type(value).__name__ != lines[name]["type"]:
            raise ValueError(f"Expected a switch of that name and type for {name}={value!r}.")

    def answered(found: re.Match[str]) -> str:
        if found["name"] not in answers:
            return found[0]
        value = answers[found["name"]]
        literal = json.dumps(value) if isinstance(value, str) else repr(value)
        return f"    {found['name']}: {found['type']} = {literal}  # answered by a real account, {date}"

    return field_pattern.sub(answered, text)
