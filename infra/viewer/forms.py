"""The same program in shorter forms, which a minifier leaves alone since others might see the difference. Nobody does.

Top-level functions become arrows, and `const` becomes `let`: 5 to 20 bytes a function, two a statement. Arrows are not
hoisted, so the text is put in order: imports, arrows, constants (which may name arrows), and async functions, which
stay as they are, since the runtime documents no async arrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import esprima


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """One part's statements, by the order in which a whole needs them."""

    imports: str = ""
    arrows: str = ""
    constants: str = ""
    functions: str = ""


def shortened(text: str) -> Forms:
    """The part in its shorter forms."""
    found: dict[str, list[str]] = {"imports": [], "arrows": [], "constants": [], "functions": []}
    for node in esprima.parseModule(text, range=True).body:
        said = text[slice(*node.range)]
        if node.type == "ImportDeclaration":
            found["imports"].append(said)
        elif node.type == "FunctionDeclaration" and not node.isAsync:
            start = node.body.range[0] - node.range[0]
            parameters = said[said.index("(") : start].rstrip()
            found["arrows"].append(f"const {node.id.name} = {parameters} => {said[start:]};")
        else:
            found["functions" if node.type == "FunctionDeclaration" else "constants"].append(said)
    return Forms(**{kind: "\n".join(map(_with_let, statements)) for kind, statements in found.items()})


def joined(parts: Iterable[Forms]) -> str:
    """The whole of some parts."""
    listed = list(parts)
    kinds = (
        [each.imports for each in listed],
        [each.arrows for each in listed],
        [each.constants for each in listed],
        [each.functions for each in listed],
    )
    return "\n".join(text for texts in kinds for text in texts if text)


def _with_let(text: str) -> str:
    pieces, done = [], 0
    for token in esprima.parseModule(text, tokens=True, range=True).tokens:
        if token.type == "Keyword" and token.value == "const":
            pieces += [text[done : token.range[0]], "let"]
            done = token.range[1]
    return "".join(pieces) + text[done:]


def folded(code: str) -> str:
    """Minified code whose arrows have no `{let a=…;return …}`: (p,a)=>(a=…,…) is the same in 5 to 9 bytes less.

    A local that becomes a parameter is set before it is read: whatever a caller hands over there does not matter.
    Arrows whose value nobody asks for (those at the top level without `return`, and forEach's) need no return for it.
    """
    tree = esprima.parseModule(code, range=True)
    procedures = {id(each) for node in _nodes(tree) for each in _procedures(node)}
    edits: list[tuple[int, int, str]] = []
    for node in _nodes(tree):
        if node.type == "ArrowFunctionExpression" and node.body.type == "BlockStatement":
            edits += _fold(node, code, id(node) in procedures)
    pieces, done = [], 0
    for start, end, text in sorted(edits):
        pieces += [code[done:start], text]
        done = end
    return "".join(pieces) + code[done:]


def _procedures(node: esprima.nodes.Node) -> list[esprima.nodes.Node]:
    """The functions that this node has called for what they do alone."""
    if node.type == "Program":
        declared = [each for each in node.body if each.type == "VariableDeclaration"]
        return [each.init for one in declared for each in one.declarations]
    is_each = node.type == "CallExpression" and node.callee.type == "MemberExpression"
    return list(node.arguments) if is_each and node.callee.property.name == "forEach" else []


def _fold(node: esprima.nodes.Node, code: str, is_procedure: bool) -> list[tuple[int, int, str]]:
    """The edits that fold one arrow; none where its body is not locals and an answer."""
    *before, last = node.body.body or [node.body]
    answer = last.argument if last.type == "ReturnStatement" else last.expression if is_procedure else None
    locals_ = before[0].declarations if before and before[0].type == "VariableDeclaration" else []
    if answer is None or len(before) != bool(locals_) or not all(each.init for each in locals_):
        return []
    if any(each.type != "Identifier" for each in node.params):
        return []
    names = ",".join([*(each.name for each in node.params), *(each.id.name for each in locals_)])
    head = f"({names})=>(" if len(node.params) + len(locals_) != 1 else f"{names}=>("
    closing = ")"
    if not locals_ and answer.type not in ("SequenceExpression", "ObjectExpression"):
        head, closing = head[:-1], ""
    end = (node.range[1] - 1, node.range[1], closing)
    if locals_:
        first, rest = locals_[0].range[0], (locals_[-1].range[1], _opened(code, last), ",")
        edits = [(node.range[0], first, head), rest, end]
    else:
        edits = [(node.range[0], _opened(code, last), head), end]
    return edits if sum(len(text) - (end - start) for start, end, text in edits) < 0 else []


def _opened(code: str, statement: esprima.nodes.Node) -> int:
    """Where the expression of a statement begins, with what brackets it has."""
    start = int(statement.range[0])
    if statement.type != "ReturnStatement":
        return start
    after = start + len("return")
    return after + (code[after] == " ")


def _nodes(tree: esprima.nodes.Node) -> Iterator[esprima.nodes.Node]:
    waiting: list[object] = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, esprima.nodes.Node):
            yield one
            waiting += vars(one).values()
