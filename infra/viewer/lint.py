"""Refuses JavaScript that CloudFront's runtime does not document: by an allow-list of syntax, globals and methods.

A function with an undocumented feature is accepted at deployment and fails at the edge, with 503 for every viewer; so
what is not in the list is refused, even where it might work. The list is the runtime's own documentation
(emulator/viewer/documented.json holds the emulator's runtime to the same one).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import esprima

# "ES 5.1 statements", const and let, arrow functions, template literals, async and await.
# CF:functions-javascript-runtime-20 (Core features), read 2026-11. No for-of, classes, spread, destructuring, defaults.
syntax_words = """
ArrayExpression ArrowFunctionExpression AssignmentExpression AwaitExpression BinaryExpression BlockStatement
BreakStatement CallExpression CatchClause ConditionalExpression ContinueStatement DoWhileStatement EmptyStatement
ExpressionStatement ForInStatement ForStatement FunctionDeclaration FunctionExpression Identifier IfStatement
ImportDeclaration ImportDefaultSpecifier LabeledStatement Literal LogicalExpression MemberExpression NewExpression
ObjectExpression Program Property RestElement ReturnStatement SequenceExpression SwitchCase SwitchStatement
TemplateElement TemplateLiteral ThrowStatement TryStatement UnaryExpression UpdateExpression VariableDeclaration
VariableDeclarator WhileStatement
"""
syntax = frozenset(syntax_words.split())

global_words = """
Array ArrayBuffer Boolean Buffer Date Error EvalError Float32Array Float64Array Infinity Int16Array Int32Array
Int8Array InternalError JSON Math NaN Number Object Promise RangeError ReferenceError RegExp String Symbol SyntaxError
TextDecoder TextEncoder TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray atob btoa cf console
decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt require undefined
"""
global_names = frozenset(global_words.split())

# Methods of every documented object and module, by name alone: a call's object is not known here.
method_words = """
abs acos acosh all allSettled alloc any apply asin asinh assign atan atan2 atanh bind byteLength call catch cbrt ceil
charAt clz32 codePointAt concat copyWithin cos cosh create createHash createHmac createRequestOriginGroup
defineProperties defineProperty
digest endsWith entries escape every exec exists exp expm1 fill filter finally find findIndex floor forEach freeze
from fromCharCode fromCodePoint fround get getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth
getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf getSeconds getTime getUTCDate
getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds hasOwnProperty hypot
imul includes indexOf is isArray isExtensible isFinite isFrozen isInteger isNaN isPrototypeOf isSafeInteger isSealed
isView join keys kvs lastIndexOf log log10 log1p log2 map match max meta min now of padEnd padStart parse parseFloat
parseInt pop pow preventExtensions propertyIsEnumerable push race random rawQueryString reduce reduceRight reject
repeat replace replaceAll resolve reverse round seal search selectRequestOriginById set setPrototypeOf shift sign sin
sinh slice some sort splice split sqrt startsWith stringify subarray substr substring tan tanh test then toExponential
toFixed toISOString toJSON toLowerCase toPrecision toString toUTCString toUpperCase trim trimEnd trimStart trunc
unescape unshift update valueOf values
"""
method_names = frozenset(method_words.split())

# Flags of ES 5.1; groups with names are documented, looking behind is not.
regex_flags = re.compile(r"[gim]*")
regex_refused = re.compile(r"\(\?<[=!]|\\[pP]\{|\\u\{")


def lint(code: str) -> None:
    """Nothing; raises ValueError with one sentence for each kind of thing that is not documented."""
    try:
        tree = esprima.parseModule(code, tokens=True, loc=True)
    except esprima.Error as error:
        raise ValueError(
            f"Expected ECMAScript 5.1 and what CloudFront documents beyond it, received: {error}."
        ) from error
    declared = frozenset(_declared(tree)) | global_names
    faults = [fault for node in _nodes(tree) for fault in _faults(node)]
    faults += [f"the global {name}" for name in sorted({*_referred(tree)} - declared)]
    if faults:
        raise ValueError(f"Expected only what CloudFront's runtime documents, received: {'; '.join(faults[:10])}.")


def _faults(node: esprima.nodes.Node) -> Iterator[str]:
    line = f"line {node.loc.start.line}" if getattr(node, "loc", None) else "somewhere"
    if node.type not in syntax:
        yield f"{node.type} ({line})"
    elif node.type == "CallExpression" and node.callee.type == "MemberExpression":
        name = _member(node.callee)
        if name is not None and name not in method_names:
            yield f".{name}() ({line})"
    elif node.type == "Literal" and getattr(node, "regex", None):
        flags, pattern = node.regex.flags, node.regex.pattern
        if not regex_flags.fullmatch(flags) or regex_refused.search(pattern):
            yield f"the regular expression {node.raw} ({line})"
    yield from _shape_faults(node, line)


def _member(node: esprima.nodes.Node) -> str | None:
    """The member's name where the source says it; None for one that is computed."""
    if node.computed:
        return str(node.property.value) if node.property.type == "Literal" else None
    return str(node.property.name)


