"""Pictures and animations as they leave the page: opened again, by the browser itself."""

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open

RECALL = "#preset=recall&at=0.forward.9.2.3.0.f"
BOTH = "#preset=article_bidirectional&at=1.reverse.2.3.1.0.c"
SVG = "{http://www.w3.org/2000/svg}"
KEYS = ("view", "network", "cell", "gate", "maps", "curves", "products")

Section = Callable[..., Page]


@pytest.fixture
def section(open_page: Open) -> Section:
    """The page with a section of the export dialog open. Whatever the policy forbids is a console message."""

    def opened(key: str, hash_: str = RECALL, *, lang: str = "en", width: int = 1440) -> Page:
        page = open_page(f"/?lang={lang}{hash_}", width=width)
        page.evaluate("addEventListener('securitypolicyviolation', event => console.error(event.violatedDirective))")
        page.click("#export")
        page.click(f"#export-tab-{key}")
        return page

    return opened


def taken(page: Page, what: str, kind: str, tmp_path: Path) -> Path:
    page.select_option("#pictures-what", what)
    page.wait_for_selector(".pictures-preview[aria-busy=false] img")
    with page.expect_download() as download:
        page.click(f"#pictures-{kind}")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    return path


def texts(path: Path) -> str:
    return " ".join("".join(node.itertext()) for node in ET.parse(path).iter(f"{SVG}text"))  # noqa: S314 (our own)


def outside(page: Page, path: Path) -> tuple[int, list[str]]:
    """How many texts a picture has, and which of them reach beyond it."""
    count, found = page.evaluate(
        """(svg) => {
            const host = document.createElement('div');
            host.style = 'position:fixed;left:0;top:0';
            document.querySelector('dialog[open]').append(host);
            const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
            host.append(document.adoptNode(parsed));
            const all = parsed.getBoundingClientRect();
            const texts = [...parsed.querySelectorAll('text')].filter(text => !text.closest('[clip-path]'));
            const found = texts.filter(text => { const box = text.getBoundingClientRect();
                return box.left < all.left || box.right > all.right
                    || box.top < all.top || box.bottom > all.bottom; });
            host.remove();
            return [texts.length, found.map(text => text.textContent)]; }""",
        path.read_text("utf-8"),
    )
    return count, found


def test_an_svg_is_whole_says_what_it_is_and_needs_nothing_else(section: Section, tmp_path: Path) -> None:
    page = section("pictures")
    for what in KEYS:
        path = taken(page, what, "svg", tmp_path)
        assert path.name == f"recall-{what}-t9.svg"
        root = ET.parse(path).getroot()  # noqa: S314 (our own)
        assert root.tag == f"{SVG}svg"
        assert root.find(f"{SVG}title") is not None
        assert "layer 0, forward, t = 9 “?”, unit 3" in texts(path)
        assert "Recall a bit · nn.LSTM(3, 4)" in texts(path)
        source = path.read_text("utf-8")
        addresses = re.findall(r'(?:href|src)="([^"]*)"', source)
        assert [a for a in addresses if not a.startswith(("#", "data:image/png"))] == []
        assert not re.search(r"url\((?!['\"]?(?:&quot;)?#)|inherit|var\(--|@import|<script|foreignObject", source)
        letters, lost = outside(page, path)
        assert letters > 5, what
        assert lost == [], what


@pytest.mark.parametrize(("lang", "hash_"), [("zh", RECALL), ("en", BOTH), ("zh", BOTH)])
def test_no_letter_leaves_the_picture(section: Section, tmp_path: Path, lang: str, hash_: str) -> None:
    page = section("pictures", hash_, lang=lang)
    for what in KEYS:
        letters, lost = outside(page, taken(page, what, "svg", tmp_path))
        assert letters > 5, what
        assert lost == [], what


def test_pictures_of_a_reverse_cell_call_the_state_of_the_timestep_after_it_so(
    section: Section, tmp_path: Path
) -> None:
    page = section("pictures", f"{BOTH}&level=gate")
    for what in ("cell", "gate", "products"):
        said = texts(taken(page, what, "svg", tmp_path))
        assert "t+1" in said
        assert "t\u2212" not in said
    assert page.locator("#pictures-what [value=gate]").inner_text() == "Cell state"


def test_the_picture_of_everything_has_every_number_that_the_page_reads_at_the_cursor(
    section: Section, tmp_path: Path
) -> None:
    page = section("pictures")
    said = texts(taken(page, "view", "svg", tmp_path))
    readings = page.eval_on_selector_all("#curves-readings .reading", "nodes => nodes.map(node => node.textContent)")
    assert len(readings) == 6
    for reading in readings:
        assert reading in said
    for product in page.eval_on_selector_all("#terms .term-product", "nodes => nodes.map(node => node.textContent)"):
        assert product in said
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector(".pictures-preview[aria-busy=false] img")
    assert page.evaluate("document.querySelector('#export-pictures').scrollWidth <= 390")


def test_a_png_has_the_size_that_was_promised_and_a_theme_that_is_not_that_of_the_page(
    section: Section, tmp_path: Path
) -> None:
    page = section("pictures")
    for scale in (1, 2, 3):
        page.select_option("#pictures-scale", str(scale))
        content = taken(page, "network", "png", tmp_path).read_bytes()
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
        assert width == scale * 948
        assert f"{width} × {height} pixels" in page.inner_text("#export-pictures [role=status]")
    page.select_option("#pictures-scale", "1")
    corner = """async (address) => {
        const image = new Image(); image.src = address; await image.decode();
        const canvas = new OffscreenCanvas(1, 1); canvas.getContext('2d').drawImage(image, 0, 0);
        return [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data]; }"""
    seen = {}
    for theme in ("light", "dark"):
        page.select_option("#pictures-theme", theme)
        content = taken(page, "cell", "png", tmp_path).read_bytes()
        seen[theme] = page.evaluate(corner, f"data:image/png;base64,{base64.b64encode(content).decode()}")
    assert seen == {"light": [255, 255, 255, 255], "dark": [14, 17, 21, 255]}
    assert page.get_attribute("html", "data-theme") == "light"
