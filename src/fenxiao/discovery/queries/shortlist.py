"""Shortlists of merchants and leaders: whom they keep in mind, and what may be seen of each at this moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.discovery.models import ShortlistedCreator
from fenxiao.discovery.queries.asker import goods_asked_for
from fenxiao.discovery.queries.square import CreatorShown, creators_shown, suitings_for
from fenxiao.discovery.rules.bands import Figure
from fenxiao.discovery.rules.suiting import Suiting
from fenxiao.parties.models import Organisation

Heads = tuple[tuple[str, str], ...]  # in Chinese and English

HEADS: Heads = (
    ("达人ID", "creator_id"),
    ("达人", "creator"),
    ("城市", "city"),
    ("等级", "tier"),
    ("带货分", "score"),
    ("粉丝数", "followers"),
    ("30天GMV(元)", "gmv_30d_yuan"),
    ("GPM(元)", "gpm_yuan"),
    ("意向商品", "product"),
    ("备注", "note"),
    ("加入时间", "added_at"),
)
FIT_HEADS: Heads = (("匹配度", "fit"), ("理由", "reasons"))  # where one product was named
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True)
class Shortlisted:
    """One line of a shortlist. `shown` is None of one who is suspended or was never counted."""

    creator: Organisation
    shown: CreatorShown | None
    product: Product | None
    note: str
    added_by: str
    added_at: datetime


def shortlist_of(organisation: Organisation, *, product_id: int | None = None, now: datetime) -> list[Shortlisted]:
    """Whom it keeps in mind, the latest first; of one product where it is named. A constant number of statements."""
    rows = ShortlistedCreator.objects.filter(organisation=organisation, removed_at=None)
    rows = rows.filter(product=product_id) if product_id is not None else rows
    listed = list(rows.select_related("creator", "product").order_by("-added_at", "-pk"))
    shown = {each.id: each for each in creators_shown([row.creator_id for row in listed], now=now)}
    return [
        Shortlisted(
            creator=row.creator,
            shown=shown.get(row.creator_id),
            product=row.product,
            note=row.note,
            added_by=row.added_by,
            added_at=row.added_at,
        )
        for row in listed
    ]


def goods_listed(organisation: Organisation) -> set[int]:
    """For which goods somebody is on its list."""
    rows = ShortlistedCreator.objects.filter(organisation=organisation, product__isnull=False, removed_at=None)
    return set(rows.values_list("product", flat=True))


def shortlisted_ids(organisation: Organisation, creator_ids: Iterable[int]) -> set[int]:
    """Which of these are on its list."""
    rows = ShortlistedCreator.objects.filter(organisation=organisation, creator__in=creator_ids, removed_at=None)
    return set(rows.values_list("creator", flat=True))


def fits_of(
    lines: Sequence[Shortlisted], *, organisation: Organisation, product_id: int, now: datetime
) -> dict[int, Suiting]:
    """How well those listed suit the product, by creator; nothing of one that is not its own on the market any more."""
    if not goods_asked_for(organisation, now=now).filter(pk=product_id).exists():
        return {}
    return suitings_for([line.creator.pk for line in lines], product_id=product_id, asker=organisation, now=now)


def best_first(lines: Sequence[Shortlisted], fits: Mapping[int, Suiting]) -> list[Shortlisted]:
    """Those who suit best first, then those of whom it is not known; of equals as they stood."""
    known = {creator: fit.score for creator, fit in fits.items()}
    return sorted(lines, key=lambda line: -known.get(line.creator.pk, -1))


def shortlist_rows(
    organisation: Organisation, *, product_id: int | None = None, is_chinese: bool, now: datetime
) -> Iterator[list[str]]:
    """The list as rows of a file, heads first: figures as the pages show them, ranges where there is no consent.

    Of one product, where it is named, with how well each suits it, the best first.
    """
    lines = shortlist_of(organisation, product_id=product_id, now=now)
    fits: Mapping[int, Suiting] = {}
    heads = HEADS
    if product_id is not None:
        fits, heads = fits_of(lines, organisation=organisation, product_id=product_id, now=now), HEADS + FIT_HEADS
        lines = best_first(lines, fits)
    yield [zh if is_chinese else en for zh, en in heads]
    for line in lines:
        cells = _cells(line)
        cells += [] if product_id is None else _fit_cells(fits.get(line.creator.pk), is_chinese=is_chinese)
        yield [_safe(cell) for cell in cells]


def _cells(line: Shortlisted) -> list[str]:
    shown = line.shown
    return [
        str(line.creator.pk),
        line.creator.name,
        shown.city if shown else "",
        shown.tier if shown else "",
        "" if shown is None or shown.score_centi is None else f"{shown.score_centi / 100:.2f}",
        _told(shown.followers if shown else None),
        _told(shown.gmv if shown else None, unit=100),
        _told(shown.gpm if shown else None, unit=100),
        line.product.title if line.product else "",
        line.note,
        line.added_at.isoformat(timespec="minutes"),
    ]


def _fit_cells(suiting: Suiting | None, *, is_chinese: bool) -> list[str]:
    if suiting is None:
        return ["", ""]
    reasons = (reason.zh if is_chinese else reason.en for reason in suiting.reasons)
    return [str(suiting.score), ("；" if is_chinese else "; ").join(reasons)]


def _told(figure: Figure | None, *, unit: int = 1) -> str:
    if figure is None:
        return ""
    low = f"{figure.low / unit:g}" if figure.low % unit else str(figure.low // unit)
    if figure.is_exact:
        return low
    return f"{low}~" if figure.high is None else f"{low}~{figure.high // unit}"


def _safe(cell: str) -> str:
    """What a spreadsheet would take for a formula is made text."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
