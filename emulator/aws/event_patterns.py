"""Event patterns: what of an event a rule asks for. AWS "Comparison operators for use in event patterns", read 2026-11.

Honoured are values, prefix, suffix, exists and anything-but; other operators are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

Wanted: TypeAlias = "str | int | float | bool | Mapping[str, object] | None"
Pattern: TypeAlias = "Mapping[str, Pattern | Sequence[Wanted]]"
operators = frozenset({"prefix", "suffix", "exists", "anything-but"})


def read(found: object) -> Pattern:
    """The pattern. Raises ValueError with a sentence for what is none, or not honoured."""
    if not isinstance(found, Mapping):
        raise ValueError("Expected an object for a pattern.")
    for name, wanted in found.items():
        if isinstance(wanted, Mapping):
            read(wanted)
        elif not isinstance(wanted, list) or not wanted:
            raise ValueError(f"Expected an object or a list of what is wanted for {name}.")
        else:
            for each in wanted:
                if isinstance(each, Mapping) and (len(each) != 1 or not operators.issuperset(each)):
                    raise ValueError(f"Expected one of {', '.join(sorted(operators))} for {name}, found {dict(each)}.")
    return cast("Pattern", found)


def matches(pattern: Pattern, event: Mapping[str, object]) -> bool:
    """Whether the event has all that the pattern names."""
    for name, wanted in pattern.items():
        value = event.get(name)
        if isinstance(wanted, Mapping):
            if not matches(wanted, value if isinstance(value, Mapping) else {}):
                return False
        elif not any(_is(each, name in event, value) for each in wanted):
            return False
    return True


def _is(wanted: Wanted, is_there: bool, value: object) -> bool:
    if isinstance(wanted, Mapping) and "exists" in wanted:
        return is_there is wanted["exists"]
    values = value if isinstance(value, list) else [value] if is_there else []
    return any(_fits(wanted, each) for each in values)


def _fits(wanted: Wanted, value: object) -> bool:
    if not isinstance(wanted, Mapping):
        return type(value) is type(wanted) and value == wanted
    ((operator, operand),) = wanted.items()
    if operator == "anything-but":
        inner = cast("Sequence[Wanted]", operand if isinstance(operand, list) else [operand])
        return not any(_fits(each, value) for each in inner)
    text = value if isinstance(value, str) else ""
    return text.startswith(str(operand)) if operator == "prefix" else text.endswith(str(operand))
