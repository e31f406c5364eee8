"""The server in the foreground: uvicorn with its timeouts and a graceful shutdown."""

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

import torch
import uvicorn
from fastapi import FastAPI

from ..core import logs
from ..core.settings import Settings
from .http_protocol import with_header_timeout

#: Seconds from SIGTERM to the end, whatever is still running.
_SHUTDOWN_SECONDS = 15.0


class _Server(uvicorn.Server):
    """On SIGTERM it first reports that it is not ready, so that load balancers drain it, and then shuts down."""

    def __init__(self, config: uvicorn.Config, report_not_ready: Callable[[], None], drain_seconds: float) -> None:
        super().__init__(config)
        self._report_not_ready = report_not_ready
        self._drain_seconds = drain_seconds
        self._draining = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._report_not_ready()
        if sig == signal.SIGTERM and self._drain_seconds and not self._draining:
            self._draining = True
            loop = asyncio.get_running_loop()
            loop.call_soon_threadsafe(loop.call_later, self._drain_seconds, super().handle_exit, sig, frame)
            return
        super().handle_exit(sig, frame)


def run_server(app: FastAPI, settings: Settings, host: str, port: int) -> None:
    """Serve until a signal, and end within 15 seconds of it."""
    torch.set_num_threads(settings.torch_threads)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=with_header_timeout(settings.max_body_seconds),  # requires h11, which rejects oversized headers
        log_config=logs.config(settings),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, int(_SHUTDOWN_SECONDS - settings.drain_seconds - 1)),
    )
    _Server(config, app.state.leaving.set, settings.drain_seconds).run()
