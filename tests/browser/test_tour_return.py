"""The tour gives back what was there before: when it is left, by back and forward, over a reload."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle, until
from tests.browser.test_form import set_value
from tests.browser.tour import Json, begin, place


def own_state(page: Page) -> Json:
    """What a reader would miss: the address, every field, the options, and where the page is scrolled to."""
    found: Json = page.evaluate(
        """() => ({
            hash: location.hash,
            fields: [...document.querySelectorAll(
                    '#form [data-path], .transport-settings :is(input, select), #show-returns')]
                .map(node => node.type === 'checkbox' || node.type === 'radio' ? node.checked : node.value),
            where: document.querySelector('#transport-where').textContent,
            cell: document.querySelector('#cell-where').textContent,
            title: document.querySelector('#story-title').textContent,
            scroll: document.querySelector('#stage').scrollTop,
        })"""
    )
    return found


def mine(page: Page) -> Json:
    """A state of one's own: settings, a cursor, options, a place."""
    set_value(page, "config.hidden_size", "5")
    settle(page)
    page.check("#show-returns")
    page.check("input[value=stage]", force=True)
    page.select_option("#speed", "4")
    page.keyboard.press("Escape")
    page.click("#forward")
    page.wait_for_url("**/*request=*at=0.forward.0.3.*")
    page.evaluate("document.querySelector('#stage').scrollTop = 130")
    return own_state(page)


def test_leaving_gives_back_what_was_there(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    before = mine(page)
    begin(page)
    page.click("#tour-do")
    settle(page)
    page.click("#tour-close")
    expect(page.locator("#tour")).to_be_hidden()
    settle(page)
    until(page, "document.querySelector('#stage').scrollTop === 130")
    assert own_state(page) == before
    expect(page.locator("#tour-button")).to_be_focused()


def test_text_that_is_not_sent_yet_is_given_back_too(open_page: Open) -> None:
    page = open_page("/?lang=en")
    page.fill("#field-input-values", "[[[0, 0]")
    page.click("#tour-button")
    place(page, 1)
    page.click("#tour-close")
    expect(page.locator("#field-input-values")).to_have_value("[[[0, 0]")
    expect(page.locator("#field-input-values-message")).to_be_visible()


def test_back_and_forward_turn_the_pages_and_lead_out(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional&at=1.reverse.2.3.1.0.c")
    before = own_state(page)
    begin(page)
    page.go_back()
    place(page, 1)
    page.go_back()
    expect(page.locator("#tour")).to_be_hidden()
    settle(page)
    until(page, "document.querySelector('#stage').scrollTop === 0")
    assert own_state(page) == before
    page.go_forward()
    place(page, 1)
    page.keyboard.press("Escape")
    expect(page.locator("#tour")).to_be_hidden()
    until(page, "document.querySelector('#stage').scrollTop === 0")
    assert own_state(page) == before


def test_a_reload_keeps_the_page_and_the_way_back(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    before = mine(page)
    begin(page)
    page.wait_for_url("**/*request=*tour=one_layer")
    page.reload()
    place(page, 2)
    page.click("#tour-close")
    settle(page)
    page.wait_for_url(f"**/*{before['hash']}")
    assert {**own_state(page), "scroll": 0} == {**before, "scroll": 0}
