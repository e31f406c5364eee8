"""A whole server, for what is read over HTTP."""

from tests.web.conftest import client, settings

__all__ = ["client", "settings"]
