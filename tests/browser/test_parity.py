"""The comparison with torch, layer by layer."""

import json

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, settle

LAYERS = [
    {"layer": 0, "max_abs_difference": 0.0, "bit_equal": True, "tolerance": 1e-6, "ok": True},
    {"layer": 1, "max_abs_difference": 3e-8, "bit_equal": False, "tolerance": 1e-6, "ok": True},
]


def with_layers(page: Page) -> None:
    """Have every trace say how each of its layers compares, whatever this server measures."""

    def answer(route: Route) -> None:
        reply = route.fetch()
        body = reply.json()
        if reply.ok:
            body["parity"]["layers"] = LAYERS[: body["request"]["config"]["num_layers"]]
        route.fulfill(response=reply, body=json.dumps(body))

    page.route("**/api/traces?**", answer)


def test_a_stack_is_compared_layer_by_layer(open_page: Open) -> None:
    page = open_page("/?lang=en", ready=False)
    with_layers(page)
    page.goto(page.url.split("#")[0] + "#preset=article_bidirectional")
    page.reload()
    settle(page)
    page.click("#parity-fold summary")
    rows = page.locator("#parity-layers tbody tr")
    expect(rows).to_have_text(["layer 001.0e−6bit-equal", "layer 13.0e−81.0e−6rounding"])
    expect(page.locator("#parity-layers-note")).to_contain_text("Each layer on its own")
    page.fill("#field-config-dropout", "0.5")
    page.check("#field-training")
    expect(page.locator("#parity-layers-note")).to_contain_text("given its input after the mask")


def test_one_layer_has_no_layers_to_tell_apart(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#parity-fold")).to_be_hidden()
