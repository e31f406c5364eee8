"""The real server in a process of its own, and a real Chromium that tolerates no message and no request elsewhere."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from tests.support.chromium import launch_options

ROOT = Path(__file__).parent.parent.parent
PROFILE: dict[str, Any] = {
    "locale": "en-GB",
    "reduced_motion": "reduce",
    "permissions": ["clipboard-read", "clipboard-write"],
}
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
    """One profile for all tests, so that its cache holds the scripts; each test begins with an empty storage.

    A page that stays open keeps the site's process alive, and with it what has been compiled: others open in half the
    time.
    """
    profile = browser.new_context(**PROFILE)
    profile.new_page().goto(f"{server}/api/health")
    yield profile
    profile.close()


@pytest.fixture
def expected_messages() -> list[str]:
    """Patterns of console messages that a test provokes: the browser itself reports every answer of 400 or above."""
    return []


@pytest.fixture(scope="session")
def idle_pages() -> list[Page]:
    """The page that the last test left, if it left one: to open it again takes half the time of a new one."""
    return []


def noting(
    faults: list[str], home: str | None = None, expected: Sequence[str] = ()
) -> dict[Any, Callable[[Any], None]]:
    """The listeners of a page, by event, that note what no test tolerates.

    That is what its console says but for `expected` patterns and advice, errors that no script catches, and requests
    to other hosts than `home`, where that is given.
    """

    def on_console(message: ConsoleMessage) -> None:
        if message.type not in ADVICE and not any(re.search(pattern, message.text) for pattern in expected):
            faults.append(f"{message.type}: {message.text}")

    def on_error(error: Error) -> None:
        faults.append(f"error: {error}")

    def on_request(request: Request) -> None:
        if home and request.url.startswith("http") and urlsplit(request.url).netloc != home:
            faults.append(f"left the host: {request.url}")

    return {"console": on_console, "pageerror": on_error, "request": on_request}


def listen(page: Page, faults: list[str], expected: Sequence[str] = ()) -> None:
    """Note what a page's console says, and errors that no script catches."""
    for event, listener in noting(faults, expected=expected).items():
        page.on(event, listener)


@pytest.fixture
def open_page(
    server: str, context: BrowserContext, idle_pages: list[Page], expected_messages: list[str]
) -> Iterator[Open]:
    """Opens the page and waits for its first trace. At the end there was no message and no request to another host."""
    with opener(server, context, idle_pages, expected_messages) as opened:
        yield opened


@contextmanager
def opener(
    server: str, context: BrowserContext, idle_pages: list[Page], expected_messages: list[str]
) -> Iterator[Open]:
    """What opens pages for one test in a profile, from a page that is idle; a page is idle again after it."""
    faults: list[str] = []
    pages: list[Page] = []
    listeners = noting(faults, urlsplit(server).netloc, expected_messages)

    def opened(
        path: str = "/?lang=en", *, width: int = 1440, height: int = 900, theme: str = "light", ready: bool = True
    ) -> Page:
        page = idle_pages.pop() if idle_pages else context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.set_default_timeout(60_000)
        for event, listener in listeners.items():
            page.on(event, listener)
        page.goto(server + path)
        if ready:
            settle(page)
        return page

    yield opened
    for page in pages:
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
    for page in pages[1:]:
        page.close()
    for page in pages[:1]:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        page.unroute_all(behavior="ignoreErrors")
        page.goto(f"{server}/api/health")
        page.mouse.move(0, 0)
        idle_pages.append(page)
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
