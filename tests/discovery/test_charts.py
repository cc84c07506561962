"""Charts as they are made and shown."""

from collections import defaultdict
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Level, Product
from fenxiao.deals.models import ShelfItem
from fenxiao.discovery import jobs, queries
from fenxiao.discovery.models import Cap, Chart, ChartCut, ChartRow
from fenxiao.discovery.queries import Movement
from fenxiao.discovery.rules.charts import KEPT_DAYS, PLACES_PER_MERCHANT
from fenxiao.discovery.services import build_charts
from fenxiao.facts.models import CreatorDay
from fenxiao.kernel.clock import business_day, day_start
from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.models import OutboxEvent
from fenxiao.orders.models import LineState
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_category, make_organisation, make_product
from tests.discovery.chart_market import charts_by_rules, random_market
from tests.facts.market import make_line

TODAY = business_day(NOON)
YESTERDAY = TODAY - timedelta(days=1)
Row = tuple[int, int, int, int]


def sell(product: Product, pieces: int, *, days_ago: float = 0.1, creator: Organisation | None = None) -> None:
    """To as many buyers, one piece each."""
    for at in range(pieces):
        paid_at = NOON - timedelta(days=days_ago, seconds=at)
        make_line(product, paid_at=paid_at, buyer_key=f"{product.pk}-{at}", creator=creator)


def rows_of(chart: str, category_id: str | None = None) -> list[Row]:
    rows = ChartRow.objects.filter(chart=chart, day=TODAY, category_id=category_id).order_by("row")
    return list(rows.values_list("row", "place", "product", "figure"))


@pytest.mark.parametrize("seed", range(6))
def test_charts_of_a_random_market_are_those_of_the_rules(db: None, seed: int) -> None:
    goods = random_market(seed)

    built = build_charts(TODAY, by=BY, now=NOON)

    found: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in ChartRow.objects.order_by("row"):
        found[row.chart, row.category_id].append((row.row, row.place, row.product_id, row.figure))
    assert dict(found) == charts_by_rules(goods, until=NOON)
    assert built.rows == sum(map(len, found.values())) > 0


def test_rising_compares_with_the_days_before(mei: Organisation) -> None:
    riser, steady = (make_product(mei, title) for title in ("riser", "steady"))
    Product.objects.update(admitted_at=NOON - timedelta(days=60))
    sell(riser, 40, days_ago=1)
    sell(riser, 20, days_ago=8)
    sell(steady, 20, days_ago=1)
    for week in (4, 6, 8, 10, 12):
        sell(steady, 20, days_ago=week)

    build_charts(TODAY, by=BY, now=NOON)

    assert [product for _, _, product, _ in rows_of("rising")] == [riser.pk]


def test_a_day_is_made_again_in_place(cup: Product) -> None:
    sell(cup, 5)
    build_charts(TODAY, by=BY, now=NOON)
    before = list(ChartRow.objects.order_by("chart", "row").values_list("chart", "row", "product", "figure", "place"))

    again = build_charts(TODAY, by=BY, now=NOON)

    assert before
    assert before == list(
        ChartRow.objects.order_by("chart", "row").values_list("chart", "row", "product", "figure", "place")
    )
    assert again.rows == len(before)
    assert OutboxEvent.objects.filter(name="charts.built").count() == 2


def test_what_is_not_offered_never_appears(mei: Organisation, stranger: Organisation) -> None:
    cups = [make_product(each, "cup") for each in (mei, mei, stranger)]
    for each in cups:
        sell(each, 5)
    Product.objects.filter(pk=cups[0].pk).update(level=Level.UNQUALIFIED)
    Organisation.objects.filter(pk=stranger.pk).update(is_active=False)

    build_charts(TODAY, by=BY, now=NOON)

    assert set(ChartRow.objects.values_list("product", flat=True)) == {cups[1].pk}


def test_what_fell_since_is_left_out_of_what_is_shown(mei: Organisation) -> None:
    cups = [make_product(mei, f"cup {at}") for at in range(2)]
    for each, pieces in zip(cups, (9, 5), strict=True):
        sell(each, pieces)
    build_charts(TODAY, by=BY, now=NOON)
    Product.objects.filter(pk=cups[0].pk).update(level=Level.UNQUALIFIED)

    shown = queries.chart("selling")

    assert [(line.place, line.product.pk) for line in shown.rows] == [(2, cups[1].pk)]


