"""Dialects: URLs of other services, taken from their documentation, through the viewer function that ships."""

from __future__ import annotations

import functools
import itertools
import json
from pathlib import Path

import pytest
import yaml

from emulator.viewer.runtime import ViewerRuntime
from infra import announce
from infra.bound.bound import bound
from infra.configuration import config
from infra.viewer.composing import compose, max_code_bytes
from infra.viewer.config import PresetConfig, ViewerConfig
from infra.viewer.dialects import dialect, dialect_names, query_dialects
from tests.viewer_requests import config_of, event_of

root = Path(__file__).parent.parent
spelt = json.loads((Path(__file__).parent / "vectors" / "dialects.json").read_text(encoding="utf-8"))
every_option = tuple(spelt["configs"]["imgix"]["open_options"])


@functools.cache
def runtime(config: ViewerConfig | str) -> ViewerRuntime:
    chosen = config_of(spelt["configs"][config]) if isinstance(config, str) else config
    return ViewerRuntime(compose(chosen).code, {"generate": "on"})


def asked(config: str | ViewerRuntime, url: str, accept: str | None = None) -> tuple[str | None, int, str]:
    """The uri that a URL becomes, or the status and sentence that it is refused with."""
    run = (runtime(config) if isinstance(config, str) else config).run(event_of(url, accept=accept), now=1_763_600_000)
    assert run.error is None, run.message
    assert run.output is not None
    if "statusCode" in run.output:
        return None, run.output["statusCode"], json.loads(run.output["body"])["message"]
    return run.output["uri"], 200, ""


def of(**settings: object) -> ViewerRuntime:
    return ViewerRuntime(compose(ViewerConfig(**settings)).code, {"generate": "on"})


@pytest.mark.parametrize("vector", spelt["vectors"], ids=lambda vector: vector["name"])
def test_each_url_means_what_its_service_says(vector: dict[str, str | None]) -> None:
    uri, status, sentence = asked(str(vector["config"]), str(vector["url"]))
    if vector["key"]:
        assert (uri, sentence) == (vector["key"], "")
    else:
        assert (uri, status, sentence) == (None, 400, vector["sentence"])


def test_every_word_of_every_dialect_has_a_vector() -> None:
    """By what the sentences and the URLs name: a row that is added wants its URL."""
    urls = " ".join(vector["url"] for vector in spelt["vectors"])
    for name in ("imgix", "cloudflare"):
        words = {word.partition("=")[0] for word in (*dialect(name).exact, *dialect(name).refused)}
        aliases = {"g": "gravity=", "bg": "background=", "f": "format="}
        rare = {"cs", "con", "sat", "sharp", "pad", "bg"} if name == "imgix" else set()
        assert [word for word in sorted(words - rare) if aliases.get(word, f"{word}=") not in urls] == []


@pytest.mark.parametrize("name", dialect_names)
def test_each_dialect_fits_beside_the_default_stack(name: str) -> None:
    function = compose(ViewerConfig(dialects=(name,)))
    assert len(function.code.encode()) <= max_code_bytes - 700
    assert any(part.startswith("dialect") for part in function.ledger)


def test_no_byte_of_a_dialect_is_in_a_stack_without() -> None:
    function = compose(ViewerConfig())
    assert not any(part.startswith("dialect") for part in function.ledger)
    assert "nearest" not in function.code


def test_three_dialects_of_a_migration_fit_together() -> None:
    compose(ViewerConfig(dialects=("imgix", "cdn-cgi", "next")))


def test_all_dialects_together_stop_with_a_sentence() -> None:
    with pytest.raises(ValueError, match=r"at most 10240 bytes, received 1[0-9]{4}"):
        compose(ViewerConfig(dialects=dialect_names))


# --- without the setting


@pytest.mark.parametrize(
    "query", ["fit=clip", "fit=crop", "crop=top", "auto=format", "fm=jpg", "brightness=0.5", "fit=inside", "flop=true"]
)
def test_a_word_of_a_dialect_without_the_setting_is_refused_with_the_choices(query: str) -> None:
    uri, status, sentence = asked(of(sizes="exact", open_options=every_option), f"/a.jpg?w=9&h=9&{query}")
    assert (uri, status) == (None, 400)
    assert sentence.startswith("Expected one of ")


# --- several in the query


both = of(sizes="exact", open_options=every_option, dialects=("imgix", "cloudflare"))


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("w=640&fit=max", "w=640,"),
        ("w=640&fit=scale-down", "w=640,"),
        ("w=640&fit=clip", "w=640,up=1,"),
        ("w=640&up=0", "w=640,"),
        ("w=640&h=9&fit=cover&up=0", "w=640,h=9,fit=cover,"),
        ("brightness=0.5", "bri=-50,"),
        ("auto=format", ""),
    ],
)
def test_two_dialects_read_what_one_understands_or_both_alike(query: str, options: str) -> None:
    assert asked(both, f"/a.jpg?{query}") == (f"/a.jpg/e1,{options}f=auto", 200, "")


