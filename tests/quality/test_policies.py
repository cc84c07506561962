"""From a draft over a dry run and a proposal to a second operator's approval."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from fenxiao.catalog.models import Product
from fenxiao.kernel.errors import NotAllowed, Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Kind, Member, Organisation
from fenxiao.quality import services as quality
from fenxiao.quality.errors import (
    NoSuchPolicy,
    PolicyAlreadyPublished,
    PolicyNotProposed,
    PolicyNotTried,
    PolicyOutdated,
    PolicyProposed,
    SecondOperatorNeeded,
)
from fenxiao.quality.models import Policy
from fenxiao.quality.queries import moves_of
from fenxiao.quality.rules import Gate, default_policy
from tests.cast import BY, NOON, make_member, make_organisation
from tests.quality.conftest import TODAY

pytestmark = pytest.mark.usefixtures("own_lake", "policy")

STRICT = replace(default_policy(), gates=(*default_policy().gates, Gate(level=2, of="review_score", bound=4.9)))


@pytest.fixture
def operators(db: None) -> list[Member]:
    house = make_organisation(Kind.OPERATOR, "Ops")
    return [make_member(house, f"{name}@ops.example") for name in ("first", "second")]


@pytest.fixture
def draft(policy: Policy) -> Policy:
    return quality.draft_policy(STRICT, note="stricter", by=BY, now=NOON)


def tried(draft: Policy) -> Policy:
    quality.grade(as_of=TODAY + timedelta(days=1), policy=draft.number, dry_run=True, by=BY, now=NOON)
    return draft


def grade() -> None:
    quality.grade(as_of=TODAY + timedelta(days=1), by=BY, now=NOON)


@pytest.mark.usefixtures("market")
def test_a_tried_policy_that_a_second_operator_approves_is_in_force(draft: Policy, operators: list[Member]) -> None:
    first, second = operators
    tried(draft)

    quality.propose_policy(draft, by=first.as_actor(), now=NOON)
    quality.approve_policy(draft, by=second.as_actor(), now=NOON)

    draft.refresh_from_db()
    assert (draft.proposed_by, draft.approved_by, draft.published_at) == (first, second, NOON)
    assert quality.grade(as_of=TODAY + timedelta(days=1), by=BY, now=NOON).policy == draft
    assert AuditRow.objects.filter(act__in=["propose_policy", "approve_policy"]).count() == 2
    assert OutboxEvent.objects.filter(name="policy.published").count() == 2
    with pytest.raises(PolicyAlreadyPublished):
        quality.approve_policy(draft, by=second.as_actor(), now=NOON)


def refused(refusal: type[Refused], act: object, draft: Policy, by: Member) -> None:
    """The act is refused and changes nothing."""
    before = Policy.objects.values().get(pk=draft.pk)
    with pytest.raises(refusal):
        act(draft, by=by.as_actor(), now=NOON)
    assert Policy.objects.values().get(pk=draft.pk) == before


def test_a_policy_that_was_never_tried_is_not_proposed(draft: Policy, operators: list[Member]) -> None:
    refused(PolicyNotTried, quality.propose_policy, draft, operators[0])


@pytest.mark.usefixtures("market")
def test_nobody_approves_alone_nor_twice_nor_what_is_not_proposed(draft: Policy, operators: list[Member]) -> None:
    first, second = operators
    tried(draft)
    refused(PolicyNotProposed, quality.approve_policy, draft, second)
    quality.propose_policy(draft, by=first.as_actor(), now=NOON)

    refused(SecondOperatorNeeded, quality.approve_policy, draft, first)
    refused(PolicyProposed, quality.propose_policy, draft, second)
    Policy.objects.filter(pk=draft.pk).update(approved_by=None)
    with pytest.raises(IntegrityError, match="policy_approved_by_another"), transaction.atomic():
        Policy.objects.filter(pk=draft.pk).update(approved_by=first)


@pytest.mark.usefixtures("market")
def test_the_same_person_in_another_membership_is_not_a_second_operator(draft: Policy, operators: list[Member]) -> None:
    again = make_member(make_organisation(Kind.OPERATOR, "Ops abroad"), operators[0].user.email)
    quality.propose_policy(tried(draft), by=operators[0].as_actor(), now=NOON)

    refused(SecondOperatorNeeded, quality.approve_policy, draft, again)


@pytest.mark.usefixtures("market")
def test_only_operators_propose_and_approve(draft: Policy, operators: list[Member], mei: Organisation) -> None:
    merchant = make_member(mei, "mei@example.com")
    tried(draft)

    refused(NotAllowed, quality.propose_policy, draft, merchant)
    quality.propose_policy(draft, by=operators[0].as_actor(), now=NOON)
    refused(NotAllowed, quality.approve_policy, draft, merchant)
    with pytest.raises(NotAllowed):
        quality.approve_policy(draft, by=BY, now=NOON)


@pytest.mark.usefixtures("market")
def test_a_declined_policy_may_be_proposed_again(draft: Policy, operators: list[Member]) -> None:
    first, second = operators
    quality.propose_policy(tried(draft), by=first.as_actor(), now=NOON)

    quality.decline_policy(draft, reason="too strict", by=second.as_actor(), now=NOON)

    refused(PolicyNotProposed, quality.approve_policy, draft, second)
    assert quality.propose_policy(draft, by=second.as_actor(), now=NOON).proposed_by == second


@pytest.mark.usefixtures("market")
def test_an_older_policy_does_not_come_after_a_newer_one(draft: Policy, operators: list[Member]) -> None:
    first, second = operators
    newer = quality.draft_policy(STRICT, note="newer", by=BY, now=NOON)
    quality.propose_policy(tried(draft), by=first.as_actor(), now=NOON)
    quality.propose_policy(tried(newer), by=first.as_actor(), now=NOON)
    quality.approve_policy(newer, by=second.as_actor(), now=NOON)

    refused(PolicyOutdated, quality.approve_policy, draft, second)


@pytest.mark.usefixtures("market")
def test_a_draft_is_only_tried(draft: Policy) -> None:
    with pytest.raises(NoSuchPolicy):
        quality.grade(as_of=TODAY + timedelta(days=1), policy=draft.number, by=BY, now=NOON)

    assert set(Product.objects.values_list("level", flat=True)) == {None}


def test_a_dry_run_tells_who_would_move(draft: Policy, market: list[Product]) -> None:
    grade()
    before = dict(Product.objects.values_list("pk", "level"))
    Product.objects.filter(pk=market[0].pk).update(level=None)

    run = quality.grade(as_of=TODAY + timedelta(days=2), policy=draft.number, dry_run=True, by=BY, now=NOON)
    moves = moves_of(run)

    assert (moves.products, moves.new, moves.policy) == (40, 1, draft.number)
    assert sum(cell.products for cell in moves.matrix) == 40
    assert sum(cell.products for cell in moves.matrix if cell.before == 5) == list(before.values()).count(5)
    moved = sum(cell.products for cell in moves.matrix if cell.before is not None and cell.before != cell.after)
    assert (len(moves.movers), moves.up + moves.down) == (min(moved, 20), moved)
    assert [mover.gmv_fen for mover in moves.movers] == sorted((m.gmv_fen for m in moves.movers), reverse=True)
    assert [(group.name.zh, group.up, group.down) for group in moves.categories] == [("鸟类用品", moves.up, moves.down)]
    assert [(group.name.zh, group.gmv_fen) for group in moves.merchants] == [
        ("Mei", moves.gmv_up_fen + moves.gmv_down_fen)
    ]
    assert moves.down > moves.up
    assert moves_of(run, eventually=False).down == 0  # nobody falls before the second run
