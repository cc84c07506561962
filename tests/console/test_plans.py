"""A merchant's plans of every kind: what the pages show, and what they do."""

from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import (
    Entry,
    Plan,
    PlanDifferential,
    PlanRate,
    PlanRequest,
    PlanRow,
    PlanSpell,
    PlanType,
    StepWindow,
)
from fenxiao.deals.queries import plan_template, rates_at
from fenxiao.deals.rules.drafts import RowDraft
from fenxiao.parties.models import Kind, Organisation, Tier
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit


@pytest.fixture(autouse=True)
def tuesday_noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def targeted(cup: Product, chen: Organisation) -> Plan:
    """Mei's targeted plan on the cup that gives Chen 25 % and takes requests at 22 %."""
    rows = [RowDraft(creator_id=chen.pk, rate_bp=2_500)]
    return deals.target_product(cup, rows=rows, entry=Entry.MANUAL, offered_rate_bp=2_200, by=BY, now=NOON)


def test_the_list_shows_every_plan_and_filters_by_type(
    visit: Visit, mei: Organisation, cup: Product, targeted: Plan
) -> None:
    deals.open_plan(make_product(mei, "Paper fan"), rate_bp=1_000, by=BY, now=NOON)
    client = visit(mei)

    every = client.get("/merchant/plans/").content.decode()
    normal = client.get("/merchant/plans/", {"type": "1"}).content.decode()

    assert ["Ceramic cup" in every, "Paper fan" in every, "25%" in every] == [True, True, True]
    assert ["Ceramic cup" in normal, "Paper fan" in normal] == [False, True]


@pytest.mark.parametrize("query", [{"creator": "x"}, {"type": "9"}, {"q": "9" * 40}, {"creator": "9" * 19}])
def test_filters_that_make_no_sense_show_a_page(query: dict[str, str], visit: Visit, mei: Organisation) -> None:
    assert visit(mei).get("/merchant/plans/", query).status_code == 200


@pytest.mark.parametrize(
    ("kind", "plan_type"),
    [("targeted", PlanType.ITEM_TARGETED), ("shop", PlanType.SHOP_TARGETED), ("exclusive", PlanType.EXCLUSIVE)],
)
def test_a_plan_for_creators_by_id_and_by_name_is_made(
    kind: str, plan_type: PlanType, visit: Visit, cup: Product, chen: Organisation
) -> None:
    wang = make_organisation(Kind.CREATOR, "Wang Fang")
    entered = {"product": cup.pk, "creators": f"{chen.pk}, 25\nWang Fang 12.5%", "entry": "invited", "do": "save"}

    answer = visit(cup.merchant).post(f"/merchant/plans/new/{kind}/", entered)

    made = Plan.objects.get()
    assert answer["Location"] == f"/merchant/plans/{made.pk}/"
    assert made.type == plan_type
    rates = PlanRate.objects.values_list("row__creator_id", "rate_bp")
    assert dict(rates) == {chen.pk: 2_500, wang.pk: 1_250}


def test_a_preview_says_which_terms_hold_and_saves_nothing(
    visit: Visit, mei: Organisation, cup: Product, chen: Organisation
) -> None:
    deals.open_plan(cup, rate_bp=1_000, by=BY, now=NOON)
    entered = {"product": cup.pk, "creators": "Chen 25", "entry": "invited", "do": "preview"}

    page = visit(mei).post("/merchant/plans/new/targeted/", entered).content.decode()

    assert "商品定向计划生效：25%" in page
    assert "¥75.00" in page  # what Mei keeps of 100.00
    assert "普通计划 10%" in page  # the one that lost
    assert Plan.objects.count() == 1


