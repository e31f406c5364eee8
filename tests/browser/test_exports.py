"""What is taken away in the page: real files, whole or what is in view, and code that is copied whole."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import plotly.io
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle
from tests.browser.test_keyboard import go_to, press

RECALL = "/?lang=en#preset=recall&at=0.forward.9.4.3.0.f"
STACKED = "/?lang=en#preset=article_bidirectional&at=1.reverse.2.3.1.0.c"


def open_dialog(page: Page, section: str = "numbers") -> None:
    page.click("#export")
    page.click(f"#export-tab-{section}")
    expect(page.locator(f"#export-{section}")).not_to_have_attribute("aria-busy", "true")


def choose(page: Page, value: str) -> None:
    page.check(f"#export-numbers input[value={value}]", force=True)


def saved(page: Page, selector: str) -> tuple[str, bytes]:
    """The name and the content of the file that a link gives."""
    with page.expect_download() as found:
        page.click(selector)
    return found.value.suggested_filename, Path(found.value.path()).read_bytes()


def test_nothing_of_the_dialog_is_fetched_before_it_opens(open_page: Open) -> None:
    page = open_page(RECALL)
    fetched = (
        "performance.getEntriesByType('resource').filter(({name}) => name.includes('/js/features/export/')).length"
    )
    assert page.evaluate(fetched) == 0
    open_dialog(page)
    assert page.evaluate(fetched) > 3
    assert (
        page.evaluate("performance.getEntriesByType('resource').some(({name}) => name.endsWith('export/code.js'))")
        is False
    )


def test_every_format_is_a_file_with_a_size_near_the_one_that_is_told(open_page: Open) -> None:
    page = open_page(STACKED)
    open_dialog(page)
    for kind in ("npz", "csv", "parquet", "json", "safetensors"):
        choose(page, kind)
        name, content = saved(page, "#export-save")
        assert re.fullmatch(rf"trace-[0-9a-f]{{8}}(-long)?\.{kind}", name)
        assert name in page.inner_text("#export-numbers .export-code")
        assert len(content) > 1000
    choose(page, "csv")
    told = page.inner_text("#export-numbers .export-part")
    figure = re.search(r"([\d,]+) numbers of cells, about ([\d.]+) kB", told)
    assert figure
    rows = list(csv.reader(io.StringIO(saved(page, "#export-save")[1].decode())))
    assert len(rows) - 1 == int(figure[1].replace(",", ""))
    assert float(figure[2]) * 1000 == pytest.approx(sum(len(",".join(row)) + 1 for row in rows), rel=0.2)


def test_what_the_maps_show_is_the_zoomed_time_and_the_rows_in_their_order(open_page: Open) -> None:
    page = open_page(f"{RECALL}&units=half_life&time=2-9&rows=1-3")
    order = page.evaluate("""async () => {
        const asked = performance.getEntriesByType('resource').map(({name}) => name);
        const address = asked.find((name) => name.includes('/units?'));
        const {half_life} = await (await fetch(address)).json();
        return half_life.map((value, unit) => [value, unit]).sort(([a], [b]) => b - a).map(([, unit]) => unit);
    }""")
    open_dialog(page)
    choose(page, "csv")
    choose(page, "wide")
    choose(page, "seen")
    expect(page.locator("#export-numbers .export-part")).to_contain_text("timesteps 2 to 8, 2 units")
    expect(page.locator("#export-save")).to_have_attribute("href", re.compile(f"units={order[1]}&units={order[2]}&"))
    header, *rows = csv.reader(io.StringIO(saved(page, "#export-save")[1].decode()))
    assert [row[0] for row in rows] == [str(t) for t in range(2, 9)]
    assert header[2:4] == [f"0.forward.i.{unit}" for unit in order[1:3]]


def test_the_script_is_shown_copied_and_saved(open_page: Open) -> None:
    page = open_page(RECALL)
    open_dialog(page, "code")
    expect(page.locator("#export-code .export-script")).to_contain_text("lstm = nn.LSTM(3, 4)")
    expect(page.locator("#export-script-file")).to_be_hidden()
    page.get_by_role("button", name="Copy: The script").click()
    name, content = saved(page, "#export-script")
    assert name.endswith(".py")
    assert page.evaluate("navigator.clipboard.readText()") == content.decode()
    compile(content, name, "exec")


def test_of_a_large_run_the_script_comes_with_its_numbers(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=letters")
    open_dialog(page, "code")
    name, _ = saved(page, "#export-script-file")
    expect(page.locator("#export-code .export-part")).to_contain_text(name)
    expect(page.locator("#export-code .export-script")).to_contain_text(f'with_name("{name}")')


def test_the_figure_is_of_the_cell_that_is_looked_at(open_page: Open) -> None:
    page = open_page(STACKED, theme="dark")
    open_dialog(page, "figure")
    expect(page.locator("#export-figure .export-part")).to_contain_text("Layer 1, reverse, sample 0, unit 1")
    figure = plotly.io.from_json(saved(page, "#export-figure-save")[1].decode())
    assert figure.layout.title.text.startswith("layer 1, reverse, sample 0")
    assert figure.layout.paper_bgcolor == "#14181e"
    page.get_by_role("button", name="Copy: In a notebook").click()
    lines = page.evaluate("navigator.clipboard.readText()")
    shown: list[object] = []
    exec(lines.replace("figure.show()", "shown.append(figure)"), {"shown": shown})  # noqa: S102 (the page's own lines)
    assert np.array_equal(shown[0].data[0].z, figure.data[0].z)  # type: ignore[attr-defined]


def test_the_dialog_by_keyboard_alone(open_page: Open) -> None:
    page = open_page(RECALL)
    press(page, "#export")
    expect(page.locator("#export-dialog")).to_be_visible()
    go_to(page, "#export-tab-numbers")
    for key, section in (("ArrowDown", "code"), ("ArrowRight", "figure"), ("End", "standalone"), ("Home", "numbers")):
        page.keyboard.press(key)
        expect(page.locator(f"#export-tab-{section}")).to_be_focused()
        expect(page.locator(f"#export-{section}")).to_be_visible()
    press(page, "[name=export-format]", "ArrowRight")
    expect(page.locator("#export-numbers [value=csv]")).to_be_checked()
    press(page, "[name=export-layout]", "ArrowRight")
    assert (go_to(page, "#export-save").get_attribute("href") or "").endswith("/export/csv?layout=wide")
    press(page, "#export-address")
    assert page.evaluate("navigator.clipboard.readText()").endswith("/export/csv?layout=wide")
    page.keyboard.press("Escape")
    expect(page.locator("#export")).to_be_focused()


def test_a_server_that_is_away_is_told_of_and_asked_again(open_page: Open, expected_messages: list[str]) -> None:
    expected_messages += ["Failed to load resource"]
    page = open_page(RECALL)
    page.route("**/script.py", lambda route: route.abort())
    open_dialog(page, "code")
    expect(page.locator("#export-code .export-part")).to_contain_text("could not be loaded")
    page.unroute("**/script.py")
    page.click("#export-tab-numbers")
    page.click("#export-tab-code")
    expect(page.locator("#export-code .export-script")).to_be_visible()


def test_everything_in_the_dialog_is_as_large_as_a_finger(open_page: Open) -> None:
    page = open_page(RECALL, width=390, height=844)
    open_dialog(page)
    choose(page, "csv")
    for section in ("numbers", "code", "figure"):
        page.click(f"#export-tab-{section}")
        for target in page.locator("#export-dialog :is(button, a, label):visible").all():
            box = target.bounding_box()
            assert box
            assert box["height"] >= 44, target.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_call_is_also_a_request_shown_short_and_copied_whole(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=letters")
    press(page, "#call-tab-code", "ArrowRight")
    for name, key in (("curl", "curl"), ("Python", "python"), ("JavaScript", "javascript")):
        expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
        panel = page.get_by_role("tabpanel", name=name, exact=True)
        expect(panel).to_contain_text("…")
        expect(panel).to_contain_text(f"{page.url.split('/?')[0]}/api/traces")
        page.click("#copy-call")
        text = page.evaluate("navigator.clipboard.readText()")
        assert "…" not in text
        assert len(text) > 1500
        page.focus(f"#call-tab-{key}")
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="PyTorch")).to_be_focused()
    settle(page)
