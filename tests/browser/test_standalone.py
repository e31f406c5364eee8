"""The page in one file, opened from a disk with no network: everything of it works but running anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.conftest import Open, listen, settle

OpenFile = Callable[..., Page]

PRESETS = {
    "recall": "#preset=recall&at=0.forward.9.2.3.0.f",
    "article_bidirectional": "#preset=article_bidirectional&at=1.reverse.2.3.1.0.c&pins=h.0.forward.1.2.0",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files that were saved before, by what they show."""
    return {}


@pytest.fixture
def saved(open_page: Open, files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The file of what an address shows, taken through the dialog the first time."""

    def save(hash_: str) -> Path:
        if hash_ in files:
            return files[hash_]
        page = open_page(f"/?lang=en{hash_}")
        page.click("#export")
        page.click("#export-tab-standalone")
        with page.expect_download() as download:
            page.click("#standalone-save")
        files[hash_] = tmp_path_factory.mktemp("file") / download.value.suggested_filename
        download.value.save_as(files[hash_])
        return files[hash_]

    return save


@pytest.fixture(scope="module")
def offline(browser: Browser) -> Iterator[BrowserContext]:
    """A profile without a network, in which whatever the policy forbids is a console message."""
    context = browser.new_context(offline=True, locale="en-GB", reduced_motion="reduce")
    context.add_init_script(
        "addEventListener('securitypolicyviolation', event => console.error('CSP', event.violatedDirective))"
    )
    yield context
    context.close()


@pytest.fixture
def open_file(offline: BrowserContext) -> Iterator[OpenFile]:
    """Opens a file without a network. At the end there was no message, and no request but that for the file."""
    pages: list[Page] = []
    faults: list[str] = []
    known: list[str] = []

    def asked(request: Request) -> None:
        address = request.url.split("?")[0].split("#")[0]
        if address not in known and not address.startswith(("data:", "blob:")):
            faults.append(f"asked for {request.url}")

    def opened(path: Path, suffix: str = "", *, width: int = 1440, theme: str = "light") -> Page:
        known.append(path.as_uri())
        page = offline.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        listen(page, faults)
        page.on("request", asked)
        page.goto(path.as_uri() + suffix)
        settle(page)
        return page

    yield opened
    for page in pages:
        page.evaluate("localStorage.clear()")
        page.close()
    assert faults == []


def numbers(page: Page) -> list[str]:
    """What the page says of the cursor: its equation, its products, its parity."""
    return [
        page.inner_text(selector) for selector in ("#formula-numbers", "#terms", "#parity-line", "#curves-readings")
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_it_shows_the_same_as_the_page_it_was_taken_from(
    open_page: Open, saved: Callable[[str], Path], open_file: OpenFile, preset: str
) -> None:
    path = saved(PRESETS[preset])
    assert path.stat().st_size < 3_000_000
    page, file = open_page(f"/?lang=en{PRESETS[preset]}"), open_file(path)
    assert numbers(file) == numbers(page)
    for selector in ("#story-title", "#levels", "#call-code", "#returns", "#cell-where", "#strip-readout", "#pins"):
        assert file.inner_text(selector) == page.inner_text(selector), selector


def test_every_level_every_hover_and_every_order_works_and_the_clock_runs(
    saved: Callable[[str], Path], open_file: OpenFile
) -> None:
    page = open_file(saved(PRESETS["recall"]))
    page.focus("#stage")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#cell-where")).to_contain_text("t = 7")
    page.click("#circuit [data-name=o] .letter")
    expect(page.locator("#gate")).to_be_visible()
    expect(page.locator("#gate-letter")).to_have_text("o")
    page.click("#gate-table-title")
    expect(page.locator("#gate-table")).to_contain_text("weight_hh_l0")
    page.hover("#gate-figure")
    expect(page.locator(".tip")).to_be_visible()
    page.click("#circuit [data-name=c] .letter")
    page.hover("#terms li >> nth=0")
    expect(page.locator(".tip")).to_be_visible()
    page.keyboard.press("p")
    page.select_option("#maps-units", "half_life")
    page.select_option("#maps-colours", "local")
    page.wait_for_selector("#maps-plot[data-drawn=true]")
    page.click("#story-sentences a >> nth=4")
    expect(page.locator("#cell-where")).to_contain_text("t = 9")
    page.keyboard.press("Home")
    page.select_option("#speed", "8")
    page.click("#play")
    expect(page.locator("#transport-where")).to_contain_text("16/16", timeout=10_000)
    expect(page.locator("#formula-numbers")).to_have_attribute("data-stale", "false")


def test_both_languages_and_both_themes_are_inside(saved: Callable[[str], Path], open_file: OpenFile) -> None:
    page = open_file(saved(PRESETS["recall"]), theme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.click("#theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.click("[data-language=zh]")
    settle(page)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#network-title")).to_have_text("网络")
    expect(page.locator("#cell-where")).to_contain_text("t = 9")
    page.click("[data-language=en]")
    settle(page)
    expect(page.locator("#network-title")).to_have_text("Network")


def test_nothing_can_be_run_and_a_sentence_says_how_it_could(saved: Callable[[str], Path], open_file: OpenFile) -> None:
    page = open_file(saved(PRESETS["recall"]))
    expect(page.locator("[data-path='config.hidden_size']")).to_be_disabled()
    for selector in ("#presets-button", "#share", "#export", "#story-weights", "#upload", "#comparison", "#data-open"):
        expect(page.locator(selector)).to_be_hidden()
    expect(page.locator(".standalone-note")).to_contain_text("make run")
    link = page.locator(".standalone-note a")
    assert link.evaluate(
        "node => { node.addEventListener('click', e => e.preventDefault()); node.click(); return node.href }"
    ).startswith("http://127.0.0.1:8000/#preset=recall&at=0.forward.9")


def test_its_tour_has_the_pages_of_its_own_run_and_leads_back(
    saved: Callable[[str], Path], open_file: OpenFile
) -> None:
    page = open_file(saved(PRESETS["recall"]))
    page.click("#tour-button")
    expect(page.locator("#tour-place")).to_contain_text("2")
    page.click("#tour-next")
    page.click("#tour-do")
    page.click("#tour-next")
    expect(page.locator("#tour")).to_be_hidden()
    expect(page.locator("#cell-where")).to_contain_text("t = 9")


def test_a_run_that_is_no_preset_has_no_tour_and_its_own_settings(
    saved: Callable[[str], Path], open_file: OpenFile
) -> None:
    page = open_file(
        saved("#request=eyJjb25maWciOnsiaW5wdXRfc2l6ZSI6MiwiaGlkZGVuX3NpemUiOjN9fQ&at=0.forward.2.2.1.0.g")
    )
    expect(page.locator("#tour-button")).to_be_hidden()
    expect(page.locator("#cell-where")).to_contain_text("t = 2")
    assert page.input_value("[data-path='config.hidden_size']") == "3"


def test_it_works_on_a_phone(saved: Callable[[str], Path], open_file: OpenFile) -> None:
    page = open_file(saved(PRESETS["article_bidirectional"]), width=390)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("#rail-button")
    expect(page.locator(".standalone-note")).to_be_visible()
