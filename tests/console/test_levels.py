"""Every level shows its radar and its reasons: all of them to the merchant, what concerns others to creators."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fenxiao.catalog.models import LevelChange, Product
from fenxiao.console.templatetags.radar import radar, radar_thumb
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation
from fenxiao.quality import services as quality
from tests.cast import BY, NOON, make_product
from tests.console.conftest import Visit
from tests.console.test_language import CHINESE, SWITCH, plain_names

EVEN = {"brand": 50.0, "price": 50.0, "distribution": 50.0, "service": 50.0, "sales": 50.0}


@pytest.fixture
def graded(mei: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """The pot among three others, graded once, in a lake of its own."""
    monkeypatch.setenv("FENXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    pots = [make_product(mei, f"Iron pot {number}", price_fen=1_000 * number, level=None) for number in (1, 2, 3, 4)]
    quality.ensure_default_policy(by=BY, now=NOON)
    quality.grade(as_of=(NOON + timedelta(days=20)).date(), by=BY, now=NOON + timedelta(days=20))
    pots[0].refresh_from_db()
    yield pots[0]
    settings.cache_clear()


def test_the_merchant_sees_radar_reasons_and_all_eleven_indicators(
    visit: Visit, mei: Organisation, graded: Product
) -> None:
    page = visit(mei).get(f"/merchant/products/{graded.pk}/").content.decode()

    assert page.count('<td data-label="指标">') == 11
    assert page.count('class="fx-radar"') == 1
    assert "为什么是 L" in page


def test_the_explanation_is_complete_in_english(visit: Visit, mei: Organisation, graded: Product) -> None:
    plain_names()

    page = visit(mei, language="en").get(f"/merchant/products/{graded.pk}/").content.decode()

    assert "The eleven indicators" in page
    assert CHINESE.findall(SWITCH.sub("", page)) == []


def test_operators_see_the_same_reasons(visit: Visit, ops: Organisation, graded: Product) -> None:
    assert "十一项指标" in visit(ops).get(f"/operator/products/{graded.pk}/").content.decode()


def test_creators_see_the_radar_and_no_values_of_the_merchants_own(
    visit: Visit, chen: Organisation, graded: Product
) -> None:
    Product.objects.filter(pk=graded.pk).update(level=2)

    page = visit(chen).get(f"/creator/products/{graded.pk}/").content.decode()

    assert page.count('class="fx-radar"') == 1
    assert "十一项指标" not in page
    assert "数值" not in page


def test_lists_show_small_radars_and_the_last_change(visit: Visit, mei: Organisation, graded: Product) -> None:
    LevelChange.objects.filter(product=graded).delete()
    for day, level in enumerate((3, 4, 2)):
        LevelChange.objects.create(
            product=graded, level=level, is_select=False, from_at=NOON + timedelta(days=day), run=1, reason="score"
        )

    page = visit(mei).get("/merchant/products/").content.decode()

    assert page.count("fx-radar-thumb") == 4
    assert "L4 → L2" in page


def test_a_product_without_a_grade_says_when_it_comes(visit: Visit, mei: Organisation, pot: Product) -> None:
    page = visit(mei).get(f"/merchant/products/{pot.pk}/").content.decode()

    assert "原因将在下一次评估后显示" in page


def test_the_radar_of_even_powers_is_the_half_ring() -> None:
    drawn = radar(EVEN)

    assert drawn["shape"] == drawn["rings"][2]  # type: ignore[index]  # a template's context is a plain dict
    assert len(re.findall(r"-?\d+\.\d,-?\d+\.\d", str(drawn["shape"]))) == 5


def test_an_unknown_power_stands_at_the_middle_and_says_nothing() -> None:
    drawn = radar_thumb({**EVEN, "brand": None})

    assert str(drawn["shape"]).split()[0] in {"0.0,0.0", "0.0,-0.0"}
    assert dict(drawn["figures"])  # type: ignore[call-overload]  # pairs of name and figure
