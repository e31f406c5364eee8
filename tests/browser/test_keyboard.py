"""Every function of the page by keyboard alone: no test here has a pointer, or puts the focus anywhere itself."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, settle
from tests.browser.test_long_runs import QUICK, SLOW, link

STACKED = "/?lang=en#preset=article_bidirectional&at=0.forward.0.2.0.0.f"
FARTHEST = 160


def go_to(page: Page, selector: str, *, back: bool = False) -> Locator:
    """Press Tab until the focus is there."""
    for _ in range(FARTHEST):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return page.locator(":focus")
    raise AssertionError(f"{FARTHEST} times Tab do not reach {selector}")


def press(page: Page, selector: str, *keys: str) -> None:
    """Go there, and press a key, or Enter."""
    go_to(page, selector)
    for key in keys or ("Enter",):
        page.keyboard.press(key)


def where(page: Page, text: str) -> None:
    expect(page.locator("#transport-where")).to_contain_text(text)


def test_the_head_of_the_page(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall")
    press(page, ".skip")
    expect(page.locator("#stage")).to_be_focused()
    go_to(page, "#presets-button", back=True)
    page.keyboard.press("Enter")
    press(page, "#presets-list :is(a, button)", "Tab", "Enter")
    expect(page.locator("#story-title")).not_to_have_text("Recall a bit")
    settle(page)
    press(page, "#share")
    expect(page.locator("#toast")).to_have_class(re.compile("shown"))
    press(page, "#export")
    expect(page.locator("#export-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#export")).to_be_focused()
    press(page, "#theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    press(page, "#help-button")
    press(page, "#help form button")
    expect(page.locator("#help")).to_be_hidden()
    press(page, "[data-language=zh]")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    settle(page)


def test_the_form_and_its_errors(open_page: Open, expected_messages: list[str]) -> None:
    expected_messages.append("422")
    page = open_page(STACKED)
    press(page, "#field-config-hidden_size", "ControlOrMeta+a", "9")
    expect(page.locator("#story-title")).to_contain_text("nn.LSTM(3, 9")
    press(page, "#field-config-bias", "Space")
    expect(page.locator("#call-code")).not_to_contain_text("bias=False")
    press(page, "#field-dtype", "ArrowDown")
    expect(page.locator("#call-code")).to_contain_text("float64")
    go_to(page, "#field-config-proj_size", back=True)
    for key in ("ControlOrMeta+a", "9"):
        page.keyboard.press(key)
    expect(page.locator("#failure")).to_be_visible()
    press(page, "#failure-list button")
    expect(page.locator("#field-config-proj_size")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("0")
    expect(page.locator("#failure")).to_be_hidden()
    settle(page)
    press(page, "#copy-call")
    assert "nn.LSTM(3, 9" in page.evaluate("navigator.clipboard.readText()")


def test_the_form_in_its_drawer(open_page: Open) -> None:
    page = open_page(STACKED, width=1024)
    expect(page.locator("#rail")).to_be_hidden()
    press(page, "#rail-button")
    press(page, "#field-config-num_layers", "ControlOrMeta+a", "1", "Escape")
    expect(page.locator("#rail")).to_be_hidden()
    expect(page.locator("#story-title")).to_contain_text("nn.LSTM(3, 6, bias=False, bidirectional")


def test_the_story_and_its_weights(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall")
    press(page, "#story-weights input", "ArrowRight")
    expect(page.locator("#story-weights [value=untrained]")).to_be_checked()
    settle(page)
    page.keyboard.press("ArrowLeft")
    settle(page)
    before = page.locator("#transport-where").inner_text()
    press(page, "#story-sentences a", "Tab", "Enter")
    expect(page.locator("#story-sentences a[aria-current]")).to_have_count(1)
    expect(page.locator("#transport-where")).not_to_have_text(before)


def test_the_samples_and_the_network(open_page: Open) -> None:
    page = open_page(STACKED)
    press(page, "#sample", "ArrowDown")
    expect(page.locator("#sample")).to_have_value("1")
    press(page, "#show-returns", "Space")
    expect(page.locator("#strip-rows")).to_contain_text("h_n[0]")
    press(page, "#strip-rows button", "Tab", "Enter")
    expect(page.locator("#strip-rows button[aria-pressed=true]")).to_have_count(1)
    where(page, "layer 1, reverse")
    press(page, "#strip-plane", "ArrowLeft")
    where(page, "t = 1")
    page.keyboard.press("End")
    where(page, "t = 0")


def test_the_four_levels(open_page: Open) -> None:
    page = open_page(STACKED)
    press(page, "#crumbs [data-level=cell]")
    press(page, "#stages button", "Tab", "Enter")
    expect(page.locator("#stages button").nth(1)).to_have_attribute("aria-current", "step")
    press(page, ".vector[data-name=o]")
    expect(page.locator("#bench")).to_have_attribute("data-level", "gate")
    press(page, "#gate-choice button", "Enter")
    press(page, "#gate-figure", "ArrowRight", "ArrowDown", "Enter")
    expect(page.locator("#bench")).to_have_attribute("data-level", "scalar")
    press(page, "#gate-table-fold summary")
    expect(page.locator("#gate-table")).to_be_visible()
    for level in ("gate", "cell", "network"):
        page.keyboard.press("Escape")
        expect(page.locator("#bench")).to_have_attribute("data-level", level)


def test_maps_curves_and_tables(open_page: Open) -> None:
    page = open_page(STACKED)
    press(page, "#maps-units", "ArrowDown")
    expect(page.locator("#maps-units")).to_have_value("mean_f")
    press(page, "#maps-colours", "ArrowDown")
    expect(page.locator("#maps-colours")).to_have_value("shared")
    press(page, ".map-heading[data-name=c]")
    expect(page.locator(".map-heading[aria-pressed=true]")).to_have_attribute("data-name", "c")
    press(page, "#unit", "ControlOrMeta+a", "3", "Enter")
    expect(page.locator("#curves-title")).to_have_text("Unit 3")
    press(page, "#cell-table-fold summary")
    expect(page.locator("#cell-table")).to_be_visible()
    press(page, "#parity-fold summary")
    expect(page.locator("#parity-layers")).to_be_visible()


def test_numbers_are_pinned_visited_and_let_go(open_page: Open) -> None:
    page = open_page(STACKED)
    for key in ("p", "End", "5", "p"):
        page.keyboard.press(key)
    expect(page.locator("#pins-list .pin")).to_have_count(2)
    press(page, "#pins-list .pin-back")
    expect(page.locator("#bench")).to_have_attribute("data-level", "scalar")
    where(page, "t = 0")
    press(page, "#pins-list .pin-remove")
    expect(page.locator("#pins-list .pin")).to_have_count(1)


def test_the_transport(open_page: Open) -> None:
    page = open_page(STACKED)
    press(page, "#last")
    where(page, "10/10")
    press(page, "#back")
    where(page, "9/10")
    press(page, "#first")
    where(page, "1/10")
    press(page, "#forward")
    where(page, "2/10")
    press(page, "#scrubber", "End")
    where(page, "10/10")
    press(page, "#speed", "ArrowDown")
    expect(page.locator("#speed")).to_have_value("2")
    press(page, "[name=granularity]", "ArrowLeft")
    expect(page.locator("[name=granularity][value=stage]")).to_be_checked()
    press(page, "[name=order]", "ArrowRight")
    expect(page.locator("[name=order][value=column]")).to_be_checked()
    press(page, "#play", "Enter")
    expect(page.locator("#play")).to_have_attribute("data-playing", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#play")).to_have_attribute("data-playing", "false")


def test_the_tour(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall")
    press(page, "#tour-button")
    expect(page.locator("#tour-title")).to_be_focused()
    title = page.locator("#tour-title").inner_text()
    press(page, "#tour-next")
    expect(page.locator("#tour-title")).not_to_have_text(title)
    press(page, "#tour-where")
    press(page, "#tour-pages button")
    expect(page.locator("#tour-title")).to_have_text(title)
    settle(page)
    press(page, "#tour-do")
    settle(page)
    page.keyboard.press("Escape")
    expect(page.locator("#tour")).to_be_hidden()
    expect(page.locator("#story-title")).to_have_text("Recall a bit")


def test_the_shape_check(open_page: Open) -> None:
    page = open_page(STACKED)
    press(page, "[data-shape-check]")
    expect(page.locator("#shape-check-shape")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("5, 2, 3")
    press(page, "#shape-check-batch_first", "Space")
    press(page, "#shape-check-link")
    assert "doctor=5,2,3" in page.evaluate("navigator.clipboard.readText()")
    press(page, "#shape-check-run")
    expect(page.locator("#shape-check")).to_be_hidden()
    expect(page.locator("#story-title")).to_contain_text("batch_first=True")
    settle(page)


def test_packing_is_compared(open_page: Open, expected_messages: list[str]) -> None:
    expected_messages.append("422")  # of lengths that are half typed
    page = open_page(STACKED)
    go_to(page, "#field-lengths")
    page.keyboard.type("5, 4, 3, 2, 1, 5, 5")
    expect(page.locator("#comparison")).to_be_visible()
    settle(page)
    press(page, "#compare")
    expect(page.locator("#comparison-table tbody tr")).to_have_count(7)
    press(page, "#comparison-open")
    expect(page.locator("#comparison")).to_be_hidden()
    settle(page)


def test_a_long_run_is_given_up_and_taken_up(open_page: Open) -> None:
    page = open_page(f"/?lang=en{link(SLOW)}", ready=False)
    page.wait_for_selector("#progress-bar[data-counted=true]")
    press(page, "#progress-cancel")
    press(page, "#cancelled-resume")
    page.wait_for_selector("#progress-bar[data-counted=true]")
    press(page, "#progress-cancel")
    press(page, "#cancelled-dismiss")
    expect(page.locator("#cancelled")).to_be_hidden()
    settle(page)


def test_the_windows_of_a_long_trace(open_page: Open) -> None:
    page = open_page(f"/?lang=en{link(QUICK)}")
    press(page, "#window-later")
    where(page, "t = 10000")
    press(page, "#window-earlier")
    where(page, "t = 9999")
    go_to(page, "#window-timestep")
    page.keyboard.type("24999")
    page.keyboard.press("Enter")
    where(page, "t = 24999")
