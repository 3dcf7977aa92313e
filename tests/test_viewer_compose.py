"""The viewer function of a stack as it is composed, and what it does beside the shared vectors."""

from __future__ import annotations

import json
import math
import re

import pytest

from emulator.viewer.runtime import ViewerResult, ViewerRuntime
from infra.viewer import composing
from infra.viewer.composing import compose
from infra.viewer.config import PresetConfig, ViewerConfig, grammar_path
from infra.viewer.lint import lint
from infra.viewer.table import fields
from tests.viewer_requests import event_of

grammar = json.loads(grammar_path.read_text(encoding="utf-8"))
every_option = tuple(row["name"] for row in grammar["options"])
dev = ViewerConfig(sizes="exact", open_options=every_option, playground=True, watermarks=("logo",))
presets = {"thumb": PresetConfig(options="w=300,h=200,fit=cover", open=("dpr",))}


def ran(config: ViewerConfig, url: str, *, generate: str | None = "on", **sent: object) -> ViewerResult:
    store = {} if generate is None else {"generate": generate}
    result = ViewerRuntime(compose(config).code, store).run(event_of(url, **sent), now=1_763_600_000)
    assert result.error is None, result.message
    return result


def uri(config: ViewerConfig, url: str, **sent: object) -> object:
    output = ran(config, url, **sent).output
    assert output is not None
    assert "uri" in output, output
    return output["uri"]


def refusal(config: ViewerConfig, url: str) -> tuple[object, str, str]:
    output = ran(config, url).output
    assert output is not None
    body = json.loads(output["body"])
    assert output["headers"]["x-mirage-error"]["value"] == body["code"]
    assert output["headers"]["cache-control"]["value"] == "no-store"
    assert output["headers"]["content-type"]["value"] == "application/json"
    assert output["headers"]["x-content-type-options"]["value"] == "nosniff"
    return output["statusCode"], body["code"], body["message"]


# --- what is composed


@pytest.mark.parametrize(
    "config",
    [
        dev,
        ViewerConfig(),
        ViewerConfig(sizes="presets", presets=presets, lenient=True),
        ViewerConfig(presets=presets, access=(("a/", "presets"), ("b/", "signed")), playground=True, save_data=True),
        ViewerConfig(auto_formats=()),
    ],
)
def test_every_stack_stays_within_the_bytes_of_its_ledger(config: ViewerConfig) -> None:
    function = compose(config)
    assert sum(function.ledger.values()) == len(function.code.encode()) <= 10_240


def test_the_core_leaves_room_for_access_and_routing() -> None:
    assert sum(compose(dev).ledger.values()) <= 5_980
    assert sum(compose(ViewerConfig()).ledger.values()) <= 6_710


def test_all_modes_with_routes_headers_and_the_page_fit_together() -> None:
    modes = (("p/", "presets"), ("s/", "signed"), ("b/", "basic"), ("j/", "jwt"), ("c/", "cloudfront"))
    everything = ViewerConfig(presets=presets, access=modes, routes=True, request_headers=True, playground=True)
    assert sum(compose(everything).ledger.values()) <= 10_150


def test_a_part_is_there_only_where_the_stack_uses_it() -> None:
    assert {"page", "ladder", "modes"}.isdisjoint(compose(ViewerConfig(sizes="exact")).ledger)
    assert {"page", "ladder", "modes"} <= set(
        compose(ViewerConfig(playground=True, access=(("a/", "presets"),))).ledger
    )


def test_the_same_stack_gives_the_same_bytes() -> None:
    assert compose(dev) == compose(dev)


def test_more_presets_than_fit_stop_with_a_sentence() -> None:
    many = {f"preset-number-{at}": PresetConfig(options="w=300,h=200,fit=cover") for at in range(100)}
    with pytest.raises(ValueError, match=r"at most 10240 bytes, received [0-9]+"):
        compose(ViewerConfig(presets=many))


def test_a_prefix_that_has_two_spellings_is_refused() -> None:
    with pytest.raises(ValueError, match="access prefix, received 'a b/'"):
        compose(ViewerConfig(access=(("a b/", "presets"),)))


