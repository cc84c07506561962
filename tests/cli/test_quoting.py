"""`fenxiao quote`: which terms win, where every fen goes, what it refuses."""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from fenxiao.catalog.models import Product
from fenxiao.cli.main import main
from fenxiao.deals.models import Application, Plan
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import NOON, make_plan, make_product
from tests.deals.chains import make_activity, make_application

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command as people type it on a wide screen: its exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "300")

    def typed(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fenxiao", "quote", *map(str, words)])
        with time_machine.travel(NOON, tick=False):
            code = 0
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        return code, *capsys.readouterr()

    return typed


@pytest.fixture
def plan(cup: Product) -> Plan:
    """Everybody earns 20 % on Mei's cup."""
    return make_plan(cup, rate_bp=2_000, since=NOON - timedelta(days=1))


@pytest.fixture
def spring(cup: Product, lao_wu: Organisation) -> Application:
    """Lao Wu's activity: 30 % on the cup for the creator, 5 % for him."""
    return make_application(make_activity(lao_wu), cup, rate_bp=3_000, fee_bp=500)


def answered(run: Run, *words: object) -> dict[str, Any]:
    """The JSON of a command that went well."""
    code, out, err = run(*words, "--json")
    assert (code, err) == (0, "")
    told: dict[str, Any] = json.loads(out.splitlines()[-1])
    return told


def test_its_last_line_is_one_json_object_of_every_part(run: Run, cup: Product, chen: Organisation, plan: Plan) -> None:
    told = answered(run, cup.pk, chen.pk)

    assert told["plan"] == told["terms"]["plan_id"] == plan.pk
    assert (told["commission_rate_bp"], told["base_fen"], told["commission_fen"]) == (2_000, 10_000, 2_000)
    assert told["creator_net_fen"] + told["platform_fee_fen"] == 2_000
    assert told["merchant_keeps_fen"] == 8_000
    assert [told[name] for name in ("service_fee_fen", "ceded_fee_fen", "leader_net_fen", "second_leader_net_fen")] == [
        0
    ] * 4
    assert [(one["plan"], one["won"]) for one in told["candidates"] if one["won"]] == [(plan.pk, True)]
    assert all(one["words"]["zh"] and one["words"]["en"] for one in told["candidates"])
    assert all(set(one) == {"code", "zh", "en"} for one in told["because"])


def test_price_and_quantity_are_those_that_are_asked_for(
    run: Run, cup: Product, chen: Organisation, plan: Plan
) -> None:
    told = answered(run, cup.pk, chen.pk, "--price", "19.95", "--quantity", 3)

    assert (told["plan"], told["base_fen"], told["commission_fen"]) == (plan.pk, 5_985, 1_197)
    assert told["merchant_keeps_fen"] == 5_985 - 1_197


def test_terms_are_those_of_the_moment_asked_for(run: Run, cup: Product, chen: Organisation, plan: Plan) -> None:
    before = (NOON - timedelta(days=2)).isoformat()

    told = answered(run, cup.pk, chen.pk, "--at", before)

    assert (told["terms"], "plan" in told, "base_fen" in told) == (None, False, False)
    assert plan.pk not in [one["plan"] for one in told["candidates"]]
    assert told["because"]


def test_a_link_with_an_application_earns_by_its_activity(
    run: Run, chen: Organisation, plan: Plan, spring: Application
) -> None:
    cup = spring.product

    told = answered(run, cup.pk, chen.pk, "--application", spring.pk)

    assert (told["terms"]["application_id"], told["terms"]["leader_id"]) == (spring.pk, spring.activity.leader_id)
    assert (told["commission_rate_bp"], told["commission_fen"], told["service_fee_fen"]) == (3_000, 3_000, 500)
    assert told["merchant_keeps_fen"] == 6_500
    [won] = [one for one in told["candidates"] if one["won"]]
    assert (won["application"], won["plan_type"]) == (spring.pk, 6)
    [lost] = [one for one in told["candidates"] if not one["won"]]
    assert (lost["plan"], lost["application"], lost["plan_type"]) == (plan.pk, None, 1)
    assert lost["reason"] != won["reason"]


@pytest.mark.usefixtures("plan")
def test_people_read_a_table_of_offers_and_where_every_fen_goes(
    run: Run, cup: Product, chen: Organisation, spring: Application
) -> None:
    code, out, err = run(cup.pk, chen.pk, "--application", spring.pk)

    assert (code, err) == (0, "")
    assert f"{cup.title} → {chen.name}" in out
    [won] = [line for line in out.splitlines() if "✓" in line]
    assert [word in won for word in (str(spring.pk), "30.00%")] == [True, True]
    assert "waterfall" in out
    assert "100.00" in out
    assert "65.00" in out


def test_where_there_is_no_offer_the_reason_is_said_and_no_money_shown(
    run: Run, cup: Product, chen: Organisation
) -> None:
    told = answered(run, cup.pk, chen.pk)
    code, out, _ = run(cup.pk, chen.pk)

    assert (told["terms"], code) == (None, 0)
    assert [one["zh"] for one in told["because"] if one["zh"] not in out] == []
    assert "waterfall" not in out


@pytest.fixture
def ids(cup: Product, chen: Organisation, lao_wu: Organisation) -> dict[str, int]:
    """What a word of the next test stands for."""
    other = make_application(make_activity(lao_wu), make_product(cup.merchant, "Pan"), fee_bp=500)
    return {"PRODUCT": cup.pk, "CREATOR": chen.pk, "MERCHANT": cup.merchant.pk, "OTHER": other.pk}


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("0", "CREATOR"), "PRODUCT"),
        (("PRODUCT", "0"), "CREATOR"),
        (("PRODUCT", "MERCHANT"), "CREATOR"),
        (("PRODUCT", "CREATOR", "--application", "0"), "--application"),
        (("PRODUCT", "CREATOR", "--application", "OTHER"), "--application"),
        (("PRODUCT", "CREATOR", "--at", "soon"), "--at"),
        (("PRODUCT", "CREATOR", "--at", "2026-02-30"), "--at"),
        (("PRODUCT", "CREATOR", "--price", "0"), "--price"),
        (("PRODUCT", "CREATOR", "--price", "-1"), "--price"),
        (("PRODUCT", "CREATOR", "--price", "nan"), "--price"),
        (("PRODUCT", "CREATOR", "--price", "1.999"), "--price"),
    ],
)
def test_what_is_not_there_or_makes_no_sense_is_refused_with_exit_2_and_one_line(
    words: tuple[str, ...], field: str, run: Run, ids: dict[str, int]
) -> None:
    code, out, err = run(*(ids.get(word, word) for word in words), "--json")

    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("fenxiao: ")
    assert field in err


@pytest.mark.parametrize("words", [(), ("one", "two"), ("1", "2", "--quantity", "0"), ("1", "2", "--quantity", "x")])
def test_words_that_are_no_numbers_are_refused_with_exit_2(words: tuple[str, ...], run: Run) -> None:
    code, out, err = run(*words)

    assert (code, out) == (2, "")
    assert err


@pytest.mark.usefixtures("plan")
def test_a_quote_changes_nothing(run: Run, cup: Product, chen: Organisation) -> None:
    before = (AuditRow.objects.count(), OutboxEvent.objects.count())

    run(cup.pk, chen.pk)

    assert (AuditRow.objects.count(), OutboxEvent.objects.count()) == before
