"""Animations as they leave the page: opened again, by a parser and by the browser itself."""

import base64
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Open

RECALL = "#preset=recall&at=0.forward.9.2.3.0.f"
BOTH = "#preset=article_bidirectional&at=1.reverse.2.3.1.0.c"

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


def filmed(page: Page, kind: str, tmp_path: Path, **fields: str) -> tuple[bytes, str]:
    page.wait_for_selector(f"#animation-kind option[value={kind}]", state="attached")
    for name, value in {**fields, "kind": kind}.items():
        if name in ("first", "last"):
            page.fill(f"#animation-{name}", value)
        else:
            page.select_option(f"#animation-{name}", value)
    with page.expect_download(timeout=60_000) as download:
        page.click("#animation-make")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes(), path.name


def blocks_of_gif(content: bytes) -> dict[str, Any]:
    """The size of a GIF, and the delay of each of its frames in hundredths of a second: GIF89a, sections 18 to 26."""
    assert content[:6] == b"GIF89a"
    size = (int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little"))
    at = 13 + (3 << ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    delays: list[int] = []
    frames = 0
    while content[at] != 0x3B:
        if content[at] == 0x21:
            if content[at + 1] == 0xF9:
                delays.append(int.from_bytes(content[at + 4 : at + 6], "little"))
            at += 2
        else:
            assert content[at] == 0x2C
            frames += 1
            at += 10 + (3 << ((content[at + 9] & 7) + 1) if content[at + 9] & 0x80 else 0) + 1
        while content[at]:
            at += content[at] + 1
        at += 1
    assert at == len(content) - 1
    return {"size": size, "frames": frames, "delays": delays}


def test_a_gif_has_a_frame_for_each_timestep_and_in_each_the_cursor_has_moved(section: Section, tmp_path: Path) -> None:
    page = section("animation")
    page.wait_for_selector("#animation-kind option[value=gif]", state="attached")
    assert (page.input_value("#animation-first"), page.input_value("#animation-last")) == ("0", "15")
    content, name = filmed(page, "gif", tmp_path, what="network", width="640", speed="8", first="5", last="10")
    assert name == "recall-animation.gif"
    gif = blocks_of_gif(content)
    assert (gif["frames"], set(gif["delays"])) == (6, {13})  # 12.5, rounded
    assert gif["size"][0] == 640
    assert gif["size"][1] % 2 == 0
    accents = page.evaluate(
        """async (base64) => {
            const data = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
            const decoder = new ImageDecoder({ type: 'image/gif', data });
            await decoder.tracks.ready;
            const places = [];
            for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex += 1) {
                const { image } = await decoder.decode({ frameIndex });
                const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
                const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
                const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
                let [sum, count] = [0, 0];
                for (let k = 0; k < width * height; k += 1) {
                    const [red, green, blue] = data.subarray(4 * k, 4 * k + 3);
                    if (k % width > 120 && blue > 180 && red < 110 && green < 110) { sum += k % width; count += 1; }
                }
                places.push(count ? sum / count : null);
            }
            return places; }""",
        base64.b64encode(content).decode(),
    )
    assert None not in accents
    steps = [after - before for before, after in pairwise(accents)]
    assert all(step > 15 for step in steps), accents


def test_a_video_is_as_long_and_as_large_as_it_should_be(section: Section, browser: Browser, tmp_path: Path) -> None:
    page = section("animation", BOTH)
    player = browser.new_page()
    for kind, place, start in (("webm", 0, b"\x1a\x45\xdf\xa3"), ("mp4", 4, b"ftyp")):
        content, _ = filmed(page, kind, tmp_path, by="stage", first="5", last="6", speed="2", width="640", theme="dark")
        assert content[place:].startswith(start)
        found = seen(player, kind, content)
        assert found["duration"] == pytest.approx(5, abs=0.1)  # two readings of five stages, two a second
        assert found["width"] == 640
        assert found["height"] % 2 == 0
        assert found["paper"] == pytest.approx([14, 17, 21, 255], abs=6)
    player.close()


def seen(player: Page, kind: str, content: bytes) -> dict[str, Any]:
    """What an empty page finds in a video: its length, its size, and the colour of a corner near its end."""
    found: dict[str, Any] = player.evaluate(
        """async ([base64, type]) => {
            const video = document.createElement('video');
            video.muted = true;
            const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
            video.src = URL.createObjectURL(new Blob([bytes], { type }));
            await new Promise((resolve, reject) => {
                video.onloadeddata = resolve;
                video.onerror = () => reject(video.error.message); });
            video.currentTime = 4.5; await new Promise(resolve => { video.onseeked = resolve; });
            const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
            const pen = canvas.getContext('2d');
            do { // a frame that was sought may still be on its way
                await new Promise(resolve => setTimeout(resolve, 50));
                pen.drawImage(video, 0, 0);
            } while (pen.getImageData(3, 3, 1, 1).data[3] === 0);
            return { duration: video.duration, width: video.videoWidth, height: video.videoHeight,
                     paper: [...pen.getImageData(3, 3, 1, 1).data] }; }""",
        [base64.b64encode(content).decode(), f"video/{kind}"],
    )
    return found


def test_an_animation_can_be_given_up_and_made_after_all(section: Section, tmp_path: Path) -> None:
    page = section("animation", "#preset=letters")
    page.select_option("#animation-by", "stage")
    page.select_option("#animation-width", "1920")
    page.click("#animation-make")
    page.click("#animation-cancel")
    page.wait_for_selector("#animation-make:visible")
    assert page.inner_text("#export-animation [role=status]") == "Cancelled."
    content, _ = filmed(page, "gif", tmp_path, by="timestep", what="network", first="2", last="3", width="640")
    assert blocks_of_gif(content)["frames"] == 2


def test_more_frames_than_may_be_are_not_begun(section: Section) -> None:
    page = section(
        "animation",
        "#request=eyJjb25maWciOnsiaW5wdXRfc2l6ZSI6MiwiaGlkZGVuX3NpemUiOjN9LCJpbnB1dCI6eyJraW5kIjoicmFuZG9tIiwic2VxX2xlbiI6NzAwLCJiYXRjaF9zaXplIjoxLCJzZWVkIjowfX0",
    )
    assert page.input_value("#animation-last") == "599"
    page.fill("#animation-last", "699")
    assert page.is_disabled("#animation-make")
    assert "600" in page.inner_text("#export-animation [role=status]")
