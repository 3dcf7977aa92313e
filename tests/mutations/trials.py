"""A mutant's trial: the tests that look at its file run on it in a process of their own, which ends at the first that
fails. What failed on the mutant before goes first."""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
import importlib.abc
import importlib.util
import json
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from tests.mutations.changes import Mutant, mutated, root
from tests.mutations.children import Say, in_child, run_pytest
from tests.mutations.swapped import quick_killers

unchanged = "nothing"
longest_s = 300
# The last is Go inside, which no copy of a process survives; infra imports it.
left_alone = {"emulator", "tests", "__main__", "infra", "minify"}
bootstrap = "emulator/lambdas/bootstrap.py"  # is run by its path, in a process that finds no mutant by itself


class Trials:
    """The trials of one file's mutants. Raises SystemExit where its tests fail as it is."""

    def __init__(self, file: str, tests: Sequence[str]) -> None:
        self._tests = tests
        self._failed: list[str] = []  # the last one first
        self._longest_s = float(longest_s)
        began = time.monotonic()
        if failed := self.killer(Mutant(file=file, place=-1, line=0, name=unchanged)):
            sys.exit(f"A test of {file} fails as it is: {failed}")
        # Three times as long as without a change, and some for a machine that does more than this: it hangs.
        self._longest_s = 20 + 3 * (time.monotonic() - began)

    def killers(self, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, str | None]]:
        """Each mutant with the test that fails on it, or None: a quick trial first."""
        for mutant, killer in quick_killers(mutants, self._tests, self._longest_s):
            yield mutant, killer or self.killer(mutant)

    def killer(self, mutant: Mutant) -> str | None:
        """The test that fails on the mutant, or None; one that hangs is killed, too."""
        first = list(self._failed)
        failed = in_child(lambda say: _run(mutant, self._tests, first, say), self._longest_s)
        if failed is None:
            return "time"
        if failed and failed in self._failed:
            self._failed.remove(failed)
        if "::" in failed:
            self._failed.insert(0, failed)
        return failed or None


class Order:
    """A plugin: the tests that failed before go first; the one that fails now is said."""

    def __init__(self, first: Sequence[str], say: Say) -> None:
        self.places = {name: place for place, name in enumerate(first)}
        self.say = say

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.places.get(item.nodeid, len(self.places)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.say(report.nodeid)


def _run(mutant: Mutant, tests: Sequence[str], first: Sequence[str], say: Say) -> None:
    """Says the test that fails on the mutant, in this process; an empty line where none does."""
    if mutant.file == bootstrap and mutant.name != unchanged:
        _lay_out(mutant)
    elif mutant.name != unchanged:
        sys.meta_path.insert(0, Mutating(mutant))
    status = run_pytest([*tests], Order(first, say))
    say("" if status == 0 else "collection")


def _lay_out(mutant: Mutant) -> None:
    """Workers of this process run the mutant of their first code."""
    from emulator.lambdas import worker

    with tempfile.NamedTemporaryFile("w", suffix=".py", delete=False) as written:
        written.write(ast.unparse(mutated(mutant)))
    worker.bootstrap = Path(written.name)


class Mutating(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the mutant in place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = mutant.file.removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, root / self.mutant.file, loader=self)

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: object) -> None:
        exec(compile(mutated(self.mutant), str(root / self.mutant.file), "exec"), vars(module))


def warm_up(tests: Sequence[str]) -> None:
    """Imports all that the tests import and no mutant changes, so that each process need not."""
    os.chdir(root)
    for name in json.loads(in_child(lambda say: say(_imported(tests)), longest_s) or "[]"):
        with contextlib.suppress(Exception), warnings.catch_warnings(action="ignore"):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # or each process would look through, and copy, what it will never drop


def _imported(tests: Sequence[str]) -> str:
    run_pytest(["--collect-only", *tests])
    return json.dumps([name for name in sys.modules if name.partition(".")[0] not in left_alone])
