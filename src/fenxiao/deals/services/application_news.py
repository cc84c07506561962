"""Merchants and leaders are told what the other side did to their applications: one notice for all goods of one act."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction

from fenxiao.deals.models import Application, ApplicationState, ExpiredBy, Wish
from fenxiao.deals.rules.telling import goods_in_words, moment_in_words, reason_in_words
from fenxiao.kernel.actors import SYSTEM
from fenxiao.parties import services as parties
from fenxiao.parties.models import Organisation
from fenxiao.parties.notices import register_words

MADE, SECOND_MADE = "application.made", "application.second_made"
PASSED, REJECTED = "application.passed", "application.rejected"
OFF_SHELF, WITHDRAWN, ENDED = "application.off_shelf", "application.withdrawn", "application.ended"
WORDS = {
    MADE: (
        "商家「{other}」以{goods_zh}申请参加活动「{title}」，等你审核",
        "The merchant {other} applies to “{title}” with {goods_en}: your audit is next",
    ),
    SECOND_MADE: (
        "团长「{other}」以{goods_zh}申请参加你的活动「{title}」，等你审核",
        "The leader {other} applies to your “{title}” with {goods_en}: your audit is next",
    ),
    PASSED: (
        "{goods_zh}参加活动「{title}」的申请已通过",
        "Your application to “{title}” with {goods_en} was passed",
    ),
    REJECTED: (
        "{goods_zh}参加活动「{title}」的申请被拒绝{reason_zh}",
        "Your application to “{title}” with {goods_en} was rejected{reason_en}",
    ),
    OFF_SHELF: (
        "{goods_zh}已下架，在活动「{title}」中的合作自 {ends_at} 起结束",
        "{goods_en} went off shelf: the cooperation in “{title}” ends at {ends_at}",
    ),
    WITHDRAWN: (
        "商家「{other}」撤回了{goods_zh}在活动「{title}」中的合作，自 {ends_at} 起结束{reason_zh}",
        "The merchant {other} withdrew {goods_en} from “{title}”: it ends at {ends_at}{reason_en}",
    ),
    ENDED: (
        "团长「{other}」结束了{goods_zh}在活动「{title}」中的合作，自 {ends_at} 起生效{reason_zh}",
        "The leader {other} ended the cooperation with {goods_en} in “{title}” from {ends_at} on{reason_en}",
    ),
}
register_words(WORDS)


@transaction.atomic
def tell_of_applying(application_ids: Collection[int], *, cause: str, now: datetime) -> int:
    """Tell leaders who waits for their audit, once per `cause`; returns how many notices that made.

    What was answered or withdrawn before the news came waits no more and is not told.
    """
    letters = _Letters()
    for each in _with_parties(application_ids):
        if each.state == ApplicationState.PENDING:
            code = MADE if each.first is None else SECOND_MADE
            letters.add(each, to=each.activity.leader, code=code, other=_giver(each))
    return letters.send(cause=cause, now=now)


@transaction.atomic
def tell_of_audit(application_ids: Collection[int], *, is_passed: bool, cause: str, now: datetime) -> int:
    """Tell those who applied how the audit went, once per `cause`; returns how many notices that made."""
    letters = _Letters()
    for each in _with_parties(application_ids):
        letters.add(each, to=_giver(each), code=PASSED if is_passed else REJECTED, other=each.activity.leader)
    return letters.send(cause=cause, now=now)


@transaction.atomic
def tell_of_ends(application_ids: Collection[int], *, is_ahead: bool, cause: str, now: datetime) -> int:
    """Tell the other side that applications end, once per `cause`; returns how many notices that made.

    What was passed is told when its end is entered (`is_ahead`), not again at the midnight when it comes; windows that
    simply run out were agreed and are told to nobody.
    """
    letters = _Letters()
    found = [each for each in _with_parties(application_ids) if (each.passed_at is not None) == is_ahead]
    agreed = set(_agreed(found))
    for each in found:
        if each.pk not in agreed:
            for to, code, other in _told_of_end(each):
                letters.add(each, to=to, code=code, other=other)
    return letters.send(cause=cause, now=now)


class _Letters:
    """Notices to be sent: what one organisation is told of one activity's goods is one notice."""

    def __init__(self) -> None:
        self.groups: dict[tuple[Organisation, str, int], list[tuple[Application, Organisation]]] = defaultdict(list)

    def add(self, application: Application, *, to: Organisation, code: str, other: Organisation) -> None:
        """Tell `to` of one more application; `other` is the one who acted."""
        self.groups[to, code, application.activity_id].append((application, other))

    def send(self, *, cause: str, now: datetime) -> int:
        """Send them; returns how many."""
        return sum(
            _send(to, code, [each for each, _ in told], other=told[0][1], cause=cause, now=now)
            for (to, code, _), told in self.groups.items()
        )


def _send(
    to: Organisation, code: str, applications: list[Application], *, other: Organisation, cause: str, now: datetime
) -> int:
    first = applications[0]
    details = {
        "title": first.activity.title,
        "other": other.name,
        "ends_at": moment_in_words(first.ends_at or now),
        **goods_in_words([each.product.title for each in applications]),
        **reason_in_words(first.reason),
    }
    subject = _subject(to, applications)
    return parties.notify([to.pk], code=code, subject=subject, details=details, cause=cause, by=SYSTEM, now=now)


def _subject(to: Organisation, applications: list[Application]) -> tuple[str, int]:
    """What the notice leads to: the application where it is one merchant's, else all of the activity's."""
    first = applications[0]
    if first.first is not None:
        return ("handed_on" if to.pk == first.activity.leader_id else "second"), first.pk
    if len(applications) == 1:
        return "application", first.pk
    return "activity", first.activity_id


def _with_parties(application_ids: Collection[int]) -> list[Application]:
    rows = Application.objects.filter(pk__in=list(application_ids)).order_by("pk")
    return list(rows.select_related("product", "merchant", "activity__leader", "first__activity__leader"))


def _giver(application: Application) -> Organisation:
    """Who applied: the merchant, or the first leader."""
    return application.merchant if application.first is None else application.first.activity.leader


def _told_of_end(application: Application) -> Iterator[tuple[Organisation, str, Organisation]]:
    """Who is told that it ends, in which words, and who did it."""
    leader, giver = application.activity.leader, _giver(application)
    is_hanging = application.first is not None
    match application.expired_by:
        case ExpiredBy.OFF_SHELF:
            yield leader, OFF_SHELF, application.merchant
            if not is_hanging:
                yield application.merchant, OFF_SHELF, leader
        case ExpiredBy.MERCHANT:
            yield leader, WITHDRAWN, application.merchant
        case ExpiredBy.LEADER if application.first is not None and application.first.expired_by is not None:
            yield leader, ENDED, giver  # it fell with the first leader's
        case ExpiredBy.LEADER:
            yield giver, ENDED, leader


def _agreed(applications: Collection[Application]) -> Iterator[int]:
    """Ends that both sides consented to: the answer tells of them."""
    consented = Wish.objects.filter(
        application__in=[each.pk for each in applications], kind=Wish.Kind.CANCELLATION, state=Wish.State.GRANTED
    )
    yield from consented.values_list("application_id", flat=True)
