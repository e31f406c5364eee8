"""Below the network: what each timestep should be answered, and what the preset's own linear layer answers."""

from itertools import pairwise

from playwright.sync_api import Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import Open, settle

RECALL = "/?lang=en#preset=recall&at=0.forward.9.2.3.0.f"


def note(page: Page, name: str, timestep: int, of: int) -> tuple[float, float]:
    """Where a row below the strip stands at a timestep, on the page."""
    row, canvas = (page.locator(it).bounding_box() for it in (f".strip-input >> text='{name}'", "#strip-canvas"))
    assert row is not None
    assert canvas is not None
    pitch = (canvas["width"] - 8) / of
    return canvas["x"] + 4 + (timestep + 0.5) * pitch, row["y"] + row["height"] / 2


def test_a_timestep_says_its_target_and_its_answer(open_page: Open) -> None:
    page = open_page(RECALL)
    expect(page.locator("#strip-readout")).to_contain_text("target 1")
    expect(page.locator("#strip-readout")).to_contain_text("answer 1, right")
    expect(page.locator("#strip-plane")).to_have_attribute(
        "aria-valuetext", "layer 0, forward, t = 9, target 1, answer 1, right"
    )
    expect(page.locator("#strip-legend")).to_contain_text("16 of 16 are right")


def test_an_answer_tells_how_it_was_read_and_lights_h(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=letters")
    page.mouse.move(*note(page, "answer", 22, 28))
    expect(page.locator("#tip-text")).to_contain_text("answer, t = 22 = s")
    expect(page.locator("#tip-text")).to_contain_text("target ␣, wrong")
    page.mouse.down()
    page.mouse.up()
    expect(page.locator("#transport-where")).to_contain_text("t = 22")


def test_the_table_holds_every_timestep(open_page: Open) -> None:
    page = open_page(RECALL)
    page.click("#answers-fold summary")
    rows = page.locator("#answers-table tbody tr")
    expect(rows).to_have_count(16)
    assert rows.nth(9).inner_text().split("\t") == ["9", "?", "1", "1", "0.985", "right"]
    expect(page.locator("#answers-table .chosen th")).to_have_text("9")
    assert findings(page, "#network") == []


def test_other_weights_have_no_answers_and_another_input_has_no_targets(open_page: Open) -> None:
    page = open_page(RECALL)
    page.check("input[value=untrained]", force=True)
    settle(page)
    expect(page.locator("#strip-legend")).to_contain_text("would say nothing of these")
    expect(page.locator("#strip-readout")).not_to_contain_text("answer")
    expect(page.locator("#strip-readout")).to_contain_text("target 1")
    page.check("input[value=trained]", force=True)
    expect(page.locator("#strip-readout")).to_contain_text("answer 1, right")
    page.select_option("#field-input-kind", "random")
    expect(page.locator("#strip-legend")).to_contain_text("nothing says which are right")
    expect(page.locator("#strip-readout")).not_to_contain_text("target")
    expect(page.locator("#strip-readout")).to_contain_text("answer")


def test_a_run_without_labels_has_none_of_it(open_page: Open) -> None:
    page = open_page()
    for part in ("#strip-legend", "#answers-fold"):
        expect(page.locator(part)).to_be_hidden()
    assert page.locator(".strip-input").count() == 1


def test_the_scrubber_names_as_many_tokens_as_have_room(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=letters")
    said = "the␣goats␣near␣the␣bird␣sing"
    for width, seen in ((1440, said), (390, said[::2])):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator("#ticks")).to_have_text(seen)
        boxes = page.evaluate("[...document.querySelectorAll('#ticks span')].map(node => node.getBoundingClientRect())")
        assert all(left["right"] < right["left"] for left, right in pairwise(boxes)), width
