"""The comparison with torch, layer by layer."""

import re

from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.browser.test_form import set_flag, set_value


def test_a_stack_is_compared_layer_by_layer(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    page.click("#parity-fold summary")
    rows = page.locator("#parity-layers tbody tr")
    expect(rows).to_have_text([re.compile(rf"^layer {layer}.*1.0e−6(bit-equal|rounding)$") for layer in (0, 1)])
    expect(page.locator("#parity-layers-note")).to_contain_text("Each layer on its own")
    assert findings(page, "#side") == []


def test_in_training_each_layer_is_given_its_input_after_the_mask(open_page: Open) -> None:
    page = open_page("/?lang=en#preset=article_bidirectional")
    set_value(page, "config.dropout", "0.5")
    set_flag(page, "training")
    page.click("#parity-fold summary")
    expect(page.locator("#parity-layers-note")).to_contain_text("given its input after the mask")
    expect(page.locator("#parity-layers .verdict")).to_have_count(2)


def test_one_layer_has_no_layers_to_tell_apart(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#parity-line")).to_have_attribute("data-state", "ok")
    expect(page.locator("#parity-fold")).to_be_hidden()
