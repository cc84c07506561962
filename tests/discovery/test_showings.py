"""What was shown to whom is logged, and trials are counted from it: once, however often they are counted."""

from datetime import datetime, timedelta

import pytest

from fenxiao.catalog.models import Product
from fenxiao.deals.models import ShelfItem
from fenxiao.discovery import services
from fenxiao.discovery.models import Showing, Surface, Trial, TrialDay
from fenxiao.discovery.queries import SearchAsk, search
from fenxiao.discovery.rules.showings import KEPT_DAYS
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.discovery.shop import open_shop
from tests.discovery.wide_market import stock_market

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def shown(creator: Organisation, *goods: Product, at: datetime = NOON, trials: tuple[bool, ...] = ()) -> Showing:
    return Showing.objects.create(
        at=at,
        surface=Surface.SELECTION,
        creator=creator,
        first_place=1,
        products=[product.pk for product in goods],
        propensities=[1.0] * len(goods),
        on_trial=list(trials or [True] * len(goods)),
        factors={},
    )


def picked(creator: Organisation, product: Product, *, at: datetime) -> ShelfItem:
    return ShelfItem.objects.create(creator=creator, product=product, place=1, picked_at=at)


def counted(now: datetime) -> dict[str, tuple[int, int]]:
    services.count_trials(by=BY, now=now)
    return {trial.product.title: (trial.shown, trial.taken) for trial in Trial.objects.select_related("product")}


@pytest.fixture
def pot(mei: Organisation) -> Product:
    return make_product(mei, "pot", level=1)


@pytest.fixture
def lid(mei: Organisation) -> Product:
    return make_product(mei, "lid", level=1)


def test_a_page_is_logged_as_it_was_shown(chen: Organisation) -> None:
    stock_market(120)
    stock_market(20, level=1, admitted_at=NOON - DAY, price_fen=100, title="新品")
    services.rebuild_index(now=NOON)
    pages = {page: search(SearchAsk(page=page, price_max_fen=99_000), now=NOON, creator=chen) for page in range(2, 6)}
    # Who is drawn hangs on the creator's key: the first page behind the first that holds a trial.
    page = next(
        page for page, held in pages.items() if any(row.standing and row.standing.draw > 0 for row in held.rows)
    )
    found = pages[page]

    services.note_showing(found, creator=chen, surface=Surface.SELECTION, now=NOON)

    row = Showing.objects.get()
    standings = [each.standing for each in found.rows if each.standing]
    assert (row.at, row.surface, row.creator_id, row.boosts_id, row.first_place) == (
        *(NOON, "selection", chen.pk, None, 20 * (page - 1) + 1),
    )
    assert row.ask == {"price_max_fen": 99_000}
    assert row.products == [each.product.pk for each in found.rows]
    assert row.propensities == [each.propensity for each in standings]
    assert row.on_trial == [each.draw > 0 for each in standings]
    assert any(row.on_trial)
    assert set(row.factors) == {
        *("relevance", "category", "price", "audience", "matched", "earning", "level", "of_level", "availability"),
        *("ranked", "pool", "draw", "draw_chance"),
    }
    assert row.factors["level"] == [each.level for each in standings]


def test_an_order_that_is_everybodys_is_no_matter_of_chance(mei: Organisation, chen: Organisation) -> None:
    open_shop(mei)
    services.rebuild_index(now=NOON)
    found = search(SearchAsk(sort="newest"), now=NOON, creator=chen)

    row = services.note_showing(found, creator=chen, surface=Surface.SELECTION, now=NOON)

    assert row is not None
    assert (row.propensities, row.on_trial, row.factors) == ([1.0] * 4, [False] * 4, {})


def test_an_empty_page_showed_nothing(mei: Organisation, chen: Organisation) -> None:
    services.rebuild_index(now=NOON)
    found = search(SearchAsk(), now=NOON, creator=chen)

    assert services.note_showing(found, creator=chen, surface=Surface.SELECTION, now=NOON) is None
    assert services.log_showing([], creator=chen, surface=Surface.CHART, now=NOON) is None
    assert not Showing.objects.exists()


