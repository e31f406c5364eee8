"""What the tests of the tour share: its words, and how they wait for a page of it."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, settle

Json = dict[str, Any]
LANGUAGES = ("en", "zh")
WORDS = {
    language: json.loads((ROOT / "static" / "i18n" / language / "tour.json").read_text("utf-8"))
    for language in LANGUAGES
}


def place(page: Page, number: int) -> None:
    """Wait until a page of the tour is shown, with its run."""
    expect(page.locator("#tour-place")).to_have_text(f"{number} of 12")
    settle(page)


def begin(page: Page) -> None:
    """Take the tour, to its second page."""
    page.click("#tour-button")
    place(page, 1)
    page.click("#tour-next")
    place(page, 2)
