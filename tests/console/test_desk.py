"""The grading desk: versions, dry runs, the second operator, runs, levels by category, backtests."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from fenxiao.catalog.models import Category, LevelChange, Product
from fenxiao.console.operator.forms import PolicyForm
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Kind, Organisation, Role
from fenxiao.quality import services as quality
from fenxiao.quality.models import Backtest, GradingRequest, GradingRun, Policy, WorkState
from fenxiao.quality.rules import Gate, Override, PolicyBody, default_policy
from tests.cast import BY, NOON, make_category, make_member, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_language import CHINESE, SWITCH, plain_names

LATER = NOON + timedelta(days=20)


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files of one test alone, and a clock that stands."""
    monkeypatch.setenv("FENXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    with time_machine.travel(LATER, tick=False):
        yield
    settings.cache_clear()


@pytest.fixture
def first(lake: None, db: None) -> Policy:
    return quality.ensure_default_policy(by=BY, now=NOON)


@pytest.fixture
def client_of_ops(visit: Visit, ops: Organisation) -> Client:
    return visit(ops)


@pytest.fixture
def pots(mei: Organisation, first: Policy) -> list[Product]:
    return [make_product(mei, f"Pot {number}", price_fen=1_000 * number, level=3) for number in (1, 2, 3)]


def entered(body: PolicyBody | None = None, **changed: object) -> dict[str, object]:
    """What the form holds when it starts from `body`, and what somebody typed over it."""
    form = PolicyForm(base=body or default_policy())
    given = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in given.items() if value is not None} | {"note": "stricter"} | changed


def draft(**changed: object) -> Policy:
    body = replace(default_policy(), **changed) if changed else default_policy()
    return quality.draft_policy(body, note="stricter", by=BY, now=NOON)


def carried_out(request: GradingRequest | None = None) -> None:
    """What the worker does meanwhile."""
    wish = request or GradingRequest.objects.get(state=WorkState.WAITING)
    quality.carry_out_grading(wish.pk, now=LATER)


# versions


def test_versions_are_listed_with_who_made_them(visit: Visit, ops: Organisation, first: Policy) -> None:
    draft()

    page = visit(ops).get("/operator/policies/").content.decode()

    assert page.index("草稿") < page.index("执行中")
    assert ["stricter" in page, "随产品" in page] == [True, True]


def test_a_version_is_saved_by_form_as_it_was_entered(visit: Visit, ops: Organisation, first: Policy) -> None:
    typed = {"threshold_5": "72.5", "gate_3_quality_refund_rate": "4.5", "gate_2_orders": "", "day_cap_bp": "25"}

    answer = visit(ops).post("/operator/policies/new/", entered(**typed))

    assert (answer.status_code, answer["Location"]) == (302, "/operator/policies/2/")
    made = PolicyBody.from_json(Policy.objects.get(number=2).body)
    gates = tuple(
        Gate(level=3, of="quality_refund_rate", bound=0.045)
        if (gate.level, gate.of) == (3, "quality_refund_rate")
        else gate
        for gate in default_policy().gates
        if (gate.level, gate.of) != (2, "orders")
    )
    assert set(made.gates) == set(gates)
    wanted = replace(default_policy(), thresholds={2: 0, 3: 5_400, 4: 6_200, 5: 7_250}, day_cap_bp=2_500)
    assert replace(made, gates=()) == replace(wanted, gates=())


def test_a_form_that_is_not_touched_saves_the_same_policy(visit: Visit, ops: Organisation, first: Policy) -> None:
    visit(ops).post("/operator/policies/new/", entered())

    made = PolicyBody.from_json(Policy.objects.get(number=2).body)
    assert set(made.gates) == set(default_policy().gates)
    assert replace(made, gates=()) == replace(default_policy(), gates=())


