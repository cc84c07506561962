"""Merchants see what to do and may try it; creators see the reasons and none of the merchant's figures."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import LevelChange, Product
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation
from fenxiao.quality import lake
from fenxiao.quality import services as quality
from fenxiao.quality.queries import explanation_of, grades_of, levers_of_merchant, what_if
from fenxiao.quality.rules import INDICATORS
from tests.cast import BY, NOON
from tests.console.conftest import Visit
from tests.console.test_language import CHINESE, SWITCH, plain_names
from tests.quality.conftest import TODAY, market  # noqa: F401  a fixture

EVERY = Callable[[Client, str], str]


@pytest.fixture
def graded(
    market: list[Product],  # noqa: F811  the fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[Product]]:
    """Forty products that sold, graded in a lake of their own."""
    monkeypatch.setattr(lake, "absolute", lambda folder: tmp_path / folder)
    settings.cache_clear()
    quality.ensure_default_policy(by=BY, now=NOON)
    quality.grade(as_of=TODAY, by=BY, now=NOON)
    yield list(Product.objects.order_by("pk"))
    settings.cache_clear()


def address(product: Product) -> str:
    return f"/merchant/products/{product.pk}/what-if/"


def words_of(client: Client, path: str, *, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_product_page_tells_the_way_up_the_waterfall_and_the_history(
    visit: Visit, mei: Organisation, graded: list[Product]
) -> None:
    product = next(one for one in graded if explanation_of(one.pk).ways)
    told = explanation_of(product.pk)

    page = words_of(visit(mei), f"/merchant/products/{product.pk}/")

    assert told.reason.zh in page
    assert all(way.words.zh in page for way in told.ways)
    assert page.count('class="fx-part-of') == len(INDICATORS) + 1
    assert "等级变化" in page
    assert "首次评级" in page


def test_the_bars_of_the_waterfall_end_at_the_score(graded: list[Product]) -> None:
    from fenxiao.console.waterfall import waterfall_of

    for product in graded:
        told = explanation_of(product.pk)
        falls = waterfall_of(told)

        assert falls.bars[-1].end == pytest.approx(told.score, abs=0.05)
        assert all(bar.line.contribution <= bar.most + 1e-9 for bar in falls.bars)


def test_a_way_up_tried_reaches_its_level(visit: Visit, mei: Organisation, graded: list[Product]) -> None:
    client, tried = visit(mei), 0
    for product in graded:
        page = words_of(client, f"/merchant/products/{product.pk}/")
        for link in re.findall(r'href="(/merchant/products/\d+/what-if/\?[^"]+)"', page):
            shown = client.get(link.replace("&amp;", "&")).context["compared"]
            assert shown.both.then.scored == shown.both.now.scored + 1
            tried += 1

    assert tried > 5


def test_the_what_if_says_what_the_rules_say(visit: Visit, mei: Organisation, graded: list[Product]) -> None:
    product = graded[20]
    expected = what_if(product.pk, {"review_score": 4.9, "quality_refund_rate": 0.01, "gmv_30d": 1_234_500.0})

    answer = visit(mei).get(address(product), {"review_score": "4.9", "quality_refund_rate": "1", "gmv_30d": "12345"})

    assert answer.context["compared"].both == expected
    assert all(field.value() for _turned, field in answer.context["form"].rows())
    assert expected.then.score > expected.now.score


def test_values_as_they_are_change_nothing(visit: Visit, mei: Organisation, graded: list[Product]) -> None:
    page = visit(mei).get(address(graded[20]))
    values = {field.name: field.value() for _turned, field in page.context["form"].rows()}

    again = visit(mei, name="again").get(address(graded[20]), values)

    assert len(values) == len(INDICATORS)
    assert again.status_code == 200
    assert again.context["compared"].both.changes == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"review_score": "7"}, "应在 1.00 星 与 5.00 星 之间。"),
        ({"review_score": "0"}, "应在 1.00 星 与 5.00 星 之间。"),
        ({"quality_refund_rate": "-1"}, "应在 0.0% 与 100.0% 之间。"),
        ({"gmv_30d": "1e300"}, "应在 0.00 与"),
        ({"gmv_30d": "nan"}, "请输入数字。"),
        ({"conversion": "inf"}, "请输入数字。"),
        ({"conversion": "much"}, "请输入数字。"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_words(
    given: dict[str, str], words: str, visit: Visit, mei: Organisation, graded: list[Product]
) -> None:
    answer = visit(mei).get(address(graded[20]), given)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.context["compared"].both.changes == {}


def test_the_what_if_of_anothers_product_does_not_exist(
    visit: Visit, stranger: Organisation, graded: list[Product]
) -> None:
    page = words_of(visit(stranger), address(graded[20]), status=404)

    assert graded[20].title not in page


def test_the_digest_lists_what_lifts_most_first_and_its_goods(
    visit: Visit, mei: Organisation, graded: list[Product]
) -> None:
    client, found = visit(mei), levers_of_merchant(mei)
    assert found is not None
    best = found.levers[0]

    page = words_of(client, "/merchant/levers/")
    goods = client.get("/merchant/levers/", {"of": best.key})

    assert re.findall(r"<b>([^<]+)</b></a>", page)[0] == best.name.zh
    assert best.name.zh in words_of(client, "/merchant/")
    assert [(product.pk, lift) for product, lift in goods.context["rows"]] == [
        (lift.product_id, lift) for lift in best.lifts[:20]
    ]


def test_the_digest_of_an_unknown_lever_is_the_whole_digest(
    visit: Visit, mei: Organisation, graded: list[Product]
) -> None:
    client = visit(mei)

    asked, whole = (words_of(client, f"/merchant/levers/{query}") for query in ("?of=luck", ""))

    assert asked.count("查看商品") == whole.count("查看商品") > 0


def test_a_merchant_reads_nothing_of_anothers_goods(
    visit: Visit, stranger: Organisation, graded: list[Product]
) -> None:
    page = words_of(visit(stranger), "/merchant/levers/")

    assert "还没有已评级的商品" in page
    assert not any(f">{product.title}<" in page for product in graded)


def test_the_list_is_filtered_by_change(visit: Visit, mei: Organisation, graded: list[Product]) -> None:
    risen = graded[30]
    LevelChange.objects.filter(product=risen).update(run=0, level=0)
    LevelChange.objects.create(
        product=risen,
        level=risen.level,
        is_select=False,
        from_at=NOON,
        run=LevelChange.objects.exclude(run=0).values_list("run", flat=True)[0],
        reason="up",
    )
    client = visit(mei)

    shown = {how: client.get("/merchant/products/", {"moved": how}).context["rows"] for how in ("any", "up", "down")}

    assert [row.product.pk for row in shown["up"]] == [row.product.pk for row in shown["any"]] == [risen.pk]
    assert shown["down"] == []
    page = words_of(client, "/merchant/products/?moved=up")
    assert f"L0 → L{risen.level}" in page
    assert f"{grades_of([risen.pk])[risen.pk].score:.1f}" in page


@pytest.mark.parametrize(
    "path", ["/merchant/levers/", "/merchant/levers/?of={best}", "/merchant/products/", "{what_if}"]
)
def test_more_rows_cost_no_more_statements(path: str, visit: Visit, mei: Organisation, graded: list[Product]) -> None:
    found = levers_of_merchant(mei)
    assert found is not None
    path = path.format(best=found.levers[0].key, what_if=address(graded[20]))
    client = visit(mei)
    whole = statements(client, path)

    Product.objects.filter(pk__in=[one.pk for one in graded if one != graded[20]][1:]).update(merchant=other_merchant())

    assert statements(client, path) == whole


def other_merchant() -> Organisation:
    return Organisation.objects.create(kind="merchant", name="Other", joined_at=NOON)


def statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as said:
        assert client.get(path).status_code == 200
    return len(said)


def test_every_page_is_complete_in_english(
    visit: Visit, mei: Organisation, chen: Organisation, graded: list[Product]
) -> None:
    plain_names()
    found = levers_of_merchant(mei)
    assert found is not None
    merchant, creator = visit(mei, language="en", name="a"), visit(chen, language="en", name="b")
    pages = [
        words_of(merchant, f"/merchant/products/{graded[20].pk}/"),
        words_of(merchant, f"{address(graded[20])}?review_score=4.9"),
        words_of(merchant, f"{address(graded[20])}?review_score=9", status=422),
        words_of(merchant, "/merchant/levers/"),
        *(words_of(merchant, f"/merchant/levers/?of={lever.key}") for lever in found.levers),
        words_of(merchant, "/merchant/products/"),
        words_of(creator, f"/creator/products/{graded[20].pk}/"),
    ]

    assert [CHINESE.findall(SWITCH.sub("", page)) for page in pages] == [[] for _ in pages]


def test_no_raw_figure_reaches_the_creators_page(visit: Visit, chen: Organisation, graded: list[Product]) -> None:
    """Values, evidence and counts of orders stay with the merchant: in the page, and in what its template is given."""
    client, compared = visit(chen), 0
    for product in graded:
        if product.level == 0:
            continue
        answer = client.get(f"/creator/products/{product.pk}/")
        page = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", answer.content.decode(), flags=re.DOTALL)
        told = explanation_of(product.pk)
        for line in told.indicators:
            if line.is_known and line.code != "commission_appeal":  # what one order earns is on the page by right
                assert not has_attribute(answer.context["explanation"], line.value), (product.pk, line.code)
                assert line.evidence_shown.zh not in page
        sales = next(line for line in told.indicators if line.code == "gmv_30d")
        if sales.value > 0:
            assert sales.shown.zh not in page
            compared += 1
        assert f"成交 {told.orders} 行" not in page
        assert "what-if" not in page

    assert compared > 20


def has_attribute(told: object, value: float) -> bool:
    """Whether a value stands anywhere in what the template was given."""
    figures = re.findall(r"(?<![\w.])\d+\.\d{3,}(?![\w.])", repr(told))
    return value != round(value, 2) and f"{value}" in figures
