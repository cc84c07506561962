"""News: products of which something was told that their grade may hang on, and what follows from levels in force.

Facts of the day itself are in no window yet, so orders and reviews count only where their news came late.
"""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q
from procrastinate.contrib.django import app

from fenxiao.kernel import clock
from fenxiao.kernel.outbox import News, on
from fenxiao.orders.models import OrderLine, Refund, Review
from fenxiao.quality.models import ChangedProduct
from fenxiao.quality.queries.grades import graded_until

JOB: Final = "fenxiao.quality.jobs.work_out_levers"  # by name: jobs stand above handlers
# Which moments of a line its news may have set; what left every figure it stood in (invalid) was paid before.
MOMENTS: Final = {"order.paid": "paid_at", "order.received": "received_at", "order.invalid": "paid_at"}


@on("grading.done")
def have_levers_worked_out(news: News) -> None:
    """Ask the worker for the levers of large shops; a dry run put nothing in force."""
    if not news.payload["dry_run"]:
        app.configure_task(JOB, queue="grading").defer()


@on("product.admitted", "product.changed", "product.violated", "product.cleared")
def note_products(news: News) -> None:
    """What was admitted, repriced, moved, taken off the shelf or put back, or had a violation found or lifted."""
    _note(news.payload["products"], news)


@on("plan.opened", "plan.changed", "plan.closed")
def note_product_of_plan(news: News) -> None:
    """The product whose commission may be another, or the products of a shop's plan or of many plans."""
    told = news.payload
    _note(told["products"] if "products" in told else [told["product"]], news)


@on(*MOMENTS)
def note_products_of_lines(news: News) -> None:
    """Products of lines on days that are graded already."""
    if (until := graded_until()) is not None:
        known = Q(**{f"{MOMENTS[news.name]}__lt": clock.day_start(until)})
        lines = OrderLine.objects.filter(known, pk__in=news.payload["lines"])
        _note(lines.values_list("product_id", flat=True), news)


@on("order.refunded")
def note_products_of_refunds(news: News) -> None:
    """Products of refunds on days that are graded already."""
    if (until := graded_until()) is not None:
        refunds = Refund.objects.filter(pk__in=news.payload["refunds"], refunded_at__lt=clock.day_start(until))
        _note(refunds.values_list("line__product_id", flat=True), news)


@on("review.written")
def note_products_of_reviews(news: News) -> None:
    """Products of reviews on days that are graded already."""
    if (until := graded_until()) is not None:
        reviews = Review.objects.filter(pk__in=news.payload["reviews"], reviewed_at__lt=clock.day_start(until))
        _note(reviews.values_list("line__product_id", flat=True), news)


def _note(product_ids: Iterable[int], news: News) -> None:
    """Without a run in force there is nothing to lay over: the first run grades everything."""
    if graded_until() is not None:
        told = [ChangedProduct(product_id=pk, told_at=news.now) for pk in sorted(set(product_ids))]
        ChangedProduct.objects.bulk_create(told)