REFUSALS = [
    ({"power_brand": "11"}, "power_brand", "权重合计为 101%，应为 100%。"),
    ({"indicator_gmv_30d": "50"}, "indicator_gmv_30d", "权重合计为 90%，应为 100%。"),
    ({"power_brand": "much"}, "power_brand", "请输入百分比，例如 12.5。"),
    ({"threshold_4": "80"}, "threshold_5", "L5 的要求不能低于 L4。"),
    ({"gate_4_orders": "3"}, "gate_4_orders", "L4 的要求低于 L3。"),
    ({"gate_4_quality_refund_rate": "7"}, "gate_4_quality_refund_rate", "L4 的要求低于 L3。"),
    ({"gate_3_review_score": "nan"}, "gate_3_review_score", "请输入数字。"),
    ({"gate_3_review_score": "-1"}, "gate_3_review_score", "确保该值大于或等于0。"),
    ({"short_days": "91"}, "short_days", "短窗口不能长于长窗口。"),
    ({"least_coverage_bp": "50"}, "least_coverage_bp", "L2 的证据覆盖要求不能高于 L3。"),
    ({"red_evidence_review_score": "5"}, "red_review_score", "红线须给出数值。"),
    ({"note": ""}, "note", "这个字段是必填项。"),
]


@pytest.mark.parametrize(("typed", "field", "words"), REFUSALS)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_saved(
    typed: dict[str, str], field: str, words: str, first: Policy, client_of_ops: Client
) -> None:
    answer = client_of_ops.post("/operator/policies/new/", entered(**typed))

    told = answer.context["form"].errors
    place = next(iter(told))
    assert answer.status_code == 422
    assert words in told[place][0]
    assert place == field
    assert words in answer.content.decode()
    assert Policy.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day_cap_bp": "0"}, "上限应为正"),
        ({"least_peers": "1"}, "同类至少 2 件"),
        ({"strength_review_score": "0"}, "收缩强度应为正"),
        ({"threshold_5": "101"}, "分数线应在 0 与 100 之间"),
        ({"overrides": "{"}, "类目单独设置无法读取"),
        ({"overrides": '{"ap": {"powers": {"brand": 1}}}'}, "类目 ap"),
    ],
)
def test_what_only_the_whole_shows_is_refused_above_the_form(
    typed: dict[str, str], words: str, visit: Visit, ops: Organisation, first: Policy
) -> None:
    answer = visit(ops).post("/operator/policies/new/", entered(**typed))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Policy.objects.count() == 1


def test_an_override_of_a_category_that_vanished_is_refused_on_the_form(
    visit: Visit, ops: Organisation, first: Policy
) -> None:
    gone = replace(default_policy(), overrides={"zz": Override(thresholds={2: 0, 3: 1, 4: 2, 5: 3})})

    answer = visit(ops).post("/operator/policies/new/", entered(gone))

    assert (answer.status_code, Policy.objects.count()) == (422, 1)
    assert "类目 zz 不存在或已停用" in answer.content.decode()
    assert 'value="stricter"' in answer.content.decode()  # what was entered stays


def test_checking_says_the_sums_and_saves_nothing(visit: Visit, ops: Organisation, first: Policy) -> None:
    client = visit(ops)

    sound = client.post("/operator/policies/new/", entered(act="check", note=""))
    wrong = client.post("/operator/policies/new/", entered(act="check", power_sales="30"))

    assert "检查无误，尚未保存" in sound.content.decode()
    assert (sound.status_code, wrong.status_code) == (200, 422)
    assert '<output class="fx-fall" data-total>105%</output>' in wrong.content.decode()
    assert Policy.objects.count() == 1


def test_a_version_may_start_from_another_one(visit: Visit, ops: Organisation, first: Policy) -> None:
    draft(thresholds={2: 100, 3: 5_400, 4: 6_200, 5: 9_900})
    client = visit(ops)

    assert 'value="99"' in client.get("/operator/policies/new/?from=2").content.decode()
    assert 'value="99"' not in client.get("/operator/policies/new/").content.decode()
    assert client.get("/operator/policies/new/?from=9").status_code == 404


