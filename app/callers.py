"""Whoever asked, and whether he is still there: a run that nobody waits for any more gives its worker back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from app.jobs import Job


@dataclass
class Caller:
    """The client of one request."""

    receive: Receive
    left: bool = False

    async def leaves(self) -> None:
        """Wait until he has hung up. His whole request must have been read."""
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.left = True


_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


class Callers:
    """Pure ASGI middleware: whoever asked is known wherever his request is worked at."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _caller.set(Caller(receive))
        await self._app(scope, receive, send)


@asynccontextmanager
async def waited_for(job: Job) -> AsyncIterator[None]:
    """Inside the block the job is cancelled as soon as the caller hangs up."""
    caller = _caller.get()
    if caller is None:  # the library is asked by a program
        yield
        return

    async def watch() -> None:
        await caller.leaves()
        job.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])
