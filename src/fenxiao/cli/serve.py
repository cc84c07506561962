"""Granian for the two served processes: web (Django, WSGI) and edge (bare ASGI)."""

import os
from importlib import import_module
from typing import Any

from granian.constants import Interfaces
from granian.server.mp import MPServer

from fenxiao.cli.ports import HOST, check_port
from fenxiao.kernel.children import tie_to_parent
from fenxiao.kernel.postgres import database_url
from fenxiao.kernel.settings import Settings

WEB = "fenxiao.cli.site.wsgi:application"
EDGE = "fenxiao.edge.app:application"
WEB_THREADS = 2 * (os.cpu_count() or 1)  # pages wait for the database half of the time; granian warns of more
STOP_SECONDS = 4  # then a worker that does not end is killed; the supervisor waits a little longer


class Server(MPServer):
    """Granian that is told to stop any number of times.

    A supervisor that is killed sends one SIGTERM for each of its threads as they end, within a moment. Granian's own
    handler sets an event; a second signal while it is being set would wait for the first for ever.
    """

    def signal_handler_interrupt(self, *args: Any, **options: Any) -> None:
        """Heed the first."""
        if not self.interrupt_signal:
            super().signal_handler_interrupt(*args, **options)  # type: ignore[no-untyped-call]  # granian has no types here


def run_web(settings: Settings, port: int) -> None:
    """Serve the web pages until told to stop. Refuses a used port and a database that cannot be reached."""
    _serve(settings, port, target=WEB, interface=Interfaces.WSGI, blocking_threads=WEB_THREADS)


def run_edge(settings: Settings, port: int) -> None:
    """Serve the edge until told to stop. Refuses as `run_web` does."""
    _serve(settings, port, target=EDGE, interface=Interfaces.ASGI)


def _serve(settings: Settings, port: int, *, target: str, interface: Interfaces, **options: Any) -> None:
    check_port(port)
    database_url(settings)  # held by this process too, so that a worker's respawn finds the server standing
    os.environ["FENXIAO_HOME"] = str(settings.home)
    Server(
        target,
        address=HOST,
        port=port,
        interface=interface,
        workers=1,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_SECONDS,
        **options,
    ).serve(target_loader=_load)


def _load(target: str) -> Any:
    """The application, in a worker that ends when the server that started it is killed."""
    tie_to_parent()
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)
