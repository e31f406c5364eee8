"""Long runs on the page: watched, cancelled, lost and found; and the window of a trace too large to be read at once."""

import json
import re
import time
from base64 import urlsafe_b64encode

from playwright.sync_api import Page, Route, expect

from tests.browser.axe import findings
from tests.browser.conftest import Open, settle
from tests.browser.test_form import field, set_value

#: Of minutes, and refused by no limit.
SLOW = {"hidden_size": 12, "num_layers": 2, "bidirectional": True, "seq_len": 2_000_000}
#: Too large for one reading, and recorded in a moment.
QUICK = {"hidden_size": 2, "num_layers": 1, "bidirectional": True, "seq_len": 25_000}


def link(sizes: dict[str, int], at: str = "0.forward.0.2.0.0.f") -> str:
    """The address of a run of these sizes."""
    rest = {name: value for name, value in sizes.items() if name != "seq_len"}
    request = {
        "config": {"input_size": 1, **rest},
        "input": {"kind": "random", "seq_len": sizes["seq_len"], "batch_size": 1, "seed": 0},
    }
    packed = urlsafe_b64encode(json.dumps(request).encode()).decode().rstrip("=")
    return f"#request={packed}&at={at}"


def start_slow_run(page: Page) -> None:
    """From the preset of two layers and two directions, by its form; what runs in between is never answered."""

    def hold(route: Route) -> None:
        request = route.request.post_data_json
        if request is None or request["input"]["seq_len"] == SLOW["seq_len"]:
            route.continue_()

    page.route(re.compile("/api/traces"), hold)
    page.fill(field(page, "config.hidden_size"), str(SLOW["hidden_size"]))
    page.fill(field(page, "input.batch_size"), "1")
    page.fill(field(page, "input.seq_len"), str(SLOW["seq_len"]))
    page.wait_for_selector("#progress-bar[data-counted=true]")
    page.unroute_all()


def wait_until_cancelled(page: Page, run: str) -> None:
    """A run ends at its next chunk."""
    deadline = time.monotonic() + 120
    while (state := page.request.get(run).json())["status"] != "cancelled":
        assert time.monotonic() < deadline, state
        page.wait_for_timeout(100)


