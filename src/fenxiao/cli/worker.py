"""The worker process: outbox, schedules, settlement. Django stands before this is imported (`cli.house.open_house`)."""

import structlog
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from fenxiao.kernel.children import tie_to_parent

CONCURRENCY = 4
STOP_SECONDS = 4.0  # jobs still running then are cancelled; each is a transaction, so it runs again later


def run() -> None:
    """Run jobs until SIGTERM or SIGINT, then finish the ones at hand."""
    tie_to_parent()
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError(f"Django gives procrastinate its connector, not {connector!r}")
    log = structlog.get_logger("fenxiao.worker")
    log.info("worker started", concurrency=CONCURRENCY)
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(
            concurrency=CONCURRENCY,
            shutdown_graceful_timeout=STOP_SECONDS,
            delete_jobs="successful",
            install_signal_handlers=True,
        )
    log.info("worker stopped")
