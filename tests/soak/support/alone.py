"""Requests answered one after the other by a process that does nothing else: python -m tests.soak.support.alone.

Requests come as lines of JSON; for each the body that a server sends goes out as a line of base64. Runs are computed in
the process itself, on a store that is gone afterwards.
"""

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent.parent.parent


def main() -> None:
    import torch
    from starlette.testclient import TestClient

    from lstm_lens.core.settings import Settings
    from lstm_lens.main import create_app
    from tests.soak.support.requests import TRACES

    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), workers=0, allowed_hosts="*")
        with TestClient(create_app(settings)) as client:
            for line in sys.stdin:
                reply = client.post(TRACES, json=json.loads(line))
                sys.stdout.write(b64encode(reply.content).decode() + "\n")


def answers(requests: Sequence[Any], environment: dict[str, str]) -> list[bytes]:
    """The bodies, from a fresh process."""
    lines = "".join(f"{json.dumps(request)}\n" for request in requests)
    command = [sys.executable, "-m", "tests.soak.support.alone"]
    ended = subprocess.run(command, input=lines, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    return [b64decode(line) for line in ended.stdout.splitlines()]


if __name__ == "__main__":
    main()
