"""The menu of presets."""

import pytest

from tests.browser.conftest import Open


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "height"), [(1440, 800), (1024, 768)])
def test_all_presets_are_seen_at_once(open_page: Open, language: str, width: int, height: int) -> None:
    page = open_page(f"/?lang={language}", width=width, height=height)
    page.click("#presets-button")
    assert page.locator("#presets-menu").evaluate("menu => menu.scrollHeight <= menu.clientHeight")
    last = page.locator("#presets-list button").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= height
