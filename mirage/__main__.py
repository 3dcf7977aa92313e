"""`python -m mirage`: the operator's hand. One verb a file; `--help` tells each."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from mirage import stop
from mirage.app import app

name = "python -m mirage"


def main(arguments: Sequence[str]) -> int:
    """The exit status; what was typed wrongly is one sentence."""
    try:
        status = app(list(arguments) or ["--help"], prog_name=name, standalone_mode=False)
    except typer.TyperException as why:
        text = why.format_message().rstrip(".")
        print(f"{text}: {name} {' '.join(arguments[:1])} --help tells more.".replace("  ", " "), file=sys.stderr)
        return stop.misused
    return status if isinstance(status, int) else stop.done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
