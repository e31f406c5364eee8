"""The gate level: the rows of the weights beside their operands, each number in reach, however large the matrix."""

from playwright.sync_api import Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import Open, settle

RECALL = "/?lang=en#preset=recall&at=0.forward.9.2.3.0.f&level=gate"


def hover_tile(page: Page, x: float, y: float) -> None:
    page.locator("#gate-canvas").hover(position={"x": x, "y": y})


def test_a_weight_names_itself_and_the_numbers_behind_the_picture_are_a_table(open_page: Open) -> None:
    page = open_page(RECALL)
    hover_tile(page, 140, 125)
    readout = page.locator("#gate-readout")
    expect(readout).to_contain_text("weight_ih_l0[7, 2] = 2.9785, times x_t[2] = 1.0000: 2.9785")
    page.mouse.move(5, 5)
    expect(readout).to_contain_text("Unit 3 is lit")
    page.click("#gate-table-fold summary")
    chosen = page.locator("#gate-table tr.chosen td")
    expect(chosen.nth(9)).to_have_text("8.504")
    expect(chosen.nth(10)).to_have_text("1.000")
    assert findings(page, "#gate") == []


def test_a_row_opens_its_unit_by_mouse_and_keyboard_and_every_quantity_has_a_picture(open_page: Open) -> None:
    page = open_page(RECALL)
    hover_tile(page, 140, 55)
    page.locator("#gate-canvas").click(position={"x": 140, "y": 55})
    expect(page.locator("#crumbs [aria-current]")).to_have_text("unit 0 = 0.992")
    page.keyboard.press("Escape")
    page.mouse.move(5, 5)
    page.focus("#gate-figure")
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):  # the first is where the walk begins
        page.keyboard.press(key)
    expect(page.locator("#gate-readout")).to_contain_text("weight_ih_l0[5, 1]")
    page.keyboard.press("Enter")
    expect(page.locator("#crumbs [aria-current]")).to_contain_text("unit 1 =")
    page.keyboard.press("Escape")
    for letter in "ifgoch":
        page.click(f"#gate-choice .q-{letter}")
        expect(page.locator(f"#gate-choice .q-{letter}")).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#gate-letter")).to_have_class(f"gate-letter q-{letter}")
        settle(page)


def test_a_large_matrix_is_one_canvas_that_scrolls(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall&level=gate")
    page.fill("#field-config-hidden_size", "300")
    expect(page.locator("#call-code")).to_contain_text("nn.LSTM(3, 300")
    settle(page)
    assert page.locator("#gate *").count() < 120
    assert page.evaluate("document.querySelector('#gate-figure').scrollWidth") > 1500
    page.evaluate("document.querySelector('#gate-figure').scrollTo(900, 900)")
    hover_tile(page, 200, 200)
    expect(page.locator("#gate-readout")).to_contain_text("weight_hh_l0[")
    page.click("#gate-table-fold summary")
    expect(page.locator("#gate-table")).to_contain_text("row of unit")
    assert page.locator("#gate-table td").count() < 500
