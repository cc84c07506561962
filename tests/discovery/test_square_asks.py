"""What may be asked of the square, and where its lists go on."""

from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest

from fenxiao.discovery.rules.square import AudienceAsk, Place, SquareAsk, SquareSort, check_ask, read, written
from fenxiao.kernel.errors import BadInput

ASK = SquareAsk(words="茶", followers_min=10_000, sort=SquareSort.FOLLOWERS)


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (SquareAsk(followers_min=12_000), "followers_min"),
        (SquareAsk(followers_max=1), "followers_max"),
        (SquareAsk(gmv_min_fen=3), "gmv_min"),
        (SquareAsk(gpm_min_fen=3), "gpm_min"),
        (SquareAsk(followers_min=50_000, followers_max=10_000), "followers_max"),
        (SquareAsk(medium="radio"), "medium"),
        (SquareAsk(tier="wood"), "tier"),
        (SquareAsk(score_min_centi=501), "score_min"),
        (SquareAsk(words="!!!"), "q"),
        (SquareAsk(words="x" * 101), "q"),
        (SquareAsk(sort=SquareSort.FIT), "product"),
        (SquareAsk(audience=(AudienceAsk(dimension="gender", bucket="x", least_bp=500),)), "audience"),
        (SquareAsk(audience=(AudienceAsk(dimension="gender", bucket="male", least_bp=501),)), "audience_least"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_field(ask: SquareAsk, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_ask(ask)

    assert refused.value.details["field"] == field


def test_a_list_goes_on_behind_the_last_one_shown() -> None:
    place = Place(key=10_000, creator_id=7)

    assert read(replace(ASK, cursor=written(place, ask=ASK))) == place
    assert read(ASK) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(ASK, words="咖啡"),
        replace(ASK, followers_min=50_000),
        replace(ASK, sort=SquareSort.GMV),
        replace(ASK, product_id=3),
        replace(ASK, audience=(AudienceAsk(dimension="gender", bucket="male", least_bp=500),)),
    ],
)
def test_a_cursor_of_another_ask_is_refused(other: SquareAsk) -> None:
    cursor = written(Place(key=1, creator_id=1), ask=ASK)

    with pytest.raises(BadInput, match="cursor") as refused:
        read(replace(other, cursor=cursor))

    assert "another search" in refused.value.message("en")


@pytest.mark.parametrize(
    "cursor", ["!!", "é", "x" * 500, urlsafe_b64encode(b'["a",1]').decode(), urlsafe_b64encode(b'[1,"2",3]').decode()]
)
def test_what_was_never_handed_out_is_refused(cursor: str) -> None:
    with pytest.raises(BadInput, match="cursor"):
        read(replace(ASK, cursor=cursor))


@pytest.mark.parametrize(("key", "creator_id"), [(-2, 1), (True, 1), (1, 2**63), (1.5, 1)])
def test_a_cursor_with_numbers_no_list_has_is_refused(key: object, creator_id: object) -> None:
    cursor = written(Place(key=key, creator_id=creator_id), ask=ASK)  # type: ignore[arg-type]  # hostile

    with pytest.raises(BadInput, match="cursor"):
        read(replace(ASK, cursor=cursor))
