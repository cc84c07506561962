"""How many quotes are answered in a second: `fenxiao bench deals [--pairs N] [--products N] [--creators N] [--json]`.

In bulk, and one by one (a statement or ten each, as a page asks). The market has the shapes of a real one: targeted
plans on few goods and many creators (Zipf), exclusive plans, shop plans, tiers, step windows and chains of two. Every
pair of the bulk answer is held against the resolver's answer for that pair alone. It works in a scratch database that
it removes.
"""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from figures import figure, report

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenxiao.cli.site.settings")
os.environ.setdefault("FENXIAO_TEST_DATABASE", f"bench_deals_{os.getpid()}")

TARGET = 100_000  # quotes a second, in bulk
SINGLES = 2_000
CHUNK = 20_000
PARTIES = """
INSERT INTO parties_organisation (kind, name, is_active, source, external_id, joined_at)
SELECT 'merchant', 'm' || n, true, '', '', now() - interval '90 days' FROM generate_series(1, %(merchants)s) n
UNION ALL
SELECT 'creator', 'c' || n, true, '', '', now() - interval '90 days' FROM generate_series(1, %(creators)s) n
UNION ALL SELECT 'leader', 'l' || n, true, '', '', now() - interval '90 days' FROM generate_series(1, 50) n;
INSERT INTO parties_creatortier (creator_id, tier, from_at)
SELECT id, (ARRAY['gold', 'silver', 'bronze'])[1 + id %% 3], now() - interval '30 days'
FROM parties_organisation WHERE kind = 'creator' AND id %% 4 < 3;
INSERT INTO catalog_category (id, depth, name_zh, name_en, is_active) VALUES ('a', 1, 'a', 'a', true);
INSERT INTO catalog_product (merchant_id, category_id, title, description, price_fen, stock, image_url, page_url, state,
    source, external_id, submitted_at, admitted_at, is_select)
SELECT m.id, 'a', 'p' || n, '', 100 + n, 1, '', '', 'admitted', '', '', now() - interval '60 days',
    now() - interval '60 days', false
FROM generate_series(1, %(products)s) n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM parties_organisation WHERE kind = 'merchant') m
    ON m.k = n %% %(merchants)s;
"""
ORGANISATIONS = "SELECT id FROM parties_organisation WHERE kind = %s ORDER BY id"


def draw(table: Any, rows: list[dict[str, Any]]) -> list[Any]:
    """Rows of a table, made at once."""
    made: list[Any] = table.objects.bulk_create([table(**row) for row in rows], batch_size=5_000)
    return made


