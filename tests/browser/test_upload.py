"""A file of weights in the page: opened, chosen from, refused, linked, deleted."""

from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from safetensors.torch import save_file
from torch import nn

from tests.browser.conftest import Open, settle


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A model with two LSTMs, a GRU, and other things."""
    model = nn.ModuleDict(
        {"encoder": nn.LSTM(5, 16, 2, bidirectional=True), "decoder": nn.LSTM(3, 6), "gru": nn.GRU(2, 3)}
    )
    save_file({**model.state_dict(), "head.weight": torch.zeros(2, 2)}, tmp_path / "two.safetensors")
    return tmp_path / "two.safetensors"


@pytest.fixture
def one(tmp_path: Path) -> Path:
    save_file(nn.LSTM(3, 6).state_dict(), tmp_path / "one.safetensors")
    return tmp_path / "one.safetensors"


def pick(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#upload-open")
    chooser.value.set_files(path)


def test_one_lstm_in_a_file_runs_at_once(open_page: Open, one: Path) -> None:
    page = open_page()
    pick(page, one)
    expect(page.locator("#upload")).to_have_attribute("data-phase", "found")
    expect(page.locator("#field-config-hidden_size")).to_have_value("6")
    settle(page)
    expect(page.locator("#upload-body")).to_contain_text("random numbers for now")
    expect(page.locator("#parity-line")).to_have_attribute("data-state", "ok")


def test_of_several_the_reader_chooses_and_the_link_restores_it(open_page: Open, two: Path) -> None:
    page = open_page()
    pick(page, two)
    expect(page.locator("#upload-status")).to_have_text(
        "two.safetensors: LSTMs that can be run: 2. Other tensors, left alone: 1."
    )
    page.click("#upload-body summary")
    expect(page.locator(".upload-refused")).to_contain_text("gru: this is a GRU")
    page.select_option("#upload-lstms", "encoder.")
    expect(page.locator("#field-config-num_layers")).to_have_value("2")
    settle(page)
    page.wait_for_url("**request=**")
    again = open_page(page.url.split(page.url.split("/")[2])[1])
    expect(again.locator("#field-weights-kind")).to_have_value("upload")
    expect(again.locator("#upload-lstms")).to_have_value("encoder.")
    expect(again.locator("#field-config-hidden_size")).to_have_value("16")


def test_a_size_of_ones_own_takes_the_weights_from_a_seed_and_says_so(open_page: Open, one: Path) -> None:
    page = open_page()
    pick(page, one)
    expect(page.locator("#field-config-hidden_size")).to_have_value("6")
    settle(page)
    page.fill("#field-config-hidden_size", "7")
    settle(page)
    expect(page.locator("#field-weights-kind")).to_have_value("seed")
    expect(page.locator("#story-notice-text")).to_contain_text("given weights do not fit")
    page.select_option("#field-weights-kind", "upload")
    expect(page.locator("#field-config-hidden_size")).to_have_value("6")
    settle(page)


def test_a_deleted_file_is_gone_from_the_server(open_page: Open, one: Path) -> None:
    page = open_page()
    pick(page, one)
    settle(page)
    page.wait_for_url("**request=**")
    with page.expect_response(lambda reply: reply.request.method == "DELETE") as deleted:
        page.click("#upload-close")
    assert deleted.value.status == 204
    expect(page.locator("#upload-panel")).to_be_hidden()
    expect(page.locator("#field-weights-kind")).to_have_value("seed")
    settle(page)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_pickle_is_answered_with_the_command_that_converts_it(
    open_page: Open, tmp_path: Path, expected_messages: list[str], lang: str
) -> None:
    expected_messages.append("422")
    torch.save(nn.LSTM(2, 3).state_dict(), tmp_path / "my model.pt")
    page = open_page(f"/?lang={lang}")
    before = page.url
    pick(page, tmp_path / "my model.pt")
    expect(page.locator("#upload-body code")).to_have_text("lstm-lens convert 'my model.pt'")
    page.click("#upload-body button")
    assert page.evaluate("navigator.clipboard.readText()") == "lstm-lens convert 'my model.pt'"
    page.click("#upload-close")
    expect(page.locator("#upload-panel")).to_be_hidden()
    assert page.url.split("#")[0] == before.split("#")[0]


def test_a_file_can_be_dropped_anywhere(open_page: Open, one: Path) -> None:
    page = open_page()
    content: list[int] = list(one.read_bytes())
    drop: dict[str, Any] = {"content": content, "name": one.name}
    page.evaluate(
        """({content, name}) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(content)], name));
            const options = {dataTransfer, bubbles: true, cancelable: true};
            document.body.dispatchEvent(new DragEvent("dragenter", options));
            window.veiled = !document.getElementById("dropping").hidden;
            document.body.dispatchEvent(new DragEvent("dragover", options));
            document.body.dispatchEvent(new DragEvent("drop", options));
        }""",
        drop,
    )
    assert page.evaluate("window.veiled")
    expect(page.locator("#dropping")).to_be_hidden()
    expect(page.locator("#upload")).to_have_attribute("data-phase", "found")
    settle(page)
