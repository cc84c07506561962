"""Refusals: what the product says when it will not do a thing. Loads no Django."""

from typing import ClassVar


class Refused(Exception):
    """An act was refused and nothing was changed. Subclasses say why, in both languages, and with which HTTP status.

    `zh` and `en` are `str.format` templates over the keyword arguments, which are kept in `details`.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "操作被拒绝"
    en: ClassVar[str] = "The act was refused"

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """What is wrong and what to do, in `language` ("zh…" or anything else for English)."""
        template = self.zh if language.startswith("zh") else self.en
        return template.format(**self.details)


class BadSetting(Refused):
    """A FENXIAO_ variable cannot be used."""

    code, status = "bad_setting", 400
    zh = "环境变量 {name}={value!r} 无法使用，应为：{wanted}"
    en = "{name}={value!r} cannot be used; expected: {wanted}"


class BadInput(Refused):
    """A field does not say what it must."""

    code, status = "bad_input", 422
    zh = "「{field}」填写有误：{reason_zh}"
    en = "“{field}” is not right: {reason_en}"


class NotAllowed(Refused):
    """The member may not do this."""

    code, status = "not_allowed", 403
    zh = "当前身份无权执行此操作：{act}"
    en = "You may not do this as the current organisation: {act}"


class KeyReused(Refused):
    """An idempotency key came back with another request."""

    code, status = "key_reused", 409
    zh = "幂等键 {key} 已用于另一个请求，请更换后重试"
    en = "Idempotency key {key} was used for a different request; use a new key"


class Unavailable(Refused):
    """Something this act needs is not running."""

    code, status = "unavailable", 503
    zh = "{what} 暂不可用：{reason}"
    en = "{what} is not available: {reason}"
