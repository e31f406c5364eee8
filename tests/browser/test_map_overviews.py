"""A trace too large to be read whole: its maps from afar, closer, and number by number; nothing asks for all of it."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Open, settle
from tests.browser.test_long_runs import QUICK, link
from tests.browser.test_maps import drag, rows

LONG = f"/?lang=en{link(QUICK)}"


def here(page: Page) -> None:
    """Everything that the maps asked for has come."""
    expect(page.locator("#maps")).to_have_attribute("aria-busy", "false")


def tip(page: Page, x: float, y: float) -> str:
    page.mouse.move(5, 5)
    page.hover("#maps", position={"x": x, "y": y})
    expect(page.locator("#tip")).to_be_visible()
    return page.locator("#tip-text").inner_text()


def test_the_whole_trace_is_seen_in_tiles_that_say_what_they_are(open_page: Open) -> None:
    page = open_page(LONG)
    here(page)
    said = tip(page, 140, 40)
    found = re.search(r"t = ([\d]+) to (\d+), unit 0", said)
    assert found
    start, last = int(found[1]), int(found[2])
    assert f"mean of {last - start + 1} timesteps" in said
    assert "min " in said
    expect(page.locator("#tip-pin")).to_be_hidden()
    expect(page.locator("#maps-overlays .overlay-lit.lit-self")).to_have_count(1)
    expect(page.locator("#maps-overlays .overlay-span").first).to_be_visible()
    asked = page.evaluate("performance.getEntriesByType('resource').map(({name}) => name)")
    address = next(name.split("/overview")[0] for name in reversed(asked) if "/overview" in name)
    cell = page.request.get(
        f"{address}?quantity=i&layer=0&direction=forward&start={start}&stop={last + 1}&units=0"
    ).json()["cells"][0]["i"]
    values = [row[0][0] for row in cell]
    shown = re.search(r"= ([\d.]+)", said.split("\n")[0].split("unit 0")[1])
    assert shown
    assert float(shown[1]) == pytest.approx(sum(values) / len(values), abs=6e-5)
    low = re.search(r"min ([\d.]+), max ([\d.]+)", said)
    assert low
    assert [float(low[1]), float(low[2])] == pytest.approx([min(values), max(values)], abs=6e-5)


def test_closer_is_finer_and_nothing_asks_for_the_whole(open_page: Open) -> None:
    page = open_page(LONG)
    here(page)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/api/traces/" in request.url:
            asked.append(request.url)

    page.on("request", note)
    drag(page, (100, 30), (180, 32))
    page.wait_for_url("**time=*")
    here(page)
    closer = re.search(r"t = (\d+) to (\d+)", tip(page, 140, 40))
    assert closer
    assert int(closer[2]) - int(closer[1]) < 100
    assert asked
    assert all("/overview?" in url and "width=" in url for url in asked)
    span = re.search(r"time=(\d+)-(\d+)", page.url)
    assert span
    assert all(f"start={span[1]}&stop={span[2]}&" in url for url in asked)
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**at=0.forward.1.*")
    assert f"time={span[1]}-{span[2]}" in page.url
    page.reload()
    settle(page)
    here(page)
    assert f"time={span[1]}-{span[2]}" in page.url
    page.click("#maps-reset")
    page.wait_for_url(re.compile(r"^(?!.*time=)"))
    expect(page.locator("#maps-reset")).to_have_attribute("aria-pressed", "true")


def test_in_the_window_the_numbers_themselves_come(open_page: Open) -> None:
    page = open_page(LONG)
    page.click("#maps-window")
    page.wait_for_url("**time=0-10000*")
    here(page)
    assert "mean of" not in tip(page, 140, 40)
    page.click("#window-later")
    page.wait_for_url("**time=10000-20000*")
    settle(page)
    expect(page.locator("#maps-plot .x4tick text:visible").first).to_have_text(re.compile(r"^1\d000$"))


def test_a_tile_leads_to_its_window_and_the_view_stays(open_page: Open) -> None:
    page = open_page(LONG)
    here(page)
    start = re.search(r"t = (\d+) to", tip(page, 220, 60))
    assert start
    page.mouse.down()
    page.mouse.up()
    expect(page.locator("#window-where")).to_have_text("t = 20,000 to 24,999 of 25,000")
    expect(page.locator("#cell-where")).to_contain_text(f"t = {start[1]}")
    expect(page.locator("#maps-reset")).to_have_attribute("aria-pressed", "true")


#: The first six tiles that are asked for never come; it is told which of them nobody waits for any more.
HOLD = """() => {
    const ask = window.fetch;
    Object.assign(window, {held: [], aborted: []});
    window.fetch = (url, options) => {
        if (!url.includes('/overview?') || window.held.length === 6) return ask(url, options);
        window.held.push(url);
        options.signal.addEventListener('abort', () => window.aborted.push(url));
        return new Promise(() => {});
    };
}"""


def test_what_is_overtaken_is_aborted_and_the_old_picture_stays_dimmed(open_page: Open) -> None:
    page = open_page(LONG)
    here(page)
    page.evaluate(HOLD)
    page.click("#maps-closer")
    expect(page.locator("#maps")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#maps-plot .heatmaplayer image").first).to_be_visible()
    assert page.evaluate("window.held.length") == 6
    assert page.evaluate("window.aborted") == []
    page.click("#maps-closer")
    here(page)
    assert page.evaluate("window.aborted") == page.evaluate("window.held")
    page.wait_for_url("**time=0-6250*")


def test_another_order_in_tiles_is_that_of_the_whole_trace(open_page: Open) -> None:
    page = open_page(f"{LONG}&units=mean_f")
    here(page)
    names = rows(page)
    page.click("#maps-window")
    here(page)
    assert rows(page) == names
    assert f"unit {names[0]}" in tip(page, 140, 40)
