"""Structured logs. Every line of one request or job carries its `request_id`. Loads no Django."""

import logging
import sys
from contextvars import ContextVar
from uuid import uuid4

import structlog

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request or job being served, "" outside one."""
    return _request_id.get()


def begin_request(given: str = "") -> str:
    """Start a new request: keep a caller's sane id, else make one. Returns the id."""
    sane = given if 0 < len(given) <= 64 and given.replace("-", "").isalnum() and given.isascii() else uuid4().hex
    _request_id.set(sane)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=sane)
    return sane


def configure_logs(*, level: int = logging.INFO) -> None:
    """One line per event on stderr: `time level event key=value …`, readable and grep-able."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.dev.ConsoleRenderer(
                    colors=sys.stderr.isatty(),
                    pad_event_to=0,
                    # The usual one prints every local variable, and a form's may be a password.
                    exception_formatter=structlog.dev.plain_traceback,
                ),
            ],
        )
    )
    logging.basicConfig(handlers=[lines], level=level, force=True)
    # It tells of every task it registers and every job it fetches, several times a second.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    # Strangers ask for any name; the answer 400 is in the request's own line, and a traceback each time is noise.
    logging.getLogger("django.security.DisallowedHost").setLevel(logging.CRITICAL)
