"""Corpora: many sequences at once, started, watched and cancelled."""

from collections.abc import AsyncIterable
from typing import Annotated

import anyio.lowlevel
from fastapi import APIRouter, Body, Depends, Path, Response
from fastapi.openapi.models import Example
from fastapi.sse import EventSourceResponse, ServerSentEvent

from ...core.errors import LensError, TooLarge
from ...core.settings import variable
from ...lstm import problem
from ...runs.library import Library
from ...runs.long import Corpus, find_corpus, start_corpus
from ...schemas import CorpusRequest, CorpusResponse, TraceRequest
from ..strict_json import StrictJSONRoute
from .examples import corpus_requests
from .runs import JSON_ERRORS
from .shared import TheLibrary, TheRuns, error_responses

router = APIRouter(prefix="/api", tags=["Corpora"], route_class=StrictJSONRoute)

_EXAMPLES: dict[str, Example] = corpus_requests()
CorpusId = Annotated[str, Path(description="The id of a corpus.")]


async def _find_corpus(corpus_id: CorpusId, library: TheLibrary) -> Corpus:
    return await find_corpus(library, corpus_id)


TheCorpus = Annotated[Corpus, Depends(_find_corpus)]


@router.post("/corpora", status_code=202, responses=error_responses(413, 415, 422, 503, 507, changing=True))
async def create_corpus(
    body: Annotated[CorpusRequest, Body(openapi_examples=_EXAMPLES)],
    response: Response,
    library: TheLibrary,
    runs: TheRuns,
) -> CorpusResponse:
    """Record many sequences, each as a long run of its own. The same requests in the same order give the same id.

    All requests are checked before the first run is started. The runs count against a limit of their own, and later
    single runs overtake them.
    """
    await _check(body.requests, library)
    corpus = await start_corpus(library, runs, body.requests)
    response.headers["Location"] = f"/api/corpora/{corpus.corpus_id}"
    return await corpus.response(runs)


@router.get("/corpora/{corpus_id}", responses=error_responses(404, 422, 503))
async def get_corpus(corpus: TheCorpus, runs: TheRuns) -> CorpusResponse:
    """Return the progress of a corpus."""
    return await corpus.response(runs)


@router.delete("/corpora/{corpus_id}", responses=error_responses(404, 422, 503, changing=True))
async def cancel_corpus(corpus: TheCorpus, runs: TheRuns) -> CorpusResponse:
    """Cancel the runs of a corpus that are not done. Finished traces are kept."""
    await corpus.cancel(runs)
    return await corpus.response(runs)


@router.get("/corpora/{corpus_id}/events", response_class=EventSourceResponse, responses=JSON_ERRORS)
async def watch_corpus(corpus: TheCorpus, runs: TheRuns) -> AsyncIterable[ServerSentEvent]:
    """Stream the progress of a corpus as server-sent events, one for each change, until every run is over.

    The stream ends earlier if the server shuts down; then reconnect.
    """
    async for state in corpus.watch(runs):
        yield ServerSentEvent(data=state, event="corpus")


async def _check(requests: list[TraceRequest], library: Library) -> None:
    """Raises the problems of the first invalid request, with its index in their paths; TooLarge for
    too many requests."""
    most = library.settings.max_corpus_runs
    if len(requests) > most:
        template = "This corpus has {found} runs, above the limit of {limit}; {setting} raises the limit"
        values: dict[str, str | int] = {"found": len(requests), "limit": most, "setting": variable("max_corpus_runs")}
        raise TooLarge(problem(("body", "requests"), "corpus_above_limit", template, **values))
    for k, request in enumerate(requests):
        try:
            await library.check(request, "nothing")
        except LensError as error:
            raise type(error)(
                *(p._replace(path=("body", "requests", k, *p.path[1:])) for p in error.problems)
            ) from None
        await anyio.lowlevel.checkpoint()  # let the event loop serve other requests in between
