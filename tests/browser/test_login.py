"""A private server seen by a person: the page that asks for the secret, once, and the way back to what was wanted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import findings
from tests.browser.conftest import listen
from tests.web.server_process import Server, serving

TOKEN = "correct-horse-battery-staple"  # noqa: S105 (opens nothing but the server of this test)


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("private"), LSTM_LENS_ACCESS_TOKEN=TOKEN) as server:
        assert server.ask("GET", "/api/health")[0] == 200
        yield server


@pytest.mark.parametrize(("lang", "theme", "width"), [("en", "light", 1200), ("zh", "dark", 390)])
def test_who_knows_the_secret_gets_to_the_view_that_was_linked(
    private: Server, browser: Browser, lang: str, theme: str, width: int
) -> None:
    locale = "zh-CN" if lang == "zh" else "en-GB"
    context = browser.new_context(
        locale=locale, color_scheme="dark" if theme == "dark" else "light", viewport={"width": width, "height": 700}
    )
    page = context.new_page()
    faults: list[str] = []
    listen(page, faults, ["401"])  # the wrong secret is answered so
    page.goto(f"http://127.0.0.1:{private.port}/#preset=adding&level=cell")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if lang == "zh" else "en")
    assert findings(page) == []
    expect(page.locator("#token")).to_be_focused()
    assert page.evaluate("document.querySelector('.login [autocomplete=username]').hidden")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert findings(page) == []
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    page.wait_for_selector("#bench[data-phase=ready]")
    assert "preset=adding" in page.url
    assert "level=cell" in page.url
    assert TOKEN not in page.url
    assert page.evaluate("document.cookie") == "", "no script reads it"
    assert faults == []
    context.close()
