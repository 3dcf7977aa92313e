"""The pictures of the documents, from a running emulator: the page, the first URL's, and those of the options."""

from __future__ import annotations

import sys
from pathlib import Path

from docs import option_pictures
from tests import browser
from tests.running import Emulator, running

first = "/mountains.jpg?w=640&h=360&fit=cover"


def take(folder: Path) -> None:
    """Nothing: the folder holds the options' pictures, first.jpg and, where there is a browser, page.png."""
    with running() as emulator:
        emulator.settle()
        option_pictures.take(emulator)
        if browser.chromium() is None:
            print("NO BROWSER: docs/images/page.png stays as it is; `make browser` gets one.", file=sys.stderr)
        else:
            _page(emulator, folder / "page.png")
        answer = emulator.get(first + "&f=jpg")
        assert answer.status_code == 200, answer.text
        (folder / "first.jpg").write_bytes(answer.content)


def _page(emulator: Emulator, path: Path) -> None:
    """A screenshot after the second visit, so that all thumbnails are there, of a picture that was just made."""
    with browser.opened() as chromium:
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{emulator.url}/#oranges.jpg?w=64")
        page.wait_for_selector("#said:not(:empty)", state="attached")
        page.wait_for_load_state("networkidle")
        page.reload()
        page.click("#originals a[data-key='mountains.jpg']")
        page.wait_for_load_state("networkidle")
        page.fill("#url", first)
        page.keyboard.press("Enter")
        page.wait_for_selector("#variant-facts:text('640 × 360')")
        page.wait_for_load_state("networkidle")
        page.locator("#url").blur()
        page.screenshot(path=path)
