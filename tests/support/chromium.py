"""Which Chromium the browser tests start, and how: `chromium.launch(**launch_options())`."""

import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

# The shell has the same engine and no window around it: a test run takes two thirds of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Tests run as root in containers too, and must see no request but the page's own.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed_chromium() -> str | None:
    """The path of $CHROMIUM, or of the machine's own Chromium or Chrome."""
    names = (os.environ.get("CHROMIUM", ""), *NAMES)
    return next((found for name in names if name and (found := shutil.which(name))), None)


def playwrights_chromium() -> str | None:
    """The path of the build that `playwright install` fetched."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def launch_options() -> dict[str, Any]:
    """The keyword arguments of Playwright's `chromium.launch`."""
    path = installed_chromium() or playwrights_chromium()
    if path is None:
        raise RuntimeError("no Chromium found: run `make browser`, which installs one, or set CHROMIUM")
    return {"executable_path": path, "args": list(FLAGS)}
