"""Who may ask into a targeted plan: floors of creator tier and creator score."""

from fenxiao.deals.errors import FloorNotMet
from fenxiao.parties.rules import IN_CHINESE

RISING = ("", "bronze", "silver", "gold")  # parties.Tier; "": none


def check_floors(*, floor_tier: str, floor_score_centi: int | None, tier: str, score_centi: int | None) -> None:
    """Refuses a creator below the floor of tier or score, with the figures; no score lies below any floor."""
    reaches = RISING.index(tier) >= RISING.index(floor_tier)
    scores = floor_score_centi is None or (score_centi is not None and score_centi >= floor_score_centi)
    if reaches and scores:
        return
    raise FloorNotMet(
        floor_tier=floor_tier or "any",
        floor_tier_zh=_in_chinese(floor_tier, none="不限"),
        floor_score=_score(floor_score_centi, none="any"),
        floor_score_zh=_score(floor_score_centi, none="不限"),
        tier=tier or "none",
        tier_zh=_in_chinese(tier, none="无"),
        score=_score(score_centi, none="none"),
        score_zh=_score(score_centi, none="无"),
    )


def _in_chinese(tier: str, *, none: str) -> str:
    return f"{IN_CHINESE[tier]}牌" if tier else none


def _score(centi: int | None, *, none: str) -> str:
    return none if centi is None else f"{centi // 100}.{centi % 100:02d}"
