"""Are the stored levels those that the raw facts give? Whoever doubts a level can ask."""

from collections.abc import Iterator, Sequence
from typing import Final

from fenxiao.catalog.models import Product
from fenxiao.kernel.errors import Unavailable
from fenxiao.quality import results
from fenxiao.quality.models import GradingRun
from fenxiao.quality.published import Published
from fenxiao.quality.queries.grades import file_of, measured_grades, published_by, run_in_force
from fenxiao.quality.rules import PolicyBody
from fenxiao.quality.rules.recount import Difference, differences_of, recount

AT_ONCE: Final = 2_000


def differences(run: GradingRun, *, sample: int | None = None) -> list[Difference]:
    """All in which the run's grades differ from a recount from raw facts, or the catalog from the run in force.

    Looks at all products, or at a repeatable `sample` of them. Refuses (`Unavailable`) a run whose facts are forgotten.
    """
    known = published_by(run)
    if known is None:
        raise Unavailable(what=f"grading run {run.pk}", reason="its facts are forgotten; grade again")
    ids = results.product_ids_in(file_of(run), sample=sample)
    is_in_force = run == run_in_force()
    found: list[Difference] = []
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found += _of_recount(run, known, some)
        if is_in_force:
            found += _of_catalog(run, some)
    return found


def _of_recount(run: GradingRun, known: Published, ids: Sequence[int]) -> Iterator[Difference]:
    policy, stored = PolicyBody.from_json(run.policy.body), measured_grades(run, ids)
    before, facts = known.before(ids), known.raw(ids)
    for pk in ids:
        if (raw := facts.get(pk)) is None:
            yield Difference(product_id=pk, what="facts", stored="a grade", recounted=None)
            continue
        peers = known.peers(raw, policy=policy)
        yield from differences_of(stored[pk], recount(raw, peers=peers, before=before.get(pk), policy=policy))


def _of_catalog(run: GradingRun, ids: Sequence[int]) -> Iterator[Difference]:
    grades = results.grades_in(file_of(run), ids)
    for pk, level, label in Product.objects.filter(pk__in=ids).values_list("pk", "level", "is_select"):
        graded = (grades[pk].level, grades[pk].is_select)
        if level is not None and (level, label) != graded:  # None: it has left the shelf meanwhile
            yield Difference(product_id=pk, what="catalog_level", stored=(level, label), recounted=graded)
