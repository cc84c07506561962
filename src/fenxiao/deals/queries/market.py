"""What was read about some products, and what it offers one creator at one moment. No database is asked here.

Everything is looked up as of the moment of the ask: one market answers for asks of many moments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from fenxiao.deals import rules
from fenxiao.deals.models import ActivityType
from fenxiao.deals.rules import Candidate, Chain, Ladder, Offer, Terms


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Whose terms for which product at which moment; `creator_id` None asks for what anyone would get.

    `application_id` is the last application of the chain that the link or shelf item carries, None where it has none.
    """

    product_id: int
    creator_id: int | None
    moment: datetime
    application_id: int | None = None


class Held(NamedTuple):
    """A figure that holds from a moment on, until the next one's."""

    from_at: datetime
    figure: Any


Schedule = list[Held]  # in the order of (from_at, entry)


def held_at(schedule: Sequence[Held], moment: datetime) -> Any:
    """The figure in force at `moment`; None before the first begins."""
    for entry in reversed(schedule):
        if entry.from_at <= moment:
            return entry.figure
    return None


class Row(NamedTuple):
    """A commission row with its rates; a drafted one has no id."""

    id: int | None
    rates: Schedule


class Window(NamedTuple):
    """A step window with its ladders by the moment from which each holds, in that order."""

    id: int
    from_at: datetime
    until_at: datetime
    ladders: dict[datetime, list[tuple[int, int]]]

    def ladder_at(self, moment: datetime) -> Ladder:
        """The latest ladder that has begun."""
        begun = [ladder for from_at, ladder in self.ladders.items() if from_at <= moment]
        return tuple(begun[-1]) if begun else ()


@dataclass(slots=True)
class PlanPicture:
    """A plan: its spells, the rows that name one of the creators asked about (None: everybody), and what is added."""

    id: int | None
    type: int
    spells: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    rows: dict[int | None, Row] = field(default_factory=dict)
    differentials: dict[str, Schedule] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)

    def spell_at(self, moment: datetime) -> tuple[datetime, datetime | None] | None:
        """The spell in force, or None."""
        for opens_at, closes_at in self.spells:
            if opens_at <= moment and (closes_at is None or moment < closes_at):
                return opens_at, closes_at
        return None

    def offer_to(self, creator_id: int | None, *, tier: str, moment: datetime) -> Offer:
        """What it offers at `moment`; an ended plan, or one that names others, offers nothing."""
        spell = self.spell_at(moment)
        since, until = spell or self.spells[-1]
        row = self.rows.get(None) or self.rows.get(creator_id)
        rate_bp = held_at(row.rates, moment) if row and spell else None
        if row is None or rate_bp is None:
            return Offer(plan_type=self.type, plan_id=self.id, stands=spell is not None, since=since, until=until)
        window = next((each for each in reversed(self.windows) if each.from_at <= moment < each.until_at), None)
        ladder = window.ladder_at(moment) if window else ()
        return Offer(
            plan_type=self.type,
            plan_id=self.id,
            row_id=row.id,
            rate_bp=rate_bp,
            differential_bp=(held_at(self.differentials[tier], moment) or 0) if tier in self.differentials else 0,
            step_window_id=window.id if window and ladder else None,
            steps=ladder,
            since=since,
            until=until,
        )


class ActivityTime(NamedTuple):
    """A leader's activity and when it is live; `ends_at` minds an early closing."""

    id: int
    type: int
    leader_id: int
    published_at: datetime | None
    begins_at: datetime
    ends_at: datetime

    def is_live(self, moment: datetime) -> bool:
        """Whether it is its time."""
        return self.published_at is not None and self.published_at <= moment and self.begins_at <= moment < self.ends_at


@dataclass(slots=True)
class Cooperation:
    """An application with its window (`until_at` minds an early end), its activity and its terms."""

    id: int
    product_id: int
    first_id: int | None
    passed_at: datetime | None
    from_at: datetime
    until_at: datetime
    activity: ActivityTime
    terms: Schedule = field(default_factory=list)  # of (commission or None, service fee or ceded fee)

    def stands(self, moment: datetime) -> bool:
        """Whether it is passed, within its window, has terms, and its activity is live."""
        return (
            self.passed_at is not None
            and self.passed_at <= moment
            and self.from_at <= moment < self.until_at
            and self.activity.is_live(moment)
            and held_at(self.terms, moment) is not None
        )


