"""Quick trials: the tests are loaded once for a file, and each mutant of a function takes that function's place in a
copy of that process. What is made at import stays as it is: whatever is not killed so is tried from the start.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import os
import signal
from collections.abc import Iterator, Sequence
from functools import partial
from types import CodeType, FunctionType

import pytest

from tests.mutations.changes import Mutant, mutated, root
from tests.mutations.children import Say, in_child, run_pytest

Name = tuple[str, int]


def quick_killers(mutants: Sequence[Mutant], tests: Sequence[str], longest_s: float) -> Iterator[tuple[Mutant, str]]:
    """Each mutant with the test that fails on it; with nothing where that is not known."""
    ours, theirs = os.pipe()
    server = os.fork()
    if server == 0:
        os.setpgid(0, 0)
        with contextlib.suppress(BaseException):
            run_pytest(tests, Loop(mutants, lambda word: os.write(theirs, f"{word}\n".encode()), longest_s))
        os._exit(0)
    os.close(theirs)
    try:
        with open(ours) as said:  # noqa: PTH123
            for mutant in mutants:
                yield mutant, said.readline().strip()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server, signal.SIGKILL)
        os.waitpid(server, 0)


class Loop:
    """A plugin: runs the tests, the one that failed last first, for each mutant instead of once."""

    def __init__(self, mutants: Sequence[Mutant], say: Say, longest_s: float) -> None:
        self.mutants = mutants
        self.say = say
        self.longest_s = longest_s

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        for mutant in self.mutants:
            failed = in_child(partial(self._try, [*items.values()], mutant), self.longest_s)
            if failed in items:
                items = {failed: items[failed], **items}
            self.say(failed or "")  # what hangs here may do so for the copying: minify's Go does
        return True

    def _try(self, items: Sequence[pytest.Item], mutant: Mutant, say: Say) -> None:
        self.say = say
        if swap(mutant):
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        say("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.say(report.nodeid)


def swap(mutant: Mutant) -> bool:
    """Whether the mutant's functions now run in place of their own; not where it is no function that is changed."""
    path = str(root / mutant.file)
    before = _codes(compile(ast.parse((root / mutant.file).read_text(encoding="utf-8")), path, "exec"))
    after = _codes(compile(mutated(mutant), path, "exec"))
    changed = [name for name, codes in after.items() if _say(codes) != _say(before.get(name, []))]
    is_function = all(code.co_flags & 2 for name in changed for code in after[name])  # CO_NEWLOCALS
    if not changed or not is_function or any(len(after[name]) > 1 for name in changed):
        return False
    live = [each for each in gc.get_objects() if isinstance(each, FunctionType) and each.__code__.co_filename == path]
    with contextlib.suppress(ValueError, KeyError):  # another closure
        for each in live:
            codes = after[(each.__code__.co_qualname, each.__code__.co_firstlineno)]
            if len(codes) == 1:
                each.__code__ = codes[0]
        return True
    return False


def _codes(module: CodeType) -> dict[Name, list[CodeType]]:
    """All code of a module by name and line."""
    found: dict[Name, list[CodeType]] = {}
    waiting = [module]
    while waiting:
        code = waiting.pop()
        found.setdefault((code.co_qualname, code.co_firstlineno), []).append(code)
        waiting += [each for each in code.co_consts if isinstance(each, CodeType)]
    return found


def _say(codes: Sequence[CodeType]) -> list[tuple[bytes, tuple[str, ...], str]]:
    """What code does, without that of the functions in it."""
    return [
        (each.co_code, each.co_names, repr([one for one in each.co_consts if not isinstance(one, CodeType)]))
        for each in codes
    ]
