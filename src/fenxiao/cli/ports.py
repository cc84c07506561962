"""Ports are probed before anything starts: a server on a used port would say it with a page of backtrace."""

import contextlib
import errno
import socket

from fenxiao.kernel.errors import Refused

HOST = "127.0.0.1"
LAST = 65_535


class PortTaken(Refused):
    """Another program listens there."""

    code, status = "port_taken", 503
    zh = "端口 {port} 已被占用。请换一个：--port {free}（网页用 N，跳转服务用 N+1），或先停止占用它的程序"
    en = "Port {port} is in use. Choose another: --port {free} (web takes N, the edge N+1), or stop what listens there"


class PortForbidden(Refused):
    """We may not listen there."""

    code, status = "port_forbidden", 503
    zh = "无权监听端口 {port}（{reason}）。请换一个：--port {free}"
    en = "Port {port} may not be listened on ({reason}). Choose another: --port {free}"


def check_port(port: int, *, beside: int = 0) -> None:
    """Refuses a port that cannot be had, naming a free one (whose next is free too where `beside` ports follow)."""
    if (number := _probe(port)) is None:
        return
    free = free_port(after=port, beside=beside)
    if number == errno.EADDRINUSE:
        raise PortTaken(port=port, free=free)
    raise PortForbidden(port=port, reason=errno.errorcode.get(number, number), free=free)


def check_ports(port: int) -> None:
    """Refuses unless `port` (web) and the next (edge) are both free."""
    if port >= LAST:
        raise PortForbidden(port=port + 1, reason="> 65535", free=free_port(after=8000, beside=1))
    for each in (port, port + 1):
        try:
            check_port(each)
        except PortTaken as taken:
            raise PortTaken(port=each, free=free_port(after=port, beside=1)) from taken


def free_port(*, after: int, beside: int = 0) -> int:
    """The first port above `after` that is free, with the `beside` ports that follow it."""
    first = 8000 if after < 1024 or after > LAST - 200 else after + 1
    runs = range(first, LAST - beside)
    return next(port for port in runs if all(_probe(port + step) is None for step in range(beside + 1)))


def _probe(port: int) -> int | None:
    """The errno of listening on `port`, or None when that works."""
    with contextlib.closing(socket.socket()) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will: TIME_WAIT is no obstacle
        try:
            trial.bind((HOST, port))
            trial.listen(1)
        except OSError as error:
            return error.errno
    return None
