"""Themes, languages, widths, the keyboard, and what assistive technology is told."""

import re

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open, settle

VIEWS = {
    "worked example": "",
    "two directions": "#preset=article_bidirectional&at=1.reverse.2.3.1.0.c",
    "trained": "#preset=recall&at=0.forward.9.4.3.0.h",
}


WIDER = "document.documentElement.scrollWidth > innerWidth"


def test_the_page_is_never_wider_than_its_window(open_page: Open) -> None:
    page = open_page(f"/?lang=en{VIEWS['two directions']}", width=320, height=844)
    assert not page.evaluate(WIDER)
    for width in (390, 768, 860, 1024, 1280, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 844})
        settle(page)
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert not page.evaluate(WIDER), width


def test_every_control_is_in_reach_of_the_keyboard_and_seen_when_it_has_the_focus(open_page: Open) -> None:
    page = open_page(f"/?lang=en{VIEWS['two directions']}")
    controls = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
            .filter(node => node.checkVisibility() && !node.disabled && !node.closest('[aria-hidden=true]'))
            .filter(node => node.type !== 'radio' || node.checked)
            .filter(node => node.role !== 'tab' || node.ariaSelected === 'true')
            .map((node, k) => { node.dataset.walk = k; return String(k); })"""
    )
    reached = set()
    for _ in range(len(controls) + 8):
        page.keyboard.press("Tab")
        walked, style = page.evaluate(
            "[document.activeElement.dataset.walk ?? null, getComputedStyle(document.activeElement).outlineStyle]"
        )
        if walked is not None:
            reached.add(walked)
            if page.evaluate("document.activeElement instanceof HTMLElement"):  # boxes of a circuit have a stroke
                assert style != "none", page.evaluate("document.activeElement.outerHTML")
    missed = [
        page.locator(f"[data-walk='{walk}']").evaluate("node => node.outerHTML") for walk in set(controls) - reached
    ]
    assert missed == []


def test_the_theme_follows_the_system_until_one_is_chosen(open_page: Open) -> None:
    page = open_page(theme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.click("#theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.reload()
    settle(page)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_the_other_language_keeps_the_view(open_page: Open) -> None:
    page = open_page(f"/?lang=en{VIEWS['trained']}")
    page.click("[data-language=zh]")
    settle(page)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#maps-title")).to_have_text("热图")
    expect(page.locator("#cell-where")).to_contain_text("t = 9")
    assert "preset=recall" in page.url


def test_the_help_lists_the_keys_and_closes_and_the_call_is_copied(open_page: Open) -> None:
    page = open_page()
    page.click("#help-button")
    help_dialog = page.get_by_role("dialog")
    expect(help_dialog).to_contain_text("play or pause")
    page.keyboard.press("Escape")
    expect(help_dialog).to_be_hidden()
    page.click("#copy-call")
    expect(page.locator("#toast")).to_have_text("Code copied")
    assert "lstm = nn.LSTM(2, 4, bias=False)" in page.evaluate("navigator.clipboard.readText()")
    page.click("#share")
    assert page.evaluate("navigator.clipboard.readText()").endswith("&at=0.forward.0.2.1.1.i")


def test_on_a_phone_the_player_stays_at_the_bottom_and_targets_are_large(open_page: Open) -> None:
    page = open_page(width=390, height=844)
    assert not page.evaluate(WIDER)
    for _ in range(3):
        page.mouse.wheel(0, 900)
        box = page.locator("#play").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844
    page.click("#transport-more")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, select, .segments label, summary, input[type=range]')]
            .filter(node => node.checkVisibility() && !node.closest('dialog, [popover], .strip-rows, #maps-overlays'))
            .map(node => [node.id || node.className || node.textContent, node.getBoundingClientRect()])
            .filter(([, box]) => box.height < 36 || box.width < 34)
            .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    )
    assert small == []


def test_transport_and_maps_are_alive_before_plotly(open_page: Open, server: str) -> None:
    page = open_page("/api/health", ready=False)
    held: list[Route] = []
    page.route(re.compile("plotly"), lambda route: held.append(route))
    page.goto(f"{server}/?lang=en", wait_until="commit")
    page.wait_for_selector("#bench[data-phase=ready]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#transport-where")).to_contain_text("t = 1")
    expect(page.locator("#maps-sketch")).to_be_visible()
    assert page.evaluate(COLOURS) > 10
    page.hover("#maps", position={"x": 120, "y": 50})
    expect(page.locator("#tip-title")).to_contain_text("i, layer 0")
    held[0].continue_()
    settle(page)
    expect(page.locator("#maps-sketch")).to_be_hidden()


#: How many colours the maps have that are painted while Plotly is loading.
COLOURS = """() => {
  const { width, height } = document.getElementById("maps-sketch");
  const { data } = document.getElementById("maps-sketch").getContext("2d").getImageData(0, 0, width, height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""
