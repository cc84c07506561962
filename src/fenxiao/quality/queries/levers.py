"""What lifts most of one merchant's goods, as it was worked out from the run in force.

Working it out tries every way up of every product (about a millisecond each), so it is done once per run and merchant,
and kept as one file beside the run's grades.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from fenxiao.catalog.models import Product, ProductState
from fenxiao.parties.models import Organisation
from fenxiao.quality import lake
from fenxiao.quality.models import GradingRun
from fenxiao.quality.published import Published
from fenxiao.quality.queries.explaining import MOST_COMMISSION
from fenxiao.quality.queries.grades import measured_grades, published_by, run_in_force
from fenxiao.quality.rules import MeasuredGrade, PolicyBody
from fenxiao.quality.rules.levers import Lever, Lift, levers_of, lifts_of
from fenxiao.quality.rules.ways_up import ways_up

AT_ONCE: Final = 2_000
WHILE_ONE_WAITS: Final = 120  # goods whose ways are tried within a quarter of a second or so


@dataclass(frozen=True, kw_only=True)
class Levers:
    """What lifts most of a merchant's goods. `goods` were graded; `liftable` of them have a way up at all."""

    run: int
    goods: int
    liftable: int
    levers: tuple[Lever, ...]

    def lever(self, key: str) -> Lever | None:
        """The lever of this name."""
        return next((lever for lever in self.levers if lever.key == key), None)


def levers_of_merchant(merchant: Organisation) -> Levers | None:
    """The levers of this merchant's goods; None before the first run, or while a large shop's are being worked out."""
    run = run_in_force()
    if run is None:
        return None
    file = file_of_levers(run, merchant.pk)
    if not file.exists():
        if Product.objects.owned_by(merchant).filter(state=ProductState.ADMITTED).count() > WHILE_ONE_WAITS:
            return None
        keep_levers(run, merchant.pk)
    return _read(file) if file.exists() else None


def keep_levers(run: GradingRun, merchant_id: int) -> None:
    """Work out one merchant's levers and keep them; does nothing for a run whose facts are forgotten."""
    known = published_by(run)
    if known is None:
        return
    file = file_of_levers(run, merchant_id)
    file.parent.mkdir(exist_ok=True)
    told = json.dumps(_told(run, known, merchant_id))
    with NamedTemporaryFile("w", dir=file.parent, suffix=".making", delete=False) as made:  # two may do so at once
        made.write(told)
    Path(made.name).replace(file)


def file_of_levers(run: GradingRun, merchant_id: int) -> Path:
    """Where a merchant's levers lie."""
    return lake.absolute(run.grades_path) / "levers" / f"merchant-{merchant_id}.json"


def _told(run: GradingRun, known: Published, merchant_id: int) -> dict[str, object]:
    policy, goods, lifts = PolicyBody.from_json(run.policy.body), 0, []
    admitted = Product.objects.filter(merchant_id=merchant_id, state=ProductState.ADMITTED)
    prices = dict(admitted.order_by("pk").values_list("pk", "price_fen"))
    ids = list(prices)
    for start in range(0, len(ids), AT_ONCE):
        grades = measured_grades(run, ids[start : start + AT_ONCE])
        goods += len(grades)
        lifts += [lift.as_json() for lift in _lifts(grades.values(), known, prices, policy)]
    return {"run": run.pk, "goods": goods, "lifts": lifts}


def _lifts(
    grades: Iterable[MeasuredGrade], known: Published, prices: Mapping[int, int], policy: PolicyBody
) -> Iterator[Lift]:
    for grade in grades:
        limits = {"commission_appeal": prices[grade.product_id] * MOST_COMMISSION}
        ways = ways_up(grade, peers=known.peers_of(grade), policy=policy, at_most=limits)
        yield from lifts_of(grade.product_id, ways)


def _read(file: Path) -> Levers:
    told = json.loads(file.read_text(encoding="utf-8"))
    lifts = [Lift.from_json(row) for row in told["lifts"]]
    liftable = len({lift.product_id for lift in lifts})
    return Levers(run=told["run"], goods=told["goods"], liftable=liftable, levers=levers_of(lifts))
