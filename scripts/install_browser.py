"""See to it that the browser tests find a Chromium: an installed one, else Debian's, else Playwright's own build.

Run from the repository root: python -m scripts.install_browser
"""

import os
import shutil
import subprocess
import sys

from tests.support.chromium import installed_chromium, playwrights_chromium

# The fonts draw the page's Chinese text; Playwright's driver is linked to libatomic.
DEBIAN_PACKAGES = ["chromium-headless-shell", "fonts-noto-cjk", "libatomic1"]


def succeeds(*command: str) -> bool:
    """Run a command without its hundreds of lines of progress; what it says of faults is shown."""
    print("+", *command, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


def install_from_debian() -> bool:
    """Install with apt-get, through sudo for anyone but root; False where that cannot be done without asking."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not shutil.which("sudo"):
        return False
    succeeds(*prefix, "apt-get", "update")  # an old list may still do
    return succeeds(*prefix, "apt-get", "install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES)


def main() -> int:
    path = installed_chromium()
    if not path and install_from_debian():
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
