"""What operators do: judge what the rules left open, look at goods and gradings."""

import pytest

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.parties.models import Organisation
from fenxiao.quality.models import GradingRun, Policy
from tests.cast import BY, NOON, make_product
from tests.console.conftest import Visit


def test_the_queue_shows_what_waits_with_what_was_found(visit: Visit, ops: Organisation, waiting: Admission) -> None:
    page = visit(ops).get("/operator/review/").content.decode()

    assert "Waiting lamp" in page
    assert "没有图片" in page


def test_an_approved_product_is_admitted_and_leaves_the_queue(
    visit: Visit, ops: Organisation, waiting: Admission
) -> None:
    page = visit(ops).post(f"/operator/review/{waiting.pk}/approve", follow=True).content.decode()

    waiting.refresh_from_db()
    assert Product.objects.get().state == ProductState.ADMITTED
    assert waiting.verdict == "admitted"
    assert waiting.decided_by.startswith("owner")
    assert "「Waiting lamp」已准入" in page
    assert "没有待审核商品" in page


def test_a_refusal_carries_its_reason_to_the_merchant(
    visit: Visit, ops: Organisation, mei: Organisation, waiting: Admission
) -> None:
    visit(ops).post(f"/operator/review/{waiting.pk}/refuse", {"reason": "请补一张实物图"})

    page = visit(mei).get(f"/merchant/products/{waiting.product_id}/").content.decode()
    assert Product.objects.get().state == ProductState.REFUSED
    assert "请补一张实物图" in page


def test_no_product_is_refused_without_a_reason(visit: Visit, ops: Organisation, waiting: Admission) -> None:
    answer = visit(ops).post(f"/operator/review/{waiting.pk}/refuse", {"reason": " "})

    waiting.refresh_from_db()
    assert answer.status_code == 422
    assert waiting.verdict == "pending"


def test_products_of_all_merchants_are_found(
    visit: Visit, ops: Organisation, pot: Product, stranger: Organisation
) -> None:
    make_product(stranger, "Paper fan", level=3)
    client = visit(ops)

    by_merchant = client.get("/operator/products/?q=stranger").content.decode()
    by_level = client.get("/operator/products/?level=2").content.decode()

    assert ("Paper fan" in by_merchant, "Iron pot" in by_merchant) == (True, False)
    assert ("Paper fan" in by_level, "Iron pot" in by_level) == (False, True)


@pytest.fixture
def run(db: None) -> GradingRun:
    """A run that found three products on L2 and one on L5."""
    policy = Policy.objects.create(number=1, body={}, drafted_at=NOON, published_at=NOON)
    return GradingRun.objects.create(
        policy=policy,
        state="done",
        engine="duckdb test",
        as_of=NOON.date(),
        started_at=NOON,
        ended_at=NOON,
        products=4,
        levels_changed=2,
        by_level={"2": 3, "5": 1},
    )


def test_runs_are_listed_with_their_figures(visit: Visit, ops: Organisation, run: GradingRun) -> None:
    client = visit(ops)

    assert 'aria-label="L5 1, L4 0, L3 0, L2 3, L1 0, L0 0"' in client.get("/operator/grading/").content.decode()
    assert "75.0%" in client.get(f"/operator/grading/{run.pk}/").content.decode()


def test_a_violation_sets_the_product_to_l0_and_tells_the_merchant(
    visit: Visit, ops: Organisation, mei: Organisation, pot: Product
) -> None:
    filed = {"kind": "false_claims", "reason": "宣称不粘，实测粘锅"}
    page = visit(ops).post(f"/operator/products/{pot.pk}/violations", filed, follow=True).content.decode()

    assert Product.objects.get(pk=pot.pk).level == 0
    assert "虚假宣传" in page
    shop = visit(mei).get(f"/merchant/products/{pot.pk}/").content.decode()
    assert "宣称不粘，实测粘锅" in shop
    assert "虚假宣传" in shop


def test_a_violation_is_lifted_once_and_with_a_reason(
    visit: Visit, ops: Organisation, mei: Organisation, pot: Product
) -> None:
    violation = catalog.record_violation(pot, kind="counterfeit", reason="假冒", by=BY, now=NOON)
    client, address = visit(ops), f"/operator/violations/{violation.pk}/lift"

    assert client.post(address, {"reason": ""}).status_code == 422
    assert "误判" in client.post(address, {"reason": "误判"}, follow=True).content.decode()
    assert client.post(address, {"reason": "again"}).status_code == 422
    assert "假冒" not in visit(mei).get(f"/merchant/products/{pot.pk}/").content.decode()


@pytest.mark.parametrize("filed", [{"kind": "ugly", "reason": "x"}, {"kind": "counterfeit", "reason": " "}])
def test_a_violation_needs_a_kind_and_a_reason(
    filed: dict[str, str], visit: Visit, ops: Organisation, pot: Product
) -> None:
    assert visit(ops).post(f"/operator/products/{pot.pk}/violations", filed).status_code == 422
    assert Product.objects.get(pk=pot.pk).level == pot.level