def test_a_shop_plans_preview_gives_way_to_a_targeted_one(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    entered = {"creators": "Chen 30", "entry": "invited", "do": "preview"}

    page = visit(mei).post("/merchant/plans/new/shop/", entered).content.decode()

    assert "已有其他计划生效：商品定向计划 25%" in page


@pytest.mark.parametrize(
    ("creators", "said"),
    [
        ("", "至少"),
        ("Nobody 20", "第 1 行：没有名为「Nobody」的达人"),
        ("Chen", "第 1 行：「Chen」中没有达人和佣金率"),
        ("Chen 91", "90"),
        ("Chen 20\nChen 21", "重复"),
        ("999999999 20", "999999999"),
        ("Twin 20", "有多位名为「Twin」的达人"),
    ],
)
def test_what_is_wrong_with_creators_stands_at_the_field(
    creators: str, said: str, visit: Visit, cup: Product, chen: Organisation
) -> None:
    for _ in range(2):
        make_organisation(Kind.CREATOR, "Twin")
    entered = {"product": cup.pk, "creators": creators, "entry": "invited", "do": "save"}

    answer = visit(cup.merchant).post("/merchant/plans/new/targeted/", entered)

    assert answer.status_code == 422
    assert any(said in fault for fault in answer.context["form"].errors["creators"])
    assert not Plan.objects.exists()


def test_a_rates_raise_holds_now_and_a_cut_from_midnight(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    row, client = PlanRow.objects.get(), visit(mei)

    client.post(f"/merchant/plans/{targeted.pk}/rows/{row.pk}/rate", {"rate": "30"})
    client.post(f"/merchant/plans/{targeted.pk}/rows/{row.pk}/rate", {"rate": "20"})

    page = client.get(f"/merchant/plans/{targeted.pk}/").content.decode()
    assert "30%" in page
    assert "03-11 00:00 起 20%" in page


def test_a_refused_rate_is_told_and_changes_nothing(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    row = PlanRow.objects.get()

    answer = visit(mei).post(
        f"/merchant/plans/{targeted.pk}/rows/{row.pk}/rate",
        {"rate": "91"},
        follow=True,
        headers={"referer": f"http://testserver/merchant/plans/{targeted.pk}/"},
    )

    assert "90" in answer.content.decode()
    assert PlanRate.objects.get().rate_bp == 2_500


def test_rows_are_closed_opened_and_taken_out(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    row, client = PlanRow.objects.get(), visit(mei)
    address = f"/merchant/plans/{targeted.pk}/rows"

    client.post(address, {"rows": row.pk, "do": "close"})
    assert PlanRate.objects.standing().latest("from_at").rate_bp is None
    client.post(address, {"rows": row.pk, "do": "open"})
    assert PlanRate.objects.standing().latest("from_at").rate_bp == 2_500
    client.post(address, {"rows": row.pk, "do": "remove"})

    row.refresh_from_db()
    assert row.removed_at is not None


def test_creators_are_added_and_one_twice_is_refused(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    make_organisation(Kind.CREATOR, "Wang")
    client, address = visit(mei), f"/merchant/plans/{targeted.pk}/creators/"

    first, again = client.post(address, {"creators": "Wang 21"}), client.post(address, {"creators": "Wang 21"})

    assert (first.status_code, again.status_code) == (302, 422)
    assert "creators" in again.context["creators_form"].errors
    assert PlanRow.objects.count() == 2


def test_a_plan_is_closed_and_opened_again(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    client = visit(mei)

    client.post(f"/merchant/plans/{targeted.pk}/close")
    spell = PlanSpell.objects.get()
    assert spell.closes_at is not None
    with time_machine.travel(spell.closes_at, tick=False):
        client.post(f"/merchant/plans/{targeted.pk}/reopen")

    assert PlanSpell.objects.count() == 2


def test_entry_and_floors_are_changed(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    entered = {"entry": "automatic", "offered_rate": "18", "floor_tier": "silver", "floor_score": "4.5"}

    visit(mei).post(f"/merchant/plans/{targeted.pk}/entry/", entered)

    targeted.refresh_from_db()
    found = (targeted.entry, targeted.offered_rate_bp, targeted.floor_tier, targeted.floor_score_centi)
    assert found == ("automatic", 1_800, "silver", 450)


def test_a_tier_gets_more(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    client = visit(mei)

    client.post(f"/merchant/plans/{targeted.pk}/differential/", {"tier": "gold", "extra": "3"})

    assert PlanDifferential.objects.get().extra_bp == 300
    assert ": +3%" in client.get(f"/merchant/plans/{targeted.pk}/").content.decode()


def test_what_a_merchant_could_not_pay_is_refused_with_the_sum(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    deals.set_differential(targeted, tier=Tier.GOLD, extra_bp=6_000, by=BY, now=NOON)

    answer = visit(mei).post(f"/merchant/plans/{targeted.pk}/differential/", {"tier": "gold", "extra": "95"})

    assert answer.status_code == 422
    assert PlanDifferential.objects.get().extra_bp == 6_000


def test_a_step_window_is_entered_raised_and_cancelled(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    client, address = visit(mei), f"/merchant/plans/{targeted.pk}/steps/"
    entered = {"from_at": "2026-03-12T00:00", "until_at": "2026-03-20T00:00", "orders_1": "10", "extra_1": "2"}

    client.post(address, entered)
    window = StepWindow.objects.get()
    client.post(
        f"{address}{window.pk}/",
        {"until_at": "2026-03-21T00:00", "orders_1": "10", "extra_1": "3", "orders_2": "20", "extra_2": "5"},
    )

    page = client.get(f"/merchant/plans/{targeted.pk}/").content.decode()
    assert "满 20 单后 +5%" in page
    client.post(f"{address}{window.pk}/cancel")
    window.refresh_from_db()
    assert window.cancelled_at == NOON


def test_half_a_step_and_a_falling_ladder_are_refused(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    client, address = visit(mei), f"/merchant/plans/{targeted.pk}/steps/"
    entered = {"until_at": "2026-03-20T00:00", "orders_1": "10"}

    half = client.post(address, entered)
    falling = client.post(address, {**entered, "extra_1": "3", "orders_2": "20", "extra_2": "2"})

    assert (half.status_code, falling.status_code) == (422, 422)
    assert "extra_1" in half.context["form"].errors
    assert not StepWindow.objects.exists()


def test_requests_are_let_in_or_rejected_with_a_reason(visit: Visit, mei: Organisation, targeted: Plan) -> None:
    names = ("Wang", "Zhao", "Sun")
    asked = [
        deals.ask_to_join(targeted, creator=make_organisation(Kind.CREATOR, name), by=BY, now=NOON) for name in names
    ]
    client, address = visit(mei), "/merchant/plans/requests/decide"

    client.post(address, {"requests": [asked[0].pk, asked[1].pk], "do": "pass"})
    client.post(address, {"requests": asked[2].pk, "do": "reject"})
    assert PlanRequest.objects.get(pk=asked[2].pk).state == "pending"
    client.post(address, {"requests": asked[2].pk, "do": "reject", "reason": "粉丝太少"})

    states = PlanRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["passed", "passed", "rejected"]


def sheet_of(*rows: tuple[object, ...]) -> bytes:
    """A filled-in template."""
    book = Workbook()
    page = book.active
    assert page is not None
    for row in [("商品ID", "计划类型", "达人ID", "佣金率%"), *rows]:
        page.append(list(row))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def test_the_template_is_a_sheet(visit: Visit, mei: Organisation) -> None:
    assert visit(mei).get("/merchant/plans/sheet/template.xlsx").content[:2] == plan_template()[:2] == b"PK"


def test_a_faulty_sheet_names_row_and_column_and_enters_nothing(visit: Visit, mei: Organisation, cup: Product) -> None:
    file = SimpleUploadedFile("plans.xlsx", sheet_of((cup.pk, "普通", "", 10), (cup.pk, "专属", "", 95)))

    answer = visit(mei).post("/merchant/plans/sheet/", {"file": file, "do": "enter"})

    faults = answer.context["faults"]
    assert {fault.row for fault in faults} == {3}
    assert faults[0].zh in answer.content.decode()
    assert not Plan.objects.exists()


def test_a_sound_sheet_is_checked_and_then_entered_whole(
    visit: Visit, mei: Organisation, cup: Product, chen: Organisation
) -> None:
    client = visit(mei)
    file = SimpleUploadedFile("plans.xlsx", sheet_of((cup.pk, "普通", "", 10), (cup.pk, "商品定向", chen.pk, 25)))

    checked = client.post("/merchant/plans/sheet/", {"file": file, "do": "check"})
    assert not Plan.objects.exists()
    client.post("/merchant/plans/sheet/", {"kept": checked.context["kept"], "do": "enter"})

    assert sorted(Plan.objects.values_list("type", flat=True)) == [1, 2]


@pytest.mark.parametrize("content", [b"", b"not a sheet", b"PK\x03\x04broken"])
def test_what_is_no_sheet_is_refused(content: bytes, visit: Visit, mei: Organisation) -> None:
    file = SimpleUploadedFile("plans.xlsx", content)

    assert visit(mei).post("/merchant/plans/sheet/", {"file": file, "do": "check"}).status_code == 422


def test_one_rate_is_entered_for_many_goods_and_open_plans_get_it(
    visit: Visit, mei: Organisation, cup: Product
) -> None:
    fan = make_product(mei, "Paper fan")
    deals.open_plan(cup, rate_bp=1_000, by=BY, now=NOON)

    answer = visit(mei).post("/merchant/plans/many/", {"products": [cup.pk, fan.pk], "rate": "15"})

    assert answer["Location"] == "/merchant/plans/"
    assert rates_at([cup.pk, fan.pk], NOON) == {cup.pk: 1_500, fan.pk: 1_500}


def test_goods_that_stand_in_the_way_are_named_and_nothing_is_entered(
    visit: Visit, mei: Organisation, cup: Product, lao_wu: Organisation
) -> None:
    fan = make_product(mei, "Paper fan")
    deals.open_plan(cup, rate_bp=1_500, by=BY, now=NOON)
    client = visit(mei, language="en")

    unchanged = client.post("/merchant/plans/many/", {"products": [fan.pk, cup.pk], "rate": "15"})
    too_high = client.post("/merchant/plans/many/", {"products": [fan.pk], "rate": "95"})
    nothing = client.post("/merchant/plans/many/", {"rate": "15"})

    page = unchanged.content.decode()
    assert [unchanged.status_code, too_high.status_code, nothing.status_code] == [422, 422, 422]
    assert ["Ceramic cup: " in page, page.count(" checked")] == [True, 2]
    assert "Paper fan: " in too_high.content.decode()
    assert rates_at([cup.pk, fan.pk], NOON) == {cup.pk: 1_500}


def test_anothers_goods_get_no_rate_on_the_page_for_many(visit: Visit, mei: Organisation, cup: Product) -> None:
    other = make_organisation(Kind.MERCHANT, "Another")

    answer = visit(other).post("/merchant/plans/many/", {"products": [cup.pk], "rate": "15"})

    assert (answer.status_code, Plan.objects.count()) == (422, 0)
