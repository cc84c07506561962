"""What a line's split moves between accounts, what a refund takes back of it, and how far a merchant's funds reach."""

from collections.abc import Hashable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeVar

from fenxiao.deals.rules import HIGHEST_COMMISSION_BP, Parts, parts_of

USUAL_CREDIT_FEN = 100_000  # 1,000.00 is advanced to a merchant for whom no other limit was set


Party = TypeVar("Party", bound=Hashable)  # whoever has a leg: the books name an account's owner


class Shares(NamedTuple):
    """What each earner gets of one line, in fen. The merchant's wallet pays their sum and nothing else."""

    creator_fen: int
    leader_fen: int
    second_leader_fen: int
    platform_fen: int


def base_left(*, paid_fen: int, freight_fen: int, tax_fen: int, refunded_fen: int) -> int:
    """What commission is counted on: the goods less what went back, never less than nothing."""
    return max(0, paid_fen - freight_fen - tax_fen - refunded_fen)


def line_parts(
    base_fen: int,
    *,
    commission_rate_bp: int,
    service_fee_rate_bp: int,
    platform_fee_rate_bp: int,
    leader_id: int | None,
    ceded_fee_rate_bp: int = 0,
    second_leader_id: int | None = None,
    step_bp: int = 0,
) -> Parts:
    """The split of a line by its frozen rates and the step it reached.

    A service fee that names no leader is nobody's and is not charged; one ceded to nobody stays with the leader.
    """
    is_led, is_ceded = leader_id is not None, second_leader_id is not None
    return parts_of(
        base_fen,
        commission_rate_bp=min(commission_rate_bp + step_bp, HIGHEST_COMMISSION_BP),
        service_fee_rate_bp=service_fee_rate_bp if is_led else 0,
        ceded_fee_rate_bp=ceded_fee_rate_bp if is_led and is_ceded else 0,
        platform_fee_rate_bp=platform_fee_rate_bp,
    )


def shares_of(parts: Parts) -> Shares:
    """What a settlement moves: the nets of creator and leaders, and the platform's fees."""
    return Shares(parts.creator_net_fen, parts.leader_net_fen, parts.second_leader_net_fen, parts.platform_fee_fen)


def taken_back(share_fen: int, *, base_fen: int, back_fen: int) -> int:
    """What refunds of `back_fen` in all, after a settlement on `base_fen`, take back of one share, in all: floor.

    It depends on the sum of the refunds alone, so their number and order do not matter, and a full refund mirrors.
    """
    return share_fen * min(back_fen, base_fen) // base_fen


def clawback_legs(
    settled: Mapping[Party, int], *, base_fen: int, back_fen: int, before: Mapping[Party, int]
) -> dict[Party, int]:
    """The legs of the transfer that takes back what is still to be taken back; empty when that is nothing.

    `settled` are the legs of the settlement (its one payer negative), `before` those of all clawbacks so far.
    """
    payer = next(party for party, fen in settled.items() if fen < 0)
    legs = {
        party: -taken_back(fen, base_fen=base_fen, back_fen=back_fen) - before.get(party, 0)
        for party, fen in settled.items()
        if party != payer
    }
    legs[payer] = -sum(legs.values())
    return {party: fen for party, fen in legs.items() if fen}


def count_within(charges: Sequence[int], *, funds_fen: int) -> int:
    """How many of the charges the funds cover, in their order; the first that is too large holds up all after it."""
    return sum(total <= funds_fen for total in accumulate(charges))


def funds_of(*, wallet_fen: int, owed_fen: int, limit_fen: int) -> int:
    """What a merchant can be charged: its wallet and what is left of its credit."""
    return wallet_fen + max(0, limit_fen - owed_fen)


def guarantee_shares(fees: Mapping[Party, int], *, guaranteed: int, orders: int) -> dict[Party, int]:
    """What each who got `fees` of a service fee gives back when `orders` came of those `guaranteed`.

    In all floor(sum of the fees × missing ÷ guaranteed); the odd fen are the largest remainders', of equal ones the
    first's. Nobody gives more than they got.
    """
    missing = max(0, guaranteed - orders)
    exact = {party: fen * missing for party, fen in fees.items()}
    shares = {party: amount // guaranteed for party, amount in exact.items()}
    odd_fen = sum(exact.values()) // guaranteed - sum(shares.values())
    for party in sorted(exact, key=lambda party: -(exact[party] % guaranteed))[:odd_fen]:
        shares[party] += 1
    return shares
