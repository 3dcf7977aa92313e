"""The same program in shorter forms, which a minifier leaves alone since others might see the difference. Nobody does.

Top-level functions become arrows, `const` becomes `var` there and `let` elsewhere: 5 to 20 bytes a function, two a
statement. Arrows are not hoisted, so the text is put in order: imports, definitions, and async functions, which stay as
they are, since the runtime documents no async arrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import esprima


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """One part's statements, by the order in which a whole needs them; a definition by the name that it defines."""

    imports: tuple[str, ...]
    definitions: Mapping[str, str]
    functions: tuple[str, ...]


def shortened(text: str) -> Forms:
    """The part in its shorter forms."""
    imports: list[str] = []
    definitions: dict[str, str] = {}
    functions: list[str] = []
    for node in esprima.parseModule(text, range=True).body:
        said = text[slice(*node.range)]
        if node.type == "ImportDeclaration":
            imports.append(said)
        elif node.type == "VariableDeclaration":
            for each in node.declarations:
                definitions[each.id.name] = _with_let(f"var {text[slice(*each.range)]};")
        elif node.isAsync:
            functions.append(_with_let(said))
        else:
            start = node.body.range[0] - node.range[0]
            parameters = said[said.index("(") : start].rstrip()
            definitions[node.id.name] = _with_let(f"var {node.id.name} = {parameters} => {said[start:]};")
    return Forms(imports=tuple(imports), definitions=definitions, functions=tuple(functions))


def joined(parts: Iterable[Forms]) -> str:
    """The whole of some parts."""
    listed = list(parts)
    definitions = {name: text for each in listed for name, text in each.definitions.items()}
    imports = [text for each in listed for text in each.imports]
    functions = [text for each in listed for text in each.functions]
    return "\n".join([*imports, *_defined_first(definitions), *functions])


def _defined_first(definitions: Mapping[str, str]) -> list[str]:
    """The definitions, each after those that it names, as far as they do not name each other.

    CloudFront's runtime is njs, which ends a `let` in a nested function with "cannot access variable before
    initialization" where it is given the value of what is defined further down, though long since defined: seen with
    njs 0.7.9 and 0.7.12, 2026-11 (the documented methods are those of 0.7.10 to 0.7.12).
    """
    seen: set[str] = set()
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name in definitions and name not in seen:
            seen.add(name)
            for other in _named(definitions[name]):
                visit(other)
            ordered.append(definitions[name])

    for name in definitions:
        visit(name)
    return ordered


def _named(text: str) -> list[str]:
    """The names that stand for values in the text: no property's."""
    nodes = list(_nodes(esprima.parseModule(text)))
    said = {id(each.property) for each in nodes if each.type == "MemberExpression" and not each.computed}
    said |= {id(each.key) for each in nodes if each.type == "Property" and not each.computed}
    return sorted({each.name for each in nodes if each.type == "Identifier" and id(each) not in said})


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
