"""The viewer function and Python in step: every key that the one prints, the other reads and prints back.

And what a URL means decides its key alone: order, aliases and defaults spelt out change nothing, meaning does.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.viewer.runtime import ViewerRuntime
from infra.viewer.composing import compose
from tests.viewer_requests import config_of, event_of
from variants import grammar
from variants.table import Option, table

spelt = json.loads((Path(__file__).parent / "vectors" / "urls.json").read_text(encoding="utf-8"))
few = settings(max_examples=200, derandomize=True, deadline=None, database=None)
accepts = st.sampled_from([None, "*/*", "image/webp", "image/avif,image/webp", "image/webp;q=0,image/avif"])
fractions = ("0", "1", "0.5", "0.50", "0.05", "0.33", "1.0", "1.00")


@functools.cache
def runtime_of(name: str) -> ViewerRuntime:
    return ViewerRuntime(compose(config_of(spelt["configs"][name])).code, {"generate": "on"})


def ask(name: str, url: str, accept: str | None = None) -> tuple[str | None, str | None]:
    """The uri that a URL becomes, and the code that it is refused with."""
    result = runtime_of(name).run(event_of(url, accept=accept), now=1_800_000_000)
    assert result.output is not None, (url, result.error, result.message)
    if "statusCode" in result.output:
        return None, result.output["headers"]["x-mirage-error"]["value"]
    return result.output["uri"], None


def values(option: Option) -> st.SearchStrategy[str]:
    """Values of an option as a query may spell them, all within bounds."""
    sides = st.integers(0, option.most).map(str)
    of_kind = {
        "integer": st.sampled_from([str(option.least), str(option.most), *option.words])
        | st.integers(option.least, option.most).map(str),
        "flag": st.sampled_from(["0", "1"]),
        "choice": st.sampled_from([*option.values, *option.synonyms]),
        "name": st.just("logo"),
        "colour": st.sampled_from(["fff", "F00", "ff0000FF", "ffffff00", "12345678", "blur", "auto", "AbCdEf"]),
        "point": st.tuples(st.sampled_from(fractions), st.sampled_from(fractions)).map(",".join),
        "rect": st.tuples(sides, sides, st.just("7"), st.integers(1, option.most or 1).map(str)).map(",".join),
        "version": st.sampled_from(["0123abcd", "0123abcdef01", "3", "nothing"]),
        "ratio": st.sampled_from(["16:9", "1:1", "3:4", "4096:1", "21:9"]),
    }
    return of_kind[option.kind]


queries = st.fixed_dictionaries(
    {}, optional={option.name: values(option) for option in table.options.values() if option.name != "p"}
)
# Any text: what is no path is refused, never printed.
paths = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).map(lambda text: quote(text, safe="/"))


def url(options: Mapping[str, str], path: str = "/a.jpg") -> str:
    return path + "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in options.items())


def assert_python_reads(uri: str) -> None:
    text = unquote(uri, errors="strict")[1:]
    assert grammar.key(*grammar.parse(text)) == text
    assert "/" + grammar.encode_path(text) == uri


@pytest.mark.parametrize("name", ["dev", "ladder-open"])
def test_python_reads_every_key_that_the_viewer_function_prints(name: str) -> None:
    printed = []

    @few
    @given(options=queries, accept=accepts)
    def each(options: dict[str, str], accept: str | None) -> None:
        uri, code = ask(name, url(options), accept)
        assert (uri is None) == (code is not None)
        if uri is not None:
            printed.append(uri)
            assert_python_reads(uri)
            assert ask(name, uri) == (uri, None)

    each()
    assert len(printed) > 100


@few
@given(path=paths)
def test_python_reads_every_path_that_the_viewer_function_prints(path: str) -> None:
    uri, code = ask("dev", f"/{path}")
    if uri is None:
        assert code == "bad-path"
    elif grammar.is_key(unquote(uri)):
        assert_python_reads(uri)


@few
@given(query=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=40))
def test_no_query_is_more_than_refused_and_lenient_refuses_none(query: str) -> None:
    uri, code = ask("dev", f"/a.jpg?{query}")
    assert uri is not None or code in ("bad-option", "bad-preset", "signature-bad")
    uri, code = ask("lenient", f"/a.jpg?{query}")
    assert code in (None, "signature-bad")
    if uri is not None:
        assert_python_reads(uri)


@few
@given(options=queries, accept=accepts, order=st.randoms(use_true_random=False))
def test_the_order_of_a_query_changes_nothing(options: dict[str, str], accept: str | None, order) -> None:
    names = list(options)
    order.shuffle(names)
    assert ask("dev", url({name: options[name] for name in names}), accept) == ask("dev", url(options), accept)


@few
@given(options=queries)
def test_an_alias_changes_nothing(options: dict[str, str]) -> None:
    renamed = {(*table.options[name].aliases, name)[0]: value for name, value in options.items()}
    assert ask("dev", url(renamed)) == ask("dev", url(options))


# Written as in a query. ar and fp look at whether fit and g are named, so those two are left as they are.
defaults = {
    "up": "0",
    "dpr": "1",
    "rot": "0",
    "bg": "fff",
    "pad": "0",
    "blur": "0",
    "sharp": "0",
    "bri": "0",
    "con": "0",
    "sat": "0",
    "gray": "0",
    "radius": "0",
    "q": "80",
    "anim": "1",
    "meta": "none",
    "dl": "0",
    "f": "auto",
}


@few
@given(options=queries, accept=accepts)
def test_a_default_spelt_out_changes_nothing(options: dict[str, str], accept: str | None) -> None:
    assert ask("dev", url(defaults | options), accept) == ask("dev", url(options), accept)


# Each pair means two things, whatever is asked for besides (of what `base` may add).
base = {"w": "640", "h": "360", "fit": "cover", "f": "webp"}
changes = [
    {"w": "641"},
    {"h": "361"},
    {"fit": "stretch"},
    {"up": "1"},
    {"dpr": "2"},
    {"g": "n"},
    {"g": "smart"},
    {"fp": "0.5,0.51"},
    {"rect": "0,0,65535,65535"},
    {"trim": "0"},
    {"rot": "90"},
    {"flip": "h"},
    {"flip": "v"},
    {"flip": "hv"},
    {"pad": "1"},
    {"pad": "1", "bg": "fffffe"},
    {"pad": "1", "bg": "ffffff00"},
    {"blur": "1"},
    {"sharp": "1"},
    {"bri": "-1"},
    {"con": "1"},
    {"sat": "1"},
    {"gray": "1"},
    {"radius": "1"},
    {"radius": "max"},
    {"wm": "logo"},
    {"q": "79"},
    {"q": "auto"},
    {"anim": "0"},
    {"meta": "copyright"},
    {"dl": "1"},
    {"v": "0123abcd"},
    {"f": "auto"},
    {"f": "avif"},
    {"f": "json"},
]


def test_every_change_of_meaning_is_another_key() -> None:
    keys = [ask("dev", url(base | change))[0] for change in [{}, *changes]]
    assert None not in keys
    assert len(set(keys)) == len(changes) + 1
