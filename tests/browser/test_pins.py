"""Pinned numbers stay in sight: by key, by Shift and click, from the tooltip; they lead back, and travel in links."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import PROFILE, Open, opener, settle

RECALL = "/?lang=en#preset=recall&at=0.forward.9.2.3.0.f"

GAVE_WAY = {
    "en": "Only 8 numbers stay pinned: c, layer 0, forward, t = {}, unit 3 has given way, with any pinned before it.",
    "zh": "最多钉住 8 个数值：c，第 0 层，正向，t = {}，单元 3 已取下，更早钉住的也一并取下。",
}

NOT_IN_RUN = {
    "en": "This run has no c, layer 0, forward, t = 9, unit 3: it is pinned no longer.",
    "zh": "这次运行中没有 c，第 0 层，正向，t = 9，单元 3，已取下。",
}
#: Milliseconds that no toast stands by itself.
LONGER = 60_000


@pytest.fixture(scope="module")
def clocked(browser: Browser, server: str) -> Iterator[BrowserContext]:
    """A profile whose time can be moved on."""
    context = browser.new_context(**PROFILE)
    context.clock.install()
    context.new_page().goto(f"{server}/api/health")
    yield context
    context.close()


@pytest.fixture(scope="module")
def clocked_pages() -> list[Page]:
    """The idle page of that profile."""
    return []


@pytest.fixture
def open_clocked(server: str, clocked: BrowserContext, clocked_pages: list[Page]) -> Iterator[Open]:
    """Opens the page in that profile."""
    with opener(server, clocked, clocked_pages, []) as opened:
        yield opened


def pins(page: Page) -> list[str]:
    return page.locator("#pins-list .pin-back").all_inner_texts()


def test_a_key_pins_what_is_pointed_at_and_else_the_cursor(open_page: Open) -> None:
    page = open_page(RECALL)
    page.keyboard.press("p")
    expect(page.locator("#pins-list li")).to_have_count(1)
    page.hover(".map-heading.q-c output")
    page.keyboard.press("p")
    expect(page.locator("#pins-list li")).to_have_count(2)
    first, second = pins(page)
    assert first.startswith("f, layer 0, forward, t = 9, unit 3 = 1.000")
    assert second.startswith("c, layer 0, forward, t = 9, unit 3 = 1.436")
    page.keyboard.press("p")
    expect(page.locator("#pins-list li")).to_have_count(1)


def test_a_pin_holds_its_place_and_leads_back(open_page: Open) -> None:
    page = open_page(RECALL)
    page.locator(".map-heading.q-c output").click(modifiers=["Shift"])
    expect(page.locator("#pins-list li")).to_have_count(1)
    expect(page.locator("#bench")).to_have_attribute("data-level", "network")
    page.keyboard.press("Home")
    expect(page.locator("#transport-where")).to_contain_text("t = 0")
    assert "1.436" in pins(page)[0]
    page.click("#pins-list .pin-back")
    expect(page.locator("#transport-where")).to_contain_text("t = 9")
    expect(page.locator("#crumbs [aria-current]")).to_have_text("unit 3 = 1.436")


def test_the_tooltip_pins_and_unpins(open_page: Open) -> None:
    page = open_page(RECALL)
    page.hover("#curves-readings .q-o")
    page.click("#tip-pin")
    expect(page.locator("#pins-list li")).to_have_count(1)
    expect(page.locator("#tip-pin")).to_have_attribute("aria-pressed", "true")
    page.click("#tip-pin")
    expect(page.locator("#pins")).to_be_hidden()


def test_pins_travel_in_the_address_and_follow_the_weights(open_page: Open) -> None:
    page = open_page(f"{RECALL}&pins=c.0.forward.9.3.0,f.0.forward.9.2.0")
    expect(page.locator("#pins-list li")).to_have_count(2)
    before = pins(page)
    page.check("input[value=untrained]", force=True)
    settle(page)
    expect(page.locator("#pins-list li").first).not_to_contain_text("1.436")
    assert pins(page) != before
    assert findings(page, "#stage") == []
    page.locator(".pin-remove").first.click()
    expect(page.locator("#pins-list li")).to_have_count(1)
    expect(page.locator(".pin-remove")).to_be_focused()
    page.wait_for_url("**/*pins=f.0.forward.9.2.0")
    page.locator(".pin-remove").click()
    expect(page.locator("#crumbs [aria-current]")).to_be_focused()


def test_the_ninth_pin_says_which_one_gave_way(open_page: Open) -> None:
    page = open_page(f"{RECALL}&pins={','.join(f'c.0.forward.{t}.3.0' for t in range(8))}")
    expect(page.locator("#pins-list li")).to_have_count(8)
    page.keyboard.press("p")
    toast = page.locator("#toast")
    expect(toast).to_have_text(GAVE_WAY["en"].format(0))
    expect(toast).to_have_attribute("role", "status")
    expect(page.locator("#pins-list li")).to_have_count(8)
    assert pins(page)[-1].startswith("f, layer 0, forward, t = 9, unit 3")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_link_with_too_many_pins_says_which_gave_way(open_clocked: Open, language: str) -> None:
    linked = f"&pins={','.join(f'c.0.forward.{t}.3.0' for t in range(10))}"
    page = open_clocked(f"{RECALL.replace('lang=en', f'lang={language}')}{linked}")
    expect(page.locator("#toast")).to_have_text(GAVE_WAY[language].format(1))
    expect(page.locator("#pins-list li")).to_have_count(8)
    expect(page.locator("#pins-list .pin-back").first).to_have_attribute("data-pin", "c.0.forward.2.3.0")
    page.clock.run_for(LONGER)
    expect(page.locator("#toast.shown")).to_have_count(0)
    page.keyboard.press("Home")
    expect(page.locator("#transport-where")).to_contain_text("t = 0")
    expect(page.locator("#toast.shown")).to_have_count(0)
    page.evaluate(
        "more => { location.hash = more }", f"preset=recall&at=0.forward.9.2.3.0.f{linked},c.0.forward.10.3.0"
    )
    expect(page.locator("#toast.shown")).to_have_text(GAVE_WAY[language].format(2))


def test_a_run_taken_over_from_the_shape_check_keeps_the_pins_that_stand_in_it(open_page: Open) -> None:
    page = open_page(f"{RECALL}&pins=c.0.forward.9.3.0,f.0.forward.1.2.0")
    page.click("#returns [data-shape-check]")
    page.fill("#shape-check-shape", "(2, 1, 3)")
    page.click("#shape-check-run")
    settle(page)
    expect(page.locator("#pins-list li")).to_have_count(1)
    assert pins(page)[0].startswith("f, layer 0, forward, t = 1, unit 2")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_run_that_has_not_a_pin_says_so_and_a_later_one_brings_it_back(open_page: Open, language: str) -> None:
    page = open_page(f"{RECALL.replace('lang=en', f'lang={language}')}&pins=c.0.forward.9.3.0,f.0.forward.9.0.0")
    expect(page.locator("#pins-list li")).to_have_count(2)
    size = page.locator('[data-path="config.hidden_size"]')
    size.fill("2")
    expect(page.locator("#toast.shown")).to_have_text(NOT_IN_RUN[language])
    expect(page.locator("#pins-list li")).to_have_count(1)
    page.wait_for_url("**/*pins=f.0.forward.9.0.0")
    size.fill("12")
    expect(page.locator("#pins-list li")).to_have_count(2)
    expect(page.locator("#toast.shown")).to_have_count(0, timeout=3000)
    assert all(not text.endswith("–") for text in pins(page))


def test_a_link_whose_pins_are_not_in_its_run_says_so(open_page: Open) -> None:
    page = open_page(f"{RECALL}&pins=c.0.forward.9.3.0,f.0.reverse.9.0.0,f.0.forward.99.0.0,c.0.forward.9.3.0")
    expect(page.locator("#toast.shown")).to_have_text(
        "This run has no f, layer 0, reverse, t = 9, unit 0, nor 1 more of the pins: they are pinned no longer."
    )
    expect(page.locator("#pins-list li")).to_have_count(1)


def test_a_toast_stays_while_it_is_pointed_at_or_in_focus_and_then_goes(open_clocked: Open) -> None:
    page = open_clocked(f"{RECALL}&pins={','.join(f'c.0.forward.{t}.3.0' for t in range(8))}")
    expect(page.locator("#pins-list li")).to_have_count(8)
    toast = page.locator("#toast")
    page.keyboard.press("p")
    page.clock.run_for(100)
    expect(toast).to_have_class("toast shown")
    toast.hover()
    page.clock.run_for(LONGER)
    expect(toast).to_have_class("toast shown")
    page.mouse.move(5, 5)
    page.clock.run_for(1000)
    toast.focus()
    page.clock.run_for(LONGER)
    expect(toast).to_have_class("toast shown")
    page.locator("#stage").focus()
    page.clock.run_for(LONGER)
    expect(toast).to_have_class("toast")
    expect(toast).not_to_have_attribute("tabindex", "0")
