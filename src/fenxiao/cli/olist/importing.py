"""The import itself: batch by batch through the same services as any other merchant, product, order and review."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rich.progress import Progress, TaskID

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Product
from fenxiao.catalog.rules import CategoryRow, ImportedDraft
from fenxiao.cli.answers import progress
from fenxiao.cli.olist.mapping import SOURCE, Reading, read_order, read_review
from fenxiao.cli.olist.problems import Problem, Report, report_path
from fenxiao.cli.olist.reading import CATEGORIES, OFFERS, ORDERS, REVIEWS, SELLERS, Dataset, Row
from fenxiao.facts import services as facts
from fenxiao.kernel import clock, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.money import fen_of
from fenxiao.orders import services as orders
from fenxiao.orders.errors import UnknownLine
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.rules import ImportedOrganisation

BY = Actor(name="import olist")
EVENTS_AT_ONCE = 1_000
NO_CATEGORY = "olist-goods"  # parent of the others and too wide for admission: a product there waits for a category
STOCK = 0  # the files name none


@dataclass(kw_only=True)
class Done:
    """What an import did."""

    orders_read: int = 0
    created: int = 0
    changed: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    report: Path = Path()


@dataclass(kw_only=True)
class Import:
    """One import on its way."""

    dataset: Dataset
    now: datetime
    report: Report
    bars: Progress
    done: Done = field(default_factory=Done)
    merchants: dict[str, int] = field(default_factory=dict)
    offers: dict[tuple[str, str], int] = field(default_factory=dict)

    def count(self, *, created: int, changed: int = 0) -> None:
        """Add to what was done."""
        self.done.created += created
        self.done.changed += changed

    def list_problems(self, problems: list[Problem]) -> None:
        """Write problems down."""
        for problem in problems:
            self.report.add(problem)


def import_dataset(dataset: Dataset, *, reports: Path) -> Done:
    """Import all of `dataset`; what was there already stays as it is. The report names every row with a problem."""
    now = clock.now()
    with _reporting(report_path(reports, now=now)) as report, progress() as bars:
        run = Import(dataset=dataset, now=now, report=report, bars=bars)
        _import_merchants(run)
        _import_categories(run)
        _import_offers(run)
        _import_orders(run)
        _import_reviews(run)
    outbox.deliver_all(now=clock.now())
    facts.build(by=BY, now=clock.now())
    run.done.problems, run.done.report = report.counts, report.path
    return run.done


@contextmanager
def _reporting(path: Path) -> Iterator[Report]:
    report = Report(path=path)
    try:
        yield report
    finally:
        report.close()


def _batches(run: Import, query: str, what: str, total: int) -> Iterator[list[Row]]:
    """Batches of a query's rows, with a bar that moves as they are used."""
    task: TaskID = run.bars.add_task(what, total=total)
    for batch in run.dataset.rows(query):
        yield batch
        run.bars.advance(task, len(batch))


def _import_merchants(run: Import) -> None:
    for batch in _batches(run, SELLERS, "merchants", run.dataset.count("olist_sellers_dataset")):
        rows = [
            ImportedOrganisation(
                external_id=row["seller_id"],
                name=f"{(row['seller_city'] or '').title()} {row['seller_state'] or ''} · {row['seller_id'][:8]}",
            )
            for row in batch
        ]
        imported = parties.import_organisations(Kind.MERCHANT, rows=rows, source=SOURCE, by=BY, now=run.now)
        run.merchants |= imported.ids
        run.count(created=imported.created, changed=imported.changed)


def _import_categories(run: Import) -> None:
    """The dataset's own categories, as a branch of their own: third-level nodes under one root."""
    rows = [
        CategoryRow(id="olist", parent_id="", depth=1, zh="Olist"),
        CategoryRow(id=NO_CATEGORY, parent_id="olist", depth=2, zh="Olist 商品", en="Olist goods"),
    ]
    for batch in _batches(run, CATEGORIES, "categories", 0):
        for row in batch:
            if not row["english"]:
                run.report.add(
                    Problem(file="product_category_name_translation", row=row["name"], code="category_untranslated")
                )
            words = (row["english"] or row["name"]).replace("_", " ")
            rows.append(CategoryRow(id=category_id(row["name"]), parent_id=NO_CATEGORY, depth=3, zh=words))
    loaded = catalog.load_categories(rows, by=BY, now=run.now)
    run.count(created=loaded.created, changed=loaded.changed)


