"""The page in a real browser, before the whole chain: what a person does with it, by mouse, keyboard and phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser as tooling
from tests.running import Emulator, running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(tooling.chromium() is None, reason="NO BROWSER: install chromium, or run `make browser`"),
]
expect.set_options(timeout=15_000)
quick = "f=jpg"  # AVIF is slow to make, and no page's business
serious = ("serious", "critical")


@pytest.fixture(scope="module")
def chain() -> Iterator[Emulator]:
    with running() as found:
        found.settle()
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with tooling.opened() as found:
        yield found


@pytest.fixture
def noise() -> list[str]:
    """What the console said; a test that expects an error empties it."""
    return []


@pytest.fixture
def page(chromium: Browser, chain: Emulator, noise: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=chain.url)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=chain.url)
    if script := tooling.axe():
        context.add_init_script(path=script)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.on("console", lambda message: noise.append(message.text))
    opened.on("pageerror", lambda error: noise.append(str(error)))
    yield opened
    context.close()
    assert noise == [], "the console was quiet"


def ask(page: Page, target: str) -> None:
    """The page with a target as its state, once its answer is there."""
    page.goto("/#" + target.removeprefix("/"))
    expect(page.locator("#said")).not_to_be_empty()


def shown(page: Page) -> tuple[int, int]:
    width, height = page.locator("#variant").evaluate("each => [each.naturalWidth, each.naturalHeight]")
    return width, height


def at(page: Page, across: float, down: float) -> tuple[float, float]:
    """Where a part of the original lies on the screen."""
    box = page.locator(".sheet").bounding_box()
    assert box
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def lit(page: Page) -> list[str]:
    return [str(item.get_attribute("class")) for item in page.locator("#way li").all()]


def violations(page: Page) -> list[str]:
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.impact, v.id, v.nodes[0].html])")
    return [f"{impact}: {name} at {where}" for impact, name, where in found if impact in serious]


def test_it_opens_with_a_picture_and_its_way(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#said")).to_contain_text("640 by 360 pixels")
    assert shown(page) == (640, 360)
    assert lit(page) in (
        ["passed", "passed", "passed", "answered", "passed"],
        ["passed", "answered", "off", "off", "off"],
    )
    expect(page.locator("#originals li")).to_have_count(14)


def test_a_made_picture_is_a_hit_and_after_that_stored(page: Page) -> None:
    ask(page, f"/oranges.jpg?w=301&{quick}")
    assert lit(page) == ["passed", "passed", "passed", "answered", "passed"]
    expect(page.locator("#legend")).to_contain_text("encode")
    page.click("#again")
    expect(page.locator("#cache")).to_have_text("Hit")
    expect(page.locator("#legend")).not_to_contain_text("encode")
    assert lit(page) == ["passed", "answered", "off", "off", "off"]
    page.click("#clear")
    expect(page.locator("#mirage")).to_have_text("stored")
    assert lit(page) == ["passed", "passed", "answered", "off", "off"]


def test_a_width_that_is_typed_is_the_picture_s(page: Page) -> None:
    ask(page, f"/oranges.jpg?w=300&{quick}")
    page.fill("#option-w", "222")
    expect(page.locator("#variant-facts")).to_have_text("222 × 222 · JPEG")
    assert shown(page) == (222, 222)
    expect(page.locator("#url")).to_have_value(f"/oranges.jpg?w=222&{quick}")


def test_an_original_is_chosen_and_the_url_copied(page: Page, chain: Emulator) -> None:
    ask(page, f"/oranges.jpg?w=240&{quick}")
    page.click("#originals a[data-key='aurora.jpg']")
    expect(page.locator("#variant-facts")).to_have_text("240 × 300 · JPEG")
    page.click("#copy")
    expect(page.locator("#copy")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{chain.url}/aurora.jpg?w=240&{quick}"
    assert chain.get(copied.removeprefix(chain.url)).status_code == 200


def test_a_reload_has_the_same_state(page: Page) -> None:
    ask(page, f"/balloons/6.jpg?w=200&h=100&fit=cover&g=n&gray=1&{quick}")
    page.reload()
    expect(page.locator("#variant-facts")).to_have_text("200 × 100 · JPEG")
    expect(page.locator("#option-w")).to_have_value("200")
    expect(page.locator("#option-g")).to_have_value("n")
    expect(page.locator("#option-gray")).to_be_checked()
    expect(page.locator("input[name=fit][value=cover]")).to_be_checked()


def test_back_is_the_original_before(page: Page) -> None:
    ask(page, f"/oranges.jpg?w=240&{quick}")
    page.click("#originals a[data-key='aurora.jpg']")
    expect(page.locator("#variant-facts")).to_have_text("240 × 300 · JPEG")
    page.go_back()
    expect(page.locator("#variant-facts")).to_have_text("240 × 240 · JPEG")


def test_the_keyboard_alone_gets_a_picture(page: Page) -> None:
    ask(page, f"/oranges.jpg?w=150&h=100&fit=cover&{quick}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "url":
            break
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(f"/oranges.jpg?w=160&h=100&fit=cover&{quick}")
    page.keyboard.press("Enter")
    expect(page.locator("#variant-facts")).to_have_text("160 × 100 · JPEG")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "focal":
            break
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#url")).to_have_value(f"/oranges.jpg?w=160&h=100&fit=cover&fp=0.5,0.6&{quick}")


def test_an_error_is_a_sentence(page: Page, noise: list[str]) -> None:
    ask(page, f"/oranges.jpg?w=300&{quick}")
    page.fill("#option-w", "9000")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("bad-option")
    expect(alert).to_contain_text("9000")
    assert lit(page) == ["stopped", "off", "off", "off", "off"]
    page.fill("#option-w", "301")
    expect(alert).to_be_hidden()
    assert all("400" in each for each in noise), "the browser itself reports the refused request"
    noise.clear()


def test_a_missing_original_stops_at_the_edge(page: Page, noise: list[str]) -> None:
    ask(page, "/nobody.jpg?w=300")
    expect(page.get_by_role("alert")).to_contain_text("not-found")
    assert lit(page)[3] == "stopped"
    noise.clear()


def test_pointing_sets_the_focal_point_and_the_rectangle(page: Page) -> None:
    ask(page, f"/oranges.jpg?w=300&h=100&fit=cover&{quick}")
    expect(page.locator("#focal")).to_be_visible()
    expect(page.locator("#original")).not_to_have_js_property("naturalWidth", 0)
    page.mouse.click(*at(page, 0.25, 0.75))
    expect(page.locator("#url")).to_have_value(f"/oranges.jpg?w=300&h=100&fit=cover&fp=0.25,0.75&{quick}")
    page.check("input[name=mode][value=rect]")
    page.mouse.move(*at(page, 0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*at(page, 0.8, 0.6), steps=3)
    page.mouse.up()
    found = re.search(r"rect=(\d+),(\d+),(\d+),(\d+)", page.input_value("#url"))
    assert found
    for part, wanted in zip(found.groups(), (300, 300, 900, 600), strict=True):
        assert int(part) == pytest.approx(wanted, abs=12)
    page.click("#unpoint")
    expect(page.locator("#url")).to_have_value(f"/oranges.jpg?w=300&h=100&fit=cover&{quick}")


def test_snippets_and_formats_are_of_this_picture(page: Page, chain: Emulator) -> None:
    ask(page, "/bubbles.png?w=160&h=80&fit=cover")
    code = page.locator("#panel-code pre").first.inner_text()
    assert f"{chain.url}/bubbles.png?w=320&amp;h=160&amp;fit=cover 320w" in code
    page.get_by_role("tab", name="Formats").click()
    expect(page.locator(".card")).to_have_count(5)
    names = [each.inner_text() for each in page.locator(".card b").all()]
    assert names == ["avif", "webp", "jpg", "png", "gif"]
    expect(page.locator(".card img").first).to_be_visible()


def test_what_accept_names_decides_the_format(page: Page) -> None:
    ask(page, "/oranges.jpg?w=120")
    expect(page.locator("#variant-facts")).to_contain_text("AVIF")
    page.select_option("#accept", "webp")
    expect(page.locator("#variant-facts")).to_contain_text("WEBP")
    page.select_option("#accept", "old")
    expect(page.locator("#variant-facts")).to_contain_text("JPEG")


def test_a_generator_makes_what_its_button_names(page: Page) -> None:
    page.goto("/")
    page.click("#makers button:text-is('avatar')")
    expect(page.locator("#url")).to_have_value(re.compile("^/gen/avatar/ada.png"))
    expect(page.locator("#original-facts")).to_contain_text("256 × 256")


def test_an_upload_is_an_original_at_once(page: Page, chain: Emulator) -> None:
    ask(page, f"/oranges.jpg?w=240&{quick}")
    body = chain.get("/aurora.jpg?w=400&f=jpg").content
    page.set_input_files("#file", files=[{"name": "my own ö.jpg", "mimeType": "image/jpeg", "buffer": body}])
    expect(page.locator("#url")).to_have_value(f"/my%20own%20%C3%B6.jpg?w=240&{quick}")
    expect(page.locator("#variant-facts")).to_have_text("240 × 300 · JPEG")


def test_the_contact_sheet_has_every_original_in_every_row(page: Page) -> None:
    page.goto(f"/#contact-sheet;w=32&{quick}")
    page.fill("#rows", f"w=64&{quick}\nw=64&h=64&fit=cover&{quick}")
    page.get_by_role("button", name="Show").click()
    rows = page.locator("#table tbody tr")
    expect(rows.first.locator("td img")).to_have_count(2)
    expect(rows.first.locator("td img").last).to_have_js_property("naturalWidth", 64)
    assert page.url.endswith(f"#contact-sheet;w=64&{quick};w=64&h=64&fit=cover&{quick}")


@pytest.mark.parametrize("where", [f"/#oranges.jpg?w=300&{quick}", f"/#contact-sheet;w=32&{quick}"])
def test_a_phone_scrolls_downwards_only(page: Page, where: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(where)
    expect(page.locator("#originals li").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.skipif(tooling.axe() is None, reason="NO AXE: run `make browser` where npm is")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, scheme: str, noise: list[str]) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    ask(page, f"/oranges.jpg?w=300&h=100&fit=cover&{quick}")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert violations(page) == []
    page.fill("#option-w", "9000")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("tab", name="Answer").click()
    assert violations(page) == []
    noise.clear()
    page.goto(f"/#contact-sheet;w=32&{quick}")
    expect(page.locator("#table img").first).to_be_attached()
    assert violations(page) == []
    noise.clear()