@dataclass(slots=True)
class Market:
    """Plans by product and by merchant, cooperations by id, and what is known of the creators."""

    merchants: dict[int, int]  # of the products that were admitted; the others have no terms
    fees: Schedule = field(default_factory=list)
    plans: dict[int, list[PlanPicture]] = field(default_factory=dict)
    shops: dict[int, list[PlanPicture]] = field(default_factory=dict)
    cooperations: dict[int, Cooperation] = field(default_factory=dict)
    named: dict[tuple[int, int], list[tuple[datetime, datetime | None]]] = field(default_factory=dict)
    tiers: dict[int | None, Schedule] = field(default_factory=dict)

    def terms(self, ask: Ask) -> Terms | None:
        """The terms that hold for the ask."""
        offers, chain = self._offers(ask, is_wide=False)
        winner = rules.winner_of(offers)
        if winner is None:
            return None
        tier, fee_bp = self.tier_of(ask.creator_id, ask.moment), self.platform_fee_at(ask.moment)
        return rules.terms_under(winner, chain=chain, tier=tier, platform_fee_rate_bp=fee_bp)

    def rates(self, ask: Ask) -> tuple[int, int] | None:
        """The commission and the platform fee of the terms that hold, in basis points, without what else they say."""
        offers, _chain = self._offers(ask, is_wide=False)
        winner = rules.winner_of(offers)
        return None if winner is None else (rules.commission_under(winner), self.platform_fee_at(ask.moment))

    def candidates(self, ask: Ask) -> list[Candidate]:
        """Every offer with its reason; also what the link does not carry and what has ended, where that was read."""
        offers, chain = self._offers(ask, is_wide=True)
        tier, fee_bp = self.tier_of(ask.creator_id, ask.moment), self.platform_fee_at(ask.moment)
        return rules.weigh(offers, chain=chain, tier=tier, platform_fee_rate_bp=fee_bp)

    def tier_of(self, creator_id: int | None, moment: datetime) -> str:
        """The creator's tier; "" for none."""
        return held_at(self.tiers.get(creator_id, ()), moment) or ""

    def platform_fee_at(self, moment: datetime) -> int:
        """The platform fee in basis points."""
        rate_bp = held_at(self.fees, moment)
        return rules.DEFAULT_PLATFORM_FEE_BP if rate_bp is None else rate_bp

    def plans_for(self, product_id: int) -> Iterator[PlanPicture]:
        """The product's plans and those of its whole shop."""
        yield from self.plans.get(product_id, ())
        yield from self.shops.get(self.merchants.get(product_id, 0), ())

    def chain_of(self, application_id: int | None, product_id: int) -> list[Cooperation]:
        """The cooperations that an application of this product hangs on, the first leader's first."""
        last = self.cooperations.get(application_id or 0)
        if last is None or last.product_id != product_id:
            return []
        return [last] if last.first_id is None else [self.cooperations[last.first_id], last]

    def _offers(self, ask: Ask, *, is_wide: bool) -> tuple[list[Offer], Chain | None]:
        """What is offered, in the order of opening, and the chain of the link as far as it stands."""
        if ask.product_id not in self.merchants:
            return [], None
        moment, tier = ask.moment, self.tier_of(ask.creator_id, ask.moment)
        offers = [plan.offer_to(ask.creator_id, tier=tier, moment=moment) for plan in self.plans_for(ask.product_id)]
        if len(offers) > 1:
            offers.sort(key=lambda offer: (offer.since, offer.plan_id or 0))
        chain = None
        if carried := self.chain_of(ask.application_id, ask.product_id):
            standing = _standing(carried, moment)
            offers.append(self._activity_offer(carried, standing, ask))
            chain = _chain(standing, moment)
        if is_wide:
            offers += self._not_carried(ask, carried)
        return offers, chain

    def _activity_offer(self, carried: list[Cooperation], standing: list[Cooperation], ask: Ask) -> Offer:
        """What the chain on the link offers; exclusive activities only those creators whom each of them names."""
        exclusive = [each for each in standing or carried if each.activity.type == ActivityType.EXCLUSIVE]
        is_named = all(self._names(each.activity.id, ask) for each in exclusive)
        commission_bp = held_at(standing[0].terms, ask.moment)[0] if standing and is_named else None
        return Offer(
            plan_type=rules.ACTIVITY_EXCLUSIVE if exclusive else rules.ACTIVITY_NORMAL,
            application_id=carried[-1].id,
            rate_bp=commission_bp,
            stands=bool(standing),
            since=max(each.from_at for each in carried),
            until=min(each.until_at for each in carried),
        )

    def _names(self, activity_id: int, ask: Ask) -> bool:
        spans = self.named.get((activity_id, ask.creator_id or 0), ())
        return any(since <= ask.moment and (until is None or ask.moment < until) for since, until in spans)

    def _not_carried(self, ask: Ask, carried: list[Cooperation]) -> Iterator[Offer]:
        """What links with another activity would offer: first leaders' applications of the product that stand."""
        on_link = {each.id for each in carried}
        for each in self.cooperations.values():
            if each.product_id == ask.product_id and each.first_id is None and each.id not in on_link:
                offer = self._activity_offer([each], _standing([each], ask.moment), ask)
                if offer.stands:
                    yield replace(offer, is_carried=False)


def _standing(carried: list[Cooperation], moment: datetime) -> list[Cooperation]:
    """What stands of a chain: nothing without the first; without the second the first alone."""
    if not carried[0].stands(moment):
        return []
    return [each for each in carried if each.stands(moment)]


def _chain(standing: list[Cooperation], moment: datetime) -> Chain | None:
    if not standing:
        return None
    first, second = standing[0], standing[1] if len(standing) > 1 else None
    return Chain(
        application_id=first.id,
        activity_id=first.activity.id,
        leader_id=first.activity.leader_id,
        service_fee_rate_bp=held_at(first.terms, moment)[1],
        second_application_id=second.id if second else None,
        second_activity_id=second.activity.id if second else None,
        second_leader_id=second.activity.leader_id if second else None,
        ceded_fee_rate_bp=held_at(second.terms, moment)[1] if second else 0,
    )