def test_cancelled_and_refunded_lines_do_not_count(cup: Product) -> None:
    sell(cup, 4)
    make_line(cup, paid_at=NOON, buyer_key="x", quantity=3, state=LineState.INVALID, reason="cancelled")
    make_line(cup, paid_at=NOON, buyer_key="y", quantity=3, refunded_fen=10_000)

    build_charts(TODAY, by=BY, now=NOON)

    assert rows_of("selling") == [(1, 1, cup.pk, 4)]
    assert _cuts() == [(Cap.RETURNED, cup.pk, 10, 6)]


def test_one_buyer_and_one_creator_count_up_to_their_caps(cup: Product, chen: Organisation) -> None:
    sell(cup, 6)
    make_line(cup, paid_at=NOON, buyer_key="hoarder", quantity=50)
    sell(cup, 20, creator=chen, days_ago=2)

    build_charts(TODAY, by=BY, now=NOON)

    # 6 + 5 of the hoarder + Chen's 20, of which half of 31 count.
    assert rows_of("selling") == [(1, 1, cup.pk, 27)]
    assert _cuts() == [(Cap.BUYER, cup.pk, 76, 45), (Cap.CREATOR, cup.pk, 31, 4)]


def _cuts() -> list[tuple[str, int, int, int]]:
    return list(ChartCut.objects.order_by("cap").values_list("cap", "product", "told", "cut"))


def test_picks_taken_back_soon_and_of_idle_creators_hardly_count(cup: Product) -> None:
    creators = [make_organisation(Kind.CREATOR, f"creator {at}") for at in range(9)]
    for creator in creators[:5]:
        CreatorDay.objects.create(creator=creator, day=TODAY, clicks=1)
    for creator in creators:
        ShelfItem.objects.create(creator=creator, product=cup, place=1, picked_at=NOON - timedelta(days=2))
    ShelfItem.objects.filter(creator=creators[0]).update(removed_at=NOON - timedelta(days=1))

    build_charts(TODAY, by=BY, now=NOON)

    assert rows_of("picked") == [(1, 1, cup.pk, 5)]  # four active ones, and one idle beside them
    assert _cuts() == [(Cap.PICK, cup.pk, 9, 4)]


def test_a_merchant_gives_way_to_others(mei: Organisation, stranger: Organisation) -> None:
    cups = [make_product(mei, f"cup {at}") for at in range(PLACES_PER_MERCHANT + 1)]
    for at, each in enumerate(cups):
        sell(each, 20 - at)
    other = make_product(stranger, "other")
    sell(other, 3)

    build_charts(TODAY, by=BY, now=NOON)

    assert rows_of("selling")[-1] == (PLACES_PER_MERCHANT + 1, PLACES_PER_MERCHANT + 1, other.pk, 3)
    assert _cuts() == [(Cap.MERCHANT, cups[-1].pk, 2, 2)]


def test_places_move_from_day_to_day(mei: Organisation, stranger: Organisation) -> None:
    cup, pot, tray = (make_product(each, "cup") for each in (mei, stranger, mei))
    sell(cup, 9, days_ago=2)
    sell(pot, 5, days_ago=2)
    build_charts(YESTERDAY, by=BY, now=NOON)
    sell(pot, 6, days_ago=0)
    sell(tray, 4, days_ago=0)
    build_charts(TODAY, by=BY, now=NOON)

    lines = queries.chart("selling").rows

    assert [(line.product, line.place, line.movement, line.steps) for line in lines] == [
        (pot, 1, Movement.UP, 1),
        (cup, 2, Movement.DOWN, 1),
        (tray, 3, Movement.NEW, 0),
    ]
    assert (lines[0].zh, lines[0].en) == ("近 7 日售出 11 件", "11 sold in 7 days")


def test_each_category_has_its_chart(mei: Organisation) -> None:
    cats, drinks = make_category("ap-2-4"), make_category("fb-1-3")
    litter, beans = (make_product(mei, "good", category=each) for each in (cats, drinks))
    sell(litter, 4)
    sell(beans, 7)

    build_charts(TODAY, by=BY, now=NOON)

    assert [line.product for line in queries.chart("selling").rows] == [beans, litter]
    assert [line.product for line in queries.chart("selling", category_id=cats.pk).rows] == [litter]
    counts = [(each.pk, count) for each, count in queries.chart_categories("selling", day=TODAY)]
    assert counts == [(cats.pk, 1), (drinks.pk, 1)]
    assert [row.category_id for row in queries.places_of([litter.pk])[litter.pk]] == [cats.pk, None]


