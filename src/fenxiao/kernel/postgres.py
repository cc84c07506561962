"""The database everybody uses: the embedded server of a home, or the one FENXIAO_DATABASE_URL names. Loads no Django.

Every user of the embedded server holds a shared `flock` for the life of its process; the keeper (`kernel.keeper`)
stops the server when it gets the lock for itself.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from fenxiao.kernel.cluster import NAME, PORT, Cluster, HomeOutOfReach, HomeUnusable, binaries
from fenxiao.kernel.errors import BadSetting, Refused
from fenxiao.kernel.keeper import lock, server_pids, unlock
from fenxiao.kernel.settings import Settings

__all__ = [
    "DatabaseTooOld",
    "DatabaseUnreachable",
    "HomeOutOfReach",
    "HomeUnusable",
    "ServerNotStarted",
    "binaries",
    "connection_parts",
    "database_url",
    "ensure_server",
    "release_server",
    "server_pids",
]

START_PATIENCE = 60.0  # seconds until a start is given up; crash recovery goes on meanwhile
OLDEST = 15
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


class ServerNotStarted(Refused):
    """The embedded server does not come up."""

    code, status = "server_not_started", 503
    zh = "内置 PostgreSQL 未能启动：{reason}。详见日志 {log}"
    en = "The embedded PostgreSQL does not start: {reason}. Its log is {log}"


class DatabaseUnreachable(Refused):
    """FENXIAO_DATABASE_URL names a server that does not answer."""

    code, status = "database_unreachable", 503
    zh = (
        "无法连接 FENXIAO_DATABASE_URL 指定的 PostgreSQL（{server}）：{reason}。"
        "请检查地址、账号和服务状态，或取消该变量以使用内置数据库"
    )
    en = (
        "The PostgreSQL of FENXIAO_DATABASE_URL ({server}) cannot be reached: {reason}. "
        "Check address, account and that it runs, or unset the variable to use the embedded one"
    )


class DatabaseTooOld(Refused):
    """The named server is older than what we use."""

    code, status = "database_too_old", 503
    zh = "PostgreSQL {version} 过旧，需要 15 或更新版本（{server}）"
    en = "PostgreSQL {version} is too old: 15 or newer is needed ({server})"


@dataclass
class _Hold:
    """This process's use of one home's server."""

    cluster: Cluster
    descriptor: int
    keeper: "subprocess.Popen[bytes] | None" = None
    is_over: bool = False
    spawning: threading.Lock = field(default_factory=threading.Lock)


_holds: dict[Path, _Hold] = {}
_guard = threading.Lock()


def ensure_server(home: Path, *, options: Mapping[str, str] = NO_OPTIONS) -> str:
    """Start or join the embedded server of `home` for the life of this process; the URL of its database.

    `options` are extra server settings for tests; only those of the first starter count. Refuses a home that cannot
    be used and a server that does not come up.
    """
    cluster = Cluster(home.resolve())
    with _guard:
        if cluster.home not in _holds:
            cluster.make_locks()
            hold = _join(cluster)
            try:
                _await_server(hold, json.dumps(dict(options)))
            except BaseException:
                _leave(hold)
                raise
            _holds[cluster.home] = hold
            threading.Thread(target=_mind_keeper, args=(hold,), daemon=True, name="fenxiao-keeper-watch").start()
    return _url(cluster, NAME)


def release_server(home: Path, *, patience: float = 10.0) -> bool:
    """Stop using the server of `home`; True when its keeper is gone, False when others still use it."""
    with _guard:
        hold = _holds.pop(home.resolve(), None)
    if hold is None:
        return True
    _leave(hold)
    deadline = time.monotonic() + patience
    while not (is_gone := _has_no_keeper(hold.cluster)) and time.monotonic() < deadline:
        if _others_hold(hold.cluster):
            return False
        time.sleep(0.05)
    return is_gone


def _others_hold(cluster: Cluster) -> bool:
    """Whether the lock can be shared but not had whole; the keeper has it whole while it stops."""
    return not _can_lock(cluster, fcntl.LOCK_EX) and _can_lock(cluster, fcntl.LOCK_SH)


def _can_lock(cluster: Cluster, kind: int) -> bool:
    if (descriptor := lock(cluster.holders_lock, kind)) is None:
        return False
    unlock(descriptor)
    return True


def _join(cluster: Cluster) -> _Hold:
    deadline = time.monotonic() + START_PATIENCE
    while (descriptor := lock(cluster.holders_lock, fcntl.LOCK_SH)) is None:  # a keeper is stopping just now
        if time.monotonic() > deadline:
            raise ServerNotStarted(reason="the last one does not stop", log=cluster.keeper_log)
        time.sleep(0.02)
    return _Hold(cluster, descriptor)


def _leave(hold: _Hold) -> None:
    hold.is_over = True
    os.close(hold.descriptor)


def _await_server(hold: _Hold, options: str) -> None:
    deadline = time.monotonic() + START_PATIENCE
    reason = "no answer"
    while time.monotonic() < deadline:
        if hold.keeper is not None and (hold.keeper.poll() or 0) > 0:  # it gave up; a killed one is replaced
            raise ServerNotStarted(reason=_last_line(hold.cluster), log=hold.cluster.log)
        if _has_no_keeper(hold.cluster):
            _spawn_keeper(hold, options)
        try:
            psycopg.connect(_url(hold.cluster, NAME), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            reason = _one_line(error)
            time.sleep(0.03)
        else:
            return
    raise ServerNotStarted(reason=reason, log=hold.cluster.log)


def _has_no_keeper(cluster: Cluster) -> bool:
    if (descriptor := lock(cluster.keeper_lock, fcntl.LOCK_SH)) is None:
        return False
    unlock(descriptor)
    return True


def _spawn_keeper(hold: _Hold, options: str) -> None:
    if hold.keeper is not None and hold.keeper.poll() is None:
        return
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    with hold.cluster.keeper_log.open("ab") as log:
        hold.keeper = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-m", "fenxiao.kernel.keeper", str(hold.cluster.home), options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )


def _mind_keeper(hold: _Hold) -> None:
    """Bring back a keeper that was killed: it stops by itself only when nobody holds the lock, and we do."""
    while not hold.is_over:
        waiting = os.open(hold.cluster.keeper_lock, os.O_RDWR | os.O_CLOEXEC)
        fcntl.flock(waiting, fcntl.LOCK_SH)  # sleeps as long as a keeper lives
        unlock(waiting)
        if not hold.is_over:
            hold.keeper = None  # however it ended, the next one is judged by itself
            with contextlib.suppress(Refused):
                _await_server(hold, "")
            time.sleep(0.5)


def _forget_holds() -> None:
    """In a forked child the watching threads are gone and the descriptors are shared with the parent: start afresh."""
    global _guard  # noqa: PLW0603  another thread may have held it while we were forked
    _guard = threading.Lock()
    _holds.clear()


os.register_at_fork(after_in_child=_forget_holds)


def _url(cluster: Cluster, database: str) -> str:
    return f"postgresql://{NAME}@/{database}?host={quote(str(cluster.socket_dir), safe='')}&port={PORT}"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _last_line(cluster: Cluster) -> str:
    lines = cluster.keeper_log.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-1].partition(": ")[2] if lines else "no reason given"


@cache
def _checked(url: str) -> str:
    server = " ".join(f"{name}={value}" for name, value in connection_parts(url).items() if name != "password")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        raise DatabaseUnreachable(server=server, reason=_one_line(error)) from error
    if version < OLDEST * 10_000:
        raise DatabaseTooOld(version=version // 10_000, server=server)
    return url


def database_url(settings: Settings) -> str:
    """The database of this installation, reachable and new enough; embedded unless FENXIAO_DATABASE_URL is set."""
    return _checked(settings.database_url) if settings.database_url else ensure_server(settings.home)


def connection_parts(url: str) -> dict[str, str]:
    """What a URL or conninfo gives: `host` (or socket folder), `port`, `user`, `password`, `dbname`, `sslmode`, …

    Refuses (`BadSetting`) what is neither, and what names no database.
    """
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError:
        parts = {}
    if not parts.get("dbname"):
        shown = url.rpartition("@")[2]  # what stands before it may hold a password
        raise BadSetting(
            name="FENXIAO_DATABASE_URL", value=shown, wanted="postgresql://user:password@host:port/database"
        )
    return parts
