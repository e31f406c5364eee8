"""The menu of presets."""

from tests.browser.conftest import Open


def test_all_presets_are_seen_at_once(open_page: Open) -> None:
    page = open_page("/?lang=en")
    for language in ("en", "zh"):
        page.click(f"[data-language={language}]")
        for width, height in ((1440, 800), (1024, 768)):
            page.set_viewport_size({"width": width, "height": height})
            page.click("#presets-button")
            assert page.locator("#presets-menu").evaluate("menu => menu.scrollHeight <= menu.clientHeight")
            last = page.locator("#presets-list button").last.bounding_box()
            assert last is not None
            assert last["y"] + last["height"] <= height
            page.keyboard.press("Escape")
