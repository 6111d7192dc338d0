"""Structured logs: one line per event, with the request id that ties web, task and engine together."""

import logging
import logging.config
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def is_news(record: logging.LogRecord) -> bool:
    """Return whether Django's own line about a request says something that storychat.middleware has not."""
    return not getattr(getattr(record, "request", None), "has_own_log_line", False)


def logging_config(*, log_format: str, level: str) -> dict[str, Any]:
    """Return a `logging.config.dictConfig` mapping; `log_format` is "json" or "console"."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "default": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    renderer,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "filters": {"is-news": {"()": lambda: is_news}},
        "handlers": {"default": {"class": "logging.StreamHandler", "formatter": "default"}},
        "root": {"handlers": ["default"], "level": level},
        "loggers": {
            "django.request": {"filters": ["is-news"]},
            "django.server": {"level": "WARNING", "propagate": True, "handlers": []},
            "celery": {"level": "WARNING"},
            # The folder broker has no host, and kombu says so at every connection.
            "kombu.connection": {"level": "ERROR"},
            "uvicorn.access": {"level": "WARNING", "handlers": [], "propagate": False},
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Set up logging and structlog alike; Django calls it through LOGGING_CONFIG."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
