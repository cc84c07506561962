"""Whom a line that was just paid belongs to, on which terms, and whether they may earn: asked once and frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fenxiao.deals.queries import Ask, terms_at
from fenxiao.deals.rules import Terms
from fenxiao.orders.models import OrderLine
from fenxiao.orders.queries import levels_at, organisations_behind
from fenxiao.orders.rules import LinePicture, Promotion, Reason, bar_of
from fenxiao.parties.models import Organisation
from fenxiao.tracking.queries import EvidenceAsk, evidence_for
from fenxiao.tracking.rules import Verdict, attribute

NOBODY: frozenset[int] = frozenset()
# What stands of the terms in columns of their own: whom and what they name, and the rates.
NAMED_BY_TERMS = (
    "plan_id",
    "application_id",
    "second_application_id",
    "leader_id",
    "second_leader_id",
    "step_window_id",
)
RATES = ("commission_rate_bp", "service_fee_rate_bp", "ceded_fee_rate_bp", "platform_fee_rate_bp")


@dataclass(frozen=True, kw_only=True, slots=True)
class Promoter:
    """The verdict on a line, its terms where it may earn, and why it may not."""

    verdict: Verdict
    terms: Terms | None
    bar: Reason | None

    def freeze_on(self, row: OrderLine) -> None:
        """Write all this on the line. A barred line names its promoter and bears no terms, so it can earn nothing."""
        row.creator_id = self.verdict.creator_id
        row.link_id, row.click_id, row.sub_id = self.verdict.link_id, self.verdict.click_id, self.verdict.sub_id
        row.attributed_by, row.attribution = self.verdict.way.value, self.verdict.reasons
        row.reason = self.bar.value if self.bar else ""
        terms = self.terms
        row.terms = terms.as_json() if terms else None
        for name in NAMED_BY_TERMS:
            setattr(row, name, getattr(terms, name) if terms else None)
        for name in RATES:
            setattr(row, name, getattr(terms, name) if terms else 0)


def promoters_of(lines: Sequence[LinePicture], *, merchants: Mapping[int, int]) -> list[Promoter]:
    """The promoter of each line, in their order, in a constant number of statements."""
    verdicts = _verdicts(lines)
    asks = [
        Ask(
            product_id=line.line.product_id,
            creator_id=verdict.creator_id,
            moment=line.paid_at,
            application_id=verdict.application_id,
        )
        for line, verdict in zip(lines, verdicts, strict=True)
    ]
    named = [ask for ask in asks if ask.creator_id]
    terms = terms_at(named)
    levels = dict(zip(named, levels_at([(ask.product_id, ask.moment) for ask in named]), strict=True))
    active = _active_among({ask.creator_id for ask in named if ask.creator_id})
    buyers = organisations_behind({line.buyer_key for line in lines})
    promotions = [
        Promotion(
            merchant_id=merchants[ask.product_id],
            creator_id=ask.creator_id,
            buyer_organisations=buyers.get(line.buyer_key, NOBODY),
            creator_is_active=ask.creator_id in active,
            level=levels.get(ask),
            has_terms=ask in terms,
        )
        for line, ask in zip(lines, asks, strict=True)
    ]
    return [
        Promoter(verdict=verdict, bar=(bar := bar_of(promotion)), terms=None if bar else terms.get(ask))
        for verdict, promotion, ask in zip(verdicts, promotions, asks, strict=True)
    ]


def _verdicts(lines: Sequence[LinePicture]) -> list[Verdict]:
    found = evidence_for(
        [
            EvidenceAsk(
                product_id=line.line.product_id,
                paid_at=line.paid_at,
                buyer_key=line.buyer_key,
                link_code=line.line.link_code,
                click_token=line.line.click_token,
            )
            for line in lines
        ]
    )
    return [attribute(evidence, paid_at=line.paid_at) for evidence, line in zip(found, lines, strict=True)]


def _active_among(creator_ids: set[int]) -> set[int]:
    return set(Organisation.objects.filter(id__in=creator_ids, is_active=True).values_list("id", flat=True))