def test_no_field_that_is_renamed_is_seen_from_outside() -> None:
    outside = (
        "statusCode headers value multiValue body code message uri querystring rawQueryString request method accept"
    )
    assert fields.isdisjoint(outside.split())
    assert fields.isdisjoint(every_option)


def test_the_only_options_that_exclude_each_other_are_those_that_the_parts_know() -> None:
    assert {row["name"]: row["excludes"] for row in grammar["options"] if "excludes" in row} == {"fp": ["g"]}


# --- the lint


@pytest.mark.parametrize(
    "code",
    [
        "const a = {}; const b = a?.c;", "const a = null ?? 1;", "const a = [...[]];", "for (const a of []) {}",
        "function f(a = 1) {}", "const { a } = {};", "const a = 1, b = { a };", "class A {}", "''.normalize();",
        "''['normalize']();", "[].flat();", "Array.from([]);", "new Map();", "eval('1');", "setTimeout(1);", "fetch;",
        "/(?<=a)b/.test('');", "/a/u.test('');", "const f = async () => 1;", "function* g() {}", "try {} catch {}",
        "globalThis.a;", "Object.hasOwn({}, 'a');", "const a = { b() {} };", "''.charCodeAt(0);",
        "async function f() { JSON.parse(await f()); }", "async function f() { f(1, [{ a: `${await f()}` }]); }",
    ],
)  # fmt: skip
def test_what_the_runtime_does_not_document_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"^Expected .*, received"):
        lint(code)


def test_what_it_documents_is_taken() -> None:
    lint("import cf from 'cloudfront'; async function handler(a, ...b) { return `${await cf.kvs().get('x')}`; }")


