"""CloudFront's runtime as the emulator has it: what is documented is there, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.viewer.runtime import ViewerResult, ViewerRuntime

noon = 1_763_640_000.0
vectors = json.loads((Path(__file__).parent / "vectors" / "aws" / "cloudfront_functions_runtime.json").read_text())


@pytest.fixture(autouse=True, scope="module")
def far_away() -> Iterator[None]:
    """This machine is in a zone of its own: CloudFront's functions know none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/St_Johns")
        time.tzset()
        yield
    time.tzset()


def ran(body: str, *, kvs: dict[str, str] | None = None, now: float = noon) -> ViewerResult:
    """The result of an async handler with this body."""
    code = f"import cf from 'cloudfront';\nasync function handler(event) {{ {body} }}"
    return ViewerRuntime(code, kvs or {}).run({"request": {"uri": "/a", "rawQueryString": "w=1"}}, now=now)


def value_of(expression: str) -> object:
    result = ran(f"return {{ value: {expression} }};", kvs={"json": '{"a":1}', "text": "on"})
    assert result.output is not None, result.message
    return result.output["value"]


@pytest.mark.parametrize(
    "name",
    [
        "''.normalize", "''.charCodeAt", "''.at", "''.matchAll", "''.localeCompare", "[].flat", "[].flatMap",
        "[].at", "[].keys", "Array.from", "Object.fromEntries", "Object.hasOwn", "Map", "Set", "WeakMap",
        "Proxy", "Reflect", "BigInt", "eval", "escape", "unescape", "queueMicrotask", "performance",
        "setTimeout", "fetch", "Intl", "URL", "Iterator", "globalThis.__driver", "globalThis.__cloudfront",
    ],
)  # fmt: skip
def test_what_is_not_documented_is_not_there(name: str) -> None:
    assert value_of(f"typeof {name}") == "undefined"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a-b'.replaceAll('-', '+')", "a+b"),
        ("'7'.padStart(3, '0')", "007"),
        ("[3, 1, 2].find(one => one < 3)", 1),
        ("Object.entries({ a: 1 })[0][0]", "a"),
        ("encodeURIComponent('é/')", "%C3%A9%2F"),
        ("JSON.stringify([1])", "[1]"),
        ("btoa('hi')", "aGk="),
        ("await cf.kvs().get('text')", "on"),
        ("(await cf.kvs().get('json', { format: 'json' })).a", 1),
        ("await cf.kvs().exists('text')", True),
        ("await cf.kvs().exists('none')", False),
        ("event.request.rawQueryString()", "w=1"),
        ("require('querystring').parse('a=1&a=2&b=%20').a[1]", "2"),
        ("require('crypto').createHash('sha256').update('abc').digest('hex')", hashlib.sha256(b"abc").hexdigest()),
        ("require('crypto').createHash('sha1').update('abc').digest('hex')", hashlib.sha1(b"abc").hexdigest()),
        ("require('crypto').createHash('md5').update('abc').digest('hex')", hashlib.md5(b"abc").hexdigest()),
        (
            "require('crypto').createHmac('sha256', 'key').update('é'.repeat(99)).digest('hex')",
            hmac.new(b"key", "é".encode() * 99, "sha256").hexdigest(),
        ),
        ("Buffer.from('aGk_', 'base64url').length", 3),
        ("Buffer.from('é').toString('hex')", "c3a9"),
    ],
)
def test_what_is_documented_works(expression: str, value: object) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    "body",
    [
        "return await cf.kvs().get('missing');",
        "throw new Error('no');",
        "undeclared = 1;",
        "return new Function('return 1')();",
        "return [].constructor.constructor('return {}')();",
        "while (true) {}",
        "await new Promise(() => {});",
        "return require('fs');",
    ],
)
def test_what_fails_at_the_edge_is_an_execution_error(body: str) -> None:
    assert ran(body).error == "FunctionExecutionError"


def test_a_return_value_that_is_no_object_is_a_validation_error() -> None:
    assert ran("return 'text';").error == "FunctionValidationError"


def test_the_clock_stands_still_at_the_start() -> None:
    result = ran(
        "const first = Date.now(); return { first: first, then: new Date().getTime(), past: Date.UTC(1970, 0, 2) };"
    )
    assert result.output == {"first": noon * 1000, "then": noon * 1000, "past": 86_400_000}


def test_the_same_start_gives_the_same_chance_and_another_start_another() -> None:
    first, again, later = (ran("return { chance: Math.random() };", now=now).output for now in (noon, noon, noon + 1))
    assert first == again != later


def test_a_context_is_kept_and_its_store_read_at_each_run() -> None:
    store = {"generate": "on"}
    runtime = ViewerRuntime(
        "import cf from 'cloudfront'\nasync function handler() { return { value: await cf.kvs().get('generate') }; }",
        store,
    )
    assert runtime.run({}, now=noon).output == {"value": "on"}
    store["generate"] = "off"
    assert runtime.run({}, now=noon).output == {"value": "off"}


def test_what_was_logged_and_selected_comes_back() -> None:
    result = ran("console.log('one'); cf.selectRequestOriginById('originals'); return event.request;")
    assert result.logs == ("one",)
    assert result.selected_origin == "originals"
    assert result.output == {"uri": "/a"}


def test_ten_kilobytes_are_taken_and_a_byte_more_is_not() -> None:
    code = "function handler(event) { return event.request; }\n//"
    ViewerRuntime(code + "é" * 5_094, {})  # 52 + 10,188: bytes count, not characters
    with pytest.raises(ValueError, match="FunctionSizeLimitExceeded: Expected a function of at most 10240 bytes"):
        ViewerRuntime(code + "é" * 5_094 + "x", {})


@pytest.mark.parametrize("code", ["function other() {}", "function handler( {", "throw 1; function handler() {}"])
def test_what_cannot_be_published_is_refused_at_once(code: str) -> None:
    with pytest.raises(ValueError, match="Expected a function"):
        ViewerRuntime(code, {})


@pytest.mark.parametrize("case", vectors, ids=[each["name"] for each in vectors])
def test_cloudfront_functions_runtime(case: dict) -> None:
    code = case.get("code") or f"import cf from 'cloudfront';\nasync function handler(event) {{ {case['body']} }}"
    expect, store = case["expect"], case.get("store", {"text": "on", "json": '{"a":1}'})
    if "refused" in expect:
        with pytest.raises(ValueError, match=re.escape(expect["refused"])):
            ViewerRuntime(code, store)
        return
    runtime = ViewerRuntime(code, store)
    for _ in range(case.get("runs", 1)):
        result = runtime.run({"request": {"uri": "/a", "rawQueryString": None}}, now=noon)
        assert result.error == expect.get("error"), result.message
        assert (result.output or {}).get("value") == expect.get("value")
        assert len(result.logs) == expect.get("logs", 0)
