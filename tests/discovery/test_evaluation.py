"""Other boosts are judged by what was shown: without bias where the log tried what they would do."""

from datetime import timedelta

import numpy as np
import pytest

from fenxiao.deals.models import ShelfItem
from fenxiao.discovery import services
from fenxiao.discovery.errors import NothingShown
from fenxiao.discovery.models import Showing, Surface
from fenxiao.discovery.queries import SearchAsk, search
from fenxiao.discovery.queries.evaluation import evaluate
from fenxiao.discovery.rules.boosts import Boosting
from fenxiao.discovery.rules.evaluation import Page, Place, estimate, weighed
from fenxiao.discovery.rules.trials import HELD_OUT, Record, chances_of, drawn, merged
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation
from tests.cast import NOON, make_organisation
from tests.discovery.wide_market import stock_market

PLACES = 12
GOODS = list(range(1, 13))  # by merit, the first the best
NEWCOMERS = list(range(101, 109))
APPEAL = {**{pk: 0.30 - 0.02 * pk for pk in GOODS}, **{pk: 0.02 + 0.05 * (pk % 4) for pk in NEWCOMERS}}
LOGGED = Boosting(trial_share_bp=1_000)


def seen_at(place: int) -> float:
    """What stands further down is looked at less."""
    return 1.0 / place**0.5


