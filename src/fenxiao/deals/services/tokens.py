"""Share tokens: short codes that carry a product with its activity chain."""

import secrets
from datetime import datetime

from django.db import transaction

from fenxiao.deals.errors import NotASide
from fenxiao.deals.ground import cooperating
from fenxiao.deals.models import Application, ShareToken
from fenxiao.deals.rules.application_states import ApplicationAct
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Organisation

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 and O, 1 and I: codes are read aloud
LENGTH = 12  # 60 bits: nobody guesses one that is in use
LONGEST_TITLE, LONGEST_WORDS = 60, 200


@transaction.atomic
def share_token(
    application: Application,
    *,
    leader: Organisation,
    title: str = "",
    words: str = "",
    by: Actor,
    now: datetime,
) -> ShareToken:
    """A code for a passed application; the same words give the same code.

    Refuses other leaders, words that are too long, and what was not passed or ends.
    """
    for field, text, longest in (("title", title, LONGEST_TITLE), ("words", words, LONGEST_WORDS)):
        if len(text) > longest:
            raise BadInput(field=field, reason_zh=f"最多 {longest} 字", reason_en=f"at most {longest} characters")
    application = cooperating.lock_one(application)
    if application.activity.leader_id != leader.pk:
        raise NotASide(organisation=leader.name, side_zh="团长", side_en="leader")
    cooperating.check_applications([application], act=ApplicationAct.SHARE, now=now)
    found = ShareToken.objects.filter(application=application, title=title, words=words).first()
    if found:
        return found
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    token = ShareToken.objects.create(application=application, code=code, title=title, words=words, made_at=now)
    audit.record("share_token", token, by=by, now=now, after={"application": application.pk})
    outbox.publish("token.made", token=token.pk, applications=[application.pk])
    return token
