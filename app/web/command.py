"""lstm-lens serve: the server in the foreground. Threads and worker processes are set up before torch is imported."""

import os
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..core.settings import Settings, exit_status
from ..runs.workers import forkserver

if TYPE_CHECKING:
    from fastapi import FastAPI


def serve(
    create_app: Callable[[Settings], "FastAPI"], host: str, port: int, when_ready: Callable[[str], object] | None = None
) -> int:
    """Serve until interrupted; returns the exit status.

    create_app: imports and makes the app. when_ready: called with the page's address once the server answers.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # torch reads it on import: one thread per run

    def run() -> int:
        settings = Settings()
        if settings.workers:
            forkserver.begin()  # in parallel with the imports that follow, which take as long
        app = create_app(settings)
        from . import serving

        if when_ready is not None:
            threading.Thread(target=_call_when_ready, args=(host, port, when_ready), daemon=True).start()
        serving.run_server(app, settings, host, port)
        return 0

    return exit_status(run)


def _call_when_ready(host: str, port: int, then: Callable[[str], object]) -> None:
    """Call `then` with the address once the server answers, or give up after a while."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 (compared, not bound)
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{address}api/health", timeout=1):  # noqa: S310 (http, built above)
                break
        except OSError:
            time.sleep(0.2)
    else:
        return
    then(address)
