"""What axe-core, in which the rules of WCAG 2.2 and of best practice are programs, says of a page."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ROOT

SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(page: Page, part: str = "html", rules: list[str] = RULES) -> list[str]:
    """What axe-core finds on the page as it stands, or on a part of it, by rules or tags of rules.

    The page is shown at its whole height: what is half under the transport, and can be scrolled away from it, counts
    as too small else.
    """
    if not SCRIPT.exists():
        pytest.fail(f"{SCRIPT.relative_to(ROOT)} is missing: run `npm ci`")
    shown = page.viewport_size
    assert shown is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": shown["width"], "height": max(shown["height"], height)})
    if not page.evaluate("'axe' in window"):
        page.evaluate(Path(SCRIPT).read_text("utf-8"))
    result: dict[str, Any] = page.evaluate(
        "([part, rules]) => axe.run(part, {runOnly: rules, resultTypes: ['violations']})", [part, rules]
    )
    page.set_viewport_size(shown)
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in result["violations"]]
