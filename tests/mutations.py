"""A mutation run over the emulator's gate, header rules and limits: whatever is taken away must turn a test red.

    make mutations                       every eighth mutant of each file, both processors, some minutes
    python -m tests.mutations --every 1 emulator/s3/rights.py

Each mutant is a change of one node of a file's syntax tree: a comparison turned or loosened, a condition that always or
never holds, an `and` for an `or`, a refusal that is not raised, a number one more, a name struck off a list, a quota
one off. The tests that look at the file run on it in a process of their own, which dies at the first that fails.
A mutant that all tests pass is a survivor: named by its file, line and change.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.abc
import importlib.util
import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path

root = Path(__file__).resolve().parents[1]
gate = ("tests/test_emulator_gate.py", "tests/test_emulator_iam.py")
events = (*gate, "tests/test_emulator_events.py")
edge = ("tests/test_cloudfront_header_rules.py", "tests/test_cloudfront_vectors.py")
suites: dict[str, Sequence[str]] = {
    "emulator/aws/iam.py": gate,
    "emulator/aws/iam_conditions.py": gate,
    "emulator/s3/gate.py": events,
    "emulator/s3/rights.py": gate,
    "emulator/s3/actions.py": gate,
    "emulator/s3/reads.py": gate,
    "emulator/s3/uploads.py": events,
    "emulator/s3/deletion.py": events,
    "emulator/s3/public_access.py": gate,
    "emulator/cloudfront/edge_rules.py": edge,
    "emulator/cloudfront/edge_event.py": edge,
    "emulator/cloudfront/admission.py": (*edge, "tests/test_cloudfront_trust.py"),
    "emulator/quotas.py": ("tests/test_quotas.py", *edge, *gate),
}
turned: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
longest_s = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """`place` counts the mutants of its file; `said` is what was changed, and where."""

    file: str
    place: int
    said: str


Change = tuple[str, Callable[[], None]]


def changes(tree: ast.Module) -> Iterator[Change]:
    """Every change of a tree, in the order of its nodes; each is made by calling it, once for a tree."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        for said, change in _of(node):
            yield f"{line}: {said}", change


def _of(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in turned:
        other = turned[type(node.ops[0])]
        yield f"{ast.unparse(node)} turned", lambda: node.ops.__setitem__(0, other())
    elif isinstance(node, ast.BoolOp):
        for index in range(len(node.values)):
            dropped = ast.unparse(node.values[index])
            yield f"{dropped} dropped", lambda index=index: _drop(node, index)  # type: ignore[misc]
    elif isinstance(node, ast.If | ast.IfExp):
        for held in (True, False):
            yield (
                f"if {ast.unparse(node.test)} always {held}",
                lambda held=held: setattr(node, "test", ast.Constant(held)),
            )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"{ast.unparse(node)} without not", lambda: setattr(node, "op", ast.UAdd())
    elif isinstance(node, ast.Set) and len(node.elts) > 1:
        for index in range(len(node.elts)):
            yield f"{ast.unparse(node.elts[index])} struck off", lambda index=index: node.elts.pop(index)
    elif isinstance(node, ast.Constant) and type(node.value) is int and node.value > 1:
        value = node.value
        for other_value in (value + 1, value - 1):
            yield f"{value} is {other_value}", lambda other_value=other_value: setattr(node, "value", other_value)
    elif (words := _words(node)) is not None:
        for index, word in enumerate(words):
            left = words[:index] + words[index + 1 :]
            yield f"{word} struck off", lambda left=left: _write(node, left)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.If | ast.For):
        for index, statement in enumerate(node.body):
            if isinstance(statement, ast.Raise):
                shown = ast.unparse(statement).split("(")[0]
                yield f"{shown} not raised", lambda index=index: node.body.__setitem__(index, ast.Pass())


def _words(node: ast.AST) -> list[str] | None:
    """The words of a text that is split."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "split":
        return None
    text = node.func.value
    return (
        text.value.split() if isinstance(text, ast.Constant) and isinstance(text.value, str) and not node.args else None
    )


def _write(node: ast.AST, words: Sequence[str]) -> None:
    node.func.value.value = " ".join(words)  # type: ignore[attr-defined]


def _drop(node: ast.BoolOp, index: int) -> None:
    left = [each for place, each in enumerate(node.values) if place != index]
    neutral = ast.Constant(isinstance(node.op, ast.And))
    node.values = left if len(left) > 1 else [left[0], neutral]


def mutants(file: str) -> list[Mutant]:
    tree = ast.parse((root / file).read_text(encoding="utf-8"))
    return [Mutant(file=file, place=place, said=said) for place, (said, _) in enumerate(changes(tree))]


def mutated(mutant: Mutant) -> ast.Module:
    """The file's tree with the one change."""
    tree = ast.parse((root / mutant.file).read_text(encoding="utf-8"))
    for place, (_, change) in enumerate(list(changes(tree))):
        if place == mutant.place:
            change()
    return ast.fix_missing_locations(tree)


class Mutating(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the mutant in place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = mutant.file.removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, root / self.mutant.file, loader=_Loader(self.mutant))


class _Loader(importlib.abc.Loader):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: object) -> None:
        exec(compile(mutated(self.mutant), str(root / self.mutant.file), "exec"), vars(module))


def is_killed(mutant: Mutant) -> bool:
    """Whether a test fails on the mutant; one that hangs is killed, too."""
    child = os.fork()
    if child == 0:
        os._exit(_run(mutant))
    until = time.monotonic() + longest_s
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.05)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return True


def _run(mutant: Mutant) -> int:
    """The exit status of the tests on the mutant, in this process."""
    import pytest

    sys.meta_path.insert(0, Mutating(mutant))
    silent = io.StringIO()
    with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent), Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        try:
            return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *suites[mutant.file]]))
        except BaseException:
            return 1


def warm_up() -> None:
    """Imports what no mutant changes, so that each process need not."""
    os.chdir(root)
    import moto.moto_server.werkzeug_app
    import moto.s3.models
    import pulumi
    import quickjs  # noqa: F401

    assert moto and pulumi


def main(arguments: Sequence[str]) -> int:
    """The exit status: 1 where a mutant survived."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutations")
    asked.add_argument("--every", type=int, default=8, help="only each so manieth mutant of a file")
    asked.add_argument("--from", dest="first", type=int, default=0, help="the first of them")
    asked.add_argument("files", nargs="*", default=list(suites))
    wanted = asked.parse_args(arguments)
    chosen = [each for file in wanted.files for each in mutants(file)[wanted.first :: wanted.every]]
    warm_up()
    for file in wanted.files:
        if is_killed(Mutant(file=file, place=-1, said="nothing")):
            sys.exit(f"The tests of {file} fail as it is: {' '.join(suites[file])}")
    survivors: list[Mutant] = []
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for mutant, killed in zip(chosen, pool.map(is_killed, chosen), strict=True):
            if not killed:
                survivors.append(mutant)
                print(f"survived  {mutant.file}:{mutant.said}", flush=True)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mutants killed", flush=True)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
