"""The form: every argument re-runs the LSTM; what is wrong is said at its field, and the last good picture stays."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle


def field(page: Page, path: str) -> str:
    return f"#field-{path.replace('.', '-')}"


def set_value(page: Page, path: str, value: str) -> None:
    with page.expect_response(lambda reply: reply.request.method == "POST"):
        page.fill(field(page, path), value)


def set_choice(page: Page, path: str, value: str) -> None:
    with page.expect_response(lambda reply: reply.request.method == "POST"):
        page.select_option(field(page, path), value)


def set_flag(page: Page, path: str) -> None:
    with page.expect_response(lambda reply: reply.request.method == "POST"):
        page.check(field(page, path))


def test_a_changed_size_runs_again_changes_everything_and_survives_a_reload(open_page: Open) -> None:
    page = open_page()
    set_value(page, "config.hidden_size", "7")
    settle(page)
    expect(page.locator("#story-title")).to_have_text("nn.LSTM(2, 7, bias=False)")
    expect(page.locator("#parameters tbody tr").first).to_contain_text("(28, 2)")
    expect(page.locator("#story-notice")).to_contain_text("the weights now come from seed 0")
    expect(page.locator("table[data-tensor=output] caption")).to_contain_text("(2, 3, 7)")
    page.wait_for_url("**/*#preset=worked_example&request=*")
    page.reload()
    settle(page)
    expect(page.locator("#story-title")).to_have_text("nn.LSTM(2, 7, bias=False)")


def test_an_illegal_value_is_said_at_its_field_and_the_picture_stays(
    open_page: Open, expected_messages: list[str]
) -> None:
    expected_messages.append("422")
    page = open_page()
    before = page.locator("table[data-tensor=output]").inner_text()
    set_value(page, "config.proj_size", "4")
    message = page.locator(field(page, "config.proj_size") + "-message")
    expect(message).to_contain_text("hidden_size")
    expect(page.locator(field(page, "config.proj_size"))).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#failure")).to_be_visible()
    assert page.locator("table[data-tensor=output]").inner_text() == before
    page.click("#failure-list button")
    expect(page.locator(field(page, "config.proj_size"))).to_be_focused()
    set_value(page, "config.proj_size", "3")
    settle(page)
    expect(page.locator("#failure")).to_be_hidden()
    expect(message).to_be_hidden()
    expect(page.locator("#stages")).to_contain_text("projection")


def test_a_run_that_is_too_large_says_how_large_and_which_setting(
    open_page: Open, expected_messages: list[str]
) -> None:
    expected_messages.append("413")
    page = open_page()
    set_value(page, "config.hidden_size", "60000")
    expect(page.locator("#failure")).to_contain_text("This run would be too large")
    expect(page.locator("#failure")).to_contain_text("LSTM_LENS_MAX_")


def test_text_that_is_not_json_stays_in_its_field(open_page: Open) -> None:
    page = open_page()
    page.fill(field(page, "input.values"), "[[[0, 1], [")
    expect(page.locator(field(page, "input.values") + "-message")).to_contain_text("not JSON yet")
    set_value(page, "input.values", "[[0, 1], [1, 0], [1, 1]]")
    settle(page)
    expect(page.locator("table[data-tensor=output] caption")).to_contain_text("(3, 4) (T, H)")


def test_the_place_of_a_fault_is_named_until_its_text_changes(open_page: Open, expected_messages: list[str]) -> None:
    expected_messages.append("422")
    page = open_page()
    set_value(page, "lengths", "2, 2, 9")
    expect(page.locator("#failure-list button")).to_have_text("lengths[2]")
    set_value(page, "lengths", "2, 2, 2")
    settle(page)
    set_value(page, "input.values", "[[[0, 1], [1]]]")
    expect(page.locator("#failure-list button").first).to_contain_text("input.values")
    page.fill(field(page, "input.values"), "[[[0, 1], [1")
    expect(page.locator("#failure")).to_be_hidden()
    expect(page.locator(field(page, "input.values") + "-message")).to_have_text(re.compile("^This is not JSON yet"))


def test_a_size_typed_again_keeps_the_weights_and_a_notice_stays(open_page: Open, expected_messages: list[str]) -> None:
    expected_messages.append("422")
    page = open_page()
    set_value(page, "config.hidden_size", "")
    set_value(page, "config.hidden_size", "4")
    settle(page)
    expect(page.locator(field(page, "weights.kind"))).not_to_have_value("seed")
    expect(page.locator("#story-notice")).to_be_hidden()
    set_value(page, "config.hidden_size", "1")
    set_value(page, "config.hidden_size", "12")
    settle(page)
    expect(page.locator("#story-notice")).to_contain_text("the weights now come from seed 0")
    page.click("#story-notice-dismiss")
    expect(page.locator("#story-notice")).to_be_hidden()


def test_every_kind_of_input_starts_from_what_is_shown(open_page: Open) -> None:
    page = open_page()
    set_choice(page, "input.kind", "random")
    settle(page)
    expect(page.locator(field(page, "input.seq_len"))).to_have_value("2")
    set_choice(page, "weights.kind", "state_dict")
    settle(page)
    expect(page.locator(field(page, "weights.tensors"))).to_have_value(re.compile("weight_ih_l0"))
    set_choice(page, "states.h_0", "values")
    settle(page)
    expect(page.locator(field(page, "h_0"))).to_have_value(re.compile(r"\[\[\[0, 0, 0, 0\]"))


def test_batch_first_turns_output_and_leaves_the_states(open_page: Open) -> None:
    page = open_page()
    set_choice(page, "input.kind", "random")
    set_value(page, "input.seq_len", "5")
    set_flag(page, "config.batch_first")
    settle(page)
    expect(page.locator("table[data-tensor=output] caption")).to_contain_text("(3, 5, 4) (N, T, H)")
    expect(page.locator("table[data-tensor=h_n] caption")).to_contain_text("(1, 3, 4) (L, N, H)")


def test_dropout_lengths_and_precision_reach_the_call(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    set_value(page, "config.dropout", "0.5")
    set_flag(page, "training")
    set_value(page, "lengths", "5, 4, 3, 2, 1, 5, 5")
    set_choice(page, "dtype", "float64")
    settle(page)
    code = page.locator("#call-code")
    expect(code).to_contain_text("nn.LSTM(3, 6, num_layers=2, bias=False, dropout=0.5, bidirectional=True,")
    expect(code).to_contain_text("dtype=torch.float64)")
    expect(code).to_contain_text("lstm.train()")
    expect(code).to_contain_text("pack_padded_sequence")
    page.select_option("#sample", "4")
    expect(page.locator("#transport-where")).to_contain_text("1/2")


def test_untrained_is_one_click_from_trained(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=recall")
    expect(page.locator("#story-accuracy")).to_contain_text("%")
    with page.expect_response(lambda reply: reply.request.method == "POST"):
        page.locator("#story-weights input[value=untrained]").check(force=True)
    settle(page)
    expect(page.locator("#story-title")).to_have_text("nn.LSTM(3, 4)")
    expect(page.locator("#ticks")).to_contain_text("?")
    page.click("#story-summary button")
    settle(page)
    expect(page.locator("#story-title")).to_have_text("Recall a bit")


def test_a_server_that_is_away_is_said_and_can_be_asked_again(open_page: Open, expected_messages: list[str]) -> None:
    expected_messages.append("ERR_FAILED")
    page = open_page()
    page.route("**/api/traces**", lambda route: route.abort())
    page.fill(field(page, "config.hidden_size"), "5")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#story-title")).to_have_text("Worked example")
    expect(page.locator("#preset-name")).to_have_text("Worked example")
    page.keyboard.press("Escape")
    page.locator("#stage").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#terms")).to_have_attribute("data-stale", "true")
    expect(page.locator("table[data-tensor=output] caption")).to_contain_text("(2, 3, 4)")
    page.unroute("**/api/traces**")
    page.click("#retry")
    settle(page)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("table[data-tensor=output] caption")).to_contain_text("(2, 3, 5)")
