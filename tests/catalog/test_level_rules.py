"""Which levels can be set at all."""

import pytest

from fenxiao.catalog.errors import BadLevelSetting
from fenxiao.catalog.rules import LevelSetting, check_settings


def setting(*, product_id: int = 1, level: int = 3, is_select: bool = True, reason: str = "score") -> LevelSetting:
    return LevelSetting(product_id=product_id, level=level, is_select=is_select, reason=reason)


@pytest.mark.parametrize(
    "settings",
    [
        [setting(level=6)],
        [setting(level=-1, is_select=False)],
        [setting(level=2)],
        [setting(reason="")],
        [setting(), setting(product_id=2), setting()],
    ],
)
def test_an_impossible_setting_is_refused(settings: list[LevelSetting]) -> None:
    with pytest.raises(BadLevelSetting):
        check_settings(settings)


def test_every_level_can_be_set() -> None:
    check_settings([setting(product_id=level, level=level, is_select=level >= 3) for level in range(6)])
