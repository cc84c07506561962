"""How a query is read: other names, sounds, typing errors, brands, categories, prices; and that it is said."""

from datetime import timedelta
from pathlib import Path

import pytest

from fenxiao.catalog.models import Brand, Product
from fenxiao.discovery import services
from fenxiao.discovery.queries import Found, Reading, SearchAsk, search
from fenxiao.discovery.rules import Market, Wanted, read_synonyms, sounds_asked, sounds_of, understand
from fenxiao.discovery.rules.sounds import syllables
from fenxiao.discovery.rules.synonyms import things_in
from fenxiao.parties.models import Organisation
from tests.cast import NOON, make_plan, make_product
from tests.discovery.shop import Shop, open_shop


@pytest.fixture
def indexed(mei: Organisation) -> Shop:
    shop = open_shop(mei)
    services.rebuild_index(now=NOON)
    return shop


def find(text: str, **ask: object) -> Found:
    return search(SearchAsk(text=text, **ask), now=NOON)  # type: ignore[arg-type]  the test names fields freely


def ids_of(found: Found) -> list[int]:
    return [row.product.pk for row in found.rows]


@pytest.mark.parametrize(
    ("text", "names", "reading"),
    [
        ("猫厕所", {"tray"}, Reading.EXACT),  # 猫砂盆 in our synonyms
        ("litter box", {"tray"}, Reading.EXACT),
        ("官方旗舰店 咖啡豆", {"beans"}, Reading.EXACT),  # where it is sold is not asked of the goods
        ("kafeidou", {"beans"}, Reading.FORGIVING),  # 咖啡豆
        ("maosha", {"litter", "tray"}, Reading.FORGIVING),
        ("毛沙", {"litter", "tray"}, Reading.FORGIVING),  # sounds like 猫砂 to who cannot tell the signs
        ("cofee", {"beans"}, Reading.FORGIVING),
        ("yunan hils", {"beans"}, Reading.FORGIVING),  # the brand
        ("大号 猫砂 白色", {"tray"}, Reading.PARTLY),
        ("自行车", set(), Reading.PARTLY),
    ],
)
def test_a_query_is_read_as_freely_as_it_must_be(indexed: Shop, text: str, names: set[str], reading: Reading) -> None:
    found = find(text)

    assert set(ids_of(found)) == {getattr(indexed, name).pk for name in names}
    assert found.reading == reading


def test_what_is_found_exactly_is_not_mixed_with_guesses(indexed: Shop, mei: Organisation) -> None:
    toffee = make_product(mei, "Toffee 太妃糖")
    make_plan(toffee, rate_bp=1_000)
    services.refresh([toffee.pk], now=NOON)

    assert ids_of(find("toffee")) == [toffee.pk]
    assert ids_of(find("coffee")) == [indexed.beans.pk]


def test_a_price_in_the_words_is_a_filter_and_is_said(indexed: Shop) -> None:
    found = find("50元以下的咖啡")

    assert ids_of(found) == [indexed.drip.pk]
    assert found.understood.price is not None
    assert found.understood.price.words == "50元以下"
    assert ids_of(find("50元以下")) == [indexed.litter.pk, indexed.drip.pk]


def test_a_price_filter_that_was_set_goes_before_the_words(indexed: Shop) -> None:
    assert ids_of(find("50元以下的咖啡", price_max_fen=10_000)) == [indexed.beans.pk, indexed.drip.pk]


def test_a_brand_or_category_named_is_understood_and_its_goods_come_first(indexed: Shop, mei: Organisation) -> None:
    Product.objects.filter(pk=indexed.drip.pk).update(brand=Brand.objects.create(name="猫"))
    services.rebuild_index(now=NOON)

    assert find("Yunnan Hills beans").understood.brand == "yunnanhills"
    assert find("便宜的猫用品").understood.category == "猫用品"
    assert find("猫").understood.brand is None  # one sign names nothing


def test_counts_beside_the_goods_follow_the_price_in_the_words(indexed: Shop) -> None:
    facets = find("50元以下的咖啡").facets

    assert [(each.low_fen, each.count) for each in facets.prices if each.count] == [(2_000, 1), (5_000, 1)]
    assert facets.levels[1] == 1
    assert facets.levels[5] == 0


def test_goods_admitted_since_a_moment(indexed: Shop) -> None:
    Product.objects.filter(pk=indexed.tray.pk).update(admitted_at=NOON + timedelta(days=2))
    services.rebuild_index(now=NOON)

    assert ids_of(search(SearchAsk(admitted_since=NOON + timedelta(days=1)), now=NOON)) == [indexed.tray.pk]
    assert ids_of(search(SearchAsk(sort="newest"), now=NOON))[0] == indexed.tray.pk


def test_a_home_may_add_synonyms_and_they_hold_from_the_next_query(indexed: Shop, own_index: Path) -> None:
    assert ids_of(find("喵星人便所")) == []

    (own_index.parent / "synonyms.txt").write_text("喵星人便所, 猫砂盆  # as young buyers say\n", encoding="utf-8")

    assert ids_of(find("喵星人便所")) == [indexed.tray.pk]


def test_synonyms_are_read_by_line_and_a_word_in_two_groups_means_both() -> None:
    found = read_synonyms(["耳机，耳麦 # heard", "", "# only words", "耳机, earphones", "alone"])

    assert {name: list(others) for name, others in found.items()} == {
        "耳机": [("耳麦",), ("earphones",)],
        "耳麦": [("耳机",)],
        "earphones": [("耳机",)],
    }


def test_the_longest_name_with_a_synonym_is_one_thing() -> None:
    synonyms = read_synonyms(["充电宝, 移动电源", "移动, 流动"])

    assert things_in(["小米", "移动", "电源"], synonyms) == [
        Wanted(words=("小米",)),
        Wanted(words=("移动", "电源"), others=(("充电", "宝"),)),
    ]


def test_words_sound_as_they_are_read_in_their_word() -> None:
    assert sounds_of("长城 音乐 Cat 女装") == ["chang", "cheng", "yin", "yue", "cat", "nv", "zhuang"]


@pytest.mark.parametrize(
    ("word", "ways"),
    [
        ("shoujike", [["shou", "ji", "ke"]]),
        ("xian", [["xi", "an"]]),
        ("nvzhuang", [["nv", "zhuang"], ["nv", "zhu", "ang"]]),
        ("iphone", []),
        ("shou", []),  # one syllable says too little
        ("手", []),
        ("平果", [["ping", "guo"]]),
    ],
)
def test_latin_letters_are_read_as_pinyin_where_they_are(word: str, ways: list[list[str]]) -> None:
    assert sounds_asked(word) == ways


def test_no_spelling_has_more_readings_than_are_tried() -> None:
    assert len(sounds_asked("xianxianxianxianxian" * 5)) <= 4
    assert {"zhuang", "lv", "a", "er"} < syllables()
    assert "ng" not in syllables()


def test_what_holds_no_word_is_still_asked_for() -> None:
    nothing = Market(has_brand=lambda _: False, has_category=lambda _: False, has_word=lambda _: False)

    read = understand("!!!", synonyms={}, market=nothing)

    assert (read.things, read.has_words) == ((), True)
