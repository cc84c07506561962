"""`fenxiao doctor`: what is wrong with an installation, one line each, and how to mend it."""

import http.client
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import psycopg

from fenxiao.cli.ports import HOST, PortForbidden, PortTaken, check_port
from fenxiao.cli.up import OLDEST_PYTHON, check_python
from fenxiao.kernel.cluster import Account, Cluster, binaries
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.postgres import connection_parts, database_url
from fenxiao.kernel.settings import Settings

LEAST_FREE = 2 * 1024**3  # bytes: the demo world, its log files and an index
PORTS = (8000, 8001)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked at; `zh` and `en` say what was found and, where it is wrong, how to mend it."""

    name: str
    ok: bool
    zh: str
    en: str

    def line(self, language: str) -> str:
        """The one line for people."""
        return f"{self.name}: {self.zh if language.startswith('zh') else self.en}"


def checks(settings: Settings) -> list[Check]:
    """Everything looked at, in the order in which it is needed. Starts the embedded server where it is used."""
    return [
        _python(),
        _home(settings),
        _disk(settings),
        *_embedded(settings),
        _database(settings),
        _frontend(),
        *(_port(number) for number in PORTS),
    ]


def _refusable(name: str, act: Callable[[], tuple[str, str]]) -> Check:
    """What `act` found, in both languages, or its refusal, which says how to mend it."""
    try:
        zh, en = act()
    except Refused as refusal:
        return Check(name=name, ok=False, zh=refusal.message("zh"), en=refusal.message("en"))
    return Check(name=name, ok=True, zh=zh, en=en)


def _python() -> Check:
    def look() -> tuple[str, str]:
        check_python(sys.version_info[:2])
        found, wanted = ".".join(map(str, sys.version_info[:3])), ".".join(map(str, OLDEST_PYTHON))
        return f"{found}（≥ {wanted}）", f"{found} (≥ {wanted})"

    return _refusable("python", look)


def _home(settings: Settings) -> Check:
    def look() -> tuple[str, str]:
        Cluster(settings.home).make_locks()
        return f"{settings.home} 可写", f"{settings.home} can be written"

    return _refusable("home", look)


def _disk(settings: Settings) -> Check:
    there = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    gb = f"{free / 1024**3:.1f} GB"
    if free < LEAST_FREE:
        return Check(
            name="disk",
            ok=False,
            zh=f"{there} 仅剩 {gb}，至少需要 2 GB：请清理磁盘或用 --home 换一个目录",
            en=f"only {gb} free at {there}, 2 GB are needed: free some, or choose another --home",
        )
    return Check(name="disk", ok=True, zh=f"剩余 {gb}", en=f"{gb} free")


def _embedded(settings: Settings) -> Iterator[Check]:
    """Checks that matter only where the embedded server is used."""
    if settings.database_url:
        return
    yield _programs()
    account = Account.current()
    if account.is_other:
        yield _account(account, settings.home)


def _programs() -> Check:
    try:
        program = binaries() / "postgres"
        asked = [str(program), "--version"]
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603  # our program
    except (OSError, subprocess.CalledProcessError) as error:
        return Check(
            name="postgres",
            ok=False,
            zh=f"内置 PostgreSQL 程序无法运行（{error}）：请重新执行 make setup，或设置 FENXIAO_DATABASE_URL",
            en=f"the embedded PostgreSQL does not run ({error}): run make setup again, or set FENXIAO_DATABASE_URL",
        )
    return Check(name="postgres", ok=True, zh=said, en=said)


def _account(account: Account, home: Path) -> Check:
    closed = account.first_closed(home) if home.exists() else None
    if closed is None:
        en = f"under root the server runs as {account.name}, who can reach {home}"
        return Check(name="account", ok=True, zh=f"以 root 运行时服务使用用户 {account.name}，它可以进入 {home}", en=en)
    return Check(
        name="account",
        ok=Path("/proc/self/fd").exists(),
        zh=f"用户 {account.name} 无法进入 {closed}，改由描述符访问数据目录；如需直接访问请执行 chmod o+x {closed}",
        en=f"{account.name} cannot enter {closed} and is handed the folder by descriptor; or: chmod o+x {closed}",
    )


def _database(settings: Settings) -> Check:
    def look() -> tuple[str, str]:
        url = database_url(settings)
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
        where = connection_parts(url).get("host", "")
        is_ours = settings.database_url is None
        zh = f"PostgreSQL {version}（{'内置' if is_ours else '外部'}，{where}）"
        return zh, f"PostgreSQL {version} ({'embedded' if is_ours else 'external'}, {where})"

    return _refusable("database", look)


def _frontend() -> Check:
    vendor = files("fenxiao.console") / "static" / "vendor"
    if vendor.is_dir() and any(vendor.iterdir()):
        return Check(name="frontend", ok=True, zh="前端文件齐全", en="front-end files are there")
    return Check(
        name="frontend",
        ok=False,
        zh="缺少前端文件：请执行 make setup",
        en="front-end files are missing: run make setup",
    )


def _port(port: int) -> Check:
    name = f"port {port}"
    try:
        check_port(port)
    except (PortTaken, PortForbidden) as refusal:
        if _is_our_own(port):
            return Check(name=name, ok=True, zh="本产品正在运行", en="this product is answering there")
        return Check(name=name, ok=False, zh=refusal.message("zh"), en=refusal.message("en"))
    return Check(name=name, ok=True, zh="空闲", en="free")


def _is_our_own(port: int) -> bool:
    """Whether what listens there answers `/healthz` as our processes do."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK and b'"status"' in answer.read(200)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
