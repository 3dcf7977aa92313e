"""The page's files: small, nothing from elsewhere, nothing inline, every import there."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

folder = Path(__file__).parent.parent / "page"
scripts = sorted(folder.glob("*.js"))
texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def _tags() -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(texts["index.html"])
    return parser.seen


def test_all_of_it_is_at_most_60_kb() -> None:
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 60 * 1024


def test_nothing_is_inline() -> None:
    for tag, attributes in _tags():
        assert tag != "style" and "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert tag != "script" or attributes.get("src"), "a script without src is inline"


def test_every_resource_is_the_page_s_own() -> None:
    linked = [attributes.get("src") or attributes.get("href") for tag, attributes in _tags() if tag != "a"]
    for address in filter(None, linked):
        assert (folder / address.removeprefix("/_mirage/page/")).exists(), address


@pytest.mark.parametrize("name", texts)
def test_no_file_names_another_host(name: str) -> None:
    hosts = set(re.findall(r"https?://[a-z0-9.]+", texts[name])) - {"http://www.w3.org"}
    assert not hosts


@pytest.mark.parametrize("path", scripts, ids=lambda path: path.name)
def test_every_import_is_there_and_exported(path: Path) -> None:
    for names, module in re.findall(r"import \{ ([^}]+) \} from '\./([a-z]+\.js)'", path.read_text(encoding="utf-8")):
        for name in names.split(", "):
            assert re.search(
                rf"export (const|async function|function) {name}\b|export \{{[^}}]*\b{name}\b", texts[module]
            )


@pytest.mark.parametrize("path", scripts, ids=lambda path: path.name)
def test_text_enters_the_document_only_as_text(path: Path) -> None:
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\('style'"
    assert not re.findall(banned, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*scripts, folder / "page.css"], ids=lambda path: path.name)
def test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
