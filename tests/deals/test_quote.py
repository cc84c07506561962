"""The quote against a plain oracle over random small worlds; thousands of quotes at once, and a form's preview."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.deals import queries
from fenxiao.deals.errors import RateOutOfBounds
from fenxiao.deals.models import Application, ApplicationTerms, Plan, PlanDifferential, Step, StepWindow
from fenxiao.deals.queries import Ask, Columns, Draft
from fenxiao.deals.rules import Reason, Terms
from fenxiao.parties.models import CreatorTier, Organisation
from tests.cast import NOON, make_plan
from tests.deals.chains import DAY, make_activity, make_application
from tests.deals.small_world import SmallWorld, expected

pytestmark = pytest.mark.django_db


def told(terms: Terms | None) -> tuple[object, ...] | None:
    if terms is None:
        return None
    fees = (terms.service_fee_rate_bp, terms.ceded_fee_rate_bp)
    return (terms.plan_type, terms.plan_id, terms.commission_rate_bp, *fees, terms.steps)


def row_of(columns: Columns, at: int) -> tuple[int, ...]:
    figures = (
        *(columns.plan_type, columns.plan_id, columns.application_id, columns.commission_bp, columns.service_fee_bp),
        *(columns.ceded_fee_bp, columns.leader_id, columns.second_leader_id, columns.platform_fee_bp),
        columns.has_steps,
    )
    return tuple(int(figure[at]) for figure in figures)


def as_row(terms: Terms | None) -> tuple[int, ...]:
    if terms is None:
        return (0,) * 10
    return (
        terms.plan_type,
        terms.plan_id or 0,
        terms.second_application_id or terms.application_id or 0,
        terms.commission_rate_bp,
        terms.service_fee_rate_bp,
        terms.ceded_fee_rate_bp,
        terms.leader_id or 0,
        terms.second_leader_id or 0,
        terms.platform_fee_rate_bp,
        int(bool(terms.steps)),
    )


@pytest.mark.parametrize("seed", range(4))
def test_quotes_are_what_the_trade_tells_one_by_one_and_many_at_once(seed: int) -> None:
    world = SmallWorld(seed)
    links = [None, *Application.objects.select_related("activity", "first__activity")]
    asked = {}
    for _ in range(120):
        product, creator = world.random.choice(world.products), world.random.choice(world.creators)
        # Mostly an application of this product; now and then a stranger's, which counts for nothing.
        own = [link for link in links if link is None or link.product_id == product.pk or world.random.random() < 0.05]
        link, moment = world.random.choice(own), world.moment()
        ask = Ask(product_id=product.pk, creator_id=creator.pk, moment=moment, application_id=link.pk if link else None)
        asked[ask] = (product, creator, link, moment)

    together = queries.terms_at(asked)

    assert {plan_type for terms in together.values() for plan_type in [terms.plan_type]} >= {1, 2}
    for ask, (product, creator, link, moment) in asked.items():
        single = queries.quote(product, creator=creator, moment=moment, application=ask.application_id)
        assert told(single.terms) == expected(product, creator, link, moment), ask
        assert together.get(ask) == single.terms


@pytest.mark.parametrize("seed", range(6))
def test_quotes_in_bulk_equal_the_single_quote_on_every_pair(seed: int) -> None:
    world = SmallWorld(100 + seed)
    links = [0, *Application.objects.values_list("pk", flat=True)]
    grid = [(p.pk, c.pk, link) for p in world.products for c in world.creators for link in links]
    world.random.shuffle(grid)
    products, creators, applications = (np.array(column) for column in zip(*grid, strict=True))
    for moment in (world.moment(), world.moment()):
        columns = queries.quotes_in_bulk(products, creators, applications, moment)

        asks = [Ask(product_id=p, creator_id=c, moment=moment, application_id=link or None) for p, c, link in grid]
        singles = queries.terms_at(asks)
        assert [row_of(columns, at) for at in range(len(columns))] == [as_row(singles.get(ask)) for ask in asks]


def test_bulk_takes_columns_of_one_length_and_nothing_gives_nothing(cup: Product) -> None:
    assert len(queries.quotes_in_bulk([], [], None, NOON)) == 0
    with pytest.raises(ValueError, match="one length"):
        queries.quotes_in_bulk([cup.pk], [], None, NOON)


def test_twice_the_asks_take_no_more_statements() -> None:
    world = SmallWorld(1)
    links = list(Application.objects.all())
    asks = [
        Ask(product_id=link.product_id, creator_id=creator.pk, moment=NOON, application_id=link.pk)
        for link in links
        for creator in world.creators
    ]
    counts = []
    for some in (asks[: len(asks) // 2], asks):
        with CaptureQueriesContext(connection) as statements:
            queries.terms_at(some)
        counts.append(len(statements))

    assert (len(asks) > 30, counts) == (True, [7, 7])


def test_a_quote_divides_to_the_last_fen_with_tier_steps_and_both_leaders(
    cup: Product, chen: Organisation, lao_wu: Organisation, ops: Organisation
) -> None:
    plan = make_plan(cup, rate_bp=2_000)
    CreatorTier.objects.create(creator=chen, tier="gold", from_at=NOON)
    PlanDifferential.objects.create(plan=plan, tier="gold", extra_bp=500, entered_at=NOON, from_at=NOON)
    window = StepWindow.objects.create(plan=plan, from_at=NOON, until_at=NOON + DAY, entered_at=NOON)
    Step.objects.create(window=window, after_orders=10, extra_bp=300, entered_at=NOON, from_at=NOON)
    first = make_application(make_activity(lao_wu), cup, fee_bp=1_000, rate_bp=1_500)
    second = make_application(make_activity(ops), cup, fee_bp=400, first=first)

    quote = queries.quote(cup, creator=chen, moment=NOON, application=second.pk)

    assert [(each.offer.plan_type, each.reason) for each in quote.candidates] == [
        (6, Reason.WON),
        (1, Reason.OUTRANKED),
    ]
    ApplicationTerms.objects.filter(application=first).update(commission_rate_bp=None)
    quote = queries.quote(cup, creator=chen, moment=NOON, application=second.pk)
    assert quote.split is not None
    split = quote.split
    nets = (split.creator_net, split.leader_net, split.second_leader_net, split.platform_fee, split.merchant_keeps)
    assert [net.fen for net in nets] == [2_250, 540, 360, 350, 6_500]
    assert sum(net.fen for net in nets) == cup.price_fen
    assert (quote.tier_part and quote.tier_part.fen, quote.subsidy) == (500, None)
    assert [(each.after_orders, each.extra_bp, each.split.creator_net.fen) for each in quote.after_steps] == [
        (10, 300, 2_520)
    ]
    assert [each.words("en") for each in quote.sayings()] == [
        "You earn 22.50 CNY on one order",
        "the normal plan gives 25.00% of 100.00, which is 25.00",
        "of that your gold tier adds 5.00%, which is 5.00",
        "the platform takes 10.00% of the commission, which is 2.50",
        "the merchant pays the leader 10.00 besides; it does not come out of your commission",
        "after 10 valid orders of yours in this window each further one brings 28.00%, which is 25.20",
    ]
    assert quote.sayings()[0].words("zh-hans") == "每单预计赚 22.50 CNY"


def test_a_quote_without_terms_says_why_not(cup: Product, chen: Organisation, lao_wu: Organisation) -> None:
    application = make_application(make_activity(lao_wu), cup, fee_bp=1_000, ends_at=NOON - DAY)

    quote = queries.quote(cup, creator=chen, moment=NOON, application=application.pk)

    assert [each.words("en") for each in quote.sayings()] == [
        "There are no terms for you at this moment",
        "The cooperation in this activity does not stand at this moment "
        "(its window: 2026-02-08 12:00 to 2026-03-09 12:00)",
    ]


def test_a_preview_is_the_quote_that_follows_and_saves_nothing(cup: Product, chen: Organisation) -> None:
    plan = make_plan(cup, rate_bp=2_000)
    PlanDifferential.objects.create(plan=plan, tier="gold", extra_bp=500, entered_at=NOON, from_at=NOON)

    def rate_of(draft: Draft, tier: str = "") -> tuple[int, int] | None:
        terms = queries.preview(cup, draft=draft, moment=NOON, creator=chen, tier=tier).terms
        return (terms.plan_type, terms.commission_rate_bp) if terms else None

    assert rate_of(Draft(plan_type=1, rate_bp=3_000)) == (1, 3_000)
    assert rate_of(Draft(plan_type=1, rate_bp=3_000), "gold") == (1, 3_500)
    assert rate_of(Draft(plan_type=1, rate_bp=3_000, differentials={"gold": 100}), "gold") == (1, 3_100)
    assert rate_of(Draft(plan_type=2, rate_bp=1_000)) == (2, 1_000)
    assert rate_of(Draft(plan_type=2, rate_bp=1_000, names_creator=False)) == (1, 2_000)
    assert rate_of(Draft(plan_type=4, rate_bp=1_000)) == (4, 1_000)
    assert rate_of(Draft(plan_type=5, rate_bp=100, names_creator=False)) is None
    stepped = queries.preview(cup, draft=Draft(plan_type=1, rate_bp=3_000, ladder=((5, 100),)), moment=NOON)
    assert [each.split.commission.fen for each in stepped.after_steps] == [3_100]
    with pytest.raises(RateOutOfBounds):
        rate_of(Draft(plan_type=1, rate_bp=9_001))
    assert list(Plan.objects.values_list("pk", flat=True)) == [plan.pk]
