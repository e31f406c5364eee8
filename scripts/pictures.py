"""Take the pictures in docs/ again: a server of its own, a real Chromium, one picture for each row of SHOTS.

Run by `make pictures`. The Chinese one needs a font with its characters, such as Debian's fonts-noto-cjk.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError

from playwright.sync_api import Page, sync_playwright

from tests.support.chromium import launch_options

DOCS = Path(__file__).parent.parent / "docs"
WIDE, PHONE = (1440, 900), (390, 844)


class Shot(NamedTuple):
    """A picture: its file, what the address says after the host, how large the window is, and what is done before."""

    name: str
    address: str
    size: tuple[int, int] = WIDE
    theme: str = "light"
    keys: tuple[str, ...] = ()


SHOTS = (
    Shot("lstm-lens", "?lang=en#preset=recall&at=0.forward.8.3.3.0.c"),
    Shot("playing", "?lang=en#preset=letters&at=0.forward.12.3.8.0.c", keys=(" ", "wait", " ")),
    Shot("scalar", "?lang=en#preset=recall&at=0.forward.9.2.3.0.o&level=scalar&pins=c.0.forward.3.3.0"),
    Shot("bidirectional", "?lang=en#preset=article_bidirectional&at=1.reverse.2.3.3.0.c", keys=("returns",)),
    Shot("dark", "?lang=en#preset=brackets&units=half_life&level=cell", theme="dark"),
    Shot("chinese", "?lang=zh#preset=adding&level=gate&at=0.forward.9.2.3.0.f"),
    Shot("phone", "?lang=en#preset=sides&at=0.reverse.9.3.3.0.c", size=PHONE),
)


def serve(port: int, folder: str) -> "subprocess.Popen[bytes]":
    """A server of the page, and wait until it answers."""
    command = [sys.executable, "-m", "lstm_lens", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, "LSTM_LENS_DATA_DIR": folder}, stdout=subprocess.DEVNULL)
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2).close()
            return process
        except (URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                raise
            time.sleep(0.2)


def settle(page: Page) -> None:
    """Wait until the page shows what its address asks for."""
    page.wait_for_selector("#bench[data-phase=ready]")
    page.wait_for_selector("#maps-plot[data-drawn=true]")
    page.wait_for_selector("#formula-numbers[data-stale=false]")
    page.wait_for_timeout(600)


def prepare(page: Page, keys: tuple[str, ...]) -> None:
    """Do what a picture needs done: press keys, wait while it plays, outline what torch returns."""
    for key in keys:
        if key == "wait":
            page.wait_for_timeout(1800)
        elif key == "returns":
            page.check("#show-returns", force=True)
        else:
            page.keyboard.press(key)
    page.wait_for_timeout(400)


def main() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, serve(port, folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for shot in SHOTS:
            width, height = shot.size
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if shot.theme == "dark" else "light",
                reduced_motion="reduce",
            )
            page.goto(f"http://127.0.0.1:{port}/{shot.address}")
            settle(page)
            prepare(page, shot.keys)
            page.screenshot(path=DOCS / f"{shot.name}.png")
            page.close()
            print(DOCS.name + f"/{shot.name}.png")
        browser.close()
        server.terminate()


if __name__ == "__main__":
    main()
