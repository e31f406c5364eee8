"""The real server in a process of its own, and a real Chromium that tolerates no message and no request elsewhere."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.support.chromium import launch_options

ROOT = Path(__file__).parent.parent.parent
Open = Callable[..., Page]
expect.set_options(timeout=60_000)  # which time is spent only where something fails
#: Messages of the console in which the browser gives advice; errors and warnings are judged, and what a script says.
ADVICE = ("debug", "info")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `lstm-lens serve` on a free port, with an empty data folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "LSTM_LENS_DATA_DIR": str(tmp_path_factory.mktemp("data"))}
    command = [sys.executable, "-m", "lstm_lens", "serve", "--host", "127.0.0.1", "--port", str(port)]
    log = (tmp_path_factory.mktemp("log") / "server.log").open("w+")
    with log, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process:
        try:
            wait_until_healthy(address, process, Path(log.name))
            yield address
        finally:
            process.terminate()
            process.wait(20)


def wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=2):  # noqa: S310 (our own http address)
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    options = launch_options()
    chromium = playwright.chromium.launch(**{**options, "args": [*options["args"], "--process-per-site"]})
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def context(browser: Browser, server: str) -> Iterator[BrowserContext]:
    """One profile for all tests, so that its cache holds the scripts; each test gets a page, and an empty storage.

    A page that stays open keeps the site's process alive, and with it what has been compiled: others open in half the
    time.
    """
    profile = browser.new_context(
        locale="en-GB", reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"]
    )
    profile.new_page().goto(f"{server}/api/health")
    yield profile
    profile.close()


@pytest.fixture
def expected_messages() -> list[str]:
    """Patterns of console messages that a test provokes: the browser itself reports every answer of 400 or above."""
    return []


def listen(page: Page, faults: list[str], expected: Sequence[str] = ()) -> None:
    """Add what the page's console says, and errors that no script catches; but for `expected` patterns, and advice."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type not in ADVICE and not any(re.search(pattern, message.text) for pattern in expected):
            faults.append(f"{message.type}: {message.text}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))


@pytest.fixture
def open_page(server: str, context: BrowserContext, expected_messages: list[str]) -> Iterator[Open]:
    """Opens the page and waits for its first trace. At the end there was no message and no request to another host."""
    faults: list[str] = []
    pages: list[Page] = []
    home = urlsplit(server).netloc

    def on_request(url: str) -> None:
        if url.startswith("http") and urlsplit(url).netloc != home:
            faults.append(f"left the host: {url}")

    def opened(
        path: str = "/?lang=en", *, width: int = 1440, height: int = 900, theme: str = "light", ready: bool = True
    ) -> Page:
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.set_default_timeout(60_000)
        listen(page, faults, expected_messages)
        page.on("request", lambda request: on_request(request.url))
        page.goto(server + path)
        if ready:
            settle(page)
        return page

    yield opened
    for page in pages:
        page.evaluate("localStorage.clear()")
        page.close()
    assert faults == []


@pytest.fixture(scope="session")
def tour_pages(browser: Browser, server: str) -> dict[str, dict[str, Any]]:
    """The pages of the tour by key, as the page's own module has them."""
    page = browser.new_page()
    page.goto(f"{server}/api/health")
    found: list[dict[str, Any]] = page.evaluate(
        "import('/static/js/features/tour/pages.js').then(module => module.PAGES)"
    )
    page.close()
    return {entry["key"]: entry for entry in found}


def until(page: Page, expression: str, argument: Any = None) -> None:
    """Wait until JavaScript says so. Playwright's own way compiles text in the page, which its policy forbids."""
    deadline = time.monotonic() + 60
    while not page.evaluate(expression, argument):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(50)


def settle(page: Page) -> None:
    """Wait until the page shows the trace that it asked for, with its figures drawn."""
    page.wait_for_selector("#bench[data-phase=ready]")
    page.wait_for_selector("#maps-plot[data-drawn=true]")
    page.wait_for_selector("#curves-plot[data-drawn=true]")
    page.wait_for_selector("#formula-numbers[data-stale=false]")
