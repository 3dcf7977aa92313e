"""The shared vectors, run through what ships: the composed, linted, minified function in CloudFront's runtime."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from emulator.viewer.runtime import ViewerResult, ViewerRuntime
from infra.viewer.composing import compose
from tests.viewer_requests import config_of, event_of

shared = json.loads((Path(__file__).parent / "vectors" / "urls.json").read_text(encoding="utf-8"))


@functools.cache
def runtime_of(name: str) -> ViewerRuntime:
    return ViewerRuntime(compose(config_of(shared["configs"][name])).code, {"generate": "on"})


def run(vector: Mapping[str, object], url: str) -> ViewerResult:
    event = event_of(url, accept=vector.get("accept"))
    return runtime_of(str(vector["config"])).run(event, now=1_763_600_000)


@pytest.mark.parametrize("vector", shared["vectors"], ids=lambda vector: vector["name"])
def test_each_url_becomes_what_the_contract_says(vector: dict[str, object]) -> None:
    result = run(vector, str(vector["url"]))
    assert result.error is None, result.message
    assert seen(result, str(vector["url"])) == wanted(vector)


@pytest.mark.parametrize("name", ["dev"])
def test_a_key_that_was_printed_prints_itself(name: str) -> None:
    keys = [vector for vector in shared["vectors"] if vector["config"] == name and "/e1," in (vector["key"] or "")]
    assert keys
    for vector in keys:
        result = run(vector, vector["key"])
        assert result.output is not None
        assert result.output.get("uri") == vector["key"], vector["name"]


def seen(result: ViewerResult, url: str) -> dict[str, object]:
    output = result.output
    assert output is not None
    if "statusCode" in output:
        return {"key": None, "status": output["statusCode"], "code": output["headers"]["x-mirage-error"]["value"]}
    assert output["querystring"] == {}
    assert output["headers"]["x-mirage-generate"]["value"] in ("on", "off")
    path = url.partition("?")[0]
    is_page = path == "/" or path.startswith("/_mirage/page/")
    return {"key": output["uri"], "origin": result.selected_origin or ("page" if is_page else "variants")}


def wanted(vector: Mapping[str, object]) -> dict[str, object]:
    if vector["key"] is None:
        return {"key": None, "status": vector["status"], "code": vector["code"]}
    return {"key": vector["key"], "origin": vector["origin"]}