def test_a_long_run_is_watched_and_cancelled(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    before = page.locator("table[data-tensor=output]").inner_text()
    start_slow_run(page)
    expect(page.locator("#progress-figures")).to_have_text(
        re.compile(r"[\d,]+ of [\d,]+ timesteps of cells · .* a second")
    )
    expect(page.locator("#progress-bar")).to_have_attribute("aria-valuenow", re.compile(r"\d+"))
    expect(page.locator("#progress-status")).to_contain_text("percent recorded")
    expect(page.locator("#bench")).to_have_attribute("data-phase", "stale")
    assert page.locator("table[data-tensor=output]").inner_text() == before
    box = page.locator("#progress-cancel").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    assert findings(page, "#progress") == []
    page.keyboard.press("Escape")
    expect(page.locator("#progress")).to_be_visible()
    with page.expect_response(lambda reply: reply.request.method == "DELETE"):
        page.click("#progress-cancel")
    expect(page.locator("#progress")).to_be_hidden()
    settle(page)
    expect(page.locator("#cancelled-text")).to_contain_text("was cancelled")
    expect(page.locator("#stage")).to_be_focused()
    expect(page.locator("#story-title")).to_have_text("Two layers, two directions")
    expect(page.locator(field(page, "input.seq_len"))).to_have_value("5")
    page.click("#cancelled-dismiss")
    expect(page.locator("#cancelled")).to_be_hidden()


def test_what_was_cancelled_can_be_run_after_all_and_a_change_cancels_what_it_overtakes(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    start_slow_run(page)
    page.click("#progress-cancel")
    page.click("#cancelled-resume")
    page.wait_for_selector("#progress-bar[data-counted=true]")
    expect(page.locator(field(page, "input.seq_len"))).to_have_value(str(SLOW["seq_len"]))
    with page.expect_response(lambda reply: reply.request.method == "DELETE") as deleted:
        page.fill(field(page, "input.seq_len"), "6")
    settle(page)
    expect(page.locator("#progress")).to_be_hidden()
    expect(page.locator("table[data-tensor=output] caption")).to_contain_text("(6, 1, 24)")
    wait_until_cancelled(page, deleted.value.url)


def test_leaving_the_page_cancels_its_run(open_page: Open, server: str) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    with page.expect_response(lambda reply: reply.status == 202) as started:
        start_slow_run(page)
    page.goto(f"{server}/?lang=zh")
    wait_until_cancelled(page, server + started.value.headers["location"])
    settle(page)


def test_a_run_goes_on_for_the_other_page_that_waits_for_it(open_page: Open, server: str) -> None:
    address = f"/?lang=en{link(SLOW)}"
    one = open_page(address, ready=False)
    one.wait_for_selector("#progress-bar[data-counted=true]")
    with one.context.expect_event("response", lambda reply: reply.status == 202) as started:
        other = open_page(address, ready=False)
    run = server + started.value.headers["location"]
    other.wait_for_selector("#progress-bar[data-counted=true]")
    one.click("#progress-cancel")
    settle(one)
    one.wait_for_timeout(600)
    assert one.request.get(run).json()["status"] == "running"
    expect(other.locator("#progress")).to_be_visible()
    other.click("#progress-cancel")
    wait_until_cancelled(other, run)


def test_a_link_to_a_long_run_that_is_cancelled_opens_the_first_preset(open_page: Open) -> None:
    page = open_page(f"/?lang=zh{link(SLOW)}", width=390, height=844, ready=False)
    page.click("#progress-cancel")
    settle(page)
    expect(page.locator("#cancelled-text")).to_contain_text("已取消")
    expect(page.locator("#story-sentences li")).not_to_have_count(0)


def test_a_run_whose_events_are_lost_is_asked_for_again(open_page: Open, expected_messages: list[str]) -> None:
    expected_messages.append("ERR_FAILED")
    page = open_page()
    page.route("**/events", lambda route: route.abort())
    with page.expect_response(lambda reply: "/api/runs/" in reply.url and reply.request.method == "GET"):
        page.goto(page.url.split("#")[0] + link(QUICK))
    settle(page)
    expect(page.locator("#window-where")).to_have_text("t = 0 to 9,999 of 25,000")


def test_a_run_that_fails_is_told_at_its_field(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    detail = [{"type": "range", "loc": ["body", "weights", "seed"], "msg": "No such seed"}]

    def fail(route: Route) -> None:
        run = {"id": "x", "status": "failed", "done": 0, "total": 9, "seconds": 0, "rate": None, "remaining": None}
        body = f"event: run\ndata: {json.dumps({**run, 'code': 422, 'detail': detail})}\n\n"
        route.fulfill(body=body, content_type="text/event-stream")

    page.route("**/events", fail)
    page.fill(field(page, "input.seq_len"), str(QUICK["seq_len"] * 2))
    expect(page.locator(field(page, "weights.seed") + "-message")).to_have_text("No such seed")
    expect(page.locator("#failure")).to_contain_text("The last good run is still shown.")
    expect(page.locator("#progress")).to_be_hidden()


def test_windows_of_a_long_trace_show_true_timesteps(open_page: Open) -> None:
    page = open_page(f"/?lang=en{link(QUICK, '0.forward.12345.2.1.0.f')}")
    expect(page.locator("#window-where")).to_have_text("t = 10,000 to 19,999 of 25,000")
    expect(page.locator("#cell-where")).to_contain_text("t = 12345")
    expect(page.locator("table[data-tensor=output] caption")).to_contain_text("(25000, 1, 4)")
    expect(page.locator("table[data-tensor=output] tr[aria-current] th")).to_have_text("[12345, 0]")
    page.click("#maps-window")
    expect(page.locator("#maps-plot .x4tick text:visible").first).to_have_text(re.compile(r"^1\d000$"))
    page.click("#window-later")
    expect(page.locator("#window-where")).to_have_text("t = 20,000 to 24,999 of 25,000")
    expect(page.locator("#window-later")).to_be_focused()
    expect(page.locator("#cell-where")).to_contain_text("t = 20000")
    settle(page)
    page.wait_for_url("**/*at=0.forward.20000.*")
    page.reload()
    settle(page)
    expect(page.locator("#cell-where")).to_contain_text("t = 20000")
    page.click("#window-earlier")
    expect(page.locator("#cell-where")).to_contain_text("t = 19999")
    expect(page.locator("#window-where")).to_have_text("t = 10,000 to 19,999 of 25,000")


def test_a_typed_timestep_is_gone_to_and_its_numbers_are_the_servers(open_page: Open) -> None:
    page = open_page(f"/?lang=en{link(QUICK)}")
    for typed in ("25000", "-1", "x"):
        page.fill("#window-timestep", typed)
        page.press("#window-timestep", "Enter")
        expect(page.locator("#window-message")).to_have_text("A timestep is a whole number from 0 to 24,999.")
    page.fill("#window-timestep", "24999")
    page.press("#window-timestep", "Enter")
    expect(page.locator("#cell-where")).to_contain_text("t = 24999")
    expect(page.locator("#window-message")).to_be_hidden()
    settle(page)
    expect(page.locator("#strip-readout")).to_contain_text("output[24999, 0, :2]   h_n[0, 0]   c_n[0, 0]")
    row = page.locator("table[data-tensor=output] tr[aria-current] td").all_inner_texts()
    final = page.locator("table[data-tensor=h_n] tbody tr").first.locator("td").all_inner_texts()
    assert row[:2] == final


def test_a_window_that_the_server_refuses_is_read_in_half(open_page: Open, expected_messages: list[str]) -> None:
    expected_messages.append("413")
    page = open_page()

    def refuse(route: Route) -> None:
        sizes = re.search(r"start=(\d+)&stop=(\d+)", route.request.url)
        if sizes and int(sizes[2]) - int(sizes[1]) > 6000:
            detail = [{"type": "too_large", "loc": ["query"], "msg": "This reply is too large"}]
            route.fulfill(status=413, json={"detail": detail})
        else:
            route.continue_()

    page.route("**/api/traces/*?**", refuse)
    page.goto(page.url.split("#")[0] + link(QUICK))
    expect(page.locator("#window-where")).to_have_text("t = 0 to 4,999 of 25,000")
    settle(page)
    set_value(page, "config.hidden_size", "1")
