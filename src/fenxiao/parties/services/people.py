"""People are enrolled and become members of organisations."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import override

from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.errors import AlreadyMember, EmailTaken, WeakPassword
from fenxiao.parties.models import Member, Organisation, Role, User
from fenxiao.parties.services.checks import active_of_kind, named


@transaction.atomic
def enrol_person(email: str, *, name: str, password: str, by: Actor, now: datetime) -> User:
    """Let a person log in by e-mail. Refuses a bad e-mail, one that is enrolled, a missing name and a weak password."""
    # Lower case throughout: the log-in looks e-mails up that way.
    email = email.strip().lower()
    _check_email(email)
    name = named(name, field="name", longest=80)
    _check_password(password)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name)
    except IntegrityError:
        raise EmailTaken(email=email) from None
    audit.record("enrol_person", user, by=by, now=now, after={"email": email, "name": name})
    return user


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(field="email", reason_zh="不是有效的邮箱地址", reason_en="not an e-mail address") from None


# Django's own Chinese catalogue lags behind its English words.
FAULTS_ZH = {"password_too_short": "至少 {min_length} 个字符", "password_too_common": "过于常见，容易被猜到"}


def _check_password(password: str) -> None:
    try:
        with override("en"):
            validate_password(password)
    except ValidationError as faults:
        told = faults.error_list
        reason_zh = "；".join(FAULTS_ZH.get(fault.code or "", "{code}").format(**_details(fault)) for fault in told)
        raise WeakPassword(reason_zh=reason_zh, reason_en=" ".join(faults.messages)) from None


def _details(fault: ValidationError) -> dict[str, object]:
    return {"code": fault.code, **(fault.params or {})}


@transaction.atomic
def add_member(organisation: Organisation, *, user: User, role: Role, by: Actor, now: datetime) -> Member:
    """Let a person act for an organisation, or let a former member back in.

    Refuses someone who is a member, an unknown role, and a suspended organisation.
    """
    if role not in Role.values:
        raise BadInput(field="role", reason_zh=f"没有「{role}」这个角色", reason_en=f"there is no role “{role}”")
    organisation = active_of_kind(organisation)
    former = Member.objects.filter(organisation=organisation, user=user).first()
    if former and former.is_active:
        raise AlreadyMember(user=str(user), name=organisation.name)
    member = former or Member(organisation=organisation, user=user)
    member.role, member.is_active, member.joined_at = role, True, now
    member.save()
    after = {"user": user.pk, "email": user.email, "role": str(role)}
    audit.record("add_member", organisation, by=by, now=now, after=after)
    return member
