"""The changes that make mutants of a file: each takes one right, rule or limit away, or loosens it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

root = Path(__file__).resolve().parents[2]
turned: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
Change = tuple[str, Callable[[], None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """`place` counts the mutants of its file; `name` says where and what was changed, whatever its line."""

    file: str
    place: int
    line: int
    name: str


def mutants(file: str) -> list[Mutant]:
    """All mutants of a file; one whose name is taken is numbered."""
    seen: Counter[str] = Counter()
    found = []
    for place, (line, name, _) in enumerate(_changes(_tree(file))):
        seen[name] += 1
        numbered = name if seen[name] == 1 else f"{name} #{seen[name]}"
        found.append(Mutant(file=file, place=place, line=line, name=numbered))
    return found


def mutated(mutant: Mutant) -> ast.Module:
    """The file's tree with the one change."""
    tree = _tree(mutant.file)
    for place, (_, _, change) in enumerate(list(_changes(tree))):
        if place == mutant.place:
            change()
    return ast.fix_missing_locations(tree)


def _tree(file: str) -> ast.Module:
    return ast.parse((root / file).read_text(encoding="utf-8"))


def _changes(tree: ast.Module) -> Iterator[tuple[int, str, Callable[[], None]]]:
    """Line, name and change, in the order of the nodes; each change is made by calling it, once for a tree."""
    for node, within in _nodes(tree, ""):
        for said, change in _of(node):
            yield getattr(node, "lineno", 0), f"{within}{said}", change


def _nodes(node: ast.AST, within: str) -> Iterator[tuple[ast.AST, str]]:
    """All nodes with the function that each stands in, but for what says no rule: types, decorators, a refusal's words,
    and the trace."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        within = f"{within}{node.name}: "
    elif isinstance(node, ast.Raise) or _is_said_only(node):
        return
    yield node, within
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        if name == "test" and isinstance(value, ast.UnaryOp):
            value = value.operand  # to leave `not` out is between always and never
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _nodes(child, within)


def _is_said_only(node: ast.AST) -> bool:
    """Whether it is the list of a module's names, a line of the trace, or what an exception says."""
    return (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__") or (
        isinstance(node, ast.Expr) and re.match(r"(visit\.)?trace\.|super\(\)\.__init__", ast.unparse(node)) is not None
    )


def _of(node: ast.AST) -> Iterator[Change]:
    """The changes of one node, but for those of its children."""
    match node:
        case ast.Compare():
            yield from _loosened(node)
        case ast.BoolOp():
            for index, value in enumerate(node.values):
                yield f"{ast.unparse(value)} dropped", lambda index=index: _drop(node, index)  # type: ignore[misc]
        case ast.If() | ast.IfExp():
            only_raises = isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise)
            for held in (True,) if only_raises else (True, False):
                said = f"if {ast.unparse(node.test)} always {held}"
                yield said, lambda held=held: setattr(node, "test", ast.Constant(held))
        case ast.UnaryOp(op=ast.Not()):
            yield f"{ast.unparse(node)} without not", lambda: setattr(node, "op", ast.UAdd())
        case ast.Return(value=ast.Constant(value=bool(given))) | ast.keyword(value=ast.Constant(value=bool(given))):
            said = f"{ast.unparse(node)} is {not given}"
            yield said, lambda: setattr(node, "value", ast.Constant(not given))
        case ast.Module():
            for statement in node.body:
                if isinstance(statement, ast.Assign):
                    yield from _numbers(statement)
        case _:
            yield from _struck_off(node)
    for body in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
        yield from _undone(body) if isinstance(body, list) else ()


def _loosened(node: ast.Compare) -> Iterator[Change]:
    """A comparison with one of its operators turned, or one of its numbers another. A status, of which there are
    only so many, stays."""
    for index, operator in enumerate(node.ops):
        if other := turned.get(type(operator)):
            signs = " ".join(f"{type(each).__name__}" for each in node.ops[: index + 1])
            yield _set(node.ops, index, other(), f"{ast.unparse(node)} turned" + (f" at {signs}" if index else ""))
    if "status" not in ast.unparse(node):
        yield from _numbers(node)


def _numbers(within: ast.AST) -> Iterator[Change]:
    for node in ast.walk(within):
        match node:
            case ast.Constant(value=int(given)) if not isinstance(given, bool) and given > 1:
                for other in (given + 1, given - 1):
                    yield f"{given} is {other}", lambda node=node, other=other: setattr(node, "value", other)  # type: ignore[misc]


def _struck_off(node: ast.AST) -> Iterator[Change]:
    """A list without one of its texts: a set, a tuple or list of texts, a table by names, a text that is split."""
    match node:
        case ast.Set(elts=listed) | ast.Tuple(elts=listed) | ast.List(elts=listed) if len(listed) > 1:
            if isinstance(node, ast.Set) or all(isinstance(each, ast.Constant) for each in listed):
                for index, each in enumerate(listed):
                    yield f"{ast.unparse(each)} struck off", lambda index=index: listed.pop(index)
        case ast.Dict():
            for index, key in enumerate(node.keys):
                if isinstance(key, ast.Constant | ast.Attribute):
                    yield f"{ast.unparse(key)} struck off", lambda index=index: _forget(node, index)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="split"), args=[]):
            words = text.split()
            for index, word in enumerate(words):
                left = " ".join(words[:index] + words[index + 1 :])
                yield f"{word} struck off", lambda left=left: setattr(node.func.value, "value", left)  # type: ignore[attr-defined, misc]


def _undone(body: list[ast.stmt]) -> Iterator[Change]:
    """A body with one step left out: a refusal, or a call for its effect."""
    for index, statement in enumerate(body):
        match statement:
            case ast.Raise():
                yield _set(body, index, ast.Pass(), f"{ast.unparse(statement).split('(')[0]} not raised")
            case ast.Expr(value=ast.Call() | ast.Await()):
                if not _is_said_only(statement):
                    yield _set(body, index, ast.Pass(), f"{ast.unparse(statement)} left out")


def _set(listed: list, index: int, value: ast.AST, said: str) -> Change:
    return said, lambda: listed.__setitem__(index, value)


def _forget(node: ast.Dict, index: int) -> None:
    del node.keys[index], node.values[index]


def _drop(node: ast.BoolOp, index: int) -> None:
    left: Sequence[ast.expr] = [each for place, each in enumerate(node.values) if place != index]
    neutral = ast.Constant(isinstance(node.op, ast.And))
    node.values = [*left] if len(left) > 1 else [left[0], neutral]
