"""A shelf as its page shows it: what each item earns now, what is wrong with it, and where a move would put it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fenxiao.catalog.models import Level, ProductState
from fenxiao.console.creator.progress import Progress, progress_in_windows
from fenxiao.console.creator.ways import Better, Way, best_ways
from fenxiao.deals import queries as deals
from fenxiao.deals.queries import OnShelf
from fenxiao.parties.models import Organisation


class Trouble(StrEnum):
    """Why an item does not earn what it was picked for."""

    OFF_SHELF = "off_shelf"  # its merchant took it down
    UNQUALIFIED = "unqualified"  # it fell to L0
    NOT_OFFERED = "not_offered"  # its merchant is suspended, or it is under review again
    NO_TERMS = "no_terms"  # nothing gives this creator a commission
    ACTIVITY_OVER = "activity_over"  # it earns by something else: the activity it was picked with does not stand


class Move(StrEnum):
    """Where an item may be moved."""

    UP = "up"
    DOWN = "down"
    TOP = "top"


@dataclass(frozen=True, kw_only=True)
class Held:
    """One item of the page."""

    on: OnShelf
    way: Way
    trouble: Trouble | None
    progress: Progress | None
    better: Better | None  # another way that earns more

    @property
    def is_dead(self) -> bool:
        """Whether it earns nothing now."""
        return not self.on.is_live


def held_by(creator: Organisation, *, now: datetime) -> list[Held]:
    """The shelf in the creator's order, in a fixed number of statements."""
    shelf = deals.shelf_of(creator, now=now)
    live = [each for each in shelf if each.is_offered]
    progress = progress_in_windows(creator, terms=[each.quote.terms for each in live])
    best = best_ways([each.item.product for each in live], creator=creator, now=now)
    return [_held(each, progress, best.get(each.item.product_id)) for each in shelf]


def first_after_move(ordered: Sequence[int], *, product_id: int, move: Move) -> list[int]:
    """Which products come first, in which order, once one has moved; the others follow as they are."""
    at = ordered.index(product_id)
    if move is Move.TOP or (move is Move.UP and at <= 1):
        return [product_id]
    upper = at - 1 if move is Move.UP else at
    return [*ordered[:upper], *reversed(ordered[upper : upper + 2])]


def _held(each: OnShelf, progress: Mapping[int, Progress], best: Better | None) -> Held:
    terms, way = each.quote.terms, Way(application=each.item.application, quote=each.quote)
    return Held(
        on=each,
        way=way,
        better=best if best and best.earns_fen > way.earns_fen else None,
        trouble=_trouble(each),
        progress=progress.get(terms.step_window_id or 0) if terms else None,
    )


def _trouble(each: OnShelf) -> Trouble | None:
    product, terms = each.item.product, each.quote.terms
    if product.state == ProductState.OFF_SHELF:
        return Trouble.OFF_SHELF
    if product.level == Level.UNQUALIFIED:
        return Trouble.UNQUALIFIED
    if not each.is_offered:
        return Trouble.NOT_OFFERED
    if terms is None:
        return Trouble.NO_TERMS
    carried = each.item.application_id
    own = [one.offer for one in each.quote.candidates if one.offer.application_id == carried and one.offer.is_carried]
    return None if carried is None or any(offer.speaks for offer in own) else Trouble.ACTIVITY_OVER