@pytest.mark.parametrize("query", ["w=640", "w=640&h=9&fit=contain", "h=9&q=80"])
def test_what_two_dialects_read_differently_is_refused(query: str) -> None:
    assert asked(both, f"/a.jpg?{query}") == (
        None,
        400,
        f"Expected words that the dialects read alike (fit and up say more), received {query}.",
    )


def test_what_no_dialect_reads_is_refused_by_the_first() -> None:
    assert asked(both, "/a.jpg?w=9&h=9&fit=facearea")[2].startswith("Expected what is exact here (nearest: fit=cover")


# --- access


closed = of(
    sizes="exact",
    open_options=every_option,
    dialects=("cdn-cgi", "next"),
    access=(("team/", "signed"), ("shop/", "presets"), ("cdn-cgi/", "presets")),
    presets={"thumb": PresetConfig(options="w=300,h=200,fit=cover")},
)


@pytest.mark.parametrize(
    "url",
    [
        "/cdn-cgi/image/width=80/team/1.jpg",
        "/cdn-cgi/image/width=80/%74eam/1.jpg",
        "/%63dn-cgi/image/width=80/team/1.jpg",
        "/_next/image?url=%2Fteam%2F1.jpg&w=64&q=80",
        "/_next/image?url=%2F%2574eam%2F1.jpg&w=64&q=80",
        "/cdn-cgi/image/width=80/team/manual.pdf",
    ],
)
def test_no_path_of_a_dialect_gets_round_a_mode(url: str) -> None:
    uri, status, _ = asked(closed, url)
    assert (uri, status in (400, 403)) == (None, True) or str(uri).startswith("/cdn-cgi/")


def test_a_presets_prefix_takes_only_presets_through_a_dialect_too() -> None:
    assert asked(closed, "/_next/image?url=%2Fshop%2F1.jpg&w=64&q=80")[0] is None
    assert asked(closed, "/cdn-cgi/image/width=80/open/1.jpg")[0] is None
    assert asked(closed, "/_next/image?url=%2Fopen%2F1.jpg&w=64&q=80")[0] == "/open/1.jpg/e1,w=64,f=auto"


# --- what is open, and how many there are


def test_a_word_counts_as_what_it_maps_to() -> None:
    narrow = of(sizes="exact", open_options=("w", "h", "fit"), dialects=("imgix",))
    assert asked(narrow, "/a.jpg?w=9&h=9&fit=max")[0] == "/a.jpg/e1,w=9,h=9,f=auto"
    assert asked(narrow, "/a.jpg?w=9&h=9&fit=crop")[1:] == (
        400,
        "Expected none but w,h,fit without a signature, received up.",
    )
    assert asked(narrow, "/a.jpg?fm=jpg")[2] == "Expected none but w,h,fit without a signature, received f."


def test_the_bound_is_what_can_be_had_through_a_dialect() -> None:
    """Every box that imgix can spell in the ladder, each fit, with and without enlarging: as many as the bound says."""
    config = ViewerConfig(open_options=("w", "h", "fit", "up"), auto_formats=(), dialects=("imgix",))
    run = ViewerRuntime(compose(config).code, {"generate": "on"})
    widths = [16, 32, 48, 64, 96, 128, 160, 240, 320, 480, 640, 750, 828, 960, 1080, 1200, 1440, 1600, 1920, 2048]
    widths += [2560, 3200, 3840]
    wide = [(1, 1), (5, 4), (4, 3), (3, 2), (16, 10), (16, 9), (2, 1), (21, 9)]
    ratios = wide + [(tall, across) for across, tall in wide[1:]]
    sides = [f"w={side}" for side in widths] + [f"h={side}" for side in widths]
    sides += [
        f"w={w}&h={round(w * b / a)}" for w, (a, b) in itertools.product(widths, ratios) if round(w * b / a) <= 4096
    ]
    fits = ["fit=clip", "fit=max", "fit=crop", "fit=min", "fit=scale", "fit=pad", "fit=pad&up=1", "fit=stretch"]
    keys = {asked(run, f"/a.jpg?{side}&{fit}")[0] for side, fit in itertools.product(sides, fits)} | {
        asked(run, "/a.jpg")[0]
    }
    assert None not in keys
    assert len(keys) == bound(config).total == 1 + 2 * (46 + 327 * 4)


def test_every_dialect_s_common_words_are_open_where_the_table_says() -> None:
    assert {name: dialect(name).opens for name in dialect_names if name != "next"} == dict.fromkeys(
        (*query_dialects, "cdn-cgi", "aws-json"), "w h fit f dpr up"
    )


def test_a_preview_says_which_words_are_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(announce.pulumi.log, "warn", said.append)
    texts = {
        name: json.dumps(row["default"]) if not isinstance(row["default"], str) else row["default"]
        for name, row in yaml.safe_load((root / "Pulumi.yaml").read_text(encoding="utf-8"))["config"].items()
    }
    announce.dialects(config.read(texts | {"dialect": '["imgix", "next"]'}, region="eu-central-1"))
    assert said == [
        "The dialect imgix says up, which openOptions does not open: such URLs are answered 400 (docs/dialects.md).",
        "The dialect next says q, which openOptions does not open: such URLs are answered 400 (docs/dialects.md).",
    ]
