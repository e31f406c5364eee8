"""create_app: everything is put together here, and nothing else happens here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import __version__, assets, errors
from app.body_limit import BodyLimit
from app.head_requests import HeadAsGet
from app.headers import SecurityHeaders
from app.library import Library
from app.recent_replies import RecentReplies
from app.routes import about, corpora, exports, inputs, pages, runs, standalone, traces, uploads
from app.runs import EmbeddedRuns, Runs
from app.same_origin import SameOrigin
from app.settings import Settings

DESCRIPTION = """Runs a real `torch.nn.LSTM` and returns every input gate i, forget gate f, candidate g, output gate o,
cell state c and hidden state h, of every timestep, layer and direction. Every error has one shape,
`{"detail": [{"type", "loc", "msg"}]}`, with `loc` at the field at fault."""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The workers start and end with the server."""
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
    app.state.library = Library(settings)
    app.state.runs = _runs(app.state.library)
    app.state.replies = RecentReplies()
    app.state.assets_version = assets.content_hash()
    errors.install(app)
    app.add_exception_handler(404, pages.not_found)
    limits = [
        ("max_upload_bytes", uploads.PATH, settings.max_upload_bytes),
        ("max_body_bytes", "", settings.max_body_bytes),
    ]
    app.add_middleware(BodyLimit, limits=limits)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SameOrigin)
    # added last, so outermost: on every reply
    app.add_middleware(SecurityHeaders, embed_origins=settings.embed_origins.split())
    for door in (standalone, traces, exports, runs, corpora, uploads, inputs, about, pages):
        app.include_router(door.router)
    assets.mount(app, app.state.assets_version)
    return app
