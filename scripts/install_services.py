"""See to it that the tests find nginx and Redis: installed ones, else Debian's.

Run from the repository root: python -m scripts.install_services
"""

import os
import shutil
import sys

from scripts.debian import install_from_debian

#: The program, and the package of Debian that has it.
SERVICES = {"nginx": "nginx-light", "redis-server": "redis-server"}


def find(program: str) -> str | None:
    """Where a program is; servers are in folders that an ordinary user's PATH leaves out."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"]))


def missing() -> list[str]:
    return [program for program in SERVICES if not find(program)]


def main() -> int:
    if missing():
        install_from_debian(*(SERVICES[program] for program in missing()))
    if missing():
        print(f"Not installed: {', '.join(missing())}. Install them; the tests start their own, on free ports.")
        return 1
    print("The tests use", *(find(program) for program in SERVICES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