def _shape_faults(node: esprima.nodes.Node, line: str) -> Iterator[str]:
    """Younger forms that share a node with older ones, and names that come from nowhere."""
    if node.type == "Property" and (node.shorthand or node.computed or node.method or node.kind != "init"):
        yield f"a property's short form ({line})"
    if node.type in ("ArrowFunctionExpression", "FunctionExpression") and node.isAsync:
        yield f"an async closure ({line})"
    if node.type == "FunctionDeclaration" and node.generator:
        yield f"a generator ({line})"
    if node.type in ("CallExpression", "NewExpression") and any(_awaits(each) for each in node.arguments):
        # "async arguments … are not supported" (CF:functions-javascript-runtime-20, Core features, read 2026-11): the
        # runtime says "await in arguments not supported" and every request is a 503.
        yield f"await among a call's arguments ({line})"
    if node.type == "CatchClause" and node.param is None:
        yield f"catch without a name ({line})"
    if node.type == "MemberExpression" and node.object.type == "Identifier":
        known = documented_statics.get(node.object.name)
        if known is not None and _member(node) not in known:
            yield f"{node.object.name}.{_member(node)} ({line})"


def _awaits(node: esprima.nodes.Node) -> bool:
    """Whether the function that the node stands in waits inside it."""
    if node.type in ("FunctionExpression", "ArrowFunctionExpression"):
        return False
    return node.type == "AwaitExpression" or any(_awaits(each) for each in _children(node))


object_words = """
assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor getOwnPropertyDescriptors
getOwnPropertyNames getPrototypeOf is isExtensible isFrozen isSealed keys preventExtensions prototype seal
setPrototypeOf values
"""
# The objects whose members are looked up by name rather than by a value's type.
documented_statics: Mapping[str, frozenset[str]] = {
    "Object": frozenset(object_words.split()),
    "Array": frozenset({"isArray", "of", "prototype"}),
    "String": frozenset({"fromCharCode", "fromCodePoint", "prototype"}),
    "JSON": frozenset({"parse", "stringify"}),
    "Promise": frozenset({"all", "allSettled", "any", "race", "reject", "resolve"}),
    "console": frozenset({"log"}),
    "cf": frozenset({"kvs", "selectRequestOriginById", "createRequestOriginGroup", "edgeLocation"}),
}


def _declared(tree: esprima.nodes.Node) -> Iterator[str]:
    for node in _nodes(tree):
        if node.type in ("FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"):
            named = (each.argument if each.type == "RestElement" else each for each in node.params)
            yield from (each.name for each in named if each.type == "Identifier")
        if node.type in ("FunctionDeclaration", "VariableDeclarator") and node.id is not None:
            yield node.id.name or ""
        if node.type == "CatchClause" and node.param is not None:
            yield node.param.name


def _referred(tree: esprima.nodes.Node) -> Iterator[str]:
    """Every name that stands for a value: no property's, no label's."""
    nodes = list(_nodes(tree))
    said = {id(node.property) for node in nodes if node.type == "MemberExpression" and not node.computed}
    said |= {id(node.key) for node in nodes if node.type == "Property" and not node.computed}
    said |= {
        id(node.label) for node in nodes if node.type in ("LabeledStatement", "BreakStatement", "ContinueStatement")
    }
    yield from (node.name for node in nodes if node.type == "Identifier" and id(node) not in said)


def _nodes(node: object) -> Iterator[esprima.nodes.Node]:
    """The node and everything below it, in no particular order."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, esprima.nodes.Node):
            yield one
            waiting += [value for name, value in vars(one).items() if name not in ("tokens", "loc", "regex")]


def _children(node: esprima.nodes.Node) -> Iterator[esprima.nodes.Node]:
    for value in vars(node).values():
        yield from (
            each for each in (value if isinstance(value, list) else [value]) if isinstance(each, esprima.nodes.Node)
        )
