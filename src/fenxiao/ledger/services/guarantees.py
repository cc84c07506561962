"""Order guarantees: where fewer orders came than a leader had guaranteed, service fee goes back to the merchant.

Returned is floor(service fee × (guaranteed − orders) ÷ guaranteed), from each who got some of it, in one transfer. A
refund after that, or an order told late, changes the reckoning, and one more transfer moves the difference.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from fenxiao.deals.models import Application
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.ledger import rules
from fenxiao.ledger.journal import Entry, Held, Owner, credit_of, hold, wallet_of, write
from fenxiao.ledger.models import AccountKind, GuaranteeOutcome, Posting, TransferKind
from fenxiao.ledger.queries.guarantees import (
    applications_counted,
    fees_left,
    guarantees_ended,
    has_open_lines,
    orders_of,
)
from fenxiao.ledger.repayment import repayments


# not one act: each application commits by itself, so that a backlog holds no account for long
def return_unmet_guarantees(*, by: Actor, now: datetime) -> list[int]:
    """Count every guarantee that has ended and return the fee of those unmet; the ids of the applications counted.

    A guarantee ends with its application (window, early end, or the end of its activity) and is counted when all
    lines of the application are final. Doing it twice returns nothing twice. What a leader cannot pay is carried
    and taken from later income, as with clawbacks. Refuses nothing.
    """
    ended = list(guarantees_ended(now).values_list("pk", flat=True))
    for application_id in ended:
        _count(application_id, by=by, now=now)
    return ended


# not one act: each application is one of its own, so one that fails leaves the others counted
def recount_guarantees(line_ids: Sequence[int], *, by: Actor, now: datetime) -> list[int]:
    """Count again the guarantees of these lines that were counted before; the ids of their applications.

    Those with lines that are not final wait until they are. Refuses nothing.
    """
    counted = applications_counted(line_ids)
    for application_id in counted:
        _count(application_id, by=by, now=now)
    return counted


@transaction.atomic
def _count(application_id: int, *, by: Actor, now: datetime) -> None:
    """Bring what was returned to what must be. Locked by the application, so that of two counts one sees the other."""
    application = Application.objects.select_for_update(no_key=True).get(pk=application_id)
    if has_open_lines(application):
        return
    before = GuaranteeOutcome.objects.filter(application=application).first()
    orders, fees = orders_of(application), fees_left(application)
    due = rules.guarantee_shares(fees, guaranteed=application.guaranteed_orders, orders=orders)
    outcome = GuaranteeOutcome(
        application=application,
        guaranteed_orders=application.guaranteed_orders,
        orders=orders,
        fee_fen=sum(fees.values()),
        returned_fen=sum(due.values()),
        transfers=before.transfers if before else 0,
        counted_at=now,
    )
    if before and _figures(before) == _figures(outcome):
        return
    outcome.transfers += _move(due, outcome=outcome, now=now)
    outcome.save(force_insert=before is None)
    audit.record(
        "count_guarantee",
        application,
        by=by,
        now=now,
        before=_figures(before) if before else None,
        after=_figures(outcome),
    )
    outbox.publish("guarantee.counted", application=application.pk, **_figures(outcome))


def _figures(outcome: GuaranteeOutcome) -> dict[str, int]:
    return {
        "guaranteed_orders": outcome.guaranteed_orders,
        "orders": outcome.orders,
        "fee_fen": outcome.fee_fen,
        "returned_fen": outcome.returned_fen,
    }


def _move(due: Mapping[Owner, int], *, outcome: GuaranteeOutcome, now: datetime) -> int:
    """Write the transfer that is still to be made; how many that is: one or none."""
    legs = _legs(due, outcome=outcome)
    if not legs:
        return 0
    merchant_id = outcome.application.merchant_id
    held = hold({*legs, wallet_of(merchant_id), credit_of(merchant_id)}, now=now)
    key = f"guarantee:{outcome.application_id}:{outcome.transfers + 1}"
    entry = Entry(
        TransferKind.GUARANTEE_RETURN, key, [(held[owner].account_id, fen) for owner, fen in sorted(legs.items())]
    )
    write(
        [*_advances(legs, merchant_id, held, key=key), entry, *_repaid(legs, merchant_id, held, key=key)], moved_at=now
    )
    return 1


def _legs(due: Mapping[Owner, int], *, outcome: GuaranteeOutcome) -> dict[Owner, int]:
    """What each earner gives now (negative) and the merchant's wallet gets; an earlier return counts in full."""
    legs = Counter({owner: -fen for owner, fen in due.items()})
    legs.subtract({owner: fen for owner, fen in _moved(outcome).items() if owner[0] != AccountKind.MERCHANT_WALLET})
    legs[wallet_of(outcome.application.merchant_id)] = -sum(legs.values())
    return {owner: fen for owner, fen in legs.items() if fen}


def _moved(outcome: GuaranteeOutcome) -> Counter[Owner]:
    keys = [f"guarantee:{outcome.application_id}:{number + 1}" for number in range(outcome.transfers)]
    moved: Counter[Owner] = Counter()
    postings = Posting.objects.filter(transfer__key__in=keys).select_related("account")
    for posting in postings:
        moved[AccountKind(posting.account.kind), posting.account.organisation_id] += posting.amount_fen
    return moved


def _advances(legs: Mapping[Owner, int], merchant_id: int, held: Mapping[Owner, Held], *, key: str) -> list[Entry]:
    """An advance where less is to be returned than was, and the wallet has spent the difference."""
    wallet, credit = held[wallet_of(merchant_id)], held[credit_of(merchant_id)]
    lacking_fen = -(wallet.balance_fen + legs.get(wallet_of(merchant_id), 0))
    if lacking_fen <= 0:
        return []
    legs_of_advance = [(credit.account_id, -lacking_fen), (wallet.account_id, lacking_fen)]
    return [Entry(TransferKind.ADVANCE, f"advance:{key}", legs_of_advance)]


def _repaid(legs: Mapping[Owner, int], merchant_id: int, held: Mapping[Owner, Held], *, key: str) -> list[Entry]:
    incoming_fen = legs.get(wallet_of(merchant_id), 0)
    return repayments({merchant_id: incoming_fen}, held=held, key=key) if incoming_fen > 0 else []