def fill(*, products: int, creators: int, since: datetime, until: datetime, dice: np.random.Generator) -> None:
    """Parties and goods, a normal plan on each product, and everything else on some of them."""
    from django.db import connection

    from fenxiao.catalog.models import Product

    with connection.cursor() as cursor:
        cursor.execute(PARTIES, {"merchants": max(products // 40, 1), "creators": creators, "products": products})
        cursor.execute(ORGANISATIONS, ["creator"])
        creator_ids = [pk for (pk,) in cursor]
        cursor.execute(ORGANISATIONS, ["leader"])
        leader_ids = [pk for (pk,) in cursor]
    goods = list(Product.objects.order_by("pk").values_list("pk", "merchant_id"))
    popular = np.minimum(dice.zipf(1.3, 20_000), len(goods)) - 1
    kinds = [
        (1, [(pk, merchant) for pk, merchant in goods]),
        (2, [goods[at] for at in dict.fromkeys(popular.tolist())]),
        (5, goods[:: max(len(goods) // 200, 1)]),
        (4, [(None, merchant) for merchant in dict.fromkeys(merchant for _, merchant in goods[::100])]),
    ]
    for kind, owners in kinds:
        draw_plans(kind, owners, creator_ids, since=since, until=until, dice=dice)
    draw_chains(goods, creator_ids, leader_ids, since=since, until=until, dice=dice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def draw_plans(
    kind: int,
    owners: list[tuple[Any, int]],
    creator_ids: list[int],
    *,
    since: datetime,
    until: datetime,
    dice: np.random.Generator,
) -> None:
    """Plans of a type with their rows and rates; every fourth with a differential, every tenth with a ladder."""
    from fenxiao.deals.models import Plan, PlanDifferential, PlanRate, PlanRow, PlanSpell, Step, StepWindow

    plans = draw(
        Plan, [{"type": kind, "merchant_id": owner, "product_id": pk, "made_at": since} for pk, owner in owners]
    )
    draw(PlanSpell, [{"plan": plan, "opens_at": since} for plan in plans])
    rows = []
    for rank, plan in enumerate(plans, start=1):
        named = [None]
        if kind != 1:  # the first plans name many, the last a few
            named = dice.choice(creator_ids, size=min(len(creator_ids), 3 + 2_000 // rank), replace=False).tolist()
        rows += [{"plan": plan, "creator_id": creator, "made_at": since} for creator in named]
    entry = {"entered_at": since, "from_at": since}
    rates = dice.integers(100, 3_000, len(rows)).tolist()
    draw(PlanRate, [{"row": row, "rate_bp": bp, **entry} for row, bp in zip(draw(PlanRow, rows), rates, strict=True)])
    draw(PlanDifferential, [{"plan": plan, "tier": "gold", "extra_bp": 200, **entry} for plan in plans[::4]])
    windows = draw(
        StepWindow,
        [{"plan": plan, "from_at": since, "until_at": until, "entered_at": since} for plan in plans[::10]],
    )
    draw(Step, [{"window": window, "after_orders": 100, "extra_bp": 150, **entry} for window in windows])


def draw_chains(
    goods: list[tuple[int, int]],
    creator_ids: list[int],
    leader_ids: list[int],
    *,
    since: datetime,
    until: datetime,
    dice: np.random.Generator,
) -> None:
    """Every third product in an activity (of four one is exclusive), half of those handed on to a second leader."""
    from fenxiao.deals.models import ApplicationTerms

    activities = draw_activities(leader_ids, creator_ids, since=since, until=until, dice=dice)
    firsts, seconds = draw_applications(goods, activities, since=since, until=until)
    entry = {"entered_at": since, "from_at": since}
    draw(
        ApplicationTerms,
        [{"application": each, "commission_rate_bp": 1_500, "service_fee_rate_bp": 1_000, **entry} for each in firsts]
        + [{"application": each, "commission_rate_bp": None, "service_fee_rate_bp": 300, **entry} for each in seconds],
    )


def draw_activities(
    leader_ids: list[int], creator_ids: list[int], *, since: datetime, until: datetime, dice: np.random.Generator
) -> list[Any]:
    """An activity of each leader; every fourth is exclusive and names creators."""
    from fenxiao.deals.models import Activity, ActivityCreator

    times = {"begins_at": since, "ends_at": until, "made_at": since, "changed_at": since, "published_at": since}
    rows = [
        {"leader_id": pk, "type": 2 if at % 4 == 0 else 1, "title": f"a{at}", "state": 2, **times}
        for at, pk in enumerate(leader_ids)
    ]
    activities = draw(Activity, rows)
    named = [
        {"activity": activity, "creator_id": creator, "from_at": since, "added_by": "bench"}
        for activity in activities[::4]
        for creator in dice.choice(creator_ids, size=min(200, len(creator_ids)), replace=False).tolist()
    ]
    draw(ActivityCreator, named)
    return activities


def draw_applications(
    goods: list[tuple[int, int]], activities: list[Any], *, since: datetime, until: datetime
) -> tuple[list[Any], list[Any]]:
    """Passed ones of every third product, and of every other one of these a second leader's on top."""
    from fenxiao.deals.models import Application

    times = {"from_at": since, "until_at": until, "applied_at": since, "decided_at": since, "passed_at": since}
    window = {"state": 2, **times}
    rows = [
        {"activity": activities[at % 40], "product_id": pk, "merchant_id": merchant, "depth": 1, **window}
        for at, (pk, merchant) in enumerate(goods[::3])
    ]
    firsts = draw(Application, rows)
    on_top = [
        {
            **{"activity": activities[40 + at % 10], "product_id": first.product_id, "depth": 2, "first": first},
            **{"merchant_id": first.merchant_id, **window},
        }
        for at, first in enumerate(firsts[::2])
    ]
    return firsts, draw(Application, on_top)


def draw_pairs(pairs: int, dice: np.random.Generator) -> tuple[Any, Any, Any]:
    """Products and creators as they meet (few of both meet most), each second with an activity where there is one."""
    from fenxiao.catalog.models import Product
    from fenxiao.deals.models import Application
    from fenxiao.parties.models import Organisation

    goods = np.array(Product.objects.order_by("pk").values_list("pk", flat=True))
    people = np.array(Organisation.objects.filter(kind="creator").order_by("pk").values_list("pk", flat=True))
    products = goods[(dice.zipf(1.2, pairs) - 1) % len(goods)]
    creators = people[dice.integers(0, len(people), pairs)]
    carried = dict(Application.objects.order_by("depth").values_list("product_id", "pk"))
    wanted = dice.random(pairs) < 0.5
    links = np.array([carried.get(pk, 0) for pk in products.tolist()])
    return products, creators, np.where(wanted, links, 0)


def check_every_pair(products: Any, creators: Any, links: Any, columns: Any, moment: datetime) -> None:
    """Stop where any pair's row is not what the resolver says of that pair alone."""
    from fenxiao.deals.queries import Ask, terms_at
    from fenxiao.deals.queries.bulk import row_of

    whole = np.stack(
        [
            *(columns.plan_type, columns.plan_id, columns.application_id, columns.commission_bp),
            *(columns.service_fee_bp, columns.ceded_fee_bp, columns.leader_id, columns.second_leader_id),
            *(columns.platform_fee_bp, columns.has_steps),
        ],
        axis=1,
    )
    for start in range(0, len(products), CHUNK):
        part = slice(start, start + CHUNK)
        asks = [
            Ask(product_id=product, creator_id=creator, moment=moment, application_id=link or None)
            for product, creator, link in zip(
                products[part].tolist(), creators[part].tolist(), links[part].tolist(), strict=True
            )
        ]
        found = terms_at(asks)
        alone = np.array([row_of(found.get(ask)) for ask in asks])
        if not np.array_equal(alone, whole[part]):
            raise SystemExit(f"quotes in bulk differ from single ones in pairs {start} to {start + len(asks)}")


def single_rate(products: Any, creators: Any, links: Any, moment: datetime) -> float:
    """Quotes a second when each pair is asked for by itself."""
    from fenxiao.deals.queries import Ask, terms_at

    count = min(SINGLES, len(products))
    asked = zip(products[:count].tolist(), creators[:count].tolist(), links[:count].tolist(), strict=True)
    started = perf_counter()
    for product, creator, link in asked:
        terms_at([Ask(product_id=product, creator_id=creator, moment=moment, application_id=link or None)])
    return count / (perf_counter() - started)


def main(*, pairs: int, products: int, creators: int, as_json: bool) -> None:
    """Print both rates; one wrong pair is an error."""
    import django

    django.setup()
    from datetime import timedelta

    from django.db import connection

    from fenxiao.deals.queries import quotes_in_bulk
    from fenxiao.kernel import clock

    name = connection.creation.create_test_db(verbosity=0)
    try:
        moment, dice = clock.now(), np.random.default_rng(7)
        since, until = moment - timedelta(days=10), moment + timedelta(days=10)
        fill(products=products, creators=creators, since=since, until=until, dice=dice)
        asked = draw_pairs(pairs, dice)
        started = perf_counter()
        columns = quotes_in_bulk(*asked, moment)
        seconds = perf_counter() - started
        single = single_rate(*asked, moment)
        check_every_pair(*asked, columns, moment)
        figures = [
            figure("bulk_quotes_per_s", pairs / seconds, "1/s", target=TARGET),
            figure("single_quotes_per_s", single, "1/s", target=100),
        ]
        types, counts = np.unique(columns.plan_type, return_counts=True)
        report(
            "deals",
            figures,
            as_json=as_json,
            pairs=pairs,
            seconds=round(seconds, 2),
            pairs_equal=pairs,
            winners_by_type=dict(zip(types.tolist(), counts.tolist(), strict=True)),
        )
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--pairs", type=int, default=1_000_000)
    options.add_argument("--products", type=int, default=20_000)
    options.add_argument("--creators", type=int, default=50_000)
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = options.parse_args()
    main(pairs=given.pairs, products=given.products, creators=given.creators, as_json=given.json)
