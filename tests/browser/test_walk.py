"""The numbers of the equation and of what torch returns, by keyboard: one stop of Tab a group, arrow keys within."""

from playwright.sync_api import Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import Open, settle

STACKED = "/?lang=en#preset=article_bidirectional&at=1.reverse.2.3.3.0.c"


def tip(page: Page, text: str) -> None:
    expect(page.locator("#tip-text")).to_contain_text(text)


def test_the_equation_is_one_stop_and_its_numbers_are_walked(open_page: Open) -> None:
    page = open_page(STACKED)
    assert page.locator("#formula-numbers [tabindex]").count() == 1
    where = page.locator("#transport-where").inner_text()
    page.locator("#cell-table-fold summary").focus()
    page.keyboard.press("Tab")
    tip(page, "f, layer 1, reverse, t = 2, unit 3 = 0.5226")
    expect(page.locator("#formula-numbers mn:focus")).to_have_attribute("aria-describedby", "tip-text")
    page.keyboard.press("ArrowRight")
    tip(page, "c, layer 1, reverse, t = 3, unit 3")
    expect(page.locator(".vector[data-name=c_prev]")).to_have_class("vector q-c lit lit-self")
    page.keyboard.press("ArrowDown")
    tip(page, "c, layer 1, reverse, t = 2, unit 3")
    for key in ("ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    tip(page, "c, layer 1, reverse, t = 2, unit 3")
    expect(page.locator("#transport-where")).to_have_text(where)
    assert findings(page, "#side") == []
    page.keyboard.press("Enter")
    expect(page.locator("#pins-list .pin-back")).to_contain_text("c, layer 1, reverse, t = 2, unit 3")
    page.keyboard.press("Tab")
    expect(page.locator("#formula-numbers :focus")).to_have_count(0)


def test_the_focus_stays_when_the_equation_is_drawn_anew(open_page: Open) -> None:
    page = open_page(STACKED)
    page.locator("#formula-numbers [tabindex]").focus()
    page.keyboard.press("Home")
    settle(page)
    expect(page.locator("#formula-numbers mn:focus")).to_have_count(1)
    page.keyboard.press("]")
    settle(page)
    expect(page.locator("#formula-numbers mn:focus")).to_have_count(1)


STATE = ("layer 0, forward, t = 4, unit 0", "layer 0, forward, t = 4, unit 1", "layer 0, reverse, t = 0, unit 1")
RETURNED = {
    "output": ("h, layer 1, forward, t = 0, unit 0", "forward, t = 0, unit 1", "forward, t = 1, unit 1"),
    "h_n": [f"h, {where}" for where in STATE],
    "c_n": [f"c, {where}" for where in STATE],
}


def test_a_returned_tensor_is_one_stop_and_its_numbers_are_walked(open_page: Open) -> None:
    page = open_page(STACKED)
    for name, texts in RETURNED.items():
        table = page.locator(f"[data-tensor={name}]")
        assert table.locator("[tabindex]").count() == 1
        page.keyboard.press("Shift")  # the focus that follows is that of a keyboard
        table.locator("[tabindex]").focus()
        for key, said in zip(("ArrowUp", "ArrowRight", "ArrowDown"), texts, strict=True):
            page.keyboard.press(key)
            tip(page, said)
        page.keyboard.press("Enter")
        expect(page.locator("#pins-list .pin-back")).to_contain_text(texts[-1])
        page.keyboard.press("Enter")
        expect(page.locator("#pins-list .pin-back")).to_have_count(0)
    assert findings(page, "#returns") == []
