"""One run that waits in Redis, or is computed by a worker somewhere."""

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
    """One run, as its ledger tells of it.

    look: finds where it stands, also when the ledger has lost it. settle: what is to be done once it is over.
    new: whether it was not there before it was asked for. Every method may raise BrokerUnavailable.
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
        self._said = 0.0

    async def state(self) -> RunState:
        """Where it stands."""
        if self._reader is not None and monotonic() - self._said > READER_SECONDS / 4:
            self._said = monotonic()
            await self._broker.ask(self._ledger.read, self.trace_id, self._reader)
        return await self._look(self.trace_id)

    async def cancel(self) -> None:
        """End it, unless it is over."""
        await self._end(self._ledger.cancel)

    async def leave(self) -> None:
        """One who waited for it goes: it ends, unless others watch it."""
        await self._end(self._ledger.leave)

    async def give_up(self) -> None:
        """The same, where it is only there because of the one who goes."""
        if self._new:
            with suppress(BrokerUnavailable):
                await self.leave()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """While somebody reads its events; who stops without saying so is counted a little longer."""
        self._reader = reader = token_hex(8)
        try:
            yield
        finally:
            self._reader = None
            with anyio.CancelScope(shield=True), suppress(BrokerUnavailable):
                await self._end(self._ledger.unread, reader)

    async def _end(self, question: Callable[..., bool], *arguments: str) -> None:
        if await self._broker.ask(question, self.trace_id, *arguments):
            await self._settle(self.trace_id)
