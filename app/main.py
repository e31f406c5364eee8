"""create_app: assembles the server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from logging import getLogger

from fastapi import Depends, FastAPI

from . import __version__
from .core.metrics import Metrics
from .core.settings import Settings
from .page import assets
from .runs.library import Library
from .runs.long import LocalRuns, Runs
from .web import errors, middleware
from .web.reply_cache import ReplyCache
from .web.routes import about, corpora, exports, inputs, login, pages, runs, standalone, traces, uploads
from .web.routes.shared import given_once

log = getLogger("lstm_lens")

DESCRIPTION = """Runs a real `torch.nn.LSTM` and returns every input gate i, forget gate f, candidate g, output gate o,
cell state c and hidden state h, of every timestep, layer and direction. Every error has one shape,
`{"detail": [{"type", "loc", "msg"}]}`, with `loc` at the field at fault."""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start the workers with the server, and stop them with it."""
    settings = app.state.library.settings
    log.info("%s workers, each with %s threads of torch", settings.workers or "no", settings.torch_threads)
    app.state.library.pool.start()
    yield
    app.state.runs.stop()
    app.state.library.pool.stop()


def _runs(library: Library) -> Runs:
    """Long runs, computed by this server, or by remote workers if there is a broker. Raises BadSetting."""
    if not library.settings.broker_url:
        return LocalRuns(library)
    from .runs.cluster.runs import QueuedRuns  # imports Celery, which most servers do not need

    return QueuedRuns(library)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole server, as an ASGI application."""
    settings = settings or Settings()
    app = FastAPI(
        title="LSTM Lens",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.metrics = metrics = Metrics()
    app.state.library = Library(settings, metrics)
    app.state.runs = _runs(app.state.library)
    app.state.leaving = app.state.runs.leaving
    app.state.replies = ReplyCache()
    app.state.assets_version = assets.content_hash()
    errors.install_error_handlers(app)
    app.add_exception_handler(404, pages.not_found)
    middleware.install(app, settings, metrics)
    for resource in (standalone, traces, exports, runs, corpora, uploads, inputs, about):
        app.include_router(resource.router, dependencies=[Depends(given_once)])
    for router in (login.router, pages.router, about.metrics_router):
        app.include_router(router)
    assets.mount(app, app.state.assets_version)
    return app