def test_every_part_is_linted_as_it_is_written_and_as_it_is_minified(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(composing, "lint", seen.append)
    compose(dev)
    assert len(seen) == 2
    assert "function readPath" in seen[0]
    assert "function readPath" not in seen[1]


# --- the kill switch


@pytest.mark.parametrize(
    ("generate", "passed"), [("on", "on"), ("off", "off"), ("signed", "off"), ("ON", "off"), (None, "off")]
)
def test_only_a_switch_that_reads_on_makes_anything(generate: str | None, passed: str) -> None:
    output = ran(dev, "/a.jpg", generate=generate, headers={"x-mirage-generate": "on"}).output
    assert output is not None
    assert output["headers"]["x-mirage-generate"] == {"value": passed}


@pytest.mark.parametrize("url", ["/a.pdf", "/", "/_mirage/page/page.css"])
def test_what_is_never_made_is_passed_on_with_the_switch_off(url: str) -> None:
    output = ran(dev, url, headers={"x-mirage-generate": "on"}).output
    assert output is not None
    assert output["headers"]["x-mirage-generate"] == {"value": "off"}


# --- access


modes = ViewerConfig(
    sizes="exact", presets=presets, access=(("p/", "presets"), ("p/s/", "signed"), ("b/", "basic"), ("m/", "martian"))
)


@pytest.mark.parametrize("url", ["/m/1.jpg", "/m/1.jpg?w=5", "/m/a.pdf", "/m/1.jpg/e1,f=auto"])
def test_a_mode_that_nobody_knows_refuses(url: str) -> None:
    assert refusal(modes, url)[:2] == (403, "auth-denied")


@pytest.mark.parametrize(
    "url", ["/%70/1.jpg?p=thumb", "/p/%73/1.jpg", "/%62/1.jpg", "/p/%73/1.jpg/e1,f=auto", "/%6d/a.pdf"]
)
def test_no_spelling_of_a_path_gets_round_its_mode(url: str) -> None:
    assert refusal(modes, url)[:2] == (403, "auth-denied")


def test_a_presets_prefix_takes_nothing_but_presets() -> None:
    assert uri(modes, "/p/1.jpg?p=thumb") == "/p/1.jpg/e1,w=300,h=200,fit=cover,f=auto"
    assert refusal(modes, "/p/1.jpg")[:2] == (400, "size-not-allowed")
    assert refusal(modes, "/p/1.jpg/e1,w=300,h=200,fit=cover,f=auto")[:2] == (400, "size-not-allowed")
    assert refusal(modes, "/p/1.jpg?p=thumb&w=9")[:2] == (400, "option-not-open")
    assert uri(modes, "/q/1.jpg?w=9") == "/q/1.jpg/e1,w=9,f=auto"


def test_a_presets_prefix_is_not_opened_by_leniency() -> None:
    lenient = ViewerConfig(lenient=True, presets=presets, access=(("p/", "presets"),))
    assert refusal(lenient, "/p/1.jpg?p=nothing&w=9")[:2] == (400, "size-not-allowed")


@pytest.mark.parametrize(
    "url", ["/a.jpg?sig=x", "/a.jpg?sig=", "/a.jpg?sig", "/a.jpg?%73ig=x", "/a.pdf?sig=x", "/a.jpg?w=0&sig=x"]
)
def test_a_signature_is_wrong_where_there_is_no_key(url: str) -> None:
    assert refusal(dev, url)[:2] == (403, "signature-bad")


def test_other_credentials_mean_nothing_by_themselves() -> None:
    assert uri(dev, "/a.jpg?exp=1&kid=x&w=5") == "/a.jpg/e1,w=5,f=auto"


# --- sentences


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("/a.jpg?width=9000", "Expected integer 1 to 4096 for width, received 9000."),
        ("/a.jpg?w=", "Expected integer 1 to 4096 for w, received w=."),
        ("/a.jpg?w", "Expected integer 1 to 4096 for w, received w."),
        ("/a.jpg?fit=fill", "Expected one of contain,cover,pad,stretch for fit, received fill."),
        ("/a.jpg?w=1&h=1&fit=cover&fp=0.333,0.5", "Expected x,y of 0.00 to 1 for fp, received 0.333,0.5."),
        ("/a.jpg?sig=x", "Expected valid credentials, received none."),
        ("/a.jpg?q=max", "Expected integer 1 to 100 or one of auto for q, received max."),
        ("/a.jpg?wm=other", "Expected one of logo for wm, received other."),
        ("/a.jpg?w=1&width=2", "Expected one value for width, received 2."),
        ("/a.jpg?w=<script>&h=2", "Expected integer 1 to 4096 for w, received <script>."),
        ("/a.jpg?w=%E2%82%AC", "Expected integer 1 to 4096 for w, received ?."),
        (f"/a.jpg?w={'9' * 500}", f"Expected integer 1 to 4096 for w, received {'9' * 40}."),
        ("/a.jpg/e1,width=5,f=auto", "Expected a key's own spelling, w=5,f=auto, received width=5,f=auto."),
    ],
)
def test_a_refusal_says_what_was_expected_and_what_came(url: str, sentence: str) -> None:
    assert refusal(dev, url)[2] == sentence


def test_an_option_that_is_not_known_is_answered_with_all_that_are() -> None:
    assert refusal(dev, "/a.jpg?crop=entropy")[2].startswith("Expected one of w,h,fit,up,dpr,ar,g,fp,rect")


@pytest.mark.parametrize(
    "code", ["w=undefined", "fit=undefined", "g=null", "p=constructor", "constructor=1", "__proto__=1"]
)
def test_words_of_the_language_are_no_values(code: str) -> None:
    assert refusal(dev, f"/a.jpg?{code}")[0] == 400


# --- arithmetic


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("w=333&dpr=1.5", "w=500"),
        ("w=3000&h=1000&dpr=2&pad=10&radius=100&blur=8", "w=4096,h=1365,pad=14,blur=11,radius=137"),
        ("w=3000&ar=1:4", "w=1024,h=4096,fit=cover"),
        ("h=4096&ar=4096:1", "w=4096,h=1,fit=cover"),
        ("w=1&ar=4096:1", "w=1,h=1,fit=cover"),
        ("w=100&ar=3:2", "w=100,h=67,fit=cover"),
        ("h=100&ar=3:2&fit=pad", "w=150,h=100,fit=pad"),
        ("pad=1000&dpr=3", "pad=1024"),
        ("radius=max&dpr=3", "radius=max"),
        ("w=10&dpr=3&pad=1", "w=30,pad=3"),
    ],
)
def test_sizes_are_exact_and_rounded_half_up(query: str, options: str) -> None:
    assert uri(dev, f"/a.jpg?{query}") == f"/a.jpg/e1,{options},f=auto"


