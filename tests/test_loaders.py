"""docs/loaders: what each makes is understood by the viewer function of the default stack, and is of the ladder."""

from __future__ import annotations

import functools
import importlib
import json
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path
from urllib.parse import unquote

import pytest

from emulator.viewer.runtime import ViewerRuntime
from infra.viewer.composing import compose
from infra.viewer.config import ViewerConfig
from tests.viewer_requests import event_of
from variants import grammar
from variants.table import table

loaders = Path(__file__).parent.parent / "docs" / "loaders"
awkward = "my cats/ä+(1)'.jpg"
base = "https://d111.cloudfront.net"


@functools.cache
def runtime(**settings: object) -> ViewerRuntime:
    return ViewerRuntime(compose(ViewerConfig(**settings)).code, {"generate": "on"})


def understood(url: str, **settings: object) -> str:
    """The key of a URL: the path as it was given, and each width and height as the URL says it, unsnapped."""
    assert url.startswith(base + "/")
    run = runtime(**settings).run(event_of(url.removeprefix(base)), now=1_763_600_000)
    assert run.output is not None, run.message
    assert "uri" in run.output, run.output
    original, variant = grammar.parse(unquote(run.output["uri"])[1:])
    assert original == awkward
    asked = dict(re.findall(r"[?&]([wh])=(\d+)", url))
    assert {"w": str(variant.w), **({"h": str(variant.h)} if variant.h else {})} == asked
    return run.output["uri"]


def understood_srcset(text: str) -> list[int]:
    """The widths of a srcset, each of whose URLs is understood and is as wide as it says."""
    found = [entry.rsplit(" ", 1) for entry in text.split(", ")]
    for url, width in found:
        assert f"w={width.removesuffix('w')}" in url
        understood(url)
    return [int(width.removesuffix("w")) for _, width in found]


middle = [320, 480, 640, 750, 828, 960, 1080, 1200, 1440, 1600, 1920]


def node(script: str) -> object:
    asked = [shutil.which("node") or "node", "--input-type=module", "-e", script]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=True, cwd=loaders)
    return json.loads(done.stdout)


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")


def imported(name: str, script: str) -> object:
    """What a script makes of a loader; its text is imported as a module, whatever package.json says."""
    text = json.dumps(
        (loaders / name).read_text(encoding="utf-8").replace("process.env.NEXT_PUBLIC_MIRAGE_URL", f"'{base}'")
    )
    return node(
        f"const m = await import('data:text/javascript,' + encodeURIComponent({text}));"
        f"console.log(JSON.stringify({script}));"
    )


@needs_node
def test_plain_javascript_makes_urls_of_the_ladder() -> None:
    path, options = json.dumps(awkward), f"base: '{base}'"
    assert understood_srcset(str(imported("srcset.js", f"m.srcset({path}, {{ {options} }})"))) == middle
    made = imported("srcset.js", f"m.srcset({path}, {{ {options}, ratio: '9:16', upTo: 3840 }})")
    assert understood_srcset(str(made)) == [*middle, 2048]
    one = str(imported("srcset.js", f"m.url({path}, {{ {options}, width: 700, ratio: '21:9', version: '9b2cf535' }})"))
    assert understood(one).endswith("/e1,w=750,h=321,fit=cover,v=9b2cf535,f=auto")


@needs_node
def test_next_js_gets_urls_of_the_ladder_for_each_of_its_sizes() -> None:
    sizes = [16, 32, 48, 64, 96, 128, 256, 384, 640, 750, 828, 1080, 1200, 1920, 2048, 3840]
    path = json.dumps("/" + awkward)
    script = f"{sizes}.map(width => m.default({{ src: {path}, width }}))"
    made = imported("next-loader.js", script)
    assert isinstance(made, list)
    assert [int(re.findall(r"w=(\d+)", understood(url))[0]) for url in made] == [
        *sizes[:6], 320, 480, *sizes[8:]
    ]  # fmt: skip
    with_quality = str(imported("next-loader.js", f"m.default({{ src: {path}, width: 640, quality: 75 }})"))
    assert understood(with_quality, open_options=("w", "q")).endswith("/e1,w=640,f=auto")


@pytest.fixture
def python_loaders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(loaders))
    for name in ("mirage_srcset", "mirage_django", "mirage_jinja"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_the_widths_and_ratios_are_those_of_the_grammar(python_loaders: None) -> None:
    made = importlib.import_module("mirage_srcset")
    assert made.widths == tuple(table.ladder.widths)
    assert [tuple(int(side) for side in ratio.split(":")) for ratio in made.ratios] == list(table.ladder.ratios)
    words = " ".join(made.ratios)
    listed = ", ".join(map(str, made.widths))
    for name in ("srcset.js", "next-loader.js", "mirage_helper.rb"):
        text = re.sub(r"\s+", " ", (loaders / name).read_text(encoding="utf-8"))
        assert listed in text, name
        assert name == "next-loader.js" or words in text, name


def test_jinja_makes_urls_of_the_ladder(python_loaders: None) -> None:
    jinja2 = pytest.importorskip("jinja2")
    environment = jinja2.Environment()
    importlib.import_module("mirage_jinja").add(environment, base=base)
    text = environment.from_string("{{ path | mirage_srcset(ratio='16:9') }}").render(path=awkward)
    assert understood_srcset(text) == middle
    assert understood(environment.from_string("{{ path | mirage_url(600) }}").render(path=awkward)).endswith(
        "w=640,f=auto"
    )


def test_django_makes_urls_of_the_ladder(python_loaders: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what the filter takes of Django: a library to register in, and the settings."""
    django, conf, template = types.ModuleType("django"), types.ModuleType("django.conf"), types.ModuleType("template")
    conf.settings = types.SimpleNamespace(MIRAGE_URL=base)
    template.Library = type("Library", (), {"filter": lambda self, function: function})
    django.template, django.conf = template, conf
    for name, module in {"django": django, "django.conf": conf}.items():
        monkeypatch.setitem(sys.modules, name, module)
    made = importlib.import_module("mirage_django")
    assert understood_srcset(made.mirage_srcset(awkward, "3:2")) == middle
    assert understood(made.mirage_url(awkward, "4096")).endswith("w=3840,f=auto")


@pytest.mark.skipif(shutil.which("ruby") is None, reason="needs Ruby")
def test_ruby_makes_urls_of_the_ladder() -> None:
    script = (
        "require './mirage_helper'; include MirageHelper;"
        f"puts mirage_srcset({json.dumps(awkward)}, ratio: '16:9', base: '{base}')"
    )
    done = subprocess.run(["ruby", "-e", script], capture_output=True, text=True, timeout=30, check=True, cwd=loaders)
    assert understood_srcset(done.stdout.strip()) == middle


def test_a_ratio_beside_the_ladder_is_refused(python_loaders: None) -> None:
    with pytest.raises(ValueError, match=r"received 7:5\."):
        importlib.import_module("mirage_srcset").srcset("a.jpg", ratio="7:5")
