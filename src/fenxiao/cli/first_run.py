"""What `fenxiao up` does before it serves: the demo world in an empty home, then grades and index where missing."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime

from fenxiao.cli.answers import progress
from fenxiao.cli.up import Login, Preparation
from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.settings import Settings

LOGINS = "demo_logins.json"
UNFINISHED = "demo_unfinished"  # stands in the home while its demo world is made
SEED = 7


class DemoUnfinished(Refused):
    """An earlier start was ended while the demo world was made: half of it stands, and nobody can log in."""

    code, status = "demo_unfinished", 409
    zh = (
        "上次启动在生成演示数据时被中断，数据不完整。请删除 {home} 后重新启动"
        "（使用外部数据库时请一并清空），或用 --no-demo 保留现有数据启动"
    )
    en = (
        "An earlier start was ended while the demo world was made, and half of it stands there. Remove {home} and "
        "start again (empty the database too if it is not the embedded one), or keep it as it is: --no-demo"
    )


def preparations(here: Settings, *, demo: bool) -> Sequence[Preparation]:
    """The steps between tables and servers; each looks first whether there is anything to do."""
    steps = [
        Preparation(title_zh="商品分层", title_en="grades", act=grade_if_never),
        Preparation(title_zh="选品索引", title_en="selection index", act=index_if_missing),
    ]
    if demo:
        world = Preparation(
            title_zh="演示数据（仅首次）", title_en="demo world (first time only)", act=lambda: fill_if_empty(here)
        )
        steps.insert(0, world)
    return steps


def fill_if_empty(here: Settings) -> None:
    """Make the demo world and its people, unless anyone is registered already. Refuses to go on with half a world."""
    from fenxiao.parties.models import Organisation

    unfinished = here.home / UNFINISHED
    if Organisation.objects.exists():
        if unfinished.exists():
            raise DemoUnfinished(home=here.home)
        return
    unfinished.touch()
    _fill(here)
    unfinished.unlink()


def _fill(here: Settings) -> None:
    from fenxiao.simulator.build import build_world
    from fenxiao.simulator.world import Size

    now = clock.now()
    with progress() as bars:
        tasks = {}

        def show(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done)

        build_world(Size(), seed=SEED, now=now, progress=show)
    _enrol_people(here, now=now)


def _enrol_people(here: Settings, *, now: datetime) -> None:
    """One person per role, and the passwords where only this home's owner reads them."""
    from fenxiao.parties import services as parties
    from fenxiao.parties.models import Role
    from fenxiao.simulator.cast import demo_people
    from fenxiao.simulator.world import BY

    logins = []
    for person in demo_people():
        password = secrets.token_urlsafe(9)
        user = parties.enrol_person(person.email, name=person.name, password=password, by=BY, now=now)
        for organisation in person.organisations:
            parties.add_member(organisation, user=user, role=Role.OWNER, by=BY, now=now)
        logins.append(
            {"role_zh": person.role_zh, "role_en": person.role_en, "email": person.email, "password": password}
        )
    path = here.home / LOGINS
    path.touch(mode=0o600)
    path.write_text(json.dumps(logins, ensure_ascii=False, indent=2), encoding="utf-8")


def demo_logins(here: Settings) -> list[Login]:
    """The logins of this home's demo people; none where there is no demo world."""
    try:
        rows = json.loads((here.home / LOGINS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    role = "role_zh" if here.language.startswith("zh") else "role_en"
    return [Login(role=row[role], email=row["email"], password=row["password"]) for row in rows]


def grade_if_never() -> None:
    """Grade once where no run is in force; afterwards the worker does it nightly."""
    from fenxiao.quality import services as quality
    from fenxiao.quality.queries import run_in_force

    if run_in_force() is None:
        now = clock.now()
        quality.ensure_default_policy(by=SYSTEM, now=now)
        quality.grade(as_of=clock.business_day(now), by=SYSTEM, now=now)


def index_if_missing() -> None:
    """Build the selection index where there is none; afterwards the worker keeps it fresh."""
    from fenxiao.discovery import folders
    from fenxiao.discovery import services as discovery

    if folders.live() is None:
        discovery.rebuild_index(now=clock.now())
