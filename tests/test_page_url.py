"""The page reads and prints image URLs (page/url.js), and draws the window of a crop (page/point.js): in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

root = Path(__file__).parent.parent
node = shutil.which("node")
pytestmark = pytest.mark.skipif(node is None, reason="NO NODE: the page's scripts are not run outside a browser")

covered = {"w": "100", "h": "100", "fit": "cover"}
square = {"w": "9", "h": "9"}
# name, the original, its options, the target
printed: list[tuple[str, str, Mapping[str, str], str]] = [
    ("no options", "cats/1.jpg", {}, "/cats/1.jpg"),
    ("table order", "a.jpg", {"fit": "cover", "h": "360", "w": "640"}, "/a.jpg?w=640&h=360&fit=cover"),
    ("a default is left out", "a.jpg", {"w": "640", "q": "80", "f": "auto"}, "/a.jpg?w=640"),
    ("fit is idle without both sides", "a.jpg", {"w": "640", "fit": "cover"}, "/a.jpg?w=640"),
    ("ar and one side are both", "a.jpg", {"w": "640", "ar": "16:9", "g": "n"}, "/a.jpg?w=640&ar=16:9&g=n"),
    ("smart counts with cover only", "a.jpg", square | {"fit": "pad", "g": "smart"}, "/a.jpg?w=9&h=9&fit=pad"),
    ("g counts with pad", "a.jpg", {"w": "9", "h": "9", "fit": "pad", "g": "n"}, "/a.jpg?w=9&h=9&fit=pad&g=n"),
    ("q is idle for png", "a.jpg", {"f": "png", "q": "40"}, "/a.jpg?f=png"),
    ("bg counts where the border is", "a.png", {"f": "png", "bg": "f00", "pad": "8"}, "/a.png?bg=f00&pad=8&f=png"),
    ("a border of 0 is none", "a.png", {"f": "png", "bg": "ff0000", "pad": "0"}, "/a.png?f=png"),
    ("a point's comma stays", "a.jpg", {"w": "9", "ar": "1:1", "fp": "0.5,0.2"}, "/a.jpg?w=9&ar=1:1&fp=0.5,0.2"),
    ("trim of 0 is exact, not off", "a.jpg", {"trim": "0"}, "/a.jpg?trim=0"),
    ("a name of other signs", "été/a b+c!(1).jpg", {}, "/%C3%A9t%C3%A9/a%20b%2Bc%21%281%29.jpg"),
    ("what nobody reads is escaped", "a.jpg", {"w": "1&h=2"}, "/a.jpg?w=1%26h%3D2"),
]  # fmt: skip
# name, the target, the original, its options
read: list[tuple[str, str, str, Mapping[str, str]]] = [
    ("an alias", "/a.jpg?width=640&gravity=n", "a.jpg", {"w": "640", "g": "n"}),
    ("an escaped path", "/%C3%A9t%C3%A9/a%20b.jpg", "été/a b.jpg", {}),
    ("an unknown option", "/a.jpg?colour=red&w=2", "a.jpg", {"w": "2"}),
    ("an option without a value", "/a.jpg?w=&h&f=png", "a.jpg", {"f": "png"}),
    ("a percent sign that escapes nothing", "/100%.jpg", "100%.jpg", {}),
    ("no slash in front", "a.jpg?w=2", "a.jpg", {"w": "2"}),
]
# name, options, the picture's size, what is kept of it as x, y, w, h in parts
kept: list[tuple[str, Mapping[str, str], tuple[int, int], list[float] | None]] = [
    ("the middle of a wide picture", covered, (200, 100), [0.25, 0, 0.5, 1]),
    ("its west", covered | {"g": "w"}, (200, 100), [0, 0, 0.5, 1]),
    ("a point at the edge is clamped", covered | {"fp": "1,0.5"}, (200, 100), [0.5, 0, 0.5, 1]),
    ("a ratio with one side", {"w": "100", "ar": "1:1"}, (100, 200), [0, 0.25, 1, 0.5]),
    ("inside a rectangle", covered | {"rect": "100,0,100,50"}, (200, 100), [0.625, 0, 0.25, 0.5]),
    ("contain keeps all", {"w": "100", "h": "100"}, (200, 100), None),
    ("smart is not known here", covered | {"g": "smart"}, (200, 100), None),
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    modules = tmp_path_factory.mktemp("page") / "page"
    shutil.copytree(root / "page", modules)
    (modules / "package.json").write_text('{"type": "module"}', encoding="utf-8")  # older Nodes need to be told
    cases = {
        "printed": [[original, options] for _, original, options, _ in printed],
        "read": [target for _, target, _, _ in read],
        "kept": [[options, *size] for _, options, size, _ in kept],
    }
    program = f"""
        import {{ readFileSync }} from 'node:fs';
        import {{ read, target }} from '{(modules / "url.js").as_uri()}';
        import {{ kept }} from '{(modules / "point.js").as_uri()}';
        const table = JSON.parse(readFileSync('{root / "variants/grammar.json"}'));
        const cases = JSON.parse(readFileSync(0));
        console.log(JSON.stringify({{
            printed: cases.printed.map(([original, options]) => target(original, options, table)),
            read: cases.read.map((each) => read(each, table)),
            kept: cases.kept.map((each) => kept(...each)),
        }}));
    """
    command = [str(node), "--no-warnings", "--input-type=module", "--eval", program]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("number", range(len(printed)), ids=[case[0] for case in printed])
def test_options_are_printed(answers: dict[str, list[object]], number: int) -> None:
    assert answers["printed"][number] == printed[number][3]


@pytest.mark.parametrize("number", range(len(read)), ids=[case[0] for case in read])
def test_a_target_is_read(answers: dict[str, list[object]], number: int) -> None:
    assert answers["read"][number] == {"original": read[number][2], "options": read[number][3]}


@pytest.mark.parametrize("number", range(len(kept)), ids=[case[0] for case in kept])
def test_the_window_is_what_cover_keeps(answers: dict[str, list[object]], number: int) -> None:
    wanted = kept[number][3]
    assert answers["kept"][number] == (wanted if wanted is None else pytest.approx(wanted))
