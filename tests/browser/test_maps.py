"""The maps: in which order their units stand, what their colours are measured by, and what is marked on them."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle, until

RECALL = "/?lang=en#preset=recall&at=0.forward.9.2.3.0.f"
#: The last unit of the preset keeps most: its row is the first one by variance of c.
BY_VARIANCE = f"{RECALL}&units=variance_c"


ROWS = """() => [...document.querySelectorAll('#maps-plot .ytick text')]
    .map(node => [node.getBoundingClientRect().top, node.textContent]).sort((a, b) => a[0] - b[0])
    .map(([, name]) => name).join()"""


def rows(page: Page) -> list[str]:
    """The names of the rows, from the top."""
    names: str = page.evaluate(ROWS)
    return names.split(",")


def until_rows(page: Page, *names: str) -> None:
    until(page, f"names => ({ROWS})() === names", ",".join(names))


def legend(page: Page) -> list[list[str]]:
    """Each scale: its letters, then its numbers."""
    return [
        [entry.locator(".scale-letters").text_content(), *entry.locator(".scale-ends span").all_text_contents()]
        for entry in page.locator("#maps-scales li").all()
    ]


def point(page: Page, x: float, y: float) -> str:
    """What the tooltip says of a place in the maps."""
    page.hover("#maps", position={"x": x, "y": y})
    expect(page.locator("#tip")).to_be_visible()
    return page.locator("#tip-title").inner_text()


def test_units_stand_in_another_order_and_keep_their_numbers(open_page: Open) -> None:
    page = open_page(RECALL)
    assert rows(page) == ["0", "1", "2", "3"]
    page.select_option("#maps-units", "variance_c")
    until_rows(page, "3", "2", "1", "0")
    expect(page.locator("#maps-note")).to_contain_text("variance of their cell state")
    assert "unit 3" in point(page, 40, 32)
    expect(page.locator("#maps-overlays .overlay-lit.lit-self")).to_have_count(1)
    frame = page.locator("#maps-overlays .overlay-lit.lit-self").bounding_box()
    row = page.locator("#maps-overlays .overlay-row").first.bounding_box()
    assert frame is not None
    assert row is not None
    assert abs(frame["y"] - row["y"]) < 2  # the cursor stands on unit 3, too
    page.mouse.click(*centre(frame))
    expect(page.locator("#curves-title")).to_have_text("Unit 3")


def centre(box: dict[str, float]) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_order_is_the_servers_and_each_number_stays_with_its_unit(open_page: Open) -> None:
    page = open_page(BY_VARIANCE)
    trace = page.request.post(
        f"{page.url.split('/?')[0]}/api/traces",
        data={"weights": {"kind": "preset", "name": "recall"}, **recall_request(page)},
    ).json()
    units = page.request.get(f"{page.url.split('/?')[0]}/api/traces/{trace['id']}/units").json()
    variance = units["variance_c"]
    until_rows(page, *(str(unit) for unit in sorted(range(4), key=lambda unit: (-variance[unit], unit))))


def recall_request(page: Page) -> dict[str, object]:
    presets = page.request.get(f"{page.url.split('/?')[0]}/api/presets").json()["presets"]
    request: dict[str, object] = next(preset["request"] for preset in presets if preset["name"] == "recall")
    return request


def test_order_and_colours_are_in_the_link_and_steps_of_the_history(open_page: Open) -> None:
    page = open_page(RECALL)
    page.select_option("#maps-units", "half_life")
    page.wait_for_url("**units=half_life*")
    page.select_option("#maps-colours", "local")
    page.wait_for_url("**units=half_life&colours=local*")
    page.go_back()
    expect(page.locator("#maps-colours")).to_have_value("own")
    expect(page.locator("#maps-units")).to_have_value("half_life")
    page.go_back()
    expect(page.locator("#maps-units")).to_have_value("index")
    assert "units" not in page.url
    expect(page.locator("#maps-note")).to_be_hidden()
    page.go_forward()
    expect(page.locator("#maps-units")).to_have_value("half_life")
    page.reload()
    settle(page)
    expect(page.locator("#maps-units")).to_have_value("half_life")
    expect(page.locator("#maps-note")).to_contain_text("longest first")


def test_the_legend_says_what_the_colours_measure(open_page: Open) -> None:
    page = open_page(RECALL)
    own = legend(page)
    assert [entry[0] for entry in own] == ["ifo", "gh", "c"]
    assert own[0][1:] == ["0", "1.00"]
    assert own[2][2] == "0"
    assert own[2][1] == "\u2212" + own[2][3]
    page.select_option("#maps-colours", "shared")
    expect(page.locator("#maps-scales li")).to_have_count(2)
    assert legend(page)[1] == ["gch", *own[2][1:]]
    page.select_option("#maps-colours", "local")
    expect(page.locator("#maps-scales li")).to_have_count(6)
    assert [entry[0] for entry in legend(page)] == list("ifgoch")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    box = page.locator("#maps").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start[0], box["y"] + start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0], box["y"] + end[1], steps=4)
    page.mouse.up()


def test_local_colours_follow_a_zoom_that_survives_the_cursor_and_a_reload(open_page: Open) -> None:
    page = open_page(f"{RECALL}&colours=local")
    whole = legend(page)
    drag(page, (60, 30), (110, 60))
    page.wait_for_url(re.compile(r"time=\d+-\d+&rows="))
    assert legend(page) != whole
    zoomed = page.locator("#maps-plot .xtick text").all_text_contents()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**at=0.forward.10.*")
    assert page.locator("#maps-plot .xtick text").all_text_contents() == zoomed
    page.reload()
    settle(page)
    expect(page.locator("#maps-reset")).to_be_visible()
    expect(page.locator("#maps-plot .xtick text")).to_have_text(zoomed)
    page.click("#maps-reset")
    page.wait_for_url(re.compile(r"^(?!.*time=)"))
    assert legend(page) == whole
    expect(page.locator("#maps-reset")).to_be_hidden()


def test_a_double_click_leads_back_to_the_whole_and_opens_nothing(open_page: Open) -> None:
    page = open_page(f"{RECALL}&time=4-12")
    box = page.locator("#maps").bounding_box()
    assert box is not None
    page.mouse.dblclick(box["x"] + 120, box["y"] + 60)
    page.wait_for_url(re.compile(r"^(?!.*time=)"))
    page.wait_for_timeout(400)
    expect(page.locator("#bench")).to_have_attribute("data-level", "network")
    expect(page.locator("#transport-where")).to_contain_text("t = 9")


def test_a_pinned_number_is_marked_in_its_map_wherever_its_row_is(open_page: Open) -> None:
    page = open_page(f"{RECALL}&pins=f.0.forward.9.3.0,x.0.forward.2.0.0")
    expect(page.locator(".overlay-pin")).to_have_count(1)
    mark = page.locator(".overlay-pin").bounding_box()
    row = page.locator("#maps-overlays .overlay-row").nth(1).bounding_box()
    assert mark is not None
    assert row is not None
    assert row["y"] < mark["y"] + mark["height"] / 2 < row["y"] + row["height"]
    page.select_option("#maps-units", "variance_c")
    until_rows(page, "3", "2", "1", "0")
    moved = page.locator(".overlay-pin").bounding_box()
    assert moved is not None
    assert moved["y"] < mark["y"] - 30
    drag(page, (60, 30), (110, 60))
    page.wait_for_url("**time=*")
    expect(page.locator(".overlay-pin")).to_have_count(1)
    page.click(".pin-remove >> nth=0")
    expect(page.locator(".overlay-pin")).to_have_count(0)
