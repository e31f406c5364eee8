"""Logging: text for people or JSON for machines, each line with the id of its request."""

import logging.config
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS

from .settings import Settings

#: The fields of a JSON line.
_FIELDS = "asctime levelname name message correlation_id"
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger", "correlation_id": "request_id"}


def config(settings: Settings) -> dict[str, Any]:
    """For `logging.config.dictConfig`, and for uvicorn, whose access log (with paths) is off."""
    formatters: dict[str, Any] = {
        "text": {"format": "%(asctime)s %(levelname)-7s [%(correlation_id)s] %(message)s", "datefmt": "%H:%M:%S"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": " ".join(f"%({field})s" for field in _FIELDS.split()),
            "rename_fields": _NAMES,
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "reserved_attrs": [*RESERVED_ATTRS, "color_message"],
        },
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "asgi_correlation_id.CorrelationIdFilter", "default_value": "-"}},
        "formatters": formatters,
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": settings.log_format,
                "filters": ["request"],
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            "lstm_lens": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "uvicorn.access": {"handlers": [], "propagate": False},
            "asgi_correlation_id": {"level": "ERROR"},  # any client can send an invalid id
        },
    }


def set_up(settings: Settings) -> None:
    """Configure the log of this process."""
    logging.config.dictConfig(config(settings))