def pages_under(share_bp: int, *, count: int, seed: int) -> list[Page]:
    """A simulated log of first pages: the machine that draws for real, and creators whose taste is known."""
    random = np.random.default_rng(seed)
    records = [Record()] * len(NEWCOMERS)
    places = [at - 1 for at in range(1, PLACES + 1) if at * share_bp // 10_000 > (at - 1) * share_bp // 10_000]
    pages = []
    for _ in range(count):
        is_held_out = random.random() < HELD_OUT
        winners = drawn(records, most=len(places), random=random)
        shown = [] if is_held_out else [NEWCOMERS[at] for at in winners]
        order = merged(GOODS, shown, places)[:PLACES]
        propensities, draws, chances = [], [], []
        for at, pk in enumerate(order):
            draw = shown.index(pk) + 1 if pk in shown else 0
            chance = chances_of(records, [(NEWCOMERS.index(pk), draw - 1)])[0] if draw else 1.0
            fixed = 1.0 if not places or at < places[0] else (HELD_OUT if is_held_out else 1 - HELD_OUT)
            propensities.append((1 - HELD_OUT) * chance if draw else fixed)
            draws.append(draw)
            chances.append(chance)
        ones = [1.0] * PLACES
        factors = {
            **dict.fromkeys(("relevance", "category", "price", "audience", "matched", "level", "availability"), ones),
            **{"earning": [2.0 - 0.01 * pk if pk < 100 else 1.0 for pk in order], "of_level": [1] * PLACES},
            **{"ranked": [pk if pk < 100 else 0 for pk in order], "pool": [len(NEWCOMERS)] * PLACES},
            **{"draw": draws, "draw_chance": chances},
        }
        rewards = [float(random.random() < APPEAL[pk] * seen_at(at)) for at, pk in enumerate(order, start=1)]
        pages.append(Page(first_place=1, propensities=propensities, factors=factors, rewards=rewards))
    return pages


def truth(share_bp: int) -> float:
    """Picks per page, with as good as no chance left in it: what each page was expected to bring."""
    pages = pages_under(share_bp, count=4_000, seed=99)
    return float(np.mean([_expected(page) for page in pages]))


def _expected(page: Page) -> float:
    # The good is told by its rank or, of newcomers, by the mean of equals: each is drawn as often.
    fresh = float(np.mean([APPEAL[pk] for pk in NEWCOMERS]))
    ranks = page.factors["ranked"]
    return sum((APPEAL[rank] if rank else fresh) * seen_at(at) for at, rank in enumerate(ranks, start=1))


def test_ips_tells_the_truth_and_the_log_as_it_is_does_not() -> None:
    other = Boosting(trial_share_bp=0)
    pages = pages_under(1_000, count=6_000, seed=1)

    found = estimate(weighed(page, other=other) for page in pages)

    true = truth(0)
    assert found.coverage == pytest.approx(1.0, abs=0.02)
    assert abs(found.ips - true) < 4 * found.ips_error
    assert abs(found.snips - true) < 4 * found.snips_error
    shown_error = found.shown**0.5 / found.pages**0.5
    assert found.shown == pytest.approx(truth(1_000), abs=4 * shown_error)
    assert 0 < found.effective < found.places


def test_ips_is_unbiased_over_many_logs_and_its_error_is_what_it_says() -> None:
    other, true = Boosting(trial_share_bp=0), truth(0)

    found = [
        estimate(weighed(page, other=other) for page in pages_under(1_000, count=400, seed=seed)) for seed in range(60)
    ]

    means = np.array([each.ips for each in found])
    spread = means.std(ddof=1)
    assert abs(means.mean() - true) < 3.5 * spread / len(found) ** 0.5
    assert np.mean([each.ips_error for each in found]) == pytest.approx(spread, rel=0.35)


def test_what_is_counted_without_chances_is_wrong_where_chances_differ() -> None:
    """One place, two goods, shown nine times in ten and once: the other boosts would show each as often."""
    random = np.random.default_rng(4)
    is_often = random.random(20_000) < 0.9
    rewards = np.where(is_often, random.random(20_000) < 0.10, random.random(20_000) < 0.50)
    weights = np.where(is_often, 0.5 / 0.9, 0.5 / 0.1)

    found = estimate([Place(weight=float(w), reward=float(r))] for w, r in zip(weights, rewards, strict=True))

    assert found.shown == pytest.approx(0.14, abs=0.01)  # what it would be naive to take for the answer
    assert abs(found.ips - 0.30) < 4 * found.ips_error
    assert abs(found.snips - 0.30) < 4 * found.snips_error
    assert abs(found.shown - 0.30) > 10 * found.ips_error
    assert found.effective == pytest.approx(20_000 / (0.25 / 0.9 + 0.25 / 0.1), rel=0.05)


def test_unchanged_boosts_weigh_every_place_by_one() -> None:
    for page in pages_under(1_000, count=50, seed=2):
        assert [place.weight for place in weighed(page, other=LOGGED)] == pytest.approx([1.0] * PLACES)


def test_what_was_never_tried_is_said_to_be_so() -> None:
    pages = pages_under(1_000, count=300, seed=3)

    found = estimate(weighed(page, other=Boosting(trial_share_bp=5_000)) for page in pages)

    assert found.coverage < 0.3
    assert not found.is_covered


def test_other_levels_move_goods_and_what_stays_is_covered() -> None:
    page = Page(
        first_place=1,
        propensities=[1.0] * 4,
        factors={
            **dict.fromkeys(("relevance", "category", "price", "audience", "matched", "availability"), [1.0] * 4),
            **{"earning": [1.5, 1.4, 1.3, 1.0], "of_level": [1, 2, 1, 1], "level": [1.0, 1.1, 1.0, 1.0]},
            **{"ranked": [1, 2, 3, 4], "pool": [0] * 4, "draw": [0] * 4, "draw_chance": [1.0] * 4},
        },
        rewards=[1.0, 0.0, 0.0, 1.0],
    )
    higher = Boosting(level_percent={1: 100, 2: 200, 3: 200, 4: 200, 5: 200}, trial_share_bp=0)

    assert [place.weight for place in weighed(page, other=higher)] == [0.0, 0.0, 1.0, 1.0]
    assert [place.weight for place in weighed(page, other=Boosting(trial_share_bp=0))] == [1.0] * 4


def test_places_of_unknown_chance_are_left_out() -> None:
    page = pages_under(1_000, count=1, seed=5)[0]
    part = Page(
        first_place=1,
        propensities=[0.0, *page.propensities[1:]],
        factors=page.factors,
        rewards=page.rewards,
    )

    assert len(weighed(part, other=LOGGED)) == PLACES - 1


def test_a_house_is_judged_by_its_own_log(chen: Organisation) -> None:
    goods = stock_market(60)
    stock_market(20, level=1, admitted_at=NOON - timedelta(days=1), price_fen=100, title="新品")
    services.rebuild_index(now=NOON)
    for at in range(12):
        creator = make_organisation(Kind.CREATOR, f"creator {at}")
        found = search(SearchAsk(per_page=24), now=NOON, creator=creator)
        services.note_showing(found, creator=creator, surface=Surface.SELECTION, now=NOON)
        ShelfItem.objects.create(
            creator=creator, product=found.rows[0].product, place=1, picked_at=NOON + timedelta(days=1)
        )
    window = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}

    same = evaluate(Boosting(), **window)
    none = evaluate(Boosting(trial_share_bp=0), **window)

    assert (same.pages, same.shown) == (12, 1.0)
    assert same.ips == pytest.approx(1.0)
    assert same.coverage == pytest.approx(1.0, abs=0.02)
    assert none.ips == pytest.approx(1.0)  # they picked the first, which stands there either way
    assert len(goods) == 60
    with pytest.raises(NothingShown):
        evaluate(Boosting(), since=NOON + timedelta(days=3), until=NOON + timedelta(days=4))
    with pytest.raises(BadInput):
        evaluate(Boosting(trial_days=0), **window)
    assert Showing.objects.count() == 12


def test_what_was_picked_from_another_page_is_not_the_lists_doing(chen: Organisation) -> None:
    stock_market(60)
    services.rebuild_index(now=NOON)
    found = search(SearchAsk(per_page=24), now=NOON, creator=chen)
    first = found.rows[0].product
    services.note_showing(found, creator=chen, surface=Surface.SELECTION, now=NOON)
    ShelfItem.objects.create(creator=chen, product=first, place=1, picked_at=NOON + timedelta(hours=2))
    window = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}
    before = evaluate(Boosting(), **window)

    services.log_showing([first.pk], creator=chen, surface=Surface.FRONT, now=NOON + timedelta(hours=1))

    assert (before.ips, evaluate(Boosting(), **window).ips) == (1.0, 0.0)
