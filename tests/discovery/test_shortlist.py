"""Shortlists: whom a merchant or leader keeps in mind."""

import pytest

from fenxiao.discovery import services as discovery
from fenxiao.discovery.errors import AlreadyShortlisted, NotShortlisted, ShortlistFull
from fenxiao.discovery.queries.asker import goods_asked_for
from fenxiao.discovery.queries.shortlist import shortlist_of, shortlist_rows, shortlisted_ids
from fenxiao.discovery.services import shortlist as acts
from fenxiao.kernel.errors import BadInput
from fenxiao.parties import services as parties
from fenxiao.parties.errors import OrganisationSuspended, WrongKind
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.deals.chains import make_activity, make_application


def test_one_kept_in_mind_stands_on_the_list_with_product_and_note_until_taken_off(
    mei: Organisation, chen: Organisation
) -> None:
    cup = make_product(mei, "cup")
    discovery.rebuild_cards(now=NOON)

    discovery.shortlist_creator(mei, chen, product=cup, note=" ask  in May ", by=BY, now=NOON)

    (line,) = shortlist_of(mei, now=NOON)
    assert (line.creator, line.product, line.note, line.added_by) == (chen, cup, "ask in May", BY.name)
    assert line.shown is not None
    assert shortlist_of(mei, product_id=cup.pk + 1, now=NOON) == []
    discovery.note_on_shortlist(mei, chen, note="called", by=BY, now=NOON)
    assert shortlist_of(mei, product_id=cup.pk, now=NOON)[0].note == "called"
    discovery.unlist_creator(mei, chen, by=BY, now=NOON)
    assert shortlist_of(mei, now=NOON) == []
    discovery.shortlist_creator(mei, chen, by=BY, now=NOON)
    assert shortlisted_ids(mei, [chen.pk]) == {chen.pk}


def test_what_cannot_be_kept_is_refused(mei: Organisation, chen: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_organisation(Kind.MERCHANT, "other")
    with pytest.raises(WrongKind):
        discovery.shortlist_creator(chen, chen, by=BY, now=NOON)
    with pytest.raises(WrongKind):
        discovery.shortlist_creator(mei, other, by=BY, now=NOON)
    with pytest.raises(BadInput, match="product"):
        discovery.shortlist_creator(mei, chen, product=make_product(other, "theirs"), by=BY, now=NOON)
    with pytest.raises(BadInput, match="note"):
        discovery.shortlist_creator(mei, chen, note="x" * 201, by=BY, now=NOON)
    with pytest.raises(NotShortlisted):
        discovery.unlist_creator(mei, chen, by=BY, now=NOON)
    discovery.shortlist_creator(mei, chen, by=BY, now=NOON)
    with pytest.raises(AlreadyShortlisted):
        discovery.shortlist_creator(mei, chen, by=BY, now=NOON)
    monkeypatch.setattr(acts, "MOST_SHORTLISTED", 1)
    with pytest.raises(ShortlistFull):
        discovery.shortlist_creator(mei, make_organisation(Kind.CREATOR, "one more"), by=BY, now=NOON)
    assert shortlisted_ids(mei, [chen.pk]) == {chen.pk}


def test_a_suspended_creator_is_named_without_figures_and_cannot_be_added(
    mei: Organisation, chen: Organisation
) -> None:
    discovery.rebuild_cards(now=NOON)
    discovery.shortlist_creator(mei, chen, by=BY, now=NOON)

    parties.suspend_organisation(chen, reason="rules", by=BY, now=NOON)

    (line,) = shortlist_of(mei, now=NOON)
    assert (line.creator.name, line.shown) == (chen.name, None)
    discovery.unlist_creator(mei, chen, by=BY, now=NOON)
    with pytest.raises(OrganisationSuspended):
        discovery.shortlist_creator(mei, chen, by=BY, now=NOON)


def test_a_file_says_no_more_than_the_page_and_nothing_a_spreadsheet_would_run(
    mei: Organisation, chen: Organisation
) -> None:
    parties.describe_creator(chen, followers=12_345, city="=1+1", introduction="", by=BY, now=NOON)
    discovery.rebuild_cards(now=NOON)
    discovery.shortlist_creator(mei, chen, note="@sum", by=BY, now=NOON)

    heads, row = shortlist_rows(mei, is_chinese=False, now=NOON)
    parties.disclose_figures(chen, shows_exact=True, by=BY, now=NOON)
    _, exact = shortlist_rows(mei, is_chinese=False, now=NOON)

    told = dict(zip(heads, row, strict=True))
    assert (told["followers"], told["city"], told["note"]) == ("10000~50000", "'=1+1", "'@sum")
    assert dict(zip(heads, exact, strict=True))["followers"] == "12345"


def test_goods_asked_for_are_a_merchants_own_and_those_that_stand_with_a_leader(
    mei: Organisation, chen: Organisation
) -> None:
    leader = make_organisation(Kind.LEADER, "Lin")
    cup, pot = make_product(mei, "cup"), make_product(mei, "pot")
    make_application(make_activity(leader), cup, fee_bp=500)

    assert set(goods_asked_for(mei, now=NOON)) == {cup, pot}
    assert list(goods_asked_for(leader, now=NOON)) == [cup]
    assert not goods_asked_for(chen, now=NOON)
