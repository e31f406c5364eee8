"""create_app: everything is put together here, and nothing else happens here."""

from fastapi import FastAPI

from app import __version__, assets, errors
from app.body_limit import BodyLimit
from app.headers import SecurityHeaders
from app.library import Library
from app.routes import api, pages
from app.settings import Settings

DESCRIPTION = """Runs a real `torch.nn.LSTM` and returns every input gate i, forget gate f, candidate g, output gate o,
cell state c and hidden state h, of every timestep, layer and direction. Every error has one shape,
`{"detail": [{"type", "loc", "msg"}]}`, with `loc` at the field at fault."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole server, as an ASGI application."""
    settings = settings or Settings()
    app = FastAPI(
        title="LSTM Lens",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
    )
    app.state.library = Library(settings)
    app.state.assets_version = assets.content_hash()
    errors.install(app)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(SecurityHeaders)  # added last, so outermost: on every reply
    app.include_router(api.router)
    app.include_router(pages.router)
    assets.mount(app, app.state.assets_version)
    return app