def test_other_surfaces_log_their_lists(chen: Organisation, pot: Product, lid: Product) -> None:
    services.log_showing([lid.pk, pot.pk], creator=chen, surface=Surface.TOPIC, now=NOON, first_place=5)

    row = Showing.objects.get()
    assert (row.surface, row.products, row.first_place, row.on_trial) == ("topic", [lid.pk, pot.pk], 5, [False, False])


def test_a_trial_counts_once_per_creator_and_day(chen: Organisation, pot: Product, lid: Product) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")
    for creator, at in ((chen, NOON), (chen, NOON + HOUR), (chen, NOON + DAY), (bai, NOON)):
        shown(creator, pot, lid, at=at, trials=(True, False))

    assert counted(NOON + 2 * DAY) == {"pot": (3, 0)}


@pytest.mark.parametrize(
    ("later", "taken"), [(timedelta(0), 1), (6 * DAY, 1), (7 * DAY - HOUR, 1), (7 * DAY, 0), (-HOUR, 0)]
)
def test_a_pick_counts_within_seven_days(chen: Organisation, pot: Product, later: timedelta, taken: int) -> None:
    shown(chen, pot)
    picked(chen, pot, at=NOON + later)

    assert counted(NOON + 20 * DAY) == {"pot": (1, taken)}


def test_a_pick_is_the_doing_of_one_showing_and_of_its_own_creator(chen: Organisation, pot: Product) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")
    for at in range(3):
        shown(chen, pot, at=NOON + at * DAY)
        shown(bai, pot, at=NOON + at * DAY)

    picked(chen, pot, at=NOON + 2 * DAY + HOUR)

    assert counted(NOON + 3 * DAY) == {"pot": (6, 1)}
    assert TrialDay.objects.get(taken_at__isnull=False).shown_at == NOON + 2 * DAY


def test_counting_again_changes_nothing(chen: Organisation, pot: Product) -> None:
    shown(chen, pot)
    picked(chen, pot, at=NOON + HOUR)
    first = counted(NOON + 2 * HOUR)

    again = [services.count_trials(by=BY, now=NOON + at * HOUR) for at in (2, 3, 200)]

    assert again == [0, 0, 0]
    assert counted(NOON + 300 * HOUR) == first == {"pot": (1, 1)}
    assert AuditRow.objects.filter(act="count_trials").count() == 1


def test_counting_step_by_step_is_counting_at_once(chen: Organisation, pot: Product, lid: Product) -> None:
    creators = [chen, *(make_organisation(Kind.CREATOR, f"creator {at}") for at in range(4))]
    steps = []
    for day in range(12):
        for at, creator in enumerate(creators):
            shown(creator, pot, lid, at=NOON + day * DAY + at * HOUR, trials=(True, day % 2 == 0))
            if (day, at) in {(0, 0), (3, 1), (8, 2), (11, 4)}:
                picked(creator, pot if at % 2 else lid, at=NOON + day * DAY + at * HOUR + HOUR / 2)
        steps.append(counted(NOON + day * DAY + 6 * HOUR))

    TrialDay.objects.all().delete()
    Trial.objects.all().delete()

    assert counted(NOON + 11 * DAY + 6 * HOUR) == steps[-1] == {"pot": (60, 1), "lid": (30, 3)}


def test_a_page_written_late_is_counted_still(chen: Organisation, pot: Product) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")
    shown(chen, pot, at=NOON)
    assert counted(NOON) == {"pot": (1, 0)}

    shown(bai, pot, at=NOON - HOUR / 2)  # asked for before, written after

    assert counted(NOON + HOUR) == {"pot": (2, 0)}


def test_old_showings_are_forgotten_and_counts_stay(chen: Organisation, pot: Product) -> None:
    shown(chen, pot)
    shown(chen, pot, at=NOON + DAY)
    counts = counted(NOON + 2 * DAY)

    gone = services.forget_showings(by=BY, now=NOON + timedelta(days=KEPT_DAYS) + HOUR)

    assert gone == 2  # the showing of the first day, and that it was a day on trial
    assert [row.at for row in Showing.objects.all()] == [NOON + DAY]
    assert {trial.product.title: (trial.shown, trial.taken) for trial in Trial.objects.all()} == counts
