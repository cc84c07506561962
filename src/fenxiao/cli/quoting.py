"""The command `quote`: which terms win for a creator, why the others lost, and where every fen goes."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from fenxiao.cli.answers import AsJson, Home, answer, out
from fenxiao.cli.house import open_house
from fenxiao.kernel import clock
from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.money import amount, fen_of
from fenxiao.kernel.settings import settings

if TYPE_CHECKING:
    from fenxiao.deals.queries import Quote

Application = Annotated[
    int | None, typer.Option("--application", help="The application whose activity the link carries (by number).")
]
At = Annotated[str | None, typer.Option("--at", help="As of this moment, e.g. 2026-03-10T12:00 (default: now).")]
Quantity = Annotated[int, typer.Option("--quantity", min=1, help="How many are sold.")]
Price = Annotated[str | None, typer.Option("--price", help="Price of one, e.g. 99.90 (default: the product's).")]


def add_commands(app: typer.Typer) -> None:
    """Hang this command onto the `fenxiao` command."""
    app.command("quote")(quote)


def quote(
    product: int,
    creator: int,
    *,
    application: Application = None,
    at: At = None,
    quantity: Quantity = 1,
    price: Price = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """What one order of PRODUCT earns CREATOR (ids), which terms win, why the others lost, where every fen goes."""
    here = open_house(home)
    from fenxiao.catalog.models import Product
    from fenxiao.deals import queries as deals
    from fenxiao.parties.models import Kind, Organisation

    goods = Product.objects.filter(pk=product).first()
    person = Organisation.objects.filter(pk=creator, kind=Kind.CREATOR).first()
    if goods is None:
        raise _no("PRODUCT", "商品", "product", product)
    if person is None:
        raise _no("CREATOR", "达人", "creator", creator)
    if application is not None:
        _check_application(application, product)
    found = deals.quote(
        goods,
        creator=person,
        application=application,
        moment=moment_named(at) if at else clock.now(),
        quantity=quantity,
        price_fen=price_named(price) if price is not None else None,
    )
    if as_json:
        answer(quote_values(found), as_json=True)
    else:
        _show(found, title=f"{goods.title} → {person.name}", language=here.language)


def moment_named(text: str) -> datetime:
    """The moment `text` names, in local time unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        zh, en = f"“{text}” 不是 2026-03-10T12:00 这样的时间", f"{text!r} is no moment such as 2026-03-10T12:00"
        raise BadInput(field="--at", reason_zh=zh, reason_en=en) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=settings().zone)


def price_named(text: str) -> int:
    """The price `text` names, in fen; refuses what is no price."""
    try:
        fen = fen_of(text)
    except ValueError:
        fen = 0
    if fen <= 0:
        zh, en = f"“{text}” 不是大于 0 的金额", f"{text!r} is no amount above 0"
        raise BadInput(field="--price", reason_zh=zh, reason_en=en)
    return fen


def _check_application(application: int, product: int) -> None:
    from fenxiao.deals.models import Application as Cooperation

    if not Cooperation.objects.filter(pk=application, product=product).exists():
        zh, en = f"商品 {product} 没有活动合作 {application}", f"product {product} has no application {application}"
        raise BadInput(field="--application", reason_zh=zh, reason_en=en)


def _no(field: str, zh: str, en: str, number: int) -> BadInput:
    return BadInput(field=field, reason_zh=f"没有编号为 {number} 的{zh}", reason_en=f"there is no {en} {number}")


def quote_values(found: "Quote") -> dict[str, Any]:
    """A quote as one JSON object."""
    values: dict[str, Any] = {
        "terms": found.terms.as_json() if found.terms else None,
        "candidates": [
            {
                "plan_type": each.offer.plan_type,
                "plan": each.offer.plan_id,
                "application": each.offer.application_id,
                "commission_rate_bp": each.terms.commission_rate_bp if each.terms else None,
                "won": each.won,
                "reason": each.reason.value,
                "words": {"zh": each.words("zh"), "en": each.words("en")},
            }
            for each in found.candidates
        ],
        "because": [
            {"code": each.code.value, "zh": each.words("zh"), "en": each.words("en")} for each in found.sayings()
        ],
    }
    if found.terms is None or found.split is None:
        return values
    parts = {f"{name}_fen": getattr(found.split, name).fen for name in PARTS}
    return {
        **values,
        "plan": found.terms.plan_id,
        "commission_rate_bp": found.terms.commission_rate_bp,
        **parts,
        "tier_part_fen": found.tier_part.fen if found.tier_part else 0,
        "subsidy_fen": found.subsidy.fen if found.subsidy else 0,
        "waterfall": [{"code": step.code, "fen": step.amount.fen} for step in found.split.waterfall()],
        "after_steps": [
            {
                "after_orders": each.after_orders,
                "extra_bp": each.extra_bp,
                "creator_net_fen": each.split.creator_net.fen,
            }
            for each in found.after_steps
        ],
    }


PARTS = (
    "base",
    "commission",
    "service_fee",
    "ceded_fee",
    "platform_fee",
    "creator_net",
    "leader_net",
    "second_leader_net",
    "merchant_keeps",
)


def _show(found: "Quote", *, title: str, language: str) -> None:
    offers = Table("", "plan type", "plan", "application", "rate", "why", title=title, title_justify="left")
    for each in found.candidates:
        offers.add_row(
            "✓" if each.won else "",
            str(each.offer.plan_type),
            str(each.offer.plan_id or ""),
            str(each.offer.application_id or ""),
            f"{each.terms.commission_rate_bp / 100:.2f}%" if each.terms else "",
            each.words(language),
        )
    out.print(offers)
    if found.split:
        fall = Table("waterfall", found.split.base.currency)
        for step in found.split.waterfall():
            fall.add_row(step.code.replace("_", " "), amount(step.amount.fen))
        out.print(fall)
    for saying in found.sayings():
        out.print(saying.words(language))
