"""What was true of many products and parties, each at a moment of its own: one statement whatever their number."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from fenxiao.orders.bulk import as_json, rows_of
from fenxiao.orders.rules import organisation_of_buyer, user_of_buyer
from fenxiao.parties.models import Member

# One probe of level_change_of_product, of score_once_per_moment, per ask.
LEVELS = """
SELECT (
    SELECT level FROM catalog_levelchange
    WHERE product_id = ask.product_id AND from_at <= ask.moment
    ORDER BY from_at DESC, id DESC LIMIT 1
)
FROM json_to_recordset(%s) AS ask (product_id bigint, moment timestamptz, number int)
ORDER BY number
"""
SCORES = """
SELECT (
    SELECT score_centi FROM parties_score
    WHERE organisation_id = ask.organisation_id AND from_at <= ask.moment
    ORDER BY from_at DESC LIMIT 1
)
FROM json_to_recordset(%s) AS ask (organisation_id bigint, moment timestamptz, number int)
ORDER BY number
"""

Ask = tuple[int, datetime]


def levels_at(asks: Sequence[Ask]) -> list[int | None]:
    """The level of each product at its moment; None before its first grading."""
    return _answers(LEVELS, asks, named="product_id")


def scores_at(asks: Sequence[Ask]) -> list[int | None]:
    """The score (in hundredths) of each organisation at its moment; `parties` answers for one moment of many."""
    return _answers(SCORES, asks, named="organisation_id")


def _answers(statement: str, asks: Sequence[Ask], *, named: str) -> list[int | None]:
    if not asks:
        return []
    told = as_json({named: ask[0], "moment": ask[1], "number": number} for number, ask in enumerate(asks))
    return [row[0] for row in rows_of(statement, told)]


def organisations_behind(buyer_keys: Iterable[str]) -> dict[str, frozenset[int]]:
    """The organisations each buyer key speaks for, keys of strangers left out.

    "org:ID" is that organisation; "user:ID" is a person who was logged in here, and buys for each organisation they
    are or were a member of.
    """
    found = {key: {number} for key in buyer_keys if (number := organisation_of_buyer(key))}
    users = {number: key for key in buyer_keys if (number := user_of_buyer(key))}
    if users:
        members = Member.objects.filter(user_id__in=users).values_list("user_id", "organisation_id")
        for user_id, organisation_id in members:
            found.setdefault(users[user_id], set()).add(organisation_id)
    return {key: frozenset(organisations) for key, organisations in found.items()}
