"""Corpora: many sequences, each a long run of its own, kept as the list of their ids."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

import orjson

from ...core.errors import BrokerUnavailable, NotFound
from ...lstm import problem
from ...schemas import CorpusResponse, FailedRun, RunCounts, TraceRequest
from ...store import ID_LENGTH
from ..library import Library
from ..request import trace_id_of
from .run import Runs, RunState, error_items

#: Seconds between two polls of a watched corpus.
_INTERVAL = 1.0
#: Failed runs whose errors are included in a response.
_MAX_FAILED = 20


@dataclass(frozen=True)
class Corpus:
    """A list of runs, by the ids of their traces. `corpus_id`: a hash of those."""

    corpus_id: str
    run_ids: tuple[str, ...]

    async def response(self, runs: Runs) -> CorpusResponse:
        """The progress of all runs. Raises BrokerUnavailable."""
        states = {state.trace_id: state for state in await runs.states(list(dict.fromkeys(self.run_ids)))}
        return self._response_of([states[run_id] for run_id in self.run_ids])

    async def watch(self, runs: Runs) -> AsyncIterator[CorpusResponse]:
        """The response each time that it changes, until all runs are over or the server shuts down."""
        last: CorpusResponse | None = None
        while True:
            with suppress(BrokerUnavailable):  # reported at a later poll
                now = await self.response(runs)
                if now != last:
                    last = now
                    yield now
                if now.status == "done":
                    return
            if runs.leaving.is_set():
                return
            await asyncio.sleep(_INTERVAL)

    async def cancel(self, runs: Runs) -> None:
        """Cancel the runs that are not over. Raises BrokerUnavailable."""
        for state in await runs.states(list(dict.fromkeys(self.run_ids))):
            if not state.over:
                await (await runs.find(state.trace_id)).cancel()

    def _response_of(self, states: Sequence[RunState]) -> CorpusResponse:
        counts: Counter[str] = Counter(state.status for state in states)
        begun = any(state.status != "waiting" for state in states)
        return CorpusResponse(
            id=self.corpus_id,
            status="done" if all(state.over for state in states) else "running" if begun else "waiting",
            counts=RunCounts(**counts),
            done=sum(state.done for state in states),
            total=sum(state.total for state in states),
            runs=list(self.run_ids),
            failed=[
                FailedRun(run=state.trace_id, detail=error_items(state.error))
                for state in states
                if state.error is not None
            ][:_MAX_FAILED],
        )


async def start_corpus(library: Library, runs: Runs, requests: Sequence[TraceRequest]) -> Corpus:
    """Start the runs of a corpus, or find them running, and keep their list. Raises TooManyRuns, StoreFull."""
    run_ids = tuple(map(trace_id_of, requests))
    corpus_id = sha256("".join(run_ids).encode()).hexdigest()[:ID_LENGTH]
    await runs.start_corpus(requests)
    await library.off_loop(lambda: library.store.keep_corpus(corpus_id, orjson.dumps({"runs": run_ids})))
    return Corpus(corpus_id, run_ids)


async def find_corpus(library: Library, corpus_id: str) -> Corpus:
    """The corpus of an id. Raises NotFound."""
    content = await library.off_loop(lambda: library.store.corpus(corpus_id))
    if content is None:
        path = ("path", "corpus_id")
        raise NotFound(problem(path, "unknown_corpus", "No corpus has this id; POST its requests again"))
    return Corpus(corpus_id, tuple(orjson.loads(content)["runs"]))
