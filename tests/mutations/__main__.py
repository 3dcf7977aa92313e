"""A mutation run over the emulator's rights, header rules and limits: whatever is taken away must turn a test red.

    make mutations                       every fortieth mutant, both processors, some minutes
    python -m tests.mutations --every 1 emulator/s3/rights.py

Each mutant is a change of one node of a file's syntax tree: a comparison turned or loosened, a condition that always or
never holds, an `and` for an `or`, a refusal that is not raised, a step left out, a number one more, a name struck off
a list. A mutant that all tests of its file pass is a survivor: named by its file, line and change. One that nobody can
tell from the program as it is stands in equivalent.json, with the reason.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutations.changes import mutants
from tests.mutations.looked_at import suites
from tests.mutations.trials import Trials, warm_up

# By file and name of the mutant: why it does what the program does.
equivalent: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_name("equivalent.json").read_text("utf-8"))


def main(arguments: Sequence[str]) -> int:
    """The exit status: 1 where a mutant survived, or an entry of equivalent.json is not right."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutations")
    asked.add_argument("--every", type=int, default=40, help="only each so manieth mutant of a file")
    asked.add_argument("--from", dest="first", type=int, default=0, help="the first of them")
    asked.add_argument("files", nargs="*", default=list(suites))
    wanted = asked.parse_args(arguments)
    warm_up(sorted({test for file in wanted.files for test in suites[file]}))
    count: Counter[str] = Counter()
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for file in wanted.files:
            every = mutants(file)
            known = dict(equivalent.get(file, {}))
            for name in known.keys() - {each.name for each in every}:
                count["wrong"] += 1
                print(f"no mutant any more  {file}: {name}", flush=True)
            trials, chosen = Trials(file, suites[file]), every[wanted.first :: wanted.every]
            halves = pool.map(lambda half, trials=trials: list(trials.killers(half)), (chosen[::2], chosen[1::2]))
            for mutant, killer in itertools.chain(*halves):
                came_to = verdict(killer, is_known=mutant.name in known)
                count[came_to] += 1
                if came_to in {"survived", "wrong"}:
                    print(f"{came_to}  {file}:{mutant.line}: {mutant.name}", f"  {killer or ''}", flush=True)
    print(", ".join(f"{number} {came_to}" for came_to, number in sorted(count.items())))
    return 1 if count["survived"] or count["wrong"] else 0


def verdict(killer: str | None, *, is_known: bool) -> str:
    """What a trial came to; it is wrong where a mutant that is said to be equivalent is killed."""
    if killer is None:
        return "equivalent" if is_known else "survived"
    return "wrong" if is_known else "killed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
