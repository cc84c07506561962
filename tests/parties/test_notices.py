"""Notices: told in bulk, once per cause, read by their organisation alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.kernel.models import AuditRow
from fenxiao.parties import notices
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Notice, Organisation
from fenxiao.parties.queries import notices_of, unread_count
from tests.cast import BY, NOON, make_organisation

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
notices.register_words({"test.told": ("「{title}」已变更", "“{title}” has changed")})


def told(organisation: Organisation) -> list[str]:
    return [notices.words_of(each.code, each.details, "en") for each in notices_of(organisation)]


def tell(ids: list[int], *, title: str = "Cup", cause: str = "") -> int:
    return parties.notify(
        ids, code="test.told", subject=("product", 7), details={"title": title}, cause=cause, by=BY, now=NOON
    )


def test_everyone_named_is_told_in_their_language(
    chen: Organisation, mei: Organisation, stranger: Organisation
) -> None:
    assert tell([chen.pk, mei.pk, chen.pk]) == 2

    assert (told(chen), told(mei), told(stranger)) == (["“Cup” has changed"], ["“Cup” has changed"], [])
    assert notices.words_of("test.told", notices_of(chen)[0].details, "zh-hans") == "「Cup」已变更"
    assert list(AuditRow.objects.values_list("act", "after__count")) == [("notify:test.told", 2)]


def test_one_cause_is_told_once_and_causes_apart(chen: Organisation) -> None:
    for cause in ("event:1", "event:1", "event:2", "", ""):
        tell([chen.pk], cause=cause)

    assert sorted(notices_of(chen).values_list("cause", flat=True)) == ["", "", "event:1", "event:2"]


def test_telling_many_takes_as_many_statements_as_telling_one(chen: Organisation) -> None:
    crowd = [make_organisation(Kind.CREATOR, f"c{number}").pk for number in range(30)]
    counts = []
    for ids in ([chen.pk], crowd):
        with CaptureQueriesContext(connection) as statements:
            tell(ids)
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert Notice.objects.count() == 31


def test_a_notice_is_read_once_and_only_by_its_organisation(chen: Organisation, mei: Organisation) -> None:
    tell([chen.pk])
    tell([chen.pk, mei.pk])
    first = notices_of(chen).last()
    assert first is not None

    assert parties.mark_read(mei, notice_ids=[first.pk], by=BY, now=NOON + HOUR) == 0
    assert parties.mark_read(chen, notice_ids=[first.pk], by=BY, now=NOON + HOUR) == 1
    assert parties.mark_read(chen, notice_ids=[first.pk], by=BY, now=NOON + 2 * HOUR) == 0

    assert Notice.objects.get(pk=first.pk).read_at == NOON + HOUR
    assert (unread_count(chen), unread_count(mei)) == (1, 1)
    assert parties.mark_read(chen, by=BY, now=NOON + HOUR) == 1
    assert list(notices_of(chen, unread_only=True)) == []


def test_a_code_without_words_or_words_without_figures_are_errors(chen: Organisation) -> None:
    with pytest.raises(KeyError):
        parties.notify([chen.pk], code="test.unknown", subject=("product", 7), by=BY, now=NOON)
    with pytest.raises(KeyError):
        parties.notify([chen.pk], code="test.told", subject=("product", 7), by=BY, now=NOON)
    with pytest.raises(ValueError, match="has words already"):
        notices.register_words({"test.told": ("别的", "else")})

    assert Notice.objects.count() == 0
