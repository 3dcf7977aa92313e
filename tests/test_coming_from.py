"""docs/coming-from.md: the URL on the left, where a dialect reads it, has the key of the one on the right."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from emulator.viewer.runtime import ViewerRuntime
from infra.viewer.composing import compose
from infra.viewer.config import ViewerConfig
from tests.viewer_requests import event_of
from variants.table import table

text = (Path(__file__).parent.parent / "docs" / "coming-from.md").read_text(encoding="utf-8")
headings = {"imgix": ("imgix",), "Cloudflare Images": ("cdn-cgi",), "Next.js": ("next",), "AWS Dynamic": ("aws",)}


def rows_of(heading: str) -> list[tuple[str, str]]:
    section = text.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^\| `(\S+)` \| `(\S+)` \|$", section, re.MULTILINE)
    return [(theirs, ours) for theirs, ours in found if theirs[0] in "/?" and ours[0] in "/?"]


@functools.cache
def runtime(dialects: tuple[str, ...]) -> ViewerRuntime:
    config = ViewerConfig(sizes="exact", open_options=tuple(table.options), dialects=dialects)
    return ViewerRuntime(compose(config).code, {"generate": "on"})


def key(dialects: tuple[str, ...], url: str) -> object:
    full = url if url.startswith("/") else f"/cats/1.jpg{url}"
    output = runtime(dialects).run(event_of(full, accept="image/webp"), now=1_763_600_000).output
    assert output is not None
    assert "uri" in output, (url, output)
    return output["uri"]


@pytest.mark.parametrize("heading", headings)
def test_both_urls_of_a_row_have_one_key(heading: str) -> None:
    rows = rows_of(heading)
    assert rows
    for theirs, ours in rows:
        assert key(headings[heading], theirs) == key((), ours), theirs


@pytest.mark.parametrize("heading", ["Cloudinary", "imgproxy", "thumbor"])
def test_ours_is_a_url_of_ours_where_there_is_no_dialect(heading: str) -> None:
    section = text.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    urls = re.findall(r"`((?:/cats/1\.jpg)?\?[^`]+)`", section)
    assert len(urls) >= 5
    for url in urls:
        if "p=" not in url:
            key((), url)
