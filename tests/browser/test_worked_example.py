"""The page opens on the source article's worked example, plays it, and shows the numbers that the article prints."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Open


@pytest.fixture
def article() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "tests" / "worked-example.json").read_text())
    return found


def printed(page: Page, tensor: str) -> dict[str, list[float]]:
    """A returned tensor as it stands on the page: its rows by index."""
    rows = page.locator(f"table[data-tensor={tensor}] tbody tr")
    texts = rows.evaluate_all(
        "rows => rows.map(row => [row.dataset.index, [...row.cells].slice(1).map(c => c.innerText)])"
    )
    assert all("." in cell and len(cell.split(".")[1]) == 4 for _, cells in texts for cell in cells)
    return {index: [float(cell) for cell in cells] for index, cells in texts}


def test_playing_to_the_end_shows_the_printed_outputs(open_page: Open, article: dict[str, Any]) -> None:
    page = open_page()
    page.select_option("#speed", "8")
    page.click("#play")
    expect(page.locator("#transport-where")).to_contain_text("t = 1 · 2/2")
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play")
    output = printed(page, "output")
    assert len(output) == 6
    for t, samples in enumerate(article["output"]):
        for n, numbers in enumerate(samples):
            assert output[f"{t},{n}"] == pytest.approx(numbers, abs=1.01e-4), f"output[{t}, {n}]"
            if t == 1:
                assert printed(page, "h_n")[f"0,{n}"] == pytest.approx(numbers, abs=1.01e-4)


def test_the_page_is_ready_to_play_and_its_equation_carries_the_numbers_of_its_moment(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("h1")).to_have_text("LSTM Lens")
    expect(page.locator("#transport-where")).to_contain_text("layer 0, forward, t = 0 · 1/2")
    expect(page.locator("#parity-line")).to_have_attribute("data-state", "ok")
    expect(page.locator("#parity-line")).to_contain_text("torch.nn.LSTM")
    expect(page.locator("#call-code")).to_contain_text("lstm = nn.LSTM(2, 4, bias=False)")
    expect(page.locator("#formula-numbers")).to_contain_text("0.413")
    page.click("#stages button:nth-of-type(1) >> text=cell state")
    numbers = page.locator("#formula-numbers")
    expect(numbers).to_contain_text("0.413")
    expect(numbers).to_contain_text("0.511")
    expect(numbers).to_contain_text("0.211")
    page.click("#stages >> text=hidden state")
    expect(numbers).to_contain_text("0.140")
    page.click("#cell-table-fold summary")
    row = page.locator("#cell-table tbody tr").nth(1).locator("td")
    expect(row).to_have_text(["0.413", "0.449", "0.511", "0.675", "0", "0.211", "0.140"])


def test_the_products_behind_a_gate_are_ranked(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#formula-numbers[data-stale=false]")
    page.keyboard.press("2")
    expect(page.locator("#terms .term-product")).to_have_count(5)
    products = page.locator("#terms .term-product").all_inner_texts()
    sizes = [abs(float(text.replace("\u2212", "-"))) for text in products]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == 5
    expect(page.locator("#terms-rest-title")).to_have_text("and the rest: 1 more")


def test_a_sentence_of_the_story_moves_the_cursor_and_another_sample_has_its_own_numbers(open_page: Open) -> None:
    page = open_page()
    page.select_option("#sample", "0")
    expect(page.locator(".map-heading.q-h output")).to_have_text("0")
    page.select_option("#sample", "2")
    expect(page.locator(".map-heading.q-h output")).to_have_text("0.140")
    page.locator("#story-sentences a").nth(3).click()
    expect(page.locator("#transport-where")).to_contain_text("t = 1")
    expect(page.locator("#story-sentences a").nth(3)).to_have_attribute("aria-current", "true")