def test_every_step_of_the_ladder_snaps_to_itself() -> None:
    config = ViewerConfig()
    runtime = ViewerRuntime(compose(config).code, {"generate": "on"})
    for ratio in grammar["ladder"]["ratios"]:
        wide, high = (int(side) for side in ratio.split(":"))
        for width in grammar["ladder"]["widths"]:
            height = math.floor(width * high / wide + 0.5)
            if height > 4096:
                continue
            output = runtime.run(event_of(f"/a.jpg?w={width}&h={height}"), now=0).output
            assert output is not None
            assert output["uri"] == f"/a.jpg/e1,w={width},h={height},f=auto"


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("p=odd", "w=641,h=123,fit=cover"),
        ("p=odd&dpr=2", "w=1282,h=246,fit=cover"),
        ("p=wide&h=100", "w=641,h=128,fit=cover"),
        ("p=wide&ar=3:1", "w=641,h=240,fit=cover"),
        ("p=odd&w=100", "w=128,h=123,fit=cover"),
        ("p=fine&q=83", "w=641,q=85"),
        ("p=fine", "w=641,q=83"),
    ],
)
def test_the_ladder_leaves_alone_what_a_preset_says(query: str, options: str) -> None:
    ladder = ViewerConfig(
        presets={
            "odd": PresetConfig(options="w=641,h=123,fit=cover", open=("dpr", "w")),
            "wide": PresetConfig(options="w=641,fit=cover", open=("h", "ar")),
            "fine": PresetConfig(options="w=641,q=83", open=("q",)),
        }
    )
    assert uri(ladder, f"/a.jpg?{query}") == f"/a.jpg/e1,{options},f=auto"


def test_the_page_is_as_closed_as_its_prefix() -> None:
    closed = ViewerConfig(playground=True, access=(("", "signed"),))
    assert refusal(closed, "/")[:2] == (403, "auth-required")
    assert refusal(closed, "/_mirage/page/originals.json")[:2] == (403, "auth-required")
    assert uri(ViewerConfig(playground=True, access=(("a/", "signed"),)), "/") == "/index.html"


# --- Save-Data


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("", "q=70,f=auto"),
        ("q=85", "f=auto"),
        ("q=90", "q=85,f=auto"),
        ("q=30", "q=30,f=auto"),
        ("q=auto", "q=auto,f=auto"),
    ],
)
def test_save_data_lowers_the_quality_by_a_step(query: str, key: str) -> None:
    saving = ViewerConfig(sizes="exact", open_options=every_option, save_data=True)
    assert uri(saving, f"/a.jpg?{query}", headers={"save-data": "on"}) == f"/a.jpg/e1,{key}"
    assert uri(dev, f"/a.jpg?{query}", headers={"save-data": "on"}) == uri(dev, f"/a.jpg?{query}")


def test_save_data_changes_no_key_of_its_own_url() -> None:
    saving = ViewerConfig(sizes="exact", open_options=every_option, save_data=True)
    assert uri(saving, "/a.jpg/e1,f=auto", headers={"save-data": "on"}) == "/a.jpg/e1,f=auto"


# --- Accept, in several headers


def test_accept_may_come_in_several_headers() -> None:
    event = event_of("/a.jpg", accept="image/avif")
    event["request"]["headers"]["accept"] = {
        "value": "image/avif",
        "multiValue": [{"value": "image/avif"}, {"value": "IMAGE/WEBP;q=0.8"}],
    }
    output = ViewerRuntime(compose(dev).code, {"generate": "on"}).run(event, now=0).output
    assert output is not None
    assert output["uri"] == "/a.jpg/e1,f=auto-avif"


def test_the_minified_function_uses_no_syntax_that_is_younger_than_the_runtime() -> None:
    code = compose(dev).code
    assert not re.search(r"\?\?|\?\.[a-z]|catch\s*\{", code)
