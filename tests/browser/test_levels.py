"""Four levels, each one click deeper: network, cell, gate, scalar; a breadcrumb, Esc, the address, back and forward."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle, until

STACKED = "/?lang=en#preset=article_bidirectional&at=1.reverse.2.2.3.0.f"


def level(page: Page, name: str) -> None:
    expect(page.locator("#bench")).to_have_attribute("data-level", name)
    expect(page.locator(f"#crumbs [data-level={name}]")).to_have_attribute("aria-current", "location")


def test_the_breadcrumb_says_where_the_cursor_is(open_page: Open) -> None:
    page = open_page(STACKED)
    level(page, "network")
    crumbs = page.locator("#crumbs li")
    expect(crumbs).to_have_text(["Network", "layer 1 reverse, t = 2", "f", "unit 3 = 0.523"])
    page.keyboard.press("ArrowRight")
    page.keyboard.press("4")
    expect(crumbs.nth(1)).to_have_text("layer 1 reverse, t = 1")
    expect(crumbs.nth(2)).to_have_text("o")


def test_each_level_is_one_click_deeper_and_escape_goes_up(open_page: Open) -> None:
    page = open_page(STACKED)
    page.locator("#strip-canvas").click(position={"x": 250, "y": 30})
    level(page, "cell")
    expect(page.locator("#cell-where")).to_contain_text("layer 1, forward, t = 3")
    page.locator(".vector[data-name=o] .letter").click()
    level(page, "gate")
    expect(page.locator("#crumbs .crumb-letter")).to_have_text("o")
    page.locator("#circuit .vector[data-name=o] .frame").click(position={"x": 4, "y": 40})
    level(page, "scalar")
    expect(page.locator("#crumbs")).to_contain_text("unit 0 =")
    for name in ("gate", "cell", "network", "network"):
        page.keyboard.press("Escape")
        level(page, name)


def test_every_crumb_is_a_way_and_another_preset_is_seen_from_its_top(open_page: Open) -> None:
    page = open_page(STACKED)
    for name in ("scalar", "cell", "gate", "network"):
        page.click(f"#crumbs [data-level={name}]")
        level(page, name)
    page.click("#crumbs [data-level=gate]")
    page.click("#presets-button")
    page.click("[data-preset=recall]")
    settle(page)
    level(page, "network")


def test_escape_pauses_first(open_page: Open) -> None:
    page = open_page(f"{STACKED}&level=cell")
    page.keyboard.press(" ")
    page.keyboard.press("Escape")
    expect(page.locator("#play")).to_have_attribute("data-playing", "false")
    level(page, "cell")
    page.keyboard.press("Escape")
    level(page, "network")


def test_a_box_of_the_circuit_opens_by_keyboard(open_page: Open) -> None:
    page = open_page(STACKED)
    page.focus(".vector[data-name=g]")
    page.keyboard.press("Enter")
    level(page, "gate")
    expect(page.locator("#crumbs .crumb-letter")).to_have_text("g")
    expect(page.locator("#play")).to_have_attribute("data-playing", "false")


def test_a_link_opens_its_level_and_back_and_forward_walk_them(open_page: Open) -> None:
    page = open_page(f"{STACKED}&level=scalar")
    level(page, "scalar")
    page.click("#crumbs [data-level=cell]")
    page.keyboard.press("ArrowRight")
    page.click("#crumbs [data-level=gate]")
    assert "level=gate" in page.url
    page.go_back()
    level(page, "cell")
    expect(page.locator("#crumbs")).to_contain_text("t = 1")
    page.go_back()
    level(page, "scalar")
    page.go_forward()
    level(page, "cell")


def test_on_a_phone_the_panel_of_the_level_is_shown_first(open_page: Open) -> None:
    page = open_page(STACKED, width=390, height=844)
    for name in ("cell", "gate", "scalar"):
        page.evaluate("scrollTo(0, 0)")
        page.click(f"#crumbs [data-level={name}]")
        level(page, name)
        panel = page.locator(f"[data-panel={name}]").first
        until(
            page,
            """name => {
                const [panel, bar] = [`[data-panel=${name}]`, "#levels"].map(it => document.querySelector(it));
                return Math.abs(panel.getBoundingClientRect().top - bar.getBoundingClientRect().bottom) < 4;
            }""",
            name,
        )
        expect(panel).to_be_in_viewport()
