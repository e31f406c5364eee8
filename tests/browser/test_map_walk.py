"""Maps and curves by keyboard: one tab stop each, arrow keys from number to number, and the page keeps its own keys."""

from playwright.sync_api import Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.browser.test_maps import until_rows

RECALL = "/?lang=en#preset=recall&at=0.forward.9.2.3.0.f"


def enter(page: Page, figure: str, panel: int) -> None:
    """Tab into a panel of a figure, from the one before it."""
    page.locator(f"#{figure}-walk .walk").nth(panel - 1).focus()
    page.keyboard.press("Tab")


def says(page: Page, title: str) -> None:
    expect(page.locator("#tip-title")).to_have_text(title)


def test_a_map_is_one_stop_and_begins_at_the_cursor(open_page: Open) -> None:
    page = open_page(RECALL)
    enter(page, "maps", 1)
    says(page, "f, layer 0, forward, t = 9, unit 3")
    expect(page.locator(":focus")).to_have_attribute("aria-describedby", "tip-text")
    expect(page.locator("#maps-overlays .overlay-lit.lit-self")).to_have_count(1)
    assert findings(page, ".maps") == []
    page.keyboard.press("Tab")
    says(page, "g, layer 0, forward, t = 9, unit 3")


def test_arrows_walk_over_tiles_and_leave_the_cursor_where_it_is(open_page: Open) -> None:
    page = open_page(f"{RECALL}&units=variance_c")
    until_rows(page, "3", "2", "1", "0")
    enter(page, "maps", 4)
    for key, title in (
        ("ArrowRight", "c, layer 0, forward, t = 10, unit 3"),
        ("ArrowUp", "c, layer 0, forward, t = 10, unit 3"),
        ("ArrowDown", "c, layer 0, forward, t = 10, unit 2"),
        ("ArrowLeft", "c, layer 0, forward, t = 9, unit 2"),
    ):
        page.keyboard.press(key)
        says(page, title)
    expect(page.locator("#maps-walk [role=status]")).to_contain_text("c, layer 0, forward, t = 9, unit 2 = ")
    expect(page.locator("#maps-overlays .overlay-lit")).to_have_count(5)
    expect(page.locator("#transport-where")).to_contain_text("t = 9")
    page.keyboard.press("Enter")
    expect(page.locator("#pins-list li")).to_have_count(1)
    expect(page.locator(".pin-back")).to_contain_text("c, layer 0, forward, t = 9, unit 2")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#transport-where")).to_contain_text("t = 15")


def test_shift_and_enter_opens_and_plus_and_minus_change_what_is_in_sight(open_page: Open) -> None:
    page = open_page(RECALL)
    enter(page, "maps", 1)
    page.keyboard.press("+")
    page.wait_for_url("**time=*")
    says(page, "f, layer 0, forward, t = 9, unit 3")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    says(page, "f, layer 0, forward, t = 15, unit 3")
    page.wait_for_url("**time=8-16*")
    page.keyboard.press("-")
    expect(page.locator("#maps-reset")).to_be_hidden()
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#bench")).to_have_attribute("data-level", "scalar")
    expect(page.locator("#cell-where")).to_contain_text("t = 15")


def test_arrows_walk_along_curves_and_between_them(open_page: Open) -> None:
    page = open_page(RECALL)
    enter(page, "curves", 1)
    expect(page.locator("#tip-title")).to_contain_text("t = 9, unit 3")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tip-title")).to_contain_text("t = 10, unit 3")
    expect(page.locator("#curves-overlays .overlay-dot")).not_to_have_count(0)
    seen = set()
    for _ in range(3):
        seen.add(page.locator("#tip-title").inner_text()[0])
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(50)
    assert seen == set("gch")
    page.keyboard.press("Enter")
    expect(page.locator("#pins-list li")).to_have_count(1)
    page.keyboard.press("Home")
    expect(page.locator("#transport-where")).to_contain_text("t = 0")
