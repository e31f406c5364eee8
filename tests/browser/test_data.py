"""Data of people's own on the page: brought, chosen, refused and used; and signals, each with its fields."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from safetensors.torch import save_file
from torch import nn

from tests.browser.axe import findings
from tests.browser.conftest import Open, settle
from tests.browser.test_form import field, set_value

COLUMNS = ["date", "rain", "temp", "wind", "sun", "pressure"]


def year(folder: Path) -> Path:
    """365 daily rows of 5 columns, with their dates."""
    values = np.random.default_rng(0).normal(size=(365, 5)).round(3)
    text = io.StringIO()
    csv.writer(text).writerows(
        [COLUMNS, *([date(2020, 1, 1) + timedelta(day), *row] for day, row in enumerate(values))]
    )
    path = folder / "year.csv"
    path.write_text(text.getvalue(), "utf-8")
    return path


def bring(page: Page, path: Path) -> None:
    page.click("#data-open")
    expect(page.locator("#data")).to_be_visible()
    page.set_input_files("#data-picker", path)
    expect(page.locator("#data-status")).to_have_attribute("data-state", "read")


def use(page: Page) -> None:
    with page.expect_response(lambda reply: reply.url.endswith("encoding=base64") and reply.request.method == "POST"):
        page.click("#data-use")
    expect(page.locator("#data")).to_be_hidden()
    settle(page)


def test_a_year_of_a_csv_runs_through_256_units_and_its_link_brings_the_names_back(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page()
    set_value(page, "config.hidden_size", "256")
    settle(page)
    bring(page, year(tmp_path))
    expect(page.locator("#data-status")).to_have_text("T = 365, N = 1, input_size = 5")
    expect(page.locator("#data-weights")).to_contain_text("input_size = 5; its weights are drawn from its seed")
    page.select_option("#data-normalisation", "z_score")
    expect(page.locator("#data-scale tbody tr")).to_have_count(5)
    page.select_option("[data-column=pressure]", "target")
    expect(page.locator("#data-status")).to_have_text("T = 365, N = 1, input_size = 4")
    use(page)
    page.wait_for_url("**/*#trace=*")
    for opening in ("used", "reloaded"):
        if opening == "reloaded":
            page.reload()
            settle(page)
        expect(page.locator("#story-title")).to_contain_text("nn.LSTM(4, 256")
        expect(page.locator("#strip-readout")).to_contain_text("2020-01-01")
        expect(page.locator(".strip-annotation")).to_have_text("target pressure")
        expect(page.locator("#strip-legend")).to_contain_text("z_score: rain mean")
        expect(page.locator("#ticks")).to_contain_text("2020-")
        expect(page.locator("#cell-where")).to_contain_text("“2020-01-01”")
        expect(page.locator(".term-label").first).to_have_text(re.compile("rain|temp|wind|sun"))
        page.click("#answers-fold summary")
        expect(page.locator("#answers-table thead th")).to_have_text(["t", "time", "target pressure"])


def test_a_fault_is_told_at_its_place_and_mended_by_a_choice(open_page: Open, expected_messages: list[str]) -> None:
    expected_messages.append("422")
    page = open_page()
    page.click("#data-open")
    page.fill("#data-paste", "day;a;b\n2020-01-01;1,5;x\n2020-01-02;;1\n2020-01-03;4;2\n")
    status = page.locator("#data-status")
    expect(status).to_have_text(re.compile(r"^Row 2, column 3 \(b\): this is no number"))
    expect(page.locator("[data-column=b]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#data-use")).to_be_disabled()
    page.select_option("[data-column=b]", "label")
    expect(status).to_have_text(re.compile(r"^Row 3, column 2 \(a\): there is no value"))
    page.select_option("#data-missing", "forward")
    expect(status).to_have_text("T = 3, N = 1, input_size = 1")
    expect(page.locator("#data-remarks")).to_contain_text("filled with the value before each: a (1)")
    expect(page.locator("[data-column=b]")).to_have_value("label")
    page.select_option("[data-column=a]", "time")
    expect(page.locator("[data-column=day]")).to_have_value("skip")


def test_weights_of_a_file_are_not_thrown_away_and_others_are_replaced_with_a_notice(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page("/?lang=en#preset=recall")
    bring(page, year(tmp_path))
    expect(page.locator("#data-weights")).to_contain_text("these are 5: the weights will come from seed 0")
    use(page)
    expect(page.locator("#story-notice")).to_contain_text("the weights now come from seed 0")
    model = nn.ModuleDict({"embedding": nn.Embedding(3, 4), "lstm": nn.LSTM(4, 3)})
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    with page.expect_file_chooser() as chooser:
        page.click("#upload-open")
    chooser.value.set_files(tmp_path / "model.safetensors")
    expect(page.locator("#story-title")).to_contain_text("nn.LSTM(4, 3")
    settle(page)
    bring(page, year(tmp_path))
    expect(page.locator("#data-weights")).to_contain_text("reads input_size = 4, and these are 5")
    expect(page.locator("#data-use")).to_be_disabled()
    page.select_option("[data-column=sun]", "skip")
    expect(page.locator("#data-weights")).to_have_text("The current weights read it as it is.")
    page.click("#data-file-remove")
    page.fill("#data-paste", "cab")
    expect(page.locator("#data-preview")).to_contain_text("3 tokens")
    page.select_option("#data-matrix", "embedding.weight")
    expect(page.locator("#data-status")).to_have_text("T = 3, N = 1, input_size = 4")
    use(page)
    rows = model["embedding"](torch.tensor([2, 0, 1])).tolist()
    shown = page.input_value(field(page, "input.values"))
    assert [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", shown)] == pytest.approx(
        [number for row in rows for number in row], abs=1e-6
    )
    expect(page.locator("#strip-readout")).to_contain_text("c")


def test_the_keyboard_alone_brings_data(open_page: Open) -> None:
    page = open_page()
    page.focus("#data-open")
    page.keyboard.press("Enter")
    expect(page.locator("#data-paste")).to_be_focused()
    page.keyboard.type("a,b\n1,2\n3,4\n5,6\n")
    expect(page.locator("#data-status")).to_have_text("T = 3, N = 1, input_size = 2")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.column") == "b":
            break
    page.keyboard.press("p")  # prediction
    expect(page.locator("#data-status")).to_have_text("T = 3, N = 1, input_size = 1")
    expect(page.locator("[data-column=b]")).to_be_focused()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "data-use":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#data")).to_be_hidden()
    expect(page.locator(".strip-annotation")).to_have_text("prediction b")
    settle(page)
    page.focus("#data-open")
    page.keyboard.press("Enter")
    expect(page.locator("#data")).to_be_visible()
    expect(page.locator("#data-status")).to_have_text("T = 3, N = 1, input_size = 1")  # as it was left
    page.keyboard.press("Escape")
    expect(page.locator("#data")).to_be_hidden()
    expect(page.locator("#data-open")).to_be_focused()


DROP = """(text) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], "drop.csv"));
  for (const type of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}"""


def test_a_table_that_is_dropped_anywhere_opens_the_dialog_on_it(open_page: Open) -> None:
    page = open_page()
    page.evaluate(DROP, "x\n1\n2\n")
    expect(page.locator("#data-file-name")).to_have_text("drop.csv, 6 B")
    expect(page.locator("#data-status")).to_have_text("T = 2, N = 1, input_size = 1")


def test_on_a_phone_the_dialog_fits_and_its_targets_are_large(open_page: Open) -> None:
    page = open_page(width=390, height=844)
    page.click("#rail-button")
    page.click("#data-open")
    page.click("#data-example")
    expect(page.locator("#data-status")).to_have_attribute("data-state", "read")
    small = page.evaluate(
        """() => [...document.querySelectorAll('#data :is(button, select, input)')]
            .filter(node => node.checkVisibility() && !node.classList.contains('unseen') && node.type !== 'checkbox')
            .map(node => [node.id || node.className || node.dataset.column, node.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44)
            .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    )
    assert small == []
    assert page.evaluate("document.querySelector('#data').scrollWidth <= innerWidth")
    use(page)
    expect(page.locator("#rail")).to_be_hidden()
    expect(page.locator("#rail-button")).to_be_focused()


