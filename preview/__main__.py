"""`make preview`: what a stack would make, allow and cost, without an AWS account. For forks, and before an up."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from emulator.program import declare
from emulator.stack_file import StackFileError
from infra.bundling.wheels import BundleError
from infra.configuration.config import ConfigError
from preview import abuse, money, permissions, resources
from preview.stack import Previewed, stand_ins, unsaid

root = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str]) -> int:
    """0 with the report on stdout; 1 with what is wrong on stderr, a sentence a line; 2 for a wrong call."""
    if len(arguments) != 1:
        print("Expected the name of one stack: make preview STACK=dev", file=sys.stderr)
        return 2
    try:
        print(report(look(arguments[0])))
    except (ConfigError, StackFileError, BundleError, LookupError, ValueError) as why:
        print(why, file=sys.stderr)
        return 1
    return 0


def look(name: str, *, project_dir: Path = root, config: Mapping[str, str] | None = None) -> Previewed:
    """The stack as a preview declares it, and as an update would. Raises what the program raises."""
    without = unsaid(project_dir, name, os.environ)
    for setting in without:
        os.environ[f"MIRAGE_CONFIG_{setting}"] = stand_ins[setting]
    return Previewed.of(
        name,
        before=declare(name, config=config, preview=True, project_dir=project_dir),
        # Policies name what only an update knows; with made-up ids they can be read all the same.
        after=declare(name, config=config, project_dir=project_dir),
        config=config or {},
        project_dir=project_dir,
        without=without,
    )


def report(found: Previewed) -> str:
    """The report, as text for a terminal and for a comment."""
    head = f"Stack {found.name} in {found.region}, as a preview declares it. Ids and account are made up."
    left_out = [f"Stands in for the secret {name}, which only its owner can read." for name in found.without]
    parts = [head, *left_out]
    for title, lines in (
        ("Resources", resources.lines(found.before)),
        ("What could be abused", abuse.lines(found)),
        ("Who may do what", permissions.lines(found.after)),
        ("A month, in US dollars", money.lines(found)),
        ("What destroy leaves", [str(found.after.outputs["leftByDestroy"])]),
    ):
        parts += ["", f"## {title}", "", *lines]
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
