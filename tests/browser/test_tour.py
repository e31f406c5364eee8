"""The way through the tour: its pages, its links and its keys, how it looks, and who is told of it."""

from playwright.sync_api import expect

from tests.browser.conftest import Open, settle, until
from tests.browser.tour import WORDS, Json, place


def test_every_page_shows_its_run_its_panel_and_does_what_it_suggests(
    open_page: Open, tour_pages: dict[str, Json]
) -> None:
    page = open_page("/?lang=en#tour=keep")
    for number, entry in enumerate(tour_pages.values(), 1):
        place(page, number)
        expect(page.locator("#tour-title")).to_have_text(WORDS["en"][f"tour.{entry['key']}.title"].replace("`", ""))
        expect(page.locator(".tour-look")).to_be_in_viewport()
        expect(page.locator("#tour-do")).to_have_text("Do it for me")
        assert page.locator("#show-returns").is_checked() == entry.get("returns", False)
        page.click("#tour-do")
        if entry["then"].get("act") == "compare":
            expect(page.locator("#comparison-table tbody tr")).to_have_count(3)
        elif entry["then"].get("act") == "shape-check":
            expect(page.locator("#shape-check-verdict")).to_have_attribute("data-verdict", "mixes")
            page.keyboard.press("Escape")
            expect(page.locator("#shape-check")).to_be_hidden()
        else:
            expect(page.locator("#tour-do")).to_have_text("As it was")
            settle(page)
            page.click("#tour-do")
            expect(page.locator("#tour-do")).to_have_text("Do it for me")
        page.click("#tour-next")
    expect(page.locator("#tour")).to_be_hidden()


def test_a_page_is_linked_and_leaving_it_keeps_the_figure(open_page: Open) -> None:
    page = open_page("/?lang=en#tour=order_of_h_n")
    place(page, 7)
    expect(page.locator("#transport-where")).to_contain_text("layer 1, reverse, t = 4")
    page.keyboard.press("Escape")
    expect(page.locator("#tour")).to_be_hidden()
    expect(page.locator("#transport-where")).to_contain_text("layer 1, reverse, t = 4")
    until(page, "!location.hash.includes('tour')")


def test_the_tour_goes_by_keyboard_and_says_where_it_is(open_page: Open) -> None:
    page = open_page("/?lang=en")
    page.focus("#tour-button")
    page.keyboard.press("Enter")
    expect(page.locator("#tour-title")).to_be_focused()
    expect(page.locator("#tour-status")).to_contain_text("1 of 12. A forget gate of 1 keeps.")
    page.focus("#tour-next")
    page.keyboard.press("Enter")
    place(page, 2)
    expect(page.locator("#tour-next")).to_be_focused()
    expect(page.locator("#tour-status")).to_contain_text("2 of 12. hidden_size is not the number of timesteps")
    page.focus("#tour-where")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Padding is data").click()
    place(page, 11)
    expect(page.locator("#tour-title")).to_be_focused()
    expect(page.locator("#tour-list")).to_be_hidden()


def test_who_comes_for_the_first_time_is_told_once_and_the_help_offers_the_tour(open_page: Open) -> None:
    page = open_page("/?lang=en")
    expect(page.locator("#tour-invite")).to_be_visible()
    page.click("#tour-decline")
    expect(page.locator("#tour-invite")).to_be_hidden()
    page.reload()
    settle(page)
    expect(page.locator("#tour-invite")).to_be_hidden()
    linked = open_page("/?lang=en#preset=recall")
    expect(linked.locator("#tour-invite")).to_be_hidden()
    linked.keyboard.press("?")
    linked.click("#help-tour")
    expect(linked.locator("#help")).to_be_hidden()
    expect(linked.locator("#tour-title")).to_be_focused()


def test_on_a_narrow_screen_it_fits_and_its_controls_are_as_large_as_a_finger(open_page: Open) -> None:
    page = open_page("/?lang=en#tour=order_of_h_n", width=390, height=844)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        small = page.evaluate(
            """() => [...document.querySelectorAll('#tour button')].filter(node => node.checkVisibility())
                .map(node => node.getBoundingClientRect()).filter(box => box.height < 44 || box.width < 44).length"""
        )
        assert small == 0, width
    page.mouse.wheel(0, 700)
    expect(page.locator("#tour-next")).to_be_in_viewport()


def test_on_a_phone_a_link_stays_at_the_panel_that_its_page_speaks_of(open_page: Open) -> None:
    page = open_page("/?lang=en#tour=one_layer", width=390, height=844)
    expect(page.locator("#bench")).to_have_attribute("data-level", "gate")
    page.wait_for_timeout(500)
    box, bar = page.locator(".network").bounding_box(), page.locator("#tour").bounding_box()
    assert box
    assert bar
    assert abs(box["y"] - (bar["y"] + bar["height"])) < 60  # the breadcrumb between