SIGNALS: dict[str, tuple[list[str], tuple[str, str]]] = {
    "noise": (["low", "high", "seed"], ("seed", "-1")),
    "impulse": (["at", "width", "amplitude", "feature"], ("at", "99")),
    "step": (["at", "low", "high", "feature"], ("feature", "7")),
    "sine": (["period", "phase", "amplitude", "feature"], ("period", "1")),
    "sawtooth": (["period", "phase", "low", "high", "feature"], ("phase", "3")),
    "one_hot": (["pattern", "amplitude"], ("pattern", "0, 1, 5")),
}


def test_a_signal_has_its_fields_its_messages_and_its_lines_of_python(
    open_page: Open, server: str, expected_messages: list[str]
) -> None:
    expected_messages.append("422")
    page = open_page()
    for kind in SIGNALS:
        is_as_it_should_be(page, server, kind)


def is_as_it_should_be(page: Page, server: str, kind: str) -> None:
    with page.expect_response(lambda reply: reply.request.method == "POST" and reply.status == 201) as sent:
        page.select_option(field(page, "input.kind"), kind)
    settle(page)
    fields, (wrong, value) = SIGNALS[kind]
    visible = page.evaluate(
        "[...document.querySelectorAll('[data-field^=\"input.\"]')].filter(node => node.checkVisibility())"
        ".map(node => node.dataset.field.slice(6))"
    )
    assert sorted(visible) == sorted(["kind", "seq_len", "batch_size", *fields])
    code = "\n".join(page.locator("#call-code .line").all_inner_texts())
    made: dict[str, Any] = {}
    exec(re.sub(r"^(lstm|output).*$", "", code, flags=re.MULTILINE), made)  # noqa: S102 (the page's own lines)
    answer = page.request.post(f"{server}/api/traces", data=sent.value.request.post_data_json)
    np.testing.assert_allclose(made["x"].numpy(), np.array(answer.json()["input"]), atol=1e-6)
    set_value(page, f"input.{wrong}", value)
    expect(page.locator(f"{field(page, f'input.{wrong}')}-message")).to_be_visible()
    assert findings(page, "#rail") == []
