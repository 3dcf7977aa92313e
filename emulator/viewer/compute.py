"""An estimate of what a viewer function computes: the nodes of its syntax tree that a run passes, counted.

CloudFront reports compute utilisation as a percentage of an allowed time that AWS does not publish (CF:functions-
restrictions, read 2026-11; 1 ms is often quoted). So this is an estimate and no measurement: every region that runs as
a whole (a function's body, a loop's, a branch in braces) adds the number of its nodes; a method of the language counts
as one node, however long its string. What is counted does not depend on the machine. A run that passes 100 % is ended,
as CloudFront ends one that passes its time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import esprima

from emulator.viewer import language

# What 100 % stands for: 1 ms of an interpreter that passes fifty million nodes a second. Derived from nothing better.
budget_nodes = 50_000
counter = "__passed"
stop = "__stop"
ended = "The compute is used up: 100 % by the emulator's estimate (emulator/viewer/compute.py)."
loops = ("ForStatement", "ForInStatement", "WhileStatement", "DoWhileStatement")


@dataclass(frozen=True, slots=True)
class Insertion:
    """Text that goes in at a place; of one place, that of the outer region comes first."""

    at: int
    order: int
    text: str


def percent(passed: int) -> float:
    """The estimate of CloudFront's compute utilisation."""
    return 100 * passed / budget_nodes


def counting(code: str) -> str:
    """The script, strict, with its regions counted in the global `__passed`; what it does stays the same.

    Raises language.Undocumented where CloudFront's runtime would not run it.
    """
    tree = language.parsed(code)
    insertions = sorted(_region(tree, 0, is_program=True), key=lambda each: (each.at, each.order))
    stopping = f"const {stop}=()=>{{throw new InternalError({json.dumps(ended)})}};"
    parts, place = [f"'use strict';let {counter}=0;{stopping}"], 0
    for each in insertions:
        parts += [code[place : each.at], each.text]
        place = each.at
    return "".join([*parts, code[place:]])


def _region(node: esprima.nodes.Node, depth: int, *, is_program: bool = False) -> Iterator[Insertion]:
    """The insertions of one region and of those in it."""
    nodes, inner = 0, []
    for each, is_inner in _nodes(node):
        if is_inner:
            inner.append(each)
        else:
            nodes += 1
    if not is_program:
        yield from _counted(node, max(nodes, 1), depth)  # an empty loop's body, too, is an end to reach
    for each in inner:
        yield from _region(each, depth + 1)


def _counted(node: esprima.nodes.Node, nodes: int, depth: int) -> Iterator[Insertion]:
    start, end = node.range
    count = f"({counter}+={nodes})>{budget_nodes}&&{stop}()"
    if node.type == "BlockStatement":
        yield Insertion(start + 1, depth, f"{count};")
    elif node.type.endswith("Statement") or node.type == "VariableDeclaration":
        yield Insertion(start, depth, f"{{{count};")
        yield Insertion(end, -depth, "}")
    else:
        yield Insertion(start, depth, f"({count},")
        yield Insertion(end, -depth, ")")


def _nodes(region: esprima.nodes.Node) -> Iterator[tuple[esprima.nodes.Node, bool]]:
    """The nodes that run with a region, and (True) the regions inside it."""
    waiting = [(each, region) for each in language.children(region)]
    while waiting:
        node, parent = waiting.pop()
        is_inner = _is_region(node, parent)
        yield node, is_inner
        if not is_inner:
            waiting += [(each, node) for each in language.children(node)]


def _is_region(node: esprima.nodes.Node, parent: esprima.nodes.Node) -> bool:
    """A block, but for those of try; a loop's body; what an arrow without braces gives."""
    if node.type == "BlockStatement":
        return True
    return node is getattr(parent, "body", None) and parent.type in (*loops, *language.functions)