def category_id(name: str) -> str:
    """Our id of one of the dataset's categories (the column is 40 wide; the longest name has 46 letters)."""
    return f"olist-{name}"[:40]


def _import_offers(run: Import) -> None:
    for batch in _batches(run, OFFERS, "products", run.dataset.count("olist_products_dataset")):
        drafts = [draft for row in batch if (draft := _draft(run, row)) is not None]
        imported = catalog.import_products(drafts, source=SOURCE, by=BY, now=run.now)
        run.count(created=imported.created, changed=imported.changed)
        run.list_problems(
            [
                Problem(file="olist_products_dataset", row=found.external_id, code="product_refused", detail=found.en)
                for found in imported.problems
            ]
        )
    sellers = dict(Organisation.objects.filter(source=SOURCE).values_list("id", "external_id"))
    known = Product.objects.filter(source=SOURCE).values_list("merchant_id", "external_id", "id")
    run.offers = {(sellers[merchant], product): pk for merchant, product, pk in known.iterator()}


def _draft(run: Import, row: Row) -> ImportedDraft | None:
    product_id, category = row["product_id"], row["category"] or ""
    file = "olist_products_dataset"
    if not row["seller_id"]:
        run.report.add(Problem(file=file, row=product_id, code="product_never_sold"))
        return None
    try:
        price_fen = fen_of(row["price"])
    except ValueError as wrong:
        run.report.add(Problem(file=file, row=product_id, code="price_unusable", detail=str(wrong)))
        return None
    if not category:
        run.report.add(Problem(file=file, row=product_id, code="product_without_category"))
    return ImportedDraft(
        merchant_id=run.merchants[row["seller_id"]],
        external_id=product_id,
        title=f"{(category or 'product').replace('_', ' ')} {product_id[:8]}",
        description="",
        category_id=category_id(category) if category else NO_CATEGORY,
        brand_id=None,
        price_fen=price_fen,
        stock=STOCK,
        image_url="",
        page_url="",
    )


def _import_orders(run: Import) -> None:
    for batch in _batches(run, ORDERS, "orders", run.dataset.count("olist_orders_dataset")):
        run.done.orders_read += len(batch)
        readings = [read_order(row, run.offers) for row in batch]
        _tell(run, readings)


def _tell(run: Import, readings: list[Reading]) -> None:
    for reading in readings:
        run.list_problems(reading.problems)
    told = [event for reading in readings for event in reading.events]
    for start in range(0, len(told), EVENTS_AT_ONCE):
        intake = orders.take_events(told[start : start + EVENTS_AT_ONCE], by=BY, now=run.now)
        run.count(created=intake.applied)
        run.list_problems(
            [
                Problem(file="olist_orders_dataset", row=found.event_id, code="event_refused", detail=found.en)
                for found in intake.problems
            ]
        )


def _import_reviews(run: Import) -> None:
    for batch in _batches(run, REVIEWS, "reviews", run.dataset.count("olist_order_reviews_dataset")):
        readings = [read_review(row) for row in batch]
        for reading in readings:
            run.list_problems(reading.problems)
        reviews = [reading.review for reading in readings if reading.review is not None]
        taken = orders.take_reviews(reviews, source=SOURCE, by=BY, now=run.now)
        run.count(created=taken.created)
        run.list_problems(
            [
                Problem(
                    file="olist_order_reviews_dataset",
                    row=found.event_id,
                    code="review_of_missing_order" if found.code == UnknownLine.code else "review_refused",
                    detail=found.en,
                )
                for found in taken.problems
            ]
        )
