"""Time on the page: the true order of computing, two directions with two cursors, stages, the scrubber, the keys."""

from playwright.sync_api import expect

from tests.browser.conftest import Open, settle

STACKED = "/?lang=en#preset=article_bidirectional&at=0.forward.0.2.0.0.f"


def test_layer_one_starts_when_both_directions_of_layer_zero_are_complete(open_page: Open) -> None:
    page = open_page(STACKED)
    for layer in (0, 1):
        for t in range(5):
            expect(page.locator("#transport-where")).to_contain_text(f"layer {layer}, forward, t = {t} ·")
            page.click("#forward")


def test_the_reverse_cursor_comes_from_the_right_and_a_column_holds_all_layers(open_page: Open) -> None:
    page = open_page(STACKED)
    page.keyboard.press("d")
    expect(page.locator("#transport-where")).to_contain_text("layer 0, reverse, t = 4 · 1/10")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#transport-where")).to_contain_text("layer 0, reverse, t = 3 · 2/10")
    page.keyboard.press("d")
    page.check("input[value=column]", force=True)
    page.click("#last")
    expect(page.locator("#transport-where")).to_contain_text("layer 0, forward, t = 4 · 5/5")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#transport-where")).to_contain_text("layer 1, forward, t = 4 · 5/5")


def test_play_walks_the_stages_and_pauses(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall")
    page.check("input[value=stage]", force=True)
    page.click("#first")
    stage = page.locator("#stages button[aria-current=step]")
    expect(stage).to_contain_text("x in")
    page.select_option("#speed", "4")
    page.click("#play")
    expect(page.locator("#transport-where")).to_contain_text("t = 1")
    page.click("#play")
    expect(page.locator("#play")).to_have_attribute("data-playing", "false")
    stood = stage.inner_text()
    page.wait_for_timeout(600)
    expect(stage).to_have_text(stood)


def test_keys_move_the_cursor_and_choose_stages_and_quantities(open_page: Open) -> None:
    page = open_page(STACKED)
    for key, expected in (
        ("ArrowRight", "layer 0, forward, t = 1"),
        ("Home", "layer 0, forward, t = 0"),
        ("Shift+ArrowRight", "layer 1, forward, t = 4"),
        ("End", "layer 1, forward, t = 4"),
        ("ArrowLeft", "layer 1, forward, t = 3"),
        ("Home", "layer 0, forward, t = 0"),
        ("ArrowUp", "layer 1, forward, t = 0"),
        ("ArrowDown", "layer 0, forward, t = 0"),
    ):
        page.keyboard.press(key)
        expect(page.locator("#transport-where")).to_contain_text(expected)
    page.keyboard.press("]")
    expect(page.locator("#stages button[aria-current=step]")).to_contain_text("cell state")
    page.keyboard.press("[")
    expect(page.locator("#stages button[aria-current=step]")).to_contain_text("gates")
    for number, letter in enumerate("ifgoch", start=1):
        page.keyboard.press(str(number))
        expect(page.locator(".map-heading[aria-pressed=true] b")).to_have_text(letter)


def test_keys_do_nothing_in_a_field_and_space_plays_outside(open_page: Open) -> None:
    page = open_page(STACKED)
    page.keyboard.press(" ")
    expect(page.locator("#play")).to_have_attribute("data-playing", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#play")).to_have_attribute("data-playing", "false")
    page.keyboard.press("Home")
    page.focus("#field-config-hidden_size")
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#transport-where")).to_contain_text("layer 0, forward, t = 0")


def test_the_players_own_controls_leave_the_other_keys_to_the_page(open_page: Open) -> None:
    page = open_page(STACKED)
    page.focus("#scrubber")
    page.keyboard.press("]")
    expect(page.locator("#stages button[aria-current=step]")).to_contain_text("cell state")
    page.keyboard.press(" ")
    expect(page.locator("#play")).to_have_attribute("data-playing", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#play")).to_have_attribute("data-playing", "false")
    page.focus("#speed")
    page.keyboard.press("[")
    expect(page.locator("#stages button[aria-current=step]")).to_contain_text("gates")
    page.focus("input[name=order]:checked")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()


def test_the_scrubber_says_where_it_is(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall")
    page.focus("#scrubber")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#scrubber")).to_have_attribute("aria-valuetext", "layer 0, forward, t = 9, ?")
    expect(page.locator("#ticks")).to_contain_text("?")


def test_a_click_in_the_network_moves_the_cursor_there(open_page: Open) -> None:
    page = open_page(STACKED)
    page.get_by_role("button", name="layer 1 reverse").click()
    expect(page.locator("#cell-where")).to_contain_text("layer 1, reverse, t = 0")
    canvas = page.locator("#strip-canvas")
    canvas.click(position={"x": 250, "y": 30})
    expect(page.locator("#cell-where")).to_contain_text("layer 1, forward, t = 3")


def test_what_torch_returns_is_named_at_its_tiles(open_page: Open) -> None:
    page = open_page(STACKED)
    expect(page.locator("#strip-readout")).to_contain_text("torch keeps this to itself")
    page.check("#show-returns")
    expect(page.get_by_role("button", name="layer 1 reverse")).to_contain_text("h_n[3] c_n[3]")
    page.locator("#strip-canvas").hover(position={"x": 20, "y": 60})
    expect(page.locator("#strip-readout")).to_contain_text("output[0, 0, 6:]   h_n[3, 0]   c_n[3, 0]")


def test_the_cursor_is_announced(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#announcer")).to_contain_text("Layer 0, forward, t = 1")


def test_a_link_opens_the_same_view_and_back_returns(open_page: Open, server: str) -> None:
    page = open_page(STACKED.replace("0.forward.0.2", "1.reverse.2.3"))
    expect(page.locator("#cell-where")).to_have_text("layer 1, reverse, t = 2, unit 0")
    expect(page.locator("#stages button[aria-current=step]")).to_contain_text("cell state")
    page.click("#presets-button")
    page.click("[data-preset=recall]")
    expect(page.locator("#story-title")).to_have_text("Recall a bit")
    page.wait_for_url("**/*#preset=recall*")
    page.go_back()
    expect(page.locator("#story-title")).to_have_text("Two layers, two directions")
    settle(page)
    expect(page.locator("#cell-where")).to_contain_text("layer 1, reverse, t = 2")
