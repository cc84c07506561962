"""Every state change leaves its audit row: who, which act, to what, when; every service of every floor is asked."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import fenxiao
from fenxiao.catalog.models import Product
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Organisation
from fenxiao.quality import lake
from tests.promises.acts import ACTS, BY, LATER, WITHOUT, Stage

FLOORS = ("parties", "catalog", "deals", "tracking", "orders", "ledger", "facts", "quality", "discovery", "insights")
HOUSE = Path(fenxiao.__file__).parent
WRITES = {"create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create", "save"}
DOORS = ("console", "edge", "simulator", "cli", "openplatform")
# what doors write by themselves, each with its reason
WRITTEN_BY_DOORS = {
    "console/views.py:update": "a person's choice of language, which is nobody else's business",
}


def services() -> Iterator[str]:
    """Every public function that a floor's `services` offers."""
    for floor in FLOORS:
        if not (HOUSE / floor / "services.py").exists() and not (HOUSE / floor / "services").is_dir():
            continue
        module = import_module(f"fenxiao.{floor}.services")
        offered = getattr(module, "__all__", None) or vars(module)
        for name in sorted(offered):
            thing = getattr(module, name)
            is_own = getattr(thing, "__module__", "").startswith(f"fenxiao.{floor}.services")
            if inspect.isfunction(thing) and is_own and not name.startswith("_"):
                yield f"{floor}.{name}"


@pytest.fixture
def stage(
    mei: Organisation, chen: Organisation, cup: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Stage:
    """Mei, Chen and the cup; what grading writes goes to a folder of the test's own."""
    monkeypatch.setattr(lake, "absolute", lambda folder: tmp_path / folder)
    return Stage(mei=mei, chen=chen, cup=cup)


def test_every_service_is_asked_or_has_a_reason() -> None:
    assert set(services()) == {*ACTS, *WITHOUT}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_leaves_its_rows(name: str, stage: Stage) -> None:
    prepare, expected = ACTS[name]
    act = prepare(stage)
    before = set(AuditRow.objects.values_list("pk", flat=True))

    act()

    rows = list(AuditRow.objects.exclude(pk__in=before).order_by("pk"))
    assert [row.act for row in rows] == expected
    assert {(row.actor, row.member_id, row.organisation_id) for row in rows} == {
        (BY.name, BY.member_id, BY.organisation_id)
    }
    assert all(row.at >= LATER for row in rows)
    assert all(row.subject_type and row.subject_id and row.after for row in rows)


def test_doors_write_nothing_themselves() -> None:
    found = {f"{file}:{write}" for door in DOORS for file, write in _writes_of(HOUSE / door)}

    assert found == set(WRITTEN_BY_DOORS)


def _writes_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Calls like `Table.objects.….update(...)` below `folder`."""
    for path in folder.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        calls = [node.func for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        for call in calls:
            if call.attr in WRITES and ".objects" in ast.unparse(call.value):
                yield str(path.relative_to(HOUSE)), call.attr
