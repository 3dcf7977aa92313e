"""`python -m mirage`: the operator's hand. One verb a file; `--help` tells each."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from mirage import stop
from mirage.app import app, names

name = "python -m mirage"


def main(arguments: Sequence[str]) -> int:
    """The exit status; what was typed wrongly is one sentence."""
    try:
        status = app(list(arguments) or ["--help"], prog_name=name, standalone_mode=False)
    except typer.TyperException as why:
        print(_sentence(why.format_message(), arguments), file=sys.stderr)
        return stop.misused
    return status if isinstance(status, int) else stop.done


def _sentence(text: str, arguments: Sequence[str]) -> str:
    """What was typed wrongly, and which help tells more: the verb's, where there is such a verb."""
    said = text.replace("Value error, ", "").rstrip(".")
    verb = next((f" {word}" for word in arguments[:1] if word in names), "")
    return f"{said}{'' if said.endswith('?') else '.'} {name}{verb} --help tells more."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
