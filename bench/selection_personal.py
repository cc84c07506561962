"""A creator's own list in the bench of selection: the whole answer of a page, ranked for one, beside everybody's.

The goods of the peer's table become products with a plan each; a few creators have dealings and matches. A page is
what `search` does from the checked ask to the rows: the index, all statements, terms, ranking, trials and counts.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from selection_goods import MERCHANTS, START

NOW: Final = START + timedelta(days=300)  # when the last good was admitted
TEMPLATE: Final = 2**40  # above every made id
CREATORS: Final = 20
DEALT: Final = 30  # goods of each creator's dealings
MATCHED: Final = 50
ASKED: Final = 1_000
WARM: Final = 50


def multiplied(model: Any, template: Any, **told: str) -> None:
    """A row for each of the goods `g`: the columns told, and the template's in all others. Ids are the sequence's."""
    from django.db import connection

    fields = {field.column: f"t.{field.column}" for field in model._meta.concrete_fields if field.name != "id"} | told
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(fields)}) SELECT {', '.join(fields.values())} "  # noqa: S608  # our own
            f"FROM goods g CROSS JOIN {table} t WHERE t.id = %s ORDER BY g.id",
            [template.pk],
        )


def stocked() -> float:
    """Make products of the goods; returns the seconds."""
    from django.db import connection

    started = perf_counter()
    first = _merchants()
    _categories()
    _products(first)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return perf_counter() - started


def _merchants() -> int:
    from fenxiao.parties.models import Kind, Organisation

    made = Organisation.objects.bulk_create(
        Organisation(kind=Kind.MERCHANT, name=f"Shop {at}", joined_at=START) for at in range(MERCHANTS)
    )
    return int(made[0].pk)


def _categories() -> None:
    """The tree of the goods. The index hangs some second levels under several tops; here each has one."""
    from django.db import connection

    from fenxiao.catalog.models import Category

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT categories FROM goods ORDER BY 1")
        lines = [line for (line,) in cursor.fetchall()]
    above: dict[str, tuple[int, str | None]] = {}
    for top, second, leaf in lines:
        above.setdefault(top, (1, None))
        above.setdefault(second, (2, top))
        above.setdefault(leaf, (3, second))
    Category.objects.bulk_create(
        Category(
            pk=pk,
            depth=depth,
            parent_id=parent,
            third_id=pk if depth == 3 else None,
            name_zh=pk,
            name_en=pk,
        )
        for pk, (depth, parent) in sorted(above.items(), key=lambda pair: pair[1][0])
    )


def _products(first_merchant: int) -> None:
    from fenxiao.catalog.models import Product, ProductState
    from fenxiao.deals.models import Plan, PlanRate, PlanRow, PlanSpell, PlanType

    old = START - timedelta(days=1)
    product = Product.objects.create(
        pk=TEMPLATE,
        merchant_id=first_merchant,
        category_id="c0",
        title="template",
        price_fen=100,
        stock=0,
        state=ProductState.ADMITTED,
        submitted_at=old,
        admitted_at=old,
        level=1,
    )
    plan = Plan.objects.create(
        pk=TEMPLATE, type=PlanType.NORMAL, merchant_id=first_merchant, product=product, made_at=old
    )
    spell = PlanSpell.objects.create(pk=TEMPLATE, plan=plan, opens_at=old)
    row = PlanRow.objects.create(pk=TEMPLATE, plan=plan, made_at=old)
    rate = PlanRate.objects.create(pk=TEMPLATE, row=row, rate_bp=100, entered_at=old, from_at=old)
    merchant = f"{first_merchant} + mod(g.id, {MERCHANTS})"
    figures = ("price_fen", "level", "is_select", "stock", "admitted_at")
    multiplied(
        Product,
        product,
        id="g.id",
        merchant_id=merchant,
        category_id="g.categories[3]",
        title="'made ' || g.id",
        **{name: f"g.{name}" for name in figures},
    )
    multiplied(Plan, plan, id="g.id", merchant_id=merchant, product_id="g.id")
    multiplied(PlanSpell, spell, id="g.id", plan_id="g.id")
    multiplied(PlanRow, row, id="g.id", plan_id="g.id")
    multiplied(PlanRate, rate, id="g.id", row_id="g.id", rate_bp="g.rate_bp")


def creators_with_dealings(rows: int) -> list[Any]:
    """Some creators, each with sales of goods of a few kinds, and with matches."""
    from fenxiao.discovery import match_files
    from fenxiao.facts.models import PromotionDay
    from fenxiao.kernel.clock import business_day
    from fenxiao.parties.models import Kind, Organisation

    dice = np.random.default_rng(7)
    creators = Organisation.objects.bulk_create(
        Organisation(kind=Kind.CREATOR, name=f"Creator {at}", joined_at=START) for at in range(CREATORS)
    )
    dealt = [(each, pk) for each in creators for pk in dice.choice(rows, min(DEALT, rows), replace=False) + 1]
    PromotionDay.objects.bulk_create(
        PromotionDay(creator=each, product_id=int(pk), day=business_day(NOW), paid_lines=2, settled_lines=1)
        for each, pk in dealt
    )
    matched = np.array([dice.choice(rows, min(MATCHED, rows), replace=False) for _ in creators], dtype=np.int32)
    scores = np.sort(dice.random(matched.shape, dtype=np.float32))[:, ::-1]
    table = match_files.Table(
        ids=np.array([each.pk for each in creators]), named=np.arange(1, rows + 1), others=matched, scores=scores
    )
    with match_files.making() as folder:
        match_files.write(folder, match_files.Kind.GOODS_FOR_CREATOR, table)
    return creators


def serving(index: Path, home: Path) -> None:
    """Let this process answer from the built index, in a home of its own."""
    from fenxiao.discovery import folders
    from fenxiao.kernel.settings import settings

    os.environ["FENXIAO_HOME"] = str(home)
    settings.cache_clear()
    folders.root().mkdir(parents=True)
    (folders.root() / f"{folders.PREFIX}bench").symlink_to(index)
    (folders.root() / "current").symlink_to(f"{folders.PREFIX}bench")


def personal(index: Path, home: Path, asks: Sequence[Any], *, rows: int) -> dict[str, Any]:
    """Milliseconds of whole pages under "recommended", for a creator and for nobody, on the same asks in turn."""
    from fenxiao.discovery.rules import Sort

    serving(index, home)
    seconds = stocked()
    creators = creators_with_dealings(rows)
    told = [replace(ask, sort=Sort.RECOMMENDED) for ask in asks[: ASKED + WARM]]
    spent = np.array([_both(ask, creators[at % CREATORS], at) for at, ask in enumerate(told)])[WARM:]
    return {
        "asks": len(spent),
        "seconds_to_make_products": seconds,
        "for_a_creator": spent[:, 0],
        "for_nobody": spent[:, 1],
    }


def _both(ask: Any, creator: Any, at: int) -> tuple[float, float]:
    now = NOW + timedelta(seconds=at)
    begun = perf_counter()
    _page(ask, now=now, creator=creator)
    half = perf_counter()
    _page(ask, now=now)
    return (half - begun) * 1_000, (perf_counter() - half) * 1_000


def _page(ask: Any, *, now: datetime, creator: Any = None) -> tuple[Any, Any]:
    """What the first page of a list shows: its rows, and the counts beside them."""
    from fenxiao.discovery.queries import search

    found = search(ask, now=now, creator=creator)
    return found.rows, found.facets
