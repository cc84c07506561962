"""Take what buyers say of what they bought."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.orders.errors import ReviewReused, TooManyAtOnce, UnknownLine
from fenxiao.orders.intake.news import parts
from fenxiao.orders.intake.problems import Problem
from fenxiao.orders.models import OrderLine, Review
from fenxiao.orders.rules import ToldReview
from fenxiao.orders.services.events import MOST_AT_ONCE

Word = tuple[int, datetime]  # stars, moment


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a batch of reviews; the three parts sum to the reviews that were told."""

    created: int
    duplicates: int  # told before, word for word
    problems: list[Problem]


@transaction.atomic
def take_reviews(rows: Sequence[ToldReview], *, source: str, by: Actor, now: datetime) -> Taken:
    """Take up to a thousand reviews of orders of one shop system, each whole or as a problem with its reason.

    A review of a whole order becomes a row for each of its lines; publishes `review.written`. A review of a line
    that was never paid for, and an id told before with other content, are problems. Refuses too many at once.
    """
    if len(rows) > MOST_AT_ONCE:
        raise TooManyAtOnce(most=MOST_AT_ONCE, count=len(rows))
    lines, known = _lines_of(rows, source=source), _known(rows, source=source)
    problems: list[Problem] = []
    made: list[Review] = []
    duplicates = 0
    for told in rows:
        found = [line_id for number, line_id in lines[told.order_ref] if told.line_no in {None, number}]
        words = {known[told.external_id][line_id] for line_id in found if line_id in known[told.external_id]}
        if not found:
            problems.append(_problem(told, UnknownLine))
        elif words - {(told.stars, told.reviewed_at)}:
            problems.append(_problem(told, ReviewReused))
        elif words:
            duplicates += 1
        else:
            known[told.external_id] |= dict.fromkeys(found, (told.stars, told.reviewed_at))
            made += _reviews(told, found, source=source)
    _write(made, by=by, now=now)
    return Taken(created=len(rows) - duplicates - len(problems), duplicates=duplicates, problems=problems)


def _problem(told: ToldReview, refusal: type[UnknownLine] | type[ReviewReused]) -> Problem:
    return Problem.of(told.external_id, refusal(external_id=told.external_id, order_ref=told.order_ref))


def _lines_of(rows: Sequence[ToldReview], *, source: str) -> dict[str, list[tuple[int, int]]]:
    """Line numbers and ids by order, locked against a second batch with the same reviews."""
    found = defaultdict(list)
    refs = {told.order_ref for told in rows}
    lines = OrderLine.objects.filter(order__source=source, order__ref__in=refs).order_by("id")
    for ref, number, line_id in lines.select_for_update(of=("self",), no_key=True).values_list(
        "order__ref", "line_no", "id"
    ):
        found[ref].append((number, line_id))
    return found


def _known(rows: Sequence[ToldReview], *, source: str) -> dict[str, dict[int, Word]]:
    found: dict[str, dict[int, Word]] = defaultdict(dict)
    stored = Review.objects.filter(source=source, external_id__in={told.external_id for told in rows})
    for external_id, line_id, stars, reviewed_at in stored.values_list(
        "external_id", "line_id", "stars", "reviewed_at"
    ):
        found[external_id][line_id] = (stars, reviewed_at)
    return found


def _reviews(told: ToldReview, line_ids: list[int], *, source: str) -> Iterator[Review]:
    for line_id in line_ids:
        yield Review(
            source=source,
            external_id=told.external_id,
            line_id=line_id,
            stars=told.stars,
            reviewed_at=told.reviewed_at,
        )


def _write(made: list[Review], *, by: Actor, now: datetime) -> None:
    if not made:
        return
    Review.objects.bulk_create(made)
    ids = [review.pk for review in made]
    audit.record_batch("take_reviews", Review, ids=ids, by=by, now=now)
    for part in parts(ids):
        outbox.publish("review.written", reviews=part)
