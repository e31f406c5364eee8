"""Programs that Debian's package manager installs, where it can be asked without a person."""

import os
import shutil
import subprocess


def succeeds(*command: str) -> bool:
    """Run a command without its hundreds of lines of progress; what it says of faults is shown."""
    print("+", *command, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


def install_from_debian(*packages: str) -> bool:
    """Install with apt-get, through sudo for anyone but root; False where that cannot be done without asking."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not shutil.which("sudo"):
        return False
    succeeds(*prefix, "apt-get", "update")  # an old list may still do
    return succeeds(*prefix, "apt-get", "install", "-y", "--no-install-recommends", *packages)
