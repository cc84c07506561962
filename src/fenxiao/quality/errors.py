"""What this floor refuses."""

from fenxiao.kernel.errors import Refused


class PolicyUnsound(Refused):
    """A policy contradicts itself."""

    code, status = "policy_unsound", 422
    zh = "评估模型有误：{reason_zh}"
    en = "The policy is unsound: {reason_en}"


class NoSuchPolicy(Refused):
    """No published policy has this number."""

    code, status = "no_such_policy", 404
    zh = "没有编号为 {number} 的已发布评估模型"
    en = "There is no published policy {number}"


class PolicyAlreadyPublished(Refused):
    """A published policy never changes and is not published twice."""

    code, status = "policy_published", 409
    zh = "评估模型 {number} 已发布，不能再改动"
    en = "Policy {number} is published and never changes"


class PolicyNotTried(Refused):
    """A policy is proposed only after a dry run of it."""

    code, status = "policy_not_tried", 409
    zh = "评估模型 {number} 还没有试算，请先试算再提请发布"
    en = "Policy {number} was never tried: make a dry run of it first"


class PolicyNotProposed(Refused):
    """Only a proposed policy can be approved."""

    code, status = "policy_not_proposed", 409
    zh = "评估模型 {number} 尚未提请发布"
    en = "Policy {number} has not been proposed"


class PolicyProposed(Refused):
    """A policy is proposed once."""

    code, status = "policy_proposed", 409
    zh = "评估模型 {number} 已提请发布，等待另一位小二批准"
    en = "Policy {number} is proposed already and awaits another operator's approval"


class SecondOperatorNeeded(Refused):
    """Whoever proposes a policy does not approve it."""

    code, status = "second_operator_needed", 403
    zh = "评估模型 {number} 由您提请，须由另一位小二批准"
    en = "You proposed policy {number}: another operator has to approve it"


class PolicyOutdated(Refused):
    """A newer version is in force already."""

    code, status = "policy_outdated", 409
    zh = "评估模型 {newest} 已在执行，更早的 {number} 不能再发布"
    en = "Policy {newest} is in force already; {number} is older and cannot be published any more"


class GradingUnderway(Refused):
    """One grading at a time."""

    code, status = "grading_underway", 409
    zh = "另一次评估正在进行，请等它结束"
    en = "Another grading is under way; wait until it ends"


class GradingAsked(Refused):
    """The same grading was asked for and is still to come."""

    code, status = "grading_asked", 409
    zh = "已有人发起同样的评估，正在排队或进行，请等它结束"
    en = "The same grading was asked for already and is waiting or running; wait until it ends"


class NotWaiting(Refused):
    """Work that was asked for is carried out once."""

    code, status = "not_waiting", 409
    zh = "任务 {number} 已处理过"
    en = "Request {number} was carried out already"


class NotGraded(Refused):
    """The run in force has no grade for this product."""

    code, status = "not_graded", 404
    zh = "商品 {product} 还没有评级：它未通过准入，或在上次评估之后才通过"
    en = "Product {product} is not graded: it is not admitted, or was admitted after the last grading"


class NothingToRegrade(Refused):
    """No change can be laid over the run in force."""

    code, status = "nothing_to_regrade", 409
    zh = "没有可以增量重评的内容：{reason_zh}"
    en = "There is nothing to regrade: {reason_en}"
