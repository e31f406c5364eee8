"""nginx with the configuration that is shipped, on ports and in a folder of one's own."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from scripts.install_services import find

SHIPPED = Path(__file__).parent.parent / "deploy/nginx"
#: As the shipped line has it for the replicas of a container's name.
_REPLICA = "server {} max_fails=3 fail_timeout=5s;\n"


def lay_out(folder: Path, listen: str, replicas: Sequence[str]) -> list[str]:
    """Write the configuration into a folder; the command that runs nginx with it, in the foreground.

    listen, replicas: addresses such as 127.0.0.1:8080. Raises FileNotFoundError when nginx is not installed.
    """
    nginx = find("nginx")
    if nginx is None:
        raise FileNotFoundError("nginx is not installed; python -m scripts.install_services does that")
    configuration = folder / "configuration"
    shutil.copytree(SHIPPED, configuration, dirs_exist_ok=True)
    (configuration / "upstream.conf").write_text("".join(map(_REPLICA.format, replicas)))
    listening = (SHIPPED / "listen.conf").read_text()
    (configuration / "listen.conf").write_text(listening.replace("listen 8080;", f"listen {listen};"))
    # root's nginx would become another user, who may not enter the folder
    user = "user root; " if os.geteuid() == 0 else ""
    command = [nginx, "-p", str(folder), "-e", "stderr", "-c", str(configuration / "nginx.conf")]
    return [*command, "-g", f"{user}daemon off;"]
