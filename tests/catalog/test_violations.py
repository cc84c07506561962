"""A violation sets its product to L0 at once; lifting it leaves the level to the next run."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fenxiao.catalog import services as catalog
from fenxiao.catalog.errors import NeverAdmitted, ViolationLifted, ViolationStands
from fenxiao.catalog.models import LevelChange, Product, ProductState, Violation, ViolationKind
from fenxiao.catalog.queries import violations_of, violations_standing
from fenxiao.catalog.rules import LevelSetting
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import NOON, make_product

pytestmark = pytest.mark.django_db
OPS = Actor(name="Ops")
HOUR = timedelta(hours=1)


def recorded(product: Product, kind: ViolationKind = ViolationKind.COUNTERFEIT) -> Violation:
    return catalog.record_violation(product, kind=kind, reason=" 鉴定为假货 ", by=OPS, now=NOON)


def set_level(product: Product, level: int, *, is_select: bool = False) -> int:
    setting = LevelSetting(product_id=product.pk, level=level, is_select=is_select, reason="score")
    return catalog.set_levels([setting], run=7, by=OPS, now=NOON)


def test_a_violation_sets_its_product_to_l0_at_once(cup: Product) -> None:
    set_level(cup, 4, is_select=True)
    OutboxEvent.objects.all().delete()

    violation = recorded(cup)

    cup.refresh_from_db()
    assert (cup.level, cup.is_select, cup.state) == (0, False, ProductState.ADMITTED)
    assert list(Product.objects.offered()) == []
    change = LevelChange.objects.latest("pk")
    assert (change.level, change.is_select, change.from_at, change.run, change.reason) == (
        0, False, NOON, 0, "red_line",
    )  # fmt: skip
    assert list(OutboxEvent.objects.order_by("pk").values_list("name", "payload")) == [
        ("product.violated", {"products": [cup.pk], "violation": violation.pk}),
        ("product.levelled", {"products": [cup.pk], "run": 0}),
    ]
    row = AuditRow.objects.get(act="record_violation")
    assert (row.subject_id, row.actor, row.after) == (
        str(violation.pk), "Ops", {"product": cup.pk, "kind": "counterfeit", "reason": "鉴定为假货"},
    )  # fmt: skip


def test_lifting_leaves_the_level_to_the_next_run(cup: Product) -> None:
    violation = recorded(cup)

    lifted = catalog.lift_violation(violation, reason="复核为正品", by=OPS, now=NOON + HOUR)

    cup.refresh_from_db()
    assert (cup.level, lifted.lifted_at, lifted.lifted_reason) == (0, NOON + HOUR, "复核为正品")
    assert OutboxEvent.objects.latest("pk").name == "product.cleared"
    assert OutboxEvent.objects.latest("pk").payload == {"products": [cup.pk], "violation": violation.pk}
    assert AuditRow.objects.filter(act="lift_violation").count() == 1
    assert set_level(cup, 1) == 1


def test_a_run_that_read_its_facts_before_cannot_raise_what_violates(cup: Product) -> None:
    recorded(cup)

    assert set_level(cup, 4) == 0

    cup.refresh_from_db()
    assert cup.level == 0
    assert list(LevelChange.objects.values_list("level", flat=True)) == [0]


def test_violations_are_read_as_of_a_moment(mei: Organisation, cup: Product) -> None:
    other = make_product(mei, "茶壶")
    violation = recorded(cup)
    catalog.lift_violation(violation, reason="复核", by=OPS, now=NOON + HOUR)

    assert violations_standing(None, moment=NOON - HOUR) == {}
    assert violations_standing(None, moment=NOON) == {cup.pk: [violation]}
    assert violations_standing([other.pk], moment=NOON) == {}
    assert violations_standing([cup.pk, other.pk], moment=NOON + HOUR) == {}
    assert list(violations_of(cup)) == [violation]


def test_each_kind_stands_once_and_may_come_again(cup: Product) -> None:
    first, fraud = recorded(cup), recorded(cup, ViolationKind.PRICE_FRAUD)
    with pytest.raises(ViolationStands):
        recorded(cup)
    catalog.lift_violation(first, reason="复核", by=OPS, now=NOON)

    again = recorded(cup)

    assert violations_standing([cup.pk], moment=NOON) == {cup.pk: [fraud, again]}
    assert list(violations_of(cup)) == [again, fraud, first]


def test_what_cannot_be_recorded_changes_nothing(mei: Organisation, cup: Product) -> None:
    waiting = make_product(mei, "未过审", state=ProductState.PENDING)

    with pytest.raises(BadInput):
        catalog.record_violation(cup, kind=ViolationKind.COUNTERFEIT, reason=" \n", by=OPS, now=NOON)
    with pytest.raises(BadInput):
        catalog.record_violation(cup, kind="ugly", reason="丑", by=OPS, now=NOON)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(NeverAdmitted):
        recorded(waiting)

    cup.refresh_from_db()
    assert (cup.level, Violation.objects.count(), LevelChange.objects.count()) == (2, 0, 0)
    assert (AuditRow.objects.count(), OutboxEvent.objects.count()) == (0, 0)


def test_lifting_needs_a_reason_and_happens_once(cup: Product) -> None:
    violation = recorded(cup)
    with pytest.raises(BadInput):
        catalog.lift_violation(violation, reason="", by=OPS, now=NOON)
    catalog.lift_violation(violation, reason="复核", by=OPS, now=NOON)

    with pytest.raises(ViolationLifted):
        catalog.lift_violation(violation, reason="再次", by=OPS, now=NOON + HOUR)

    assert Violation.objects.get().lifted_reason == "复核"
    assert AuditRow.objects.filter(act="lift_violation").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"lifted_reason": "无时间"},
        {"lifted_at": NOON},
        {"lifted_at": NOON - HOUR, "lifted_reason": "早"},
    ],
)
def test_the_database_refuses_half_a_violation(cup: Product, wrong: dict[str, object]) -> None:
    whole = {"product": cup, "kind": ViolationKind.INFRINGEMENT, "reason": "侵权", "found_at": NOON}

    with pytest.raises(IntegrityError), transaction.atomic():
        Violation.objects.create(**whole | wrong)

    assert Violation.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_lifting_at_once_one_wins(cup: Product) -> None:
    violation = recorded(cup)
    start, outcomes = threading.Barrier(2), list[str]()

    def lift() -> None:
        start.wait()
        try:
            catalog.lift_violation(violation, reason="复核", by=OPS, now=NOON + HOUR)
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    operators = [threading.Thread(target=lift) for _ in range(2)]
    for operator in operators:
        operator.start()
    for operator in operators:
        operator.join(timeout=30)

    assert sorted(outcomes) == ["done", "violation_lifted"]
    assert OutboxEvent.objects.filter(name="product.cleared").count() == 1
    assert AuditRow.objects.filter(act="lift_violation").count() == 1
