"""One run that is queued in Redis, or is being computed by a remote worker."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from secrets import token_hex
from time import monotonic

import anyio

from ...core.errors import BrokerUnavailable
from ..long import RunState
from .broker import Broker
from .ledger import READER_SECONDS


class QueuedRun:
    """One run, as a handle to its entry in the ledger. Every method may raise BrokerUnavailable.

    look: reads its state, also after the ledger has lost it. settle: called once it is over.
    new: whether this request created it.
    """

    def __init__(
        self,
        trace_id: str,
        broker: Broker,
        look: Callable[[str], Awaitable[RunState]],
        settle: Callable[[str], Awaitable[None]],
        *,
        new: bool = False,
    ) -> None:
        self.trace_id = trace_id
        self._broker, self._ledger = broker, broker.ledger
        self._look, self._settle = look, settle
        self._new = new
        self._reader: str | None = None
        self._registered = 0.0

    async def state(self) -> RunState:
        """The current state; renews the registration as a reader of events."""
        if self._reader is not None and monotonic() - self._registered > READER_SECONDS / 4:
            self._registered = monotonic()
            await self._broker.ask(self._ledger.add_reader, self.trace_id, self._reader)
        return await self._look(self.trace_id)

    async def cancel(self) -> None:
        """Cancel the run, unless it is over."""
        await self._end(self._ledger.cancel)

    async def leave(self) -> None:
        """A client that waited for the run disconnects: cancel it, unless others watch it."""
        await self._end(self._ledger.leave)

    async def give_up(self) -> None:
        """Cancel the run like `leave`, if this request created it."""
        if self._new:
            with suppress(BrokerUnavailable):
                await self.leave()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Registered as a reader of its events inside the block; a reader that crashes expires after READER_SECONDS."""
        self._reader = reader = token_hex(8)
        try:
            yield
        finally:
            self._reader = None
            with anyio.CancelScope(shield=True), suppress(BrokerUnavailable):
                await self._end(self._ledger.remove_reader, reader)

    async def _end(self, question: Callable[..., bool], *arguments: str) -> None:
        if await self._broker.ask(question, self.trace_id, *arguments):
            await self._settle(self.trace_id)
