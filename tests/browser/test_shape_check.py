"""The shape check: typed or linked, read by everybody, and taken over as a run."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle
from tests.browser.test_form import field

MIXED = "/?lang=en#doctor=32,100,8&batch_first=0"


def verdict(page: Page, word: str) -> None:
    expect(page.locator("#shape-check-verdict")).to_have_attribute("data-verdict", word)


def test_samples_first_are_told_to_become_time(open_page: Open) -> None:
    page = open_page(MIXED)
    verdict(page, "mixes")
    expect(page.locator("#shape-check-reads")).to_have_text(
        "torch reads 32 timesteps of 100 samples, with 8 features each."
    )
    expect(page.locator("#shape-check-notes")).to_contain_text("Your samples become time")
    expect(page.get_by_role("img", name="As you mean it: h goes from timestep to timestep")).to_be_visible()
    expect(page.get_by_role("img", name="As torch reads it: h goes from sample to sample")).to_be_visible()
    expect(page.locator("#shape-check-shapes")).to_contain_text("(32, 100, 16)")


def test_what_mends_it_is_copied_and_checked(open_page: Open) -> None:
    page = open_page(MIXED)
    page.get_by_role("button", name="Copy: Change the flag").click()
    assert page.evaluate("navigator.clipboard.readText()") == "lstm = nn.LSTM(8, 16, batch_first=True)\n"
    page.get_by_role("button", name="Check this: Change the tensor").click()
    verdict(page, "fits")
    expect(page.locator("#shape-check-shape")).to_have_value("100, 32, 8")
    expect(page.locator("#shape-check-means")).to_have_value("TNI")
    expect(page.locator("#shape-check-shape")).to_be_focused()


def test_the_check_starts_from_the_run_and_is_typed_by_keyboard(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    page.keyboard.press("?")
    page.locator("#help [data-shape-check]").press("Enter")
    expect(page.locator("#help")).to_be_hidden()
    verdict(page, "fits")
    shape = page.locator("#shape-check-shape")
    expect(shape).to_be_focused()
    expect(shape).to_have_value("5, 7, 3")
    expect(page.locator("#shape-check-same")).to_contain_text("output[0, :, 6:] is h_n[-1]")
    shape.fill("torch.Size([5, 7, 4])")
    verdict(page, "error")
    expect(page.locator("#shape-check-message")).to_have_text(
        "RuntimeError: input.size(-1) must be equal to input_size. Expected 3, got 4"
    )
    expect(shape).to_have_value("torch.Size([5, 7, 4])")
    expect(page.locator("#shape-check-run")).to_have_attribute("aria-disabled", "true")
    shape.fill("5, seven")
    expect(page.locator("#shape-check-shape-message")).to_be_visible()
    expect(shape).to_have_attribute("aria-invalid", "true")
    shape.fill("5, 3")
    verdict(page, "fits")
    expect(page.locator("#shape-check-reads")).to_contain_text("no batch")
    page.keyboard.press("Escape")
    expect(page.locator("#shape-check")).to_be_hidden()


def test_lengths_and_a_batch_first_state_are_told(open_page: Open) -> None:
    page = open_page("/?lang=en#doctor=4,6,3&batch_first=1&lengths=6,4,2,5")
    expect(page.locator("#shape-check-notes")).to_contain_text("17 rows")
    expect(page.locator("#shape-check-notes")).to_contain_text("0, 3, 1, 2")
    page.fill("#shape-check-lengths", "")
    page.fill("#shape-check-h_0", "4, 1, 16")
    verdict(page, "error")
    expect(page.locator("#shape-check-reads")).to_contain_text("h_0 must be (1, 4, 16)")
    expect(page.locator("#shape-check-fixes-list")).to_contain_text("h_0 = h_0.transpose(0, 1).contiguous()")


def test_the_address_is_its_own_and_back_closes_it(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall")
    page.wait_for_url("**/*at=*")
    before = page.url
    page.locator("#returns [data-shape-check]").click()
    page.wait_for_url("**/*doctor=16,1,3*")
    page.fill("#shape-check-shape", "16, 2, 3")
    page.check("#shape-check-bidirectional")
    page.wait_for_url("**/*doctor=16,2,3*bidirectional=1*")
    page.reload()
    settle(page)
    expect(page.locator("#shape-check-shape")).to_have_value("16, 2, 3")
    expect(page.locator("#shape-check-bidirectional")).to_be_checked()
    page.go_back()
    expect(page.locator("#shape-check")).to_be_hidden()
    assert page.url == before
    page.go_forward()
    expect(page.locator("#shape-check")).to_be_visible()
    expect(page.locator("#shape-check-shape")).to_have_value("16, 2, 3")
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"preset=recall&at=[^&]*$"))


def test_a_checked_shape_runs_here_smaller_if_need_be(open_page: Open) -> None:
    page = open_page("/?lang=en#doctor=32,100,8&batch_first=1&hidden_size=12")
    expect(page.locator("#shape-check-caps")).to_have_text(
        "Taken over smaller, to be looked at: T = 60 instead of 100, N = 8 instead of 32."
    )
    page.click("#shape-check-run")
    expect(page.locator("#shape-check")).to_be_hidden()
    expect(page.locator("#story-title")).to_have_text("nn.LSTM(8, 12, batch_first=True)")
    settle(page)
    for path, value in (("input.seq_len", "60"), ("input.batch_size", "8"), ("config.hidden_size", "12")):
        expect(page.locator(field(page, path))).to_have_value(value)
    expect(page.locator("#returned")).to_contain_text("(8, 60, 12)")
    page.wait_for_url("**/*request=*")
    page.go_back()
    verdict(page, "fits")


def test_one_sequence_runs_without_a_batch(open_page: Open) -> None:
    page = open_page("/?lang=en#doctor=9,4")
    page.click("#shape-check-run")
    expect(page.locator("#returned")).to_contain_text("(9, 16)")
    settle(page)


def test_on_a_phone_its_controls_are_as_large_as_a_finger(open_page: Open) -> None:
    page = open_page(MIXED, width=390, height=844)
    small = page.evaluate(
        """() => [...document.querySelectorAll('#shape-check :is(button, select, input[type=text])')]
            .map(node => node.getBoundingClientRect()).filter(box => box.height < 44 || box.width < 44).length"""
    )
    assert small == 0
