"""Organisations come by the thousand, once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.rules import Imported, ImportedOrganisation
from tests.cast import BY, NOON

pytestmark = pytest.mark.django_db


def rows_of(names: dict[str, str]) -> list[ImportedOrganisation]:
    return [ImportedOrganisation(external_id=key, name=name) for key, name in names.items()]


def take_over(names: dict[str, str], kind: Kind = Kind.MERCHANT) -> Imported:
    return parties.import_organisations(kind, rows=rows_of(names), source="olist", by=BY, now=NOON)


def test_importing_again_changes_nothing() -> None:
    first = take_over({"a": "Anna", "b": "Bela"})
    again = take_over({"a": "Anna", "b": "Bela"})

    kept = dict(Organisation.objects.values_list("external_id", "pk"))
    assert first == Imported(created=2, changed=0, ids=kept)
    assert again == Imported(created=0, changed=0, ids=kept)
    assert AuditRow.objects.count() == 1


def test_a_renamed_one_is_renamed_and_a_new_one_made() -> None:
    before = take_over({"a": "Anna", "b": "Bela"})

    after = take_over({"a": "Anna", "b": "Béla", "c": "Cleo"})

    assert (after.created, after.changed) == (1, 1)
    assert {key: after.ids[key] for key in before.ids} == before.ids
    assert dict(Organisation.objects.values_list("external_id", "name")) == {"a": "Anna", "b": "Béla", "c": "Cleo"}


def test_the_same_id_in_another_kind_is_someone_else() -> None:
    merchant, creator = take_over({"a": "Anna"}), take_over({"a": "Anna"}, Kind.CREATOR)

    assert merchant.ids["a"] != creator.ids["a"]


def test_of_creators_new_or_renamed_there_is_news_and_of_others_none() -> None:
    take_over({"a": "Anna"})
    ids = [take_over(names, Kind.CREATOR).ids["b"] for names in ({"b": "Bela"}, {"b": "Bela"}, {"b": "Béla"})]

    news = OutboxEvent.objects.order_by("pk").values_list("name", "payload")
    assert list(news) == [("creator.changed", {"creators": [ids[0]]})] * 2


@pytest.mark.parametrize("names", [{"a": "Anna", "": "Bela"}, {"a": "Anna", "b": " "}, {"a": "Anna", "b" * 81: "B"}])
def test_one_unusable_row_refuses_all(names: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        take_over(names)

    assert (Organisation.objects.count(), AuditRow.objects.count()) == (0, 0)


def test_statements_and_audit_rows_go_by_batch_not_by_row() -> None:
    with CaptureQueriesContext(connection) as few:
        take_over({f"few{n}": "x" for n in range(2)})
    with CaptureQueriesContext(connection) as many:
        take_over({f"many{n}": "x" for n in range(1_000)})

    assert len(many) == len(few)
    assert AuditRow.objects.count() == 2
