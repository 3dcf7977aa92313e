"""The verbs of the command line, each as its own help tells it, for docs/cli.md."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from mirage.app import app

width = 96


def verb_lines() -> Iterator[str]:
    """A heading and the help of each verb, in the order of the list."""
    group = typer.main.get_command(app)
    names = list(group.commands)  # type: ignore[attr-defined]
    yield " · ".join(f"[`{name}`](#{name})" for name in names)
    for name in names:
        command = group.commands[name]  # type: ignore[attr-defined]
        context = command.make_context(
            f"python -m mirage {name}", [], resilient_parsing=True, terminal_width=width, max_content_width=width
        )
        lines = [line.rstrip() for line in command.get_help(context).splitlines()]
        yield from ("", f"## {name}", "", "```text", *lines, "```")
