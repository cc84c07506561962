"""Periods beside the periods before them."""

from datetime import date, timedelta

from fenxiao.facts.queries import CreatorFigures, Figures
from fenxiao.insights.rules import Compared, CreatorPeriod, Period, period_of, points_of

LAST = date(2026, 3, 10)
# 60 days; day n (0 is the first) sold n fen in n lines, half of the money promoted, on 10 clicks.
DAYS = [
    (
        LAST - timedelta(days=59 - number),
        Figures(gmv_fen=2 * number, promoted_gmv_fen=number, paid_lines=number, promoted_lines=number, clicks=10),
    )
    for number in range(60)
]


def test_a_period_ends_with_the_current_day_and_stands_beside_as_many_before() -> None:
    today = period_of(DAYS, 1, kind=Period)
    week = period_of(DAYS, 7, kind=Period)

    assert today.gmv_fen == Compared(value=118, before=116)
    assert week.paid_lines == Compared(value=sum(range(53, 60)), before=sum(range(46, 53)))
    assert (week.days, week.clicks) == (7, Compared(value=70, before=70))


def test_shares_are_of_sums_not_of_days() -> None:
    week = period_of(DAYS, 7, kind=Period)

    assert week.promoted_share_bp == Compared(value=5_000, before=5_000)
    assert week.conversion_bp == Compared(value=392 * 10_000 // 70, before=343 * 10_000 // 70)


def test_a_period_without_anything_has_no_shares_and_no_change() -> None:
    nothing = period_of([(LAST, Figures())] * 2, 1, kind=Period)

    assert nothing.promoted_share_bp == Compared(value=0, before=0)
    assert nothing.gmv_fen.change_bp is None


def test_changes_are_against_the_period_before() -> None:
    assert Compared(value=150, before=100).change_bp == 5_000
    assert Compared(value=0, before=100).change_bp == -10_000
    assert Compared(value=5, before=0).change_bp is None


def test_a_creators_period_knows_what_was_settled() -> None:
    days = [(LAST - timedelta(days=1), CreatorFigures(settled_commission_fen=3)), (LAST, CreatorFigures())]

    assert period_of(days, 1, kind=CreatorPeriod).settled_commission_fen == Compared(value=0, before=3)


def test_the_chart_shows_the_last_thirty_days() -> None:
    points = points_of(DAYS)

    assert [points[0].day, points[-1].day] == [LAST - timedelta(days=29), LAST]
    assert [point.gmv_fen for point in points] == [2 * number for number in range(30, 60)]
