"""Each side is told what the other asks and what became of its own wishes; so are both sides of a trusteeship."""

from datetime import datetime

from django.db import transaction

from fenxiao.deals.models import Trusteeship, Wish
from fenxiao.deals.rules.telling import goods_in_words, moment_in_words, rate_in_words, reason_in_words
from fenxiao.deals.services.wishes import sides_of
from fenxiao.kernel.actors import SYSTEM
from fenxiao.parties import services as parties
from fenxiao.parties.notices import register_words

WISHES = {
    "asked": (
        "「{other}」请求{ask_zh}：活动「{title}」中的{goods_zh}，等你答复",
        "{other} asks for {ask_en} for {goods_en} in “{title}”: your answer is next",
    ),
    "granted": (
        "「{other}」同意了你的请求：{goods_zh}在活动「{title}」中{ask_zh}",
        "{other} granted {ask_en} for {goods_en} in “{title}”",
    ),
    "declined": (
        "「{other}」拒绝了你的请求：{goods_zh}在活动「{title}」中{ask_zh}{reason_zh}",
        "{other} declined {ask_en} for {goods_en} in “{title}”{reason_en}",
    ),
    "withdrawn": (
        "「{other}」撤回了请求：{goods_zh}在活动「{title}」中{ask_zh}",
        "{other} took back its request for {ask_en} for {goods_en} in “{title}”",
    ),
}
TRUSTS = {
    "proposed": (
        "商家「{other}」请你托管其计划，佣金率 {lowest}–{highest}，自 {from_at} 至 {until_at}，等你答复",
        "The merchant {other} asks you to manage its rates within {lowest}–{highest}, from {from_at} until {until_at}",
    ),
    "accepted": (
        "团长「{other}」接受了托管，可在佣金率 {lowest}–{highest} 内调整，至 {until_at}",
        "The leader {other} now manages your rates within {lowest}–{highest}, until {until_at}",
    ),
    "ended": (
        "「{other}」结束了托管（佣金率 {lowest}–{highest}）",
        "{other} ended the trusteeship over rates within {lowest}–{highest}",
    ),
}
register_words({f"wish.{what}": words for what, words in WISHES.items()})
register_words({f"trusteeship.{what}": words for what, words in TRUSTS.items()})
ANSWERS = {"granted", "declined"}


@transaction.atomic
def tell_of_wish(wish_id: int, *, what: str, cause: str, now: datetime) -> int:
    """Tell the side that did not act that something was asked, granted, declined or withdrawn, once per `cause`.

    What was answered before the news of it came waits no more and is not told.
    """
    related = ("application__product", "application__merchant", "application__activity__leader", "asked_by")
    wish = Wish.objects.select_related(*related, "application__first__activity__leader").get(pk=wish_id)
    if what == "asked" and wish.state != Wish.State.OPEN:
        return 0
    application = wish.application
    giver = application.merchant if application.first is None else application.first.activity.leader
    sides = {giver.pk: giver, application.activity.leader_id: application.activity.leader}
    asked = next(pk for pk in sides_of(application) if pk != wish.asked_by_id)
    to, other = (wish.asked_by, sides[asked]) if what in ANSWERS else (sides[asked], wish.asked_by)
    ask_zh, ask_en = _asked(wish)
    details = {
        "other": other.name,
        "title": application.activity.title,
        "ask_zh": ask_zh,
        "ask_en": ask_en,
        **goods_in_words([application.product.title]),
        **reason_in_words(wish.reason),
    }
    subject = ("application", application.pk) if to.pk == application.merchant_id else ("wish", wish.pk)
    if application.first is not None:
        subject = ("handed_on" if to.pk == application.activity.leader_id else "second"), application.pk
    return parties.notify(
        [to.pk], code=f"wish.{what}", subject=subject, details=details, cause=cause, by=SYSTEM, now=now
    )


@transaction.atomic
def tell_of_trusteeship(trusteeship_id: int, *, what: str, side: int | None = None, cause: str, now: datetime) -> int:
    """Tell the leader of a proposal and the merchant of its acceptance, once per `cause`.

    Of an end whoever is not the `side` that ended it is told. What was answered before the news came is not told as a
    proposal.
    """
    row = Trusteeship.objects.select_related("merchant", "leader").get(pk=trusteeship_id)
    if what == "proposed" and (row.accepted_at or row.ended_at):
        return 0
    to = {"proposed": row.leader, "accepted": row.merchant}.get(what)
    if to is None:
        to = row.merchant if side == row.leader_id else row.leader
    other = row.merchant if to == row.leader else row.leader
    details = {
        "other": other.name,
        "lowest": rate_in_words(row.lowest_rate_bp),
        "highest": rate_in_words(row.highest_rate_bp),
        "from_at": moment_in_words(row.from_at),
        "until_at": moment_in_words(row.until_at),
    }
    subject = ("trusteeship", row.pk)
    return parties.notify(
        [to.pk], code=f"trusteeship.{what}", subject=subject, details=details, cause=cause, by=SYSTEM, now=now
    )


def _asked(wish: Wish) -> tuple[str, str]:
    """What is asked, in both languages."""
    if wish.wanted_until is not None:
        until = moment_in_words(wish.wanted_until)
        return f"延期至 {until}", f"an extension until {until}"
    if wish.wanted_fee_bp is not None:
        fee = rate_in_words(wish.wanted_fee_bp)
        return f"服务费下调至 {fee}", f"a service fee of {fee}"
    return "取消合作", "an end of the cooperation"
