"""The viewer function in njs, which CloudFront's runtime is made of, where one is installed (Debian's package `njs`).

The emulator's QuickJS is stricter in what it has, and more forgiving in what njs does otherwise: the order of an
object's keys before 0.8.1, and a `let` that is given what is defined further down.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from emulator.viewer.runtime import ViewerRuntime
from infra.viewer.composing import compose
from tests.test_viewer_vectors import seen, shared, wanted
from tests.viewer_requests import config_of, event_of

njs = shutil.which("njs")
world = """
let selected = null;
const cf = {
  kvs: () => ({ get: async () => 'on', exists: async () => true }),
  selectRequestOriginById: id => { selected = id; },
  edgeLocation: {},
};
"""
# One event after the other; what a function hands over is read where it was handed over.
driver = """
function next(at) {
  if (at === events.length) return;
  const query = events[at].request.rawQueryString;
  events[at].request.rawQueryString = () => query === null ? undefined : query;
  selected = null;
  const say = said => {
    // A line of njs's own ends after some 4,000 characters.
    encodeURIComponent(JSON.stringify(said)).match(/.{1,2000}/g).forEach(piece => console.log(piece));
    console.log('.');
    next(at + 1);
  };
  handler(events[at]).then(output => say({ output: output, selected: selected }), error => say({ error: `${error}` }));
}
next(0);
"""


def answers(name: str, vectors: list[dict[str, object]], folder: Path) -> list[dict[str, object]]:
    """What the function of a stack makes of each vector's request."""
    code = re.sub(r'^import cf from"cloudfront";', "", compose(config_of(shared["configs"][name])).code)
    events = [event_of(str(each["url"]), accept=each.get("accept")) for each in vectors]
    script = f"{world}{code};const events = {json.dumps(events)};{driver}"
    file = folder / "function.js"
    file.write_text(script, encoding="utf-8")
    found = subprocess.run([str(njs), str(file)], capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(unquote(said.replace("\n", ""))) for said in found.stdout.split("\n.\n") if said]


@pytest.mark.skipif(njs is None, reason="no njs on PATH")
@pytest.mark.parametrize("name", sorted(shared["configs"]))
def test_each_url_becomes_in_njs_what_the_contract_says(name: str, tmp_path: Path) -> None:
    vectors = [each for each in shared["vectors"] if each["config"] == name]
    for vector, said in zip(vectors, answers(name, vectors, tmp_path), strict=True):
        assert "error" not in said, (vector["name"], said)
        result = SimpleNamespace(output=said["output"], selected_origin=said["selected"])
        assert seen(result, str(vector["url"])) == wanted(vector), vector["name"]


def test_no_order_of_an_objects_keys_says_the_order_of_options() -> None:
    """Held without njs, too."""
    code = compose(config_of(shared["configs"]["dev"])).code
    imported, rest = code.split(";", 1)
    reversing = "Object.keys=object=>{const found=[];for(const name in object){found.unshift(name)}return found};"
    runtime = ViewerRuntime(f"{imported};{reversing}{rest}", {"generate": "on"})
    for vector in shared["vectors"]:
        if vector["config"] == "dev":
            result = runtime.run(event_of(str(vector["url"]), accept=vector.get("accept")), now=1_763_600_000)
            assert seen(result, str(vector["url"])) == wanted(vector), vector["name"]