def add(**more: object) -> dict[str, object]:
    return entered(act="add", note="", **{f"add-{name}": value for name, value in more.items()})


def test_overrides_are_added_one_by_one_and_saved_with_the_version(
    visit: Visit, ops: Organisation, first: Policy
) -> None:
    make_category("hb-1-1")
    client, powers = (
        visit(ops),
        dict(zip(("brand", "price", "distribution", "service", "sales"), (20,) * 5, strict=True)),
    )

    first_page = client.post(
        "/operator/policies/new/", add(category="hb", **{f"power_{p}": w for p, w in powers.items()})
    )
    kept = first_page.context["form"]["overrides"].value()
    gate = {"gate_of": "review_score", "gate_level": "3", "gate_bound": "4.5"}
    second_page = client.post("/operator/policies/new/", add(category="hb", **gate) | {"overrides": kept})
    kept = second_page.context["form"]["overrides"].value()
    client.post("/operator/policies/new/", entered(overrides=kept))

    assert Policy.objects.count() == 2
    made = PolicyBody.from_json(Policy.objects.get(number=2).body)
    override = made.overrides.pop("hb")  # type: ignore[attr-defined]  # a plain dict
    assert replace(override, gates=None) == Override(powers={power: weight * 100 for power, weight in powers.items()})
    assert set(override.gates) == {*default_policy().gates, Gate(level=3, of="review_score", bound=4.5)}
    assert made.overrides == {}
    assert "L3：评价得分 ≥ 4.50 星" in second_page.content.decode()
    page = client.get("/operator/policies/2/").content.decode()
    assert page.count("品牌力 20%；价格力 20%") == 2  # among the changes, and in the whole version


def test_an_override_is_removed(visit: Visit, ops: Organisation, first: Policy) -> None:
    make_category("hb-1-1")
    body = replace(default_policy(), overrides={"hb": Override(thresholds={2: 0, 3: 1, 4: 2, 5: 3})})

    page = visit(ops).post("/operator/policies/new/", entered(body, act="remove:hb"))

    assert (page.status_code, page.context["form"]["overrides"].value()) == (200, "{}")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"category": "zz"}, "没有类目 zz。"),
        ({"category": "hb"}, "请填写该类目的不同之处。"),
        ({"category": "hb", "power_brand": "100"}, "请全部填写，或全部留空。"),
        ({"category": "hb", "threshold_2": "1"}, "请全部填写，或全部留空。"),
        ({"category": "hb", "gate_of": "orders"}, "门槛须同时给出对象、等级和数值。"),
        ({"category": "hb", "gate_of": "orders", "gate_level": "5", "gate_bound": "1"}, "在 L5 的门槛低于 L3"),
        ({"category": "hb", **{f"threshold_{level}": str(90 - level) for level in (2, 3, 4, 5)}}, "分数线应随等级上升"),
    ],
)
def test_an_override_that_cannot_be_is_refused(
    more: dict[str, str], words: str, visit: Visit, ops: Organisation, first: Policy
) -> None:
    make_category("hb-1-1")

    answer = visit(ops).post("/operator/policies/new/", add(**more))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.context["form"]["overrides"].value() == "{}"


def test_a_version_shows_what_differs_from_the_one_in_force(visit: Visit, ops: Organisation, first: Policy) -> None:
    draft(thresholds={2: 0, 3: 5_400, 4: 6_200, 5: 7_500}, gates=default_policy().gates[1:])

    page = visit(ops).get("/operator/policies/2/").content.decode()

    changes = page.split("与评估模型 1 的差异")[1].split("下一步")[0]
    assert changes.count("<del>") == 2
    assert ["<del>≥ 70 分</del>" in changes, "<b>≥ 75 分</b>" in changes, "<b>不作要求</b>" in changes] == [True] * 3
    assert "没有差异" in visit(ops, name="b").get("/operator/policies/1/").content.decode()


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
