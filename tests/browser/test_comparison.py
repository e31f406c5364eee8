"""Packing beside padding: what torch returns for both, sample by sample."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle
from tests.browser.test_form import field, set_value

STACK = "/?lang=en#preset=article_bidirectional"
LENGTHS = [5, 4, 3, 2, 1, 5, 5]


def packed(page: Page) -> None:
    set_value(page, "lengths", ", ".join(map(str, LENGTHS)))
    settle(page)


def run(page: Page, server: str, lengths: list[int] | None) -> dict[str, Any]:
    """The preset's own run over the API, its samples packed or not."""
    presets = json.loads(page.request.get(f"{server}/api/presets").text())["presets"]
    request = next(preset["request"] for preset in presets if preset["name"] == "article_bidirectional")
    reply = page.request.post(f"{server}/api/traces", data={**request, "lengths": lengths})
    found: dict[str, Any] = reply.json()
    return found


def test_each_sample_says_by_how_much_padding_would_change_it(open_page: Open, server: str) -> None:
    page = open_page(STACK)
    expect(page.locator("#comparison")).to_be_hidden()
    packed(page)
    page.focus("#compare")
    page.keyboard.press("Enter")
    rows = page.locator("#comparison-table tbody tr")
    expect(rows).to_have_count(7)
    expect(page.locator("#comparison-table")).to_be_focused()
    ours, theirs = run(page, server, LENGTHS), run(page, server, None)
    for n, length in enumerate(LENGTHS):
        shown = [
            float(cell) for cell in rows.nth(n).locator("td[data-state]").evaluate_all("all => all.map(c => c.title)")
        ]
        expected = []
        for half in (slice(0, 6), slice(6, 12)):
            pairs = [(ours["output"][t][n][half], theirs["output"][t][n][half]) for t in range(length)]
            expected.append(max(abs(a - b) for mine, other in pairs for a, b in zip(mine, other, strict=True)))
        for name in ("h_n", "c_n"):
            for cell in range(4):
                pair = zip(ours[name][cell][n], theirs[name][cell][n], strict=True)
                expected.append(max(abs(a - b) for a, b in pair))
        assert shown == pytest.approx(expected, abs=1e-6)
        assert (max(shown) <= 1e-6) == (length == 5)
    expect(page.locator("#comparison-why")).to_contain_text("begins at t = T − 1, in the padding")
    expect(page.locator("#comparison-status")).to_have_text("Compared.")


def test_the_padded_run_is_a_link_away(open_page: Open) -> None:
    page = open_page(STACK)
    packed(page)
    page.wait_for_url("**/*request=*")
    packed_url = page.url
    page.click("#compare")
    page.click("#comparison-open")
    expect(page.locator(field(page, "lengths"))).to_have_value("")
    page.wait_for_url(lambda url: url != packed_url)  # else the way back would lead past the packed run
    settle(page)
    expect(page.locator("#comparison")).to_be_hidden()
    page.go_back()
    settle(page)
    expect(page.locator(field(page, "lengths"))).to_have_value("5, 4, 3, 2, 1, 5, 5")
    expect(page.locator("#compare")).to_be_visible()


def test_forward_alone_differs_only_in_its_last_states(open_page: Open) -> None:
    page = open_page("/?lang=en")
    set_value(page, "lengths", "2, 1, 2")
    page.click("#compare")
    states = page.locator("#comparison-table tbody tr").nth(1).locator("td[data-state]")
    expect(states.nth(0)).not_to_have_attribute("data-state", "differs")
    expect(states.nth(2)).to_have_attribute("data-state", "differs")
    expect(page.locator("#comparison-why")).to_contain_text("output is the same at the valid timesteps")


def test_a_padded_run_that_fails_says_so_and_can_be_asked_for_again(
    open_page: Open, expected_messages: list[str]
) -> None:
    expected_messages.append("ERR_FAILED")
    page = open_page(STACK)
    packed(page)
    page.route("**/api/traces?**", lambda route: route.abort())
    page.click("#compare")
    expect(page.locator("#comparison-status")).to_have_text("The server does not answer. Try again.")
    page.unroute("**/api/traces?**")
    page.click("#compare")
    expect(page.locator("#comparison-table tbody tr")).to_have_count(7)
