"""Structured logging to standard output: JSON lines, or readable lines on a terminal and when debugging."""

import re

import structlog
from structlog.typing import EventDict

SIGNATURE = re.compile(r"(?<=:)[\w-]{20,}")


def hide_signatures(logger: object, method: str, event: EventDict) -> EventDict:
    """Leave the signature out of a customer's signed link: who reads the log must not be able to open it."""
    if "request" in event:
        event["request"] = SIGNATURE.sub("…", str(event["request"]))
    return event


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_signatures,
]


def configure(*, readable: bool, level: str) -> dict:
    """Set structlog up and return Django's LOGGING; every line carries the request or task id bound to it."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_renderer(readable),
                ],
            }
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "structured",
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        # Django's own handlers would say the same again; RequestMiddleware logs each request and each failure.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"level": "CRITICAL"},
            # What these say at INFO is said already, by django_structlog in Celery's case.
            "celery": {"level": "WARNING"},
            "mail": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
        },
    }


def _renderer(readable: bool) -> list:
    if readable:
        return [structlog.dev.ConsoleRenderer()]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
