"""Client disconnects: cancels the work of a client that has closed its connection, and frees its worker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

from .job import Job

#: Waits until the client of the current request has disconnected; None outside of a request.
until_disconnect: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("until_disconnect", default=None)


@asynccontextmanager
async def cancelled_on_disconnect(job: Job) -> AsyncIterator[None]:
    """Cancel `job` if the client disconnects inside the block. The request body must have been read."""
    disconnected = until_disconnect.get()
    if disconnected is None:
        yield
        return

    async def watch() -> None:
        await disconnected()
        job.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])
