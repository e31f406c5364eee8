"""create_app: everything is put together here, and nothing else happens here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from logging import getLogger

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI

from app import __version__, assets, errors
from app.access import Access
from app.body_deadline import BodyDeadline
from app.body_limit import BodyLimit
from app.callers import Callers
from app.head_requests import HeadAsGet
from app.headers import SecurityHeaders
from app.hosts import Hosts
from app.library import Library
from app.metrics import Metrics
from app.recent_replies import RecentReplies
from app.request_log import RequestLog
from app.routes import about, corpora, exports, inputs, login, pages, runs, standalone, traces, uploads
from app.runs import EmbeddedRuns, Runs
from app.same_origin import SameOrigin
from app.settings import Settings

log = getLogger("lstm_lens")

DESCRIPTION = """Runs a real `torch.nn.LSTM` and returns every input gate i, forget gate f, candidate g, output gate o,
cell state c and hidden state h, of every timestep, layer and direction. Every error has one shape,
`{"detail": [{"type", "loc", "msg"}]}`, with `loc` at the field at fault."""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The workers start and end with the server."""
    settings = app.state.library.settings
    log.info("%s workers, each with %s threads of torch", settings.workers or "no", settings.torch_threads)
    app.state.library.pool.start()
    yield
    app.state.runs.stop()
    app.state.library.pool.stop()


def _runs(library: Library) -> Runs:
    """Long runs, computed by whom the settings say. Raises BadSetting."""
    if not library.settings.broker_url:
        return EmbeddedRuns(library)
    from app.cluster.runs import QueuedRuns  # with Celery, which most servers do without

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
    app.state.replies = RecentReplies()
    app.state.assets_version = assets.content_hash()
    errors.install(app)
    app.add_exception_handler(404, pages.not_found)
    limits = [
        ("max_upload_bytes", uploads.PATH, settings.max_upload_bytes),
        ("max_body_bytes", "", settings.max_body_bytes),
    ]
    app.add_middleware(Callers)
    app.add_middleware(BodyDeadline, seconds=settings.max_body_seconds, rate=settings.min_body_rate)
    app.add_middleware(BodyLimit, limits=limits)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SameOrigin)
    app.add_middleware(Access, token=settings.access_token.get_secret_value())
    app.add_middleware(Hosts, names=settings.allowed_hosts.split())
    # what was added last is outermost: these are for every reply, refusals too
    app.add_middleware(RequestLog, metrics=metrics)
    app.add_middleware(CorrelationIdMiddleware)
    app.add_middleware(SecurityHeaders, embed_origins=settings.embed_origins.split())
    for door in (standalone, traces, exports, runs, corpora, uploads, inputs, about, login, pages):
        app.include_router(door.router)
    app.include_router(about.metrics_router)
    assets.mount(app, app.state.assets_version)
    return app
