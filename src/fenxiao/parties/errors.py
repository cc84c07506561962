"""What the parties floor refuses, and what to do about it."""

from fenxiao.kernel.errors import Refused


class WrongKind(Refused):
    """This kind of organisation has no such thing."""

    code, status = "wrong_kind", 409
    zh = "「{name}」是{kind_zh}，此操作只适用于：{wanted_zh}"
    en = "“{name}” is of the kind {kind}; this is only for: {wanted}"


class OrganisationSuspended(Refused):
    """A suspended organisation does nothing until it is restored."""

    code, status = "organisation_suspended", 409
    zh = "「{name}」已被停用，请先联系平台恢复"
    en = "“{name}” is suspended; ask the operator to restore it first"


class AlreadySuspended(Refused):
    """It is suspended as it is."""

    code, status = "already_suspended", 409
    zh = "「{name}」已经处于停用状态"
    en = "“{name}” is suspended already"


class NotSuspended(Refused):
    """There is nothing to restore."""

    code, status = "not_suspended", 409
    zh = "「{name}」没有被停用，无需恢复"
    en = "“{name}” is not suspended; there is nothing to restore"


class EmailTaken(Refused):
    """One e-mail, one person."""

    code, status = "email_taken", 409
    zh = "邮箱 {email} 已经注册，请直接添加为成员"
    en = "{email} is enrolled already; add that person as a member instead"


class WeakPassword(Refused):
    """The password is too easy to guess."""

    code, status = "weak_password", 422
    zh = "密码不够安全：{reason_zh}"
    en = "The password is not safe enough: {reason_en}"


class AlreadyMember(Refused):
    """A person is in an organisation once."""

    code, status = "already_member", 409
    zh = "{user} 已经是「{name}」的成员"
    en = "{user} is a member of “{name}” already"


class BadDomain(Refused):
    """Not a domain that a merchant can own."""

    code, status = "bad_domain", 422
    zh = "「{domain}」不是可登记的域名，请只填写域名，例如 shop.example.com（不含 http://、端口和路径）"
    en = "“{domain}” cannot be registered; give the bare domain, e.g. shop.example.com (no http://, port or path)"


class DomainRegistered(Refused):
    """The merchant has registered this domain before."""

    code, status = "domain_registered", 409
    zh = "域名 {domain} 已经登记过"
    en = "{domain} is registered already"


class ScoreOutOfRange(Refused):
    """Scores run from 0.00 to 5.00."""

    code, status = "score_out_of_range", 422
    zh = "评分须在 0.00 到 5.00 之间（即 0 到 500），收到 {score_centi}"
    en = "A score lies between 0.00 and 5.00 (0 to 500 hundredths); got {score_centi}"


class ScoreRecorded(Refused):
    """Another score was recorded for this very moment, and history is not rewritten."""

    code, status = "score_recorded", 409
    zh = "「{name}」在 {moment} 已有评分 {score_centi}，历史评分不可改写"
    en = "“{name}” has a score from {moment} already ({score_centi}); history is not rewritten"


class TierUnchanged(Refused):
    """The creator has this tier as it is."""

    code, status = "tier_unchanged", 409
    zh = "「{name}」当前已是{tier_zh}牌等级"
    en = "“{name}” has this tier already: {tier}"


class TierRecorded(Refused):
    """A tier was set from this moment or a later one, and history is not rewritten."""

    code, status = "tier_recorded", 409
    zh = "「{name}」在 {moment} 已设置为{tier_zh}牌等级，历史等级不可改写"
    en = "“{name}” has the tier {tier} from {moment}; history is not rewritten"


class DisclosureUnchanged(Refused):
    """The creator shows exact figures, or does not, as it is."""

    code, status = "disclosure_unchanged", 409
    zh = "「{name}」的数据展示方式没有变化"
    en = "What “{name}” shows is as it was: nothing changed"


class DisclosureRecorded(Refused):
    """Consent was given or taken back at this moment or a later one, and history is not rewritten."""

    code, status = "disclosure_recorded", 409
    zh = "「{name}」在 {moment} 已设置过数据展示方式，历史不可改写"
    en = "What “{name}” shows was set from {moment} already; history is not rewritten"
