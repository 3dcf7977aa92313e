"""The language of CloudFront's runtime: a script's tree, where it says only what is documented.

CloudFront takes a function with any other syntax and answers 503 at every request; the emulator refuses it at the
start, with the line. AWS "JavaScript runtime 2.0 features for CloudFront Functions", Core features, read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import esprima

# ES 5.1, const and let, arrows, rest parameters, template literals, async and await.
documented = frozenset(
    """ArrayExpression ArrowFunctionExpression AssignmentExpression AwaitExpression BinaryExpression BlockStatement
    BreakStatement CallExpression CatchClause ConditionalExpression ContinueStatement DoWhileStatement EmptyStatement
    ExpressionStatement ForInStatement ForStatement FunctionDeclaration FunctionExpression Identifier IfStatement
    LabeledStatement Literal LogicalExpression MemberExpression NewExpression ObjectExpression Program Property
    RestElement ReturnStatement SequenceExpression SwitchCase SwitchStatement TemplateElement TemplateLiteral
    ThisExpression ThrowStatement TryStatement UnaryExpression UpdateExpression VariableDeclaration VariableDeclarator
    WhileStatement""".split()  # noqa: SIM905
)
functions = ("FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression")
# ES 5.1's flags and `sticky`; named groups are documented, looking behind and Unicode properties are not.
regex_flags = re.compile(r"[gimy]*")
regex_refused = re.compile(r"\(\?<[=!]|\\[pP]\{|\\u\{")
# Documented, and younger than the parser: written as old forms of the same length, so that every place stays.
named_group = re.compile(r"\(\?<(?=[A-Za-z_$])")
separator = re.compile(r"(?<=[0-9a-fA-F])_(?=[0-9a-fA-F])")


class Undocumented(ValueError):
    """A script that CloudFront's runtime would not run."""


def parsed(code: str) -> esprima.nodes.Node:
    """The tree of a strict script, with ranges in `code`. Raises Undocumented."""
    readable = separator.sub("0", named_group.sub("(?:", code))
    try:
        tree = esprima.parseScript(readable, range=True, loc=True)
    except esprima.Error as error:
        raise Undocumented(f"SyntaxError: {error}") from error
    faults = [f"SyntaxError: {said} in line {node.loc.start.line}" for node in nodes(tree) for said in _faults(node)]
    if faults:
        raise Undocumented(f"{'; '.join(faults[:5])}: CloudFront's runtime does not document it.")
    return tree


def nodes(tree: esprima.nodes.Node) -> Iterator[esprima.nodes.Node]:
    """The node and all below it."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += children(node)


def children(node: esprima.nodes.Node) -> Iterator[esprima.nodes.Node]:
    for value in vars(node).values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, esprima.nodes.Node):
                yield each


def _faults(node: esprima.nodes.Node) -> Iterator[str]:
    """What is not documented of this one node."""
    if node.type not in documented:
        yield str(node.type)
    elif node.type == "Property" and (node.shorthand or node.computed or node.method):
        yield "a property's short form"
    elif node.type in functions and node.generator:
        yield "a generator"
    elif node.type in functions[1:] and node.isAsync:
        yield "an async closure"
    elif node.type in ("CallExpression", "NewExpression") and any(_awaits(each) for each in node.arguments):
        # njs, whose runtime it is, says so; TestFunction shows it, publishing does not.
        yield "await in arguments not supported"
    elif node.type == "Literal" and getattr(node, "regex", None) and not _is_old(node.regex):
        yield f"the regular expression {node.raw}"


def _is_old(regex: esprima.nodes.Node) -> bool:
    return bool(regex_flags.fullmatch(regex.flags)) and not regex_refused.search(regex.pattern)


def _awaits(node: esprima.nodes.Node) -> bool:
    """Whether the function that the node stands in waits inside it."""
    if node.type in functions:
        return False
    return node.type == "AwaitExpression" or any(_awaits(each) for each in children(node))
