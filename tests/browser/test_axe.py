"""Every view in both themes, both languages and three widths: axe-core finds nothing, and nothing sticks out.

The page is resized and recoloured under each view, which costs a tenth of opening it anew. All twelve looks of a view
take minutes: `make walk` has them. Here each view has one, which changes from view to view, and its colours are looked
at in the other theme too.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect
from safetensors.torch import save
from torch import nn

from tests.browser.axe import RULES, findings
from tests.browser.conftest import Open, settle
from tests.browser.test_form import set_value
from tests.browser.test_long_runs import QUICK, SLOW, link

STACKED = "#preset=article_bidirectional&at=1.reverse.2.3.1.0.c"
#: A view, and the part of the page that is new in it.
View = tuple[str, str]


def show(page: Page, address: str) -> None:
    page.goto(page.url.split("#")[0] + address)
    settle(page)


def levels(page: Page) -> Iterator[View]:
    """The four levels of a stack in two directions, with what can be opened in each."""
    page.check("#show-returns", force=True)
    page.click("#parity-fold summary")
    yield "network", "html"
    show(page, f"{STACKED}&level=cell")
    page.click("#cell-table-fold summary")
    yield "cell", "main, #side"
    show(page, "#preset=recall&at=0.forward.9.4.3.0.f&level=gate")
    page.click("#gate-table-fold summary")
    yield "gate", "html"
    show(page, "#preset=recall&at=0.forward.9.4.3.0.f&level=scalar")
    if page.locator("#terms-rest-fold").is_visible():
        page.click("#terms-rest-title")
    yield "scalar", "html"


def presets(page: Page) -> Iterator[View]:
    """What presets bring: their stories, a switch to untrained weights, targets and answers."""
    for name in ("letters", "adding"):  # answers that are characters, and numbers
        show(page, f"#preset={name}")
        yield name, "main"
    page.check("#story-weights [value=untrained]", force=True)
    expect(page.locator("#bench")).to_have_attribute("data-phase", "ready")
    yield "untrained", "main"
    page.click("#presets-button")
    yield "menu", ".masthead"
    page.keyboard.press("Escape")


def numbers(page: Page) -> Iterator[View]:
    """A number that is pointed at, and numbers that are pinned."""
    show(page, "#preset=recall&at=0.forward.9.4.3.0.f")
    for key in ("p", "5", "p"):
        page.keyboard.press(key)
    page.focus("#strip-plane")
    expect(page.locator("#pins")).to_be_visible()
    yield "pins", "main, #tip"


def maps(page: Page) -> Iterator[View]:
    """Their rows in another order and other colours, a pinned number, a part of the time."""
    show(page, "#preset=recall&at=0.forward.9.2.3.0.f&units=half_life&colours=local&pins=c.0.forward.3.2.0&time=2-9")
    yield "maps", "main"


def dialogs(page: Page) -> Iterator[View]:
    page.keyboard.press("?")
    yield "help", "#help"
    page.keyboard.press("Escape")
    show(page, "#doctor=32,100,8&input_size=8&means=NTI")
    for shape, word in (("32, 100, 8", "mixes"), ("100, 32, 9", "error"), ("9, 8", "fits")):
        page.fill("#shape-check-shape", shape)
        expect(page.locator("#shape-check-verdict")).to_have_attribute("data-verdict", word)
        yield f"shape check, {word}", "#shape-check"


def exports(page: Page) -> Iterator[View]:
    """The sections of the export dialog, and the call as a request."""
    page.click("#export")
    page.check("#export-numbers [value=csv]", force=True)
    page.check("#export-numbers [value=seen]", force=True)
    yield "export of numbers", "#export-dialog"
    page.click("#export-tab-code")
    expect(page.locator("#export-code .export-script")).to_be_visible()
    yield "export of code", "#export-dialog"
    page.click("#export-tab-figure")
    expect(page.locator("#export-figure-save")).to_be_visible()
    yield "export of a figure", "#export-dialog"
    page.keyboard.press("Escape")
    page.click("#call-tab-python")
    page.set_viewport_size({"width": 1440, "height": 844})
    yield "call", ".call"


def tour(page: Page) -> Iterator[View]:
    show(page, "#tour=order_of_h_n")
    yield "tour", "#tour, main"
    page.click("#tour-where")
    yield "pages of the tour", "#tour"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def long_runs(page: Page) -> Iterator[View]:
    """A window of a long trace; a long run on its way, given up."""
    show(page, link(QUICK, "0.reverse.24000.3.1.0.c"))
    expect(page.locator("#window")).to_be_visible()
    yield "window", "main, #transport"
    page.goto(page.url.split("#")[0] + link(SLOW))  # longer than all the looks
    page.wait_for_selector("#progress-bar[data-counted=true]")
    yield "long run", "html"
    page.click("#progress-cancel")
    expect(page.locator("#cancelled")).to_be_visible()
    settle(page)
    yield "given up", ".story"


def packed(page: Page) -> Iterator[View]:
    """Lengths, and what packing changes."""
    show(page, STACKED)
    set_value(page, "lengths", "5, 4, 3, 2, 1, 5, 5")
    page.wait_for_url("**/*request=*")
    settle(page)
    page.click("#compare")
    expect(page.locator("#comparison-table tbody tr")).to_have_count(7)
    yield "packed", "main"


def data(page: Page) -> Iterator[View]:
    """Data that is brought: a table that is read, one that cannot be, a text; and what comes of it on the page."""
    show(page, STACKED)
    page.click("#data-open")
    page.fill("#data-paste", "a,b\n1,2\n3,x\n4,5\n")
    expect(page.locator("#data-status")).to_have_attribute("data-state", "wrong")
    yield "data that cannot be read", "#data"
    page.fill("#data-paste", "hello")
    expect(page.locator("#data-preview")).to_contain_text("hello"[0])
    expect(page.locator("#data-status")).to_have_attribute("data-state", "read")
    yield "text", "#data"
    page.click("#data-example")
    expect(page.locator("#data-scale")).to_be_visible()
    yield "data", "#data"
    page.click("#data-use")
    page.wait_for_url("**/*#trace=*")
    settle(page)
    page.click("#answers-fold summary")
    yield "named features and annotations", "main, #side"


def errors(page: Page) -> Iterator[View]:
    show(page, STACKED)
    set_value(page, "config.proj_size", "99")
    expect(page.locator("#failure")).to_be_visible()
    yield "invalid field", "main"
    page.set_viewport_size({"width": 1024, "height": 844})
    page.click("#rail-button")
    yield "invalid field in the drawer", "#rail"


def uploads(page: Page) -> Iterator[View]:
    """A file of weights with several LSTMs and one that is none; a pickle."""
    show(page, STACKED)
    model = nn.ModuleDict({"a": nn.LSTM(2, 3), "b": nn.LSTM(2, 4, 2, bidirectional=True), "gru": nn.GRU(2, 3)})
    weights: FilePayload = {"name": "two.safetensors", "mimeType": "", "buffer": save(model.state_dict())}
    page.set_viewport_size({"width": 1024, "height": 844})
    page.click("#rail-button")
    page.set_input_files("#upload input", weights)
    page.click("#upload-body summary")
    yield "upload", "#rail"
    page.set_input_files("#upload input", {"name": "my model.pt", "mimeType": "", "buffer": b"\x80\x02}q\x00."})
    expect(page.locator("#upload-body code")).to_be_visible()
    yield "pickle", "#rail"


WALK: tuple[Callable[[Page], Iterator[View]], ...] = (
    levels, presets, numbers, maps, dialogs, exports, tour, long_runs, packed, errors, uploads, data,
)  # fmt: skip


#: A width, a theme, and the rules that are asked for there.
Look = tuple[int, str, list[str]]
WIDTHS = (390, 1440, 1024)
THEMES = ("dark", "light")
#: LSTM_LENS_WALK=all takes every view in both languages, and in every width and theme.
EVERY = os.environ.get("LSTM_LENS_WALK") == "all"
WALKS = [
    (language, walk)
    for number, walk in enumerate(WALK)
    for language in (("en", "zh") if EVERY else ("en", "zh")[number % 2 :][:1])
]


def chosen(turn: int) -> list[Look]:
    """The looks of a view, by its number."""
    if EVERY:
        return [(width, theme, RULES) for width in WIDTHS for theme in THEMES]
    width = WIDTHS[turn % len(WIDTHS)]
    return [(width, THEMES[turn % 2], RULES), (width, THEMES[(turn + 1) % 2], ["color-contrast"])]


def looks(page: Page, turn: int) -> Iterator[Look]:
    """The page as it stands in each of its looks; in the end as wide as in the beginning."""
    for width, theme, rules in chosen(turn):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        yield width, theme, rules
    page.set_viewport_size({"width": 1440, "height": 844})


@pytest.mark.parametrize(("language", "walk"), WALKS, ids=lambda it: getattr(it, "__name__", it))
def test_axe_finds_nothing(
    open_page: Open, expected_messages: list[str], language: str, walk: Callable[[Page], Iterator[View]]
) -> None:
    expected_messages += ["422", "404"]
    page = open_page(f"/?lang={language}{STACKED}")
    wrong: dict[str, object] = {}
    for turn, (view, part) in enumerate(walk(page), WALK.index(walk)):
        for width, theme, rules in looks(page, turn):
            found = findings(page, part, rules)
            if found:
                wrong[f"{view}, {width}, {theme}"] = found
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                wrong[f"{view}, {width}, {theme}: width"] = page.evaluate("document.documentElement.scrollWidth")
    assert not wrong, wrong
