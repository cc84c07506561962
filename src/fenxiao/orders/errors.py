"""What this floor refuses, and the problems it reports about single events. Loads no Django."""

from fenxiao.kernel.errors import Refused


class BadEvent(Refused):
    """An order event does not say what it must."""

    code, status = "bad_event", 422
    zh = "事件 {event_id} 的「{field}」填写有误：{reason_zh}"
    en = "Event {event_id}: “{field}” is not right: {reason_en}"


class EventReused(Refused):
    """An event id came back with other content."""

    code, status = "event_reused", 409
    zh = "事件 {event_id} 已收到过，但这次内容不同；请使用新的事件编号"
    en = "Event {event_id} was told before with other content; use a new event id"


class UnknownProduct(Refused):
    """A paid line names a product that is not here."""

    code, status = "unknown_product", 422
    zh = "事件 {event_id} 第 {line_no} 行的商品 {product_id} 不存在"
    en = "Event {event_id}, line {line_no}: product {product_id} does not exist"


class WrongMerchant(Refused):
    """A paid line names a product of another merchant than it says."""

    code, status = "wrong_merchant", 422
    zh = "事件 {event_id} 第 {line_no} 行的商品 {product_id} 不属于商家 {merchant_id}"
    en = "Event {event_id}, line {line_no}: product {product_id} is not merchant {merchant_id}'s"


class BadReview(Refused):
    """A review does not say what it must."""

    code, status = "bad_review", 422
    zh = "评价 {external_id} 的「{field}」填写有误：{reason_zh}"
    en = "Review {external_id}: “{field}” is not right: {reason_en}"


class ReviewReused(Refused):
    """A review id came back with other stars or another moment."""

    code, status = "review_reused", 409
    zh = "评价 {external_id} 已收到过，但这次内容不同"
    en = "Review {external_id} was told before with other content"


class UnknownLine(Refused):
    """A review is about a line that was never paid for."""

    code, status = "unknown_line", 422
    zh = "评价 {external_id} 所指的订单 {order_ref} 或其行不存在"
    en = "Review {external_id}: order {order_ref}, or that line of it, is not here"


class TooManyAtOnce(Refused):
    """A batch is larger than one transaction should be."""

    code, status = "too_many_at_once", 413
    zh = "一次最多 {most} 条，收到 {count} 条；请分批提交"
    en = "At most {most} at once, {count} came; send them in parts"


class LinesNotDue(Refused):
    """Some of the lines are not received ones with a promoter, so they cannot be settled."""

    code, status = "lines_not_due", 409
    zh = "{count} 个订单行不处于可结算状态（已收货且有推广者）"
    en = "{count} order lines are not ready to settle (received, with a promoter)"
