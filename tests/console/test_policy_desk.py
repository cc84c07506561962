"""Versions of the policy by form: entered, checked, refused, overridden by category, compared."""

from dataclasses import replace

import pytest
from django.test import Client

from fenxiao.parties.models import Organisation
from fenxiao.quality.models import Policy
from fenxiao.quality.rules import Gate, Override, PolicyBody, default_policy
from tests.cast import make_category
from tests.console.conftest import Visit
from tests.console.desk_cast import draft, entered


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
