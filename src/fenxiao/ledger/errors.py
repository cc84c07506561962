"""What this floor refuses."""

from fenxiao.kernel.errors import Refused


class NotAMerchant(Refused):
    """Only merchants have wallets and credit."""

    code, status = "not_a_merchant", 422
    zh = "「{name}」不是商家，没有钱包"
    en = "“{name}” is no merchant and has no wallet"


class AmountNotPositive(Refused):
    """An amount of money must be more than nothing."""

    code, status = "amount_not_positive", 422
    zh = "金额必须大于零，收到 {amount}"
    en = "The amount must be more than zero, not {amount}"


class SettledTooEarly(Refused):
    """A hold that still runs is not cut short."""

    code, status = "settled_too_early", 422
    zh = "结算截止时间 {until} 晚于当前时间 {now}，账期未满的订单不能提前结算"
    en = "{until} is after now ({now}): lines whose hold still runs are not settled early"
