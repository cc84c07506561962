"""The grading desk: dry runs, the second operator, runs, levels by category, backtests."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from fenxiao.catalog.models import Category, LevelChange, Product
from fenxiao.parties.models import Kind, Organisation, Role
from fenxiao.quality import services as quality
from fenxiao.quality.models import Backtest, GradingRequest, GradingRun, Policy, WorkState
from fenxiao.quality.rules import Override
from tests.cast import NOON, make_category, make_member, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.desk_cast import LATER, carried_out, draft, entered
from tests.console.test_language import CHINESE, SWITCH, plain_names

# dry run, proposal, verdict


def test_a_dry_run_is_asked_for_watched_and_changes_nothing(
    visit: Visit, ops: Organisation, pots: list[Product]
) -> None:
    draft()
    client = visit(ops)

    page = client.post("/operator/policies/2/try", follow=True).content.decode()
    wish = GradingRequest.objects.get()
    watch = f"/operator/grading/requests/{wish.pk}"
    assert [watch in page, "等待中" in page] == [True, True]
    assert client.get(watch, headers={"hx-request": "true"}).content.decode().count("fx-spinner") == 1
    carried_out(wish)

    ended = client.get(watch, headers={"hx-request": "true"})
    assert ended["HX-Refresh"] == "true"
    assert client.get(watch)["Location"] == "/operator/policies/2/"  # without scripts the page is simply asked again
    assert set(Product.objects.values_list("level", flat=True)) == {3}
    assert not LevelChange.objects.exists()


def test_the_dry_run_shows_who_moves_and_leads_to_them(visit: Visit, ops: Organisation, pots: list[Product]) -> None:
    draft()
    client = visit(ops)
    client.post("/operator/policies/2/try")
    carried_out()

    page = client.get("/operator/policies/2/")
    moved = page.context["moved"]

    assert (moved.moves.products, moved.products, moved.moves.down) == (3, 3, 3)
    assert [row.before for row in moved.rows] == [3]
    told = page.content.decode()
    for pot in pots:
        assert f'href="/operator/products/{pot.pk}/"' in told
    assert told.count("<b>3</b>") == 1  # the one cell of the matrix
    one_run = client.get("/operator/policies/2/?steps=1").context["moved"]
    assert one_run.is_next_run
    assert client.get(f"/operator/grading/{GradingRun.objects.get().pk}/").context["moved"].products == 3


def test_asking_twice_is_refused_in_words(visit: Visit, ops: Organisation, pots: list[Product]) -> None:
    draft()
    client, page = visit(ops), "/operator/policies/2/"
    client.post(f"{page}try")

    answer = client.post(f"{page}try", headers={"referer": f"http://testserver{page}"}, follow=True)

    assert "已有人发起同样的评估" in answer.content.decode()
    assert GradingRequest.objects.count() == 1


def test_a_second_operator_publishes_and_the_next_run_uses_it(
    visit: Visit, ops: Organisation, pots: list[Product]
) -> None:
    draft()
    one, two = visit(ops, name="one"), visit(ops, name="two")
    one.post("/operator/policies/2/try")
    carried_out()
    one.post("/operator/policies/2/propose")

    own = one.get("/operator/policies/2/").content.decode()
    refused = one.post("/operator/policies/2/approve")
    assert "该版本由您提请，须由另一位小二批准" in own
    assert "/operator/policies/2/approve" not in own
    assert refused.status_code == 403
    assert "评估模型 2 由您提请，须由另一位小二批准" in refused.content.decode()
    assert Policy.objects.get(number=2).published_at is None

    answer = two.post("/operator/policies/2/approve", follow=True).content.decode()
    assert "自下一次评估起执行" in answer
    two.post("/operator/grading/now")
    carried_out()
    assert GradingRun.objects.get(state="done").policy.number == 2
    history = answer.split("版本经过")[1]
    assert [history.index(words) for words in ("起草", "发起试算", "待批准", "批准并发布")] == sorted(
        history.index(words) for words in ("起草", "发起试算", "待批准", "批准并发布")
    )


def test_a_version_is_declined_with_a_reason_only(visit: Visit, ops: Organisation, pots: list[Product]) -> None:
    draft()
    one, two = visit(ops, name="one"), visit(ops, name="two")
    one.post("/operator/policies/2/try")
    carried_out()
    one.post("/operator/policies/2/propose")

    without = two.post("/operator/policies/2/decline", {"reason": " "})
    assert (without.status_code, Policy.objects.get(number=2).proposed_at is None) == (422, False)
    page = two.post("/operator/policies/2/decline", {"reason": "太严"}, follow=True).content.decode()

    assert Policy.objects.get(number=2).proposed_at is None
    assert f"two.{ops.pk} 退回：太严" in page
    assert "退回：太严" in one.get("/operator/policies/").content.decode()


def test_what_was_not_tried_is_not_proposed(visit: Visit, ops: Organisation, first: Policy) -> None:
    draft()
    client, page = visit(ops), "/operator/policies/2/"

    answer = client.post(f"{page}propose", headers={"referer": f"http://testserver{page}"}, follow=True)

    assert "还没有试算" in answer.content.decode()
    assert Policy.objects.get(number=2).proposed_at is None


# runs


def test_grading_now_is_done_by_the_worker_and_shown(visit: Visit, ops: Organisation, pots: list[Product]) -> None:
    client = visit(ops)

    waiting = client.post("/operator/grading/now", follow=True).content.decode()
    assert list(ProcrastinateJob.objects.filter(queue_name="grading").values_list("task_name", flat=True)) == [
        "fenxiao.quality.jobs.carry_out_grading"
    ]
    Category.objects.filter(pk=pots[0].category_id).update(is_active=False)
    carried_out()
    run = GradingRun.objects.get()

    assert "全量评估" in waiting
    page = client.get("/operator/grading/").content.decode()
    assert ["fx-spinner" in page, "执行中" in page] == [False, True]
    told = client.get(f"/operator/grading/{run.pk}/").content.decode()
    assert ["所属类目已不存在" in told, run.inputs_digest in told, "Pot 1" in told] == [True, True, True]


def test_a_grading_that_failed_says_why_and_what_stays(visit: Visit, ops: Organisation, pots: list[Product]) -> None:
    client = visit(ops)
    client.post("/operator/grading/now")
    GradingRequest.objects.update(state=WorkState.FAILED, error=["坏了", "broken"])

    page = client.get("/operator/grading/").content.decode()

    assert ["评估失败，沿用上一次的等级" in page, "坏了" in page, "broken" in page] == [True, True, False]


# levels by category


def test_levels_are_shown_three_categories_deep(visit: Visit, ops: Organisation, mei: Organisation, lake: None) -> None:
    make_product(mei, "a", category=make_category("hb-1-1"), level=3)
    make_product(mei, "b", category=make_category("hb-1-1"), level=1)
    make_product(mei, "c", category=make_category("ap-2-1"), level=None)
    client = visit(ops)

    top = client.get("/operator/levels/").content.decode()
    assert 'aria-label="按件数: L5 0, L4 0, L3 1, L2 0, L1 1, L0 0"' in top
    assert ['href="?in=hb"' in top, 'href="?in=ap"' in top] == [True, True]
    assert 'href="?in=hb-1"' in client.get("/operator/levels/?in=hb").content.decode()
    third = client.get("/operator/levels/?in=hb-1")
    assert [one.key for one in third.context["each"]] == ["hb-1-1"]
    assert "?in=hb-1-1" not in third.content.decode()
    assert client.get("/operator/levels/?in=nowhere").status_code == 404


# backtests


def test_a_backtest_is_asked_for_and_read(visit: Visit, ops: Organisation, pots: list[Product]) -> None:
    client = visit(ops)
    wish = {"at": "2026-03-20", "horizon": "5", "received_weight": "1", "policy": ""}

    page = client.post("/operator/backtests/new/", wish, follow=True)
    row = Backtest.objects.get()
    watched = client.get(f"/operator/backtests/{row.pk}/", headers={"hx-request": "true"}).content.decode()
    quality.carry_out_backtest(row.pk, now=LATER)

    assert "等待中" in page.content.decode()
    assert [watched.count("fx-spinner"), "<html" in watched] == [1, False]
    ended = client.get(f"/operator/backtests/{row.pk}/", headers={"hx-request": "true"})
    assert ended["HX-Refresh"] == "true"
    told = client.get(f"/operator/backtests/{row.pk}/").content.decode()
    assert [told.count("fx-columns-chart"), told.count("fx-ranks-chart")] == [4, 4]
    assert set(Product.objects.values_list("level", flat=True)) == {3}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"at": "soon"}, "at"),
        ({"at": "2026-03-28"}, "horizon"),
        ({"horizon": "0"}, "horizon"),
        ({"horizon": ""}, "horizon"),
        ({"received_weight": "0"}, "received_weight"),
        ({"received_weight": "nan"}, "received_weight"),
        ({"policy": "99"}, "policy"),
    ],
)
def test_a_backtest_that_cannot_be_made_is_refused_at_its_field(
    typed: dict[str, str], field: str, visit: Visit, ops: Organisation, first: Policy
) -> None:
    wish = {"at": "2026-03-20", "horizon": "5", "received_weight": "1", "policy": ""}

    answer = visit(ops).post("/operator/backtests/new/", wish | typed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Backtest.objects.exists()


def test_a_failed_backtest_says_why_in_the_persons_language(visit: Visit, ops: Organisation, first: Policy) -> None:
    row = Backtest.objects.create(
        at=NOON.date(), horizon=1, asked_at=NOON, state="failed", error=["没有商品", "no goods"]
    )

    english = visit(ops, language="en").get(f"/operator/backtests/{row.pk}/").content.decode()

    assert ["The backtest failed" in english, "no goods" in english, "没有商品" in english] == [True, True, False]


# all pages


@pytest.fixture
def full(visit: Visit, ops: Organisation, pots: list[Product]) -> list[str]:
    """Every page of the desk with something on it."""
    draft(
        thresholds={2: 0, 3: 5_400, 4: 6_200, 5: 7_500}, overrides={"ap": Override(thresholds={2: 0, 3: 1, 4: 2, 5: 3})}
    )
    member = make_member(ops, "asks@example.org").as_actor()
    carried_out(quality.ask_dry_run(Policy.objects.get(number=2), by=member, now=LATER))
    carried_out(quality.ask_to_grade(by=member, now=LATER))
    row = quality.ask_backtest(at=NOON.date() + timedelta(days=9), horizon=5, policy=None, by=member, now=LATER)
    quality.carry_out_backtest(row.pk, now=LATER)
    quality.ask_dry_run(Policy.objects.get(number=2), by=member, now=LATER)
    dry, done = GradingRun.objects.order_by("pk").values_list("pk", flat=True)
    return [
        *("/operator/policies/", "/operator/policies/1/", "/operator/policies/2/", "/operator/policies/new/?from=2"),
        *("/operator/grading/", f"/operator/grading/{dry}/", f"/operator/grading/{done}/", "/operator/levels/"),
        *("/operator/levels/?in=ap", "/operator/backtests/", f"/operator/backtests/{row.pk}/"),
        "/operator/backtests/new/",
    ]


def test_every_page_is_complete_in_english_and_leads_to_pages_that_are_there(
    visit: Visit, ops: Organisation, full: list[str]
) -> None:
    plain_names()
    client = visit(ops, language="en")

    for address in full:
        answer = client.get(address)
        assert (address, answer.status_code, CHINESE.findall(SWITCH.sub("", answer.content.decode()))) == (
            address,
            200,
            [],
        )


def test_more_rows_cost_no_more_statements(visit: Visit, ops: Organisation, full: list[str], mei: Organisation) -> None:
    client = visit(ops)
    before = {address: statements(client, address) for address in full}

    for number in range(3, 6):
        draft()
        run = GradingRun.objects.create(
            policy=Policy.objects.get(number=number), state="done", engine="e", as_of=NOON.date(), started_at=NOON
        )
        product = make_product(mei, f"More {number}", category=make_category(f"hb-1-{number}"), level=2)
        LevelChange.objects.create(product=product, level=2, is_select=False, from_at=NOON, run=run.pk, reason="x")
        Backtest.objects.create(at=NOON.date(), horizon=1, asked_at=NOON, policy=run.policy)

    assert {address: statements(client, address) for address in full} == before


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as said:
        assert client.get(address).status_code == 200
    return len(said)


def test_a_viewer_sees_the_desk_and_does_nothing(visit: Visit, ops: Organisation, full: list[str]) -> None:
    client = visit(ops, role=Role.VIEWER)
    counts = (Policy.objects.count(), GradingRequest.objects.count(), Backtest.objects.count())

    for act in ("grading/now", "policies/2/try", "policies/2/propose", "policies/2/approve", "policies/2/decline"):
        assert client.post(f"/operator/{act}").status_code == 403
    assert client.post("/operator/policies/new/", entered()).status_code == 403
    assert client.post("/operator/backtests/new/", {}).status_code == 403
    assert (Policy.objects.count(), GradingRequest.objects.count(), Backtest.objects.count()) == counts


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.OPERATOR])
def test_only_operators_have_a_desk(kind: Kind, visit: Visit, first: Policy) -> None:
    client = visit(make_organisation(kind, "Somebody"))

    for page in ("policies/", "policies/1/", "policies/new/", "grading/", "levels/", "backtests/", "backtests/new/"):
        assert client.get(f"/operator/{page}").status_code == 403
    assert json.loads(json.dumps(first.body)) == Policy.objects.get().body
