"""See to it that the browser tests find a Chromium: an installed one, else Debian's, else Playwright's own build.

Run from the repository root: python -m scripts.install_browser
"""

import sys

from scripts.debian import install_from_debian, succeeds
from tests.support.chromium import installed_chromium, playwrights_chromium

# The fonts draw the page's Chinese text; Playwright's driver is linked to libatomic.
DEBIAN_PACKAGES = ["chromium-headless-shell", "fonts-noto-cjk", "libatomic1"]


def main() -> int:
    path = installed_chromium()
    if not path and install_from_debian(*DEBIAN_PACKAGES):
        path = installed_chromium()
    if not path and succeeds(sys.executable, "-m", "playwright", "install", "chromium"):
        path = playwrights_chromium()
    if not path:
        print("No Chromium could be installed. Name one: CHROMIUM=/path/to/chromium make browser")
        return 1
    print(f"The browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
