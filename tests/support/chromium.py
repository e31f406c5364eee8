"""Which Chromium the browser tests start, and how: `chromium.launch(**launch_options())`."""

import os
import shutil
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

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


def find_chromium() -> str | None:
    """The path of $CHROMIUM, of an installed Chromium or Chrome, or of Playwright's own build, in this order."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        found = shutil.which(name) if name else None
        if found:
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def launch_options() -> dict[str, Any]:
    """The keyword arguments of Playwright's `chromium.launch`."""
    path = find_chromium()
    if path is None:
        raise RuntimeError("no Chromium found: run `make browser`, which installs one, or set CHROMIUM")
    return {"executable_path": path, "args": list(FLAGS)}
