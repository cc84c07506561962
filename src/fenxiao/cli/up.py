"""`fenxiao up`: everything a newcomer needs in one command, from an empty folder to a running site."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from fenxiao.cli.answers import out, step
from fenxiao.cli.ports import HOST, check_ports
from fenxiao.cli.supervisor import Child, supervise
from fenxiao.kernel.cluster import Cluster
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.postgres import database_url, release_server
from fenxiao.kernel.settings import Settings
from fenxiao.kernel.settings import settings as installation

OLDEST_PYTHON = (3, 11)


class PythonTooOld(Refused):
    """This Python cannot run us."""

    code, status = "python_too_old", 503
    zh = "当前 Python 为 {found}，需要 {wanted} 或更新版本。请安装后删除 .venv 并重新运行 make up"
    en = "This Python is {found}; {wanted} or newer is needed. Install one, remove .venv and run make up again"


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """A step between the tables and the servers: the demo world, the index, the grades."""

    title_zh: str
    title_en: str
    act: Callable[[], object]

    def title(self, language: str) -> str:
        """What is being done, in `language`."""
        return self.title_zh if language.startswith("zh") else self.title_en


@dataclass(frozen=True, kw_only=True)
class Login:
    """One way to enter the demo world."""

    role: str  # in the installation's language
    email: str
    password: str


def run(
    settings: Settings,
    *,
    port: int,
    prepare: Sequence[Preparation] = (),
    logins: Callable[[], Sequence[Login]] = lambda: (),
) -> None:
    """Check, start the database, migrate, prepare, then serve until Ctrl-C.

    Refuses a used port, a home that cannot be written, a database that cannot be reached and an old Python.
    """
    began = monotonic()
    check_python(sys.version_info[:2])
    check_ports(port)
    Cluster(settings.home).make_locks()
    here = _with_addresses(settings, port=port)
    try:
        _make_ready(here, prepare)
        supervise(children(os.environ, port=port), announce=lambda: _announce(here, logins(), began=began))
    finally:
        release_server(here.home)


def check_python(version: tuple[int, ...]) -> None:
    """Refuses a Python older than ours."""
    if version < OLDEST_PYTHON:
        raise PythonTooOld(found=".".join(map(str, version)), wanted=".".join(map(str, OLDEST_PYTHON)))


def _with_addresses(settings: Settings, *, port: int) -> Settings:
    """Let this process and its children know where they are reached, unless the user has said it."""
    os.environ["FENXIAO_HOME"] = str(settings.home)
    os.environ.setdefault("FENXIAO_BASE_URL", f"http://{HOST}:{port}")
    os.environ.setdefault("FENXIAO_TRACKING_URL", f"http://{HOST}:{port + 1}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenxiao.cli.site.settings")
    installation.cache_clear()
    return installation()


def _make_ready(here: Settings, prepare: Sequence[Preparation]) -> None:
    is_zh = here.language.startswith("zh")
    with step("启动数据库" if is_zh else "database"):
        database_url(here)
    with step("建立和升级数据表" if is_zh else "tables"):
        import django

        from fenxiao.cli.house import migrate

        django.setup()
        migrate(quietly=True)
    for preparation in prepare:
        with step(preparation.title(here.language)):
            preparation.act()
    from django.db import connections

    connections.close_all()


def children(environment: Mapping[str, str], *, port: int) -> list[Child]:
    """The three processes of an installation."""
    fenxiao = [sys.executable, "-m", "fenxiao.cli"]
    env = {**environment, "PYTHONUNBUFFERED": "1"}
    web, edge = f"http://{HOST}:{port}", f"http://{HOST}:{port + 1}"
    return [
        Child(
            name="web",
            arguments=[*fenxiao, "serve", "--port", str(port)],
            colour=32,
            ready_url=f"{web}/readyz",
            environment=env,
        ),
        Child(
            name="edge",
            arguments=[*fenxiao, "edge", "--port", str(port + 1)],
            colour=36,
            ready_url=f"{edge}/healthz",
            environment=env,
        ),
        Child(name="worker", arguments=[*fenxiao, "worker"], colour=35, environment=env),
    ]


def _announce(here: Settings, logins: Sequence[Login], *, began: float) -> None:
    is_zh = here.language.startswith("zh")
    seconds = monotonic() - began
    out.print()
    out.print(f"[bold green]{'分销已就绪' if is_zh else 'Fenxiao is ready'}[/] [dim]({seconds:.1f} s)[/]")
    out.print(f"  {'网页' if is_zh else 'Web':<8} [bold]{here.base_url}[/]")
    out.print(f"  {'跳转' if is_zh else 'Links':<8} {here.tracking_url}")
    for login in logins:
        out.print(f"  {login.role:<10} {login.email}  {'密码' if is_zh else 'password'} {login.password}", markup=False)
    out.print(f"[dim]{'按 Ctrl-C 停止全部' if is_zh else 'Ctrl-C stops everything'}[/]\n")
