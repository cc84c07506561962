"""Levels as they are set from above."""

from collections.abc import Sequence
from dataclasses import dataclass

from fenxiao.catalog.errors import BadLevelSetting

HIGHEST = 5
LABEL_FROM = 3  # 「精选好物」 needs L3 or above


@dataclass(frozen=True, kw_only=True)
class LevelSetting:
    """The level and label a product is to have, and the code of the reason."""

    product_id: int
    level: int
    is_select: bool
    reason: str


def check_settings(settings: Sequence[LevelSetting]) -> None:
    """Refuse levels outside 0 to 5, the label below L3, a missing reason, and one product set twice."""
    seen: set[int] = set()
    for setting in settings:
        zh, en = _fault(setting, is_repeated=setting.product_id in seen)
        if en:
            raise BadLevelSetting(product_id=setting.product_id, reason_zh=zh, reason_en=en)
        seen.add(setting.product_id)


def _fault(setting: LevelSetting, *, is_repeated: bool) -> tuple[str, str]:
    if not 0 <= setting.level <= HIGHEST:
        return "等级须在 L0 到 L5 之间", "levels run from L0 to L5"
    if setting.is_select and setting.level < LABEL_FROM:
        return "「精选好物」只给 L3 及以上", "the label is for L3 and above"
    if not setting.reason or len(setting.reason) > 200:
        return "缺少原因代码", "the reason code is missing or too long"
    return ("重复设置", "it is set twice") if is_repeated else ("", "")