def test_old_days_are_thrown_away(cup: Product) -> None:
    sell(cup, 5)
    old = TODAY - timedelta(days=KEPT_DAYS + 1)
    for day in (old, old + timedelta(days=1)):
        ChartRow.objects.create(chart="selling", day=day, row=1, place=1, product=cup, figure=1)

    build_charts(TODAY, by=BY, now=NOON)

    days = ChartRow.objects.filter(chart="selling", category=None).order_by("day").values_list("day", flat=True)
    assert list(days) == [old + timedelta(days=1), TODAY]


@pytest.mark.parametrize("days", [-1, KEPT_DAYS + 1])
def test_a_day_that_cannot_be_made_is_refused(cup: Product, days: int) -> None:
    with pytest.raises(BadInput) as refused:
        build_charts(TODAY - timedelta(days=days), by=BY, now=NOON)

    assert refused.value.details["field"] == "day"
    assert ChartRow.objects.count() == 0


def test_a_past_day_ends_at_its_end(cup: Product) -> None:
    midnight = day_start(TODAY)
    for seconds, buyer in ((-1, "a"), (-2, "b"), (-3, "c"), (60, "d")):
        make_line(cup, paid_at=midnight + timedelta(seconds=seconds), buyer_key=buyer)

    build_charts(YESTERDAY, by=BY, now=NOON)

    assert queries.chart("selling", day=YESTERDAY).rows[0].figure == 3


def test_a_line_of_any_size_is_counted(cup: Product) -> None:
    huge = 2**31 - 1
    for at in range(3):
        make_line(cup, paid_at=NOON, buyer_key=str(at), quantity=huge, paid_fen=10**12, refunded_fen=10**11)

    build_charts(TODAY, by=BY, now=NOON)

    assert rows_of("selling") == [(1, 1, cup.pk, 15)]


@pytest.mark.parametrize(
    ("chart", "category", "field"),
    [("best", None, "chart"), ("selling", "x\0", "category_id"), ("selling", "no", "category_id")],
)
def test_an_unknown_chart_is_refused_by_its_field(db: None, chart: str, category: str | None, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        queries.chart(chart, category_id=category)

    assert refused.value.details["field"] == field


def test_without_charts_every_list_is_empty(db: None) -> None:
    assert queries.latest_chart_day() is None
    assert [(shown.day, shown.rows) for shown in queries.charts_on_front()] == [(None, [])] * 5
    assert queries.chart("selling").rows == []


def test_a_front_page_asks_as_much_for_many_goods(mei: Organisation) -> None:
    def asked() -> int:
        build_charts(TODAY, by=BY, now=NOON)
        with CaptureQueriesContext(
            connection,
        ) as context:
            queries.charts_on_front()
        return len(context)

    sell(make_product(mei, "one"), 3)
    one = asked()
    for at in range(2):
        sell(make_product(mei, f"more {at}"), 4)

    assert (one, asked()) == (1, 1)


def test_a_front_page_shows_the_category_asked_for_and_all_goods_where_it_has_no_chart(mei: Organisation) -> None:
    pot, cup = make_product(mei, "Pot"), make_product(mei, "Cup", category=make_category("cu-1-1"))
    sell(pot, 9)
    sell(cup, 4)
    build_charts(YESTERDAY, by=BY, now=NOON)
    build_charts(TODAY, by=BY, now=NOON)

    of_cups = {each.chart: each for each in queries.charts_on_front(category=cup.category)}
    of_others = {each.chart: each for each in queries.charts_on_front(category=make_category("ha-1-1"))}

    assert (of_cups[Chart.BEST_SELLING].category, of_cups[Chart.BEST_SELLING].day) == (cup.category, TODAY)
    assert [line.product for line in of_cups[Chart.BEST_SELLING].rows] == [cup]
    assert of_others[Chart.BEST_SELLING].category is None
    assert [line.product for line in of_others[Chart.BEST_SELLING].rows] == [pot, cup]


def test_the_job_makes_today_and_at_night_yesterday_first(cup: Product) -> None:
    sell(cup, 5, days_ago=2)
    with time_machine.travel(NOON, tick=False):
        jobs.make_charts()
    by_day = set(ChartRow.objects.values_list("day", flat=True))
    with time_machine.travel(day_start(TODAY) + timedelta(hours=3), tick=False):
        jobs.make_charts()

    assert by_day == {TODAY}
    assert set(ChartRow.objects.values_list("day", flat=True)) == {YESTERDAY, TODAY}
    assert set(ChartRow.objects.filter(day=TODAY).values_list("place_before", flat=True)) == {1}
