"""All middleware, and the order in which a request passes it."""

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI

from ...core.metrics import Metrics
from ...core.settings import Settings
from ..routes.uploads import PATH as UPLOADS
from ..security_headers import SecurityHeaders
from .access import Access
from .allowed_hosts import AllowedHosts
from .body_deadline import BodyDeadline
from .body_limit import BodyLimit
from .disconnect import Disconnect
from .head import HeadAsGet
from .request_log import RequestLog
from .same_origin import SameOrigin


def install(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Add all middleware to `app`. The last one added is the outermost."""
    app.add_middleware(Disconnect)
    app.add_middleware(BodyDeadline, seconds=settings.max_body_seconds, rate=settings.min_body_rate)
    limits = [("max_upload_bytes", UPLOADS, settings.max_upload_bytes), ("max_body_bytes", "", settings.max_body_bytes)]
    app.add_middleware(BodyLimit, limits=limits)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SameOrigin)
    app.add_middleware(Access, token=settings.access_token.get_secret_value())
    app.add_middleware(AllowedHosts, names=settings.allowed_hosts.split())
    # for every reply, error replies too
    app.add_middleware(RequestLog, metrics=metrics)
    app.add_middleware(CorrelationIdMiddleware)
    app.add_middleware(SecurityHeaders, embed_origins=settings.embed_origins.split())
