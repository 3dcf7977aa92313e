"""The viewer function's shorter forms: the same program, by its text."""

from __future__ import annotations

import pytest

from infra.viewer.forms import folded, joined, shortened


def test_functions_become_arrows_in_front_of_the_constants_that_name_them() -> None:
    text = "import cf from 'cf'; const a = { b: c }; function c(d) { const e = d; return e; } async function f() {}"
    assert joined([shortened(text)]) == (
        "import cf from 'cf';\nvar c = (d) => { let e = d; return e; };\nvar a = { b: c };\nasync function f() {}"
    )


def test_each_kind_comes_from_all_parts_before_the_next() -> None:
    parts = [shortened("const a = 1; async function b() {}"), shortened("function c() {} const d = 'const';")]
    assert joined(parts) == "var a = 1;\nvar c = () => {};\nvar d = 'const';\nasync function b() {}"


def test_what_is_named_comes_before_what_names_it_but_for_circles() -> None:
    """Else CloudFront's runtime, njs, says at each request: cannot access variable before initialization."""
    first = "function a() { [1].forEach(x => { const y = b[x].d; }); } const b = [c], d = 1;"
    parts = [shortened(first), shortened("function c() { return a() + e; }"), shortened("const e = d;")]
    assert joined(parts).splitlines() == [
        "var d = 1;",
        "var e = d;",
        "var c = () => { return a() + e; };",
        "var b = [c];",
        "var a = () => { [1].forEach(x => { let y = b[x].d; }); };",
    ]


@pytest.mark.parametrize(
    ("code", "shorter"),
    [
        ("let f=e=>{let t=g(e);return t+1}", "let f=(e,t)=>(t=g(e),t+1)"),
        ("let f=(e,n)=>{let t=g(e),s=t;return t,s}", "let f=(e,n,t,s)=>(t=g(e),s=t,t,s)"),
        ("let f=()=>{let t=g(1);return(t||1)&&2}", "let f=t=>(t=g(1),(t||1)&&2)"),
        ("let f=e=>{let t=n=>{let s=n;return s};return[t]}", "let f=(e,t)=>(t=(n,s)=>(s=n,s),[t])"),
        ("let f=e=>{g(e)}", "let f=e=>g(e)"),
        ("a.forEach(e=>{g(e),g(1)})", "a.forEach(e=>{g(e),g(1)})"),
        ("a.forEach(e=>{b[e]=1})", "a.forEach(e=>b[e]=1)"),
        ("let f=e=>{return{a:1}}", "let f=e=>({a:1})"),
    ],
)
def test_an_arrow_of_locals_and_an_answer_is_folded(code: str, shorter: str) -> None:
    assert folded(code) == shorter


@pytest.mark.parametrize(
    "code",
    [
        "a.some(e=>{g(e)})",
        "let f=e=>{let t;return t=e,t}",
        "let f=e=>{if(e)return 1}",
        "let f=e=>{let t=1;for(;;)t+=1;return t}",
        "let f=(...e)=>{let t=e;return t}",
        "async function f(e){let t=await e;return t}",
        "let f=()=>{}",
        "let f=e=>{return}",
    ],
)
def test_all_else_stays_as_it_is(code: str) -> None:
    assert folded(code) == code
