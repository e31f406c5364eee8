"""Pointing at any number says what it is and lights what it was made of; it pauses the player and hides nothing."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import Open, settle

STACKED = "/?lang=en#preset=article_bidirectional&at=1.reverse.2.3.3.0.c"


def tip(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.locator("#tip-text")).to_contain_text(text)


def overlaps(page: Page, selector: str) -> bool:
    return bool(
        page.evaluate(
            """selector => {
                const [a, b] = ['#tip', selector].map(one => document.querySelector(one).getBoundingClientRect());
                return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
            }""",
            selector,
        )
    )


def test_a_vector_of_the_circuit_lights_its_sources_in_the_other_panels(open_page: Open) -> None:
    page = open_page(STACKED)
    page.hover(".vector[data-name=c] .letter")
    page.hover("#circuit .vector[data-name=c] .frame", position={"x": 30, "y": 40})
    tip(page, "c, layer 1, reverse, t = 2, unit 3", "= \u22120.0681", "f \u00b7 c", "0.5226 \u00b7 (\u22120.0558)")
    for name in ("f", "i", "g", "c_prev"):
        expect(page.locator(f".vector[data-name={name}]")).to_have_class("vector q-" + name[0] + " lit")
    expect(page.locator("#formula-numbers mn.lit")).not_to_have_count(0)
    expect(page.locator("#maps-overlays .overlay-lit")).to_have_count(5)
    page.mouse.move(700, 20)
    expect(page.locator("#tip")).to_be_hidden()
    expect(page.locator(".lit")).to_have_count(0)


NUMBERS = {
    "#formula-numbers mn.q-f": "f, layer 1, reverse, t = 2, unit 3 = 0.5226",
    "#terms li": "g, layer 1, reverse, t = 2, unit 3",
    ".map-heading.q-o output": "o, layer 1, reverse, t = 2, unit 3",
    "#curves-readings .q-g": "g, layer 1, reverse, t = 2, unit 3",
    "[data-tensor=output] [data-index='2,0'] td:nth-of-type(10)": "h, layer 1, reverse, t = 2, unit 3",
    "[data-tensor=c_n] [data-index='1,0'] td:nth-of-type(1)": "c, layer 0, reverse, t = 0, unit 0",
}


def test_every_number_and_every_picture_says_what_is_under_the_pointer(open_page: Open) -> None:
    page = open_page(STACKED)
    for selector, text in NUMBERS.items():
        page.mouse.move(700, 20)
        expect(page.locator("#tip")).to_be_hidden()
        page.locator(selector).first.hover()
        tip(page, text)
        assert not overlaps(page, selector), selector
    page.hover("#strip-canvas", position={"x": 250, "y": 30})
    tip(page, "h, layer 1, forward, t = 3")
    page.hover("#maps", position={"x": 40, "y": 32})
    tip(page, "i, layer 1, reverse, t = 0, unit 0")
    page.hover("#curves", position={"x": 60, "y": 60})
    tip(page, "layer 1, reverse, t = 0, unit 3")
    expect(page.locator(".overlay-dot")).not_to_have_count(0)
    expect(page.locator(".hoverlayer text")).to_have_count(0)


def test_a_weight_lights_its_operand(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall&at=0.forward.9.2.3.0.f&level=gate")
    page.hover("#gate-canvas", position={"x": 140, "y": 125})
    tip(page, "weight_ih_l0[7, 2] = 2.9785", "times x[2]", "2.9785 \u00b7 1.0000 = 2.9785")
    expect(page.locator(".vector[data-name=x]")).to_have_class("vector q-x lit lit-self")


def test_hover_pauses_and_lets_go(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall")
    page.select_option("#speed", "2")  # so that its end is far
    page.keyboard.press("Escape")
    page.click("#play")
    page.hover(".vector[data-name=c]")
    expect(page.locator("#tip")).to_be_visible()
    stood = page.locator("#transport-where").inner_text()
    expect(page.locator("#play")).to_have_attribute("data-playing", "true")
    page.wait_for_timeout(1500)
    expect(page.locator("#transport-where")).to_have_text(stood)
    page.mouse.move(700, 20)
    expect(page.locator("#transport-where")).not_to_have_text(stood)


def test_the_focus_brings_the_tooltip_and_escape_puts_it_away_alone(open_page: Open) -> None:
    page = open_page(f"{STACKED}&level=cell")
    page.focus("#stages button:nth-of-type(1)")
    page.locator("#stages button").last.focus()
    page.keyboard.press("Tab")
    tip(page, "c, layer 1, reverse, t = 2, unit 3")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("aria-describedby", "tip-text")
    assert findings(page, "#side") == []
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()
    expect(page.locator("#bench")).to_have_attribute("data-level", "cell")
    page.keyboard.press("Escape")
    expect(page.locator("#bench")).to_have_attribute("data-level", "network")


def test_a_tap_asks(browser: Browser, server: str) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
    try:
        tapped = phone.new_page()
        tapped.goto(server + STACKED)
        settle(tapped)
        tapped.tap("#terms li >> nth=0")
        tip(tapped, "g, layer 1, reverse")
        tapped.tap("#equation-title")
        expect(tapped.locator("#tip")).to_be_hidden()
    finally:
        phone.close()
