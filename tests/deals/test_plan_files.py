"""Plans of many products in one sheet: all or none, with each fault by row and column."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from fenxiao.catalog.models import Product
from fenxiao.deals import queries, services, sheets
from fenxiao.deals.errors import PlanFileRefused, PlanFileUnreadable
from fenxiao.deals.models import Plan, PlanRate
from fenxiao.deals.queries import Fault
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product
from tests.deals.plan_cast import MIDNIGHT, creators, make_application

HEADERS = ["商品ID", "计划类型", "达人ID", "佣金率%"]


def file_of(*rows: list[object], headers: list[str] | None = None) -> BytesIO:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in [headers or HEADERS, *rows]:
        page.append(row)
    written = BytesIO()
    book.save(written)
    written.seek(0)
    return written


def faults_of(merchant: Organisation, *rows: list[object]) -> list[tuple[int, str]]:
    checked = queries.check_plan_file(merchant, file=file_of(*rows), now=NOON)
    return [(fault.row, fault.column) for fault in checked.faults]


def test_the_template_is_taken_as_it_is_and_filled_in(mei: Organisation, cup: Product) -> None:
    book = load_workbook(BytesIO(queries.plan_template()))
    book.active.append([cup.pk, "normal", None, 12.5])
    filled = BytesIO()
    book.save(filled)
    filled.seek(0)

    services.apply_plan_file(mei, file=filled, by=BY, now=NOON)

    assert queries.rates_at([cup.pk], NOON) == {cup.pk: 1_250}


def test_a_file_enters_plans_of_every_kind_at_once(mei: Organisation, cup: Product) -> None:
    ann, bob = creators(2)
    plate, bowl = make_product(mei, "Plate"), make_product(mei, "Bowl")
    standing = services.open_plan(plate, rate_bp=3_000, by=BY, now=NOON)
    rows = (
        [cup.pk, "普通", None, 20],
        [plate.pk, 1, "", "12.5%"],
        [cup.pk, "商品定向", f"{ann.pk}，{bob.pk}", 25],
        [None, "shop-targeted", ann.pk, 30],
        [bowl.pk, "专属", str(ann.pk), 40.5],
        [bowl.pk, 5, str(bob.pk), 41],
    )

    assert faults_of(mei, *rows) == []
    plans = services.apply_plan_file(mei, file=file_of(*rows), by=BY, now=NOON)

    assert [plan.type for plan in plans] == [1, 1, 2, 4, 5]
    assert queries.rates_at([cup.pk, plate.pk], NOON) == {cup.pk: 2_000, plate.pk: 3_000}
    assert queries.rates_at([plate.pk], MIDNIGHT) == {plate.pk: 1_250}
    assert plans[1] == standing
    assert [row.rate_bp for row in queries.commission_rows(plans[4], now=MIDNIGHT)] == [4_050, 4_100]
    assert AuditRow.objects.filter(act="enter_plans").count() == 1


FAULTS = [
    (3, "product"),
    (4, "product"),
    (5, "type"),
    (6, "creators"),
    (7, "creators"),
    *[(8, column) for column in ("type", "creators", "rate")],
    (9, "rate"),
    (10, "rate"),
    (11, "rate"),
    (12, "product"),
    (13, "product"),
    (14, "creators"),
    (14, "rate"),
]


@pytest.fixture
def faulty(mei: Organisation, cup: Product, stranger: Organisation, lao_wu: Organisation) -> list[list[object]]:
    """A good row, and from row 3 on one of every fault."""
    ann = creators(1)[0]
    theirs = make_product(stranger, "Hat")
    plate = make_product(mei, "Plate")
    make_application(plate, lao_wu, fee_bp=5_000)
    return [
        [cup.pk, "normal", None, 20],
        [cup.pk, "normal", None, 30],  # 3: said twice
        [theirs.pk, "normal", None, 20],  # 4: another's
        [cup.pk, "both", None, 20],  # 5
        [cup.pk, "exclusive", None, 20],  # 6: names nobody
        [cup.pk, "exclusive", f"{ann.pk},{stranger.pk}", 20],  # 7
        [cup.pk, "targeted?", "x", "much"],  # 8: three cells
        [plate.pk, "normal", None, 50.01],  # 9: the merchant would owe more than the price
        [cup.pk, "normal", None, "=10+10"],  # 10
        [cup.pk, "normal", None, 12.345],  # 11
        [cup.pk, "shop-targeted", ann.pk, 20],  # 12: names a product
        [10**30, "normal", None, 20],  # 13
        [cup.pk, "item-targeted", f"{ann.pk} {ann.pk}", 91],  # 14
    ]


def test_every_fault_is_told_by_row_and_column_and_nothing_is_changed(
    mei: Organisation, faulty: list[list[object]]
) -> None:
    assert faults_of(mei, *faulty) == FAULTS
    with pytest.raises(PlanFileRefused) as refusal:
        services.apply_plan_file(mei, file=file_of(*faulty), by=BY, now=NOON)

    assert len(refusal.value.details["faults"]) == len(FAULTS)  # type: ignore[arg-type]  # each test changes what it is about
    assert refusal.value.message("zh-hans").startswith("文件中有 15 处错误，未做任何修改。首个错误：第 3 行「商品ID")
    assert refusal.value.message("en").startswith("The file has 15 errors and nothing was changed. The first: row 3")
    assert (Plan.objects.count(), PlanRate.objects.count(), OutboxEvent.objects.count()) == (0, 0, 0)


def test_faults_speak_both_languages(mei: Organisation, cup: Product) -> None:
    checked = queries.check_plan_file(mei, file=file_of([cup.pk, "normal", None, "=1"]), now=NOON)

    assert list(checked.faults) == [
        Fault(
            row=2,
            column="rate",
            zh="不接受公式，请填写数值",
            en="formulas are not taken: enter the value itself",
        )
    ]


def test_a_percentage_cell_says_what_it_shows(mei: Organisation, cup: Product) -> None:
    book = load_workbook(file_of([cup.pk, "normal", None, 0.125]))
    book.active["D2"].number_format = "0.0%"
    written = BytesIO()
    book.save(written)
    written.seek(0)

    services.apply_plan_file(mei, file=written, by=BY, now=NOON)

    assert queries.rates_at([cup.pk], NOON) == {cup.pk: 1_250}


def bomb() -> BytesIO:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.MOST_UNPACKED + 1))
    written.seek(0)
    return written


def entities() -> BytesIO:
    whole, written = file_of(["x", "normal", None, 1]), BytesIO()
    with ZipFile(whole) as parts, ZipFile(written, "w") as changed:
        for info in parts.infolist():
            text = parts.read(info)
            if info.filename.endswith("sheet1.xml"):
                text = b'<!DOCTYPE a [<!ENTITY b "c">]>' + text
            changed.writestr(info, text)
    written.seek(0)
    return written


def torn() -> BytesIO:
    whole, written = file_of(["x", "normal", None, 1]), BytesIO()
    with ZipFile(whole) as parts, ZipFile(written, "w") as changed:
        for info in parts.infolist():
            changed.writestr(info, parts.read(info)[: 200 if info.filename.endswith("sheet1.xml") else None])
    written.seek(0)
    return written


BAD_FILES = {
    "no sheet": lambda: BytesIO(b"product,rate\n1,2"),
    "empty": lambda: BytesIO(b""),
    "too large": lambda: BytesIO(b"0" * (sheets.MOST_BYTES + 1)),
    "a bomb": bomb,
    "entities": entities,
    "torn": torn,
    "other headers": lambda: file_of([1, "normal", None, 1], headers=["a", "b", "c", "d"]),
    "one column more": lambda: file_of([1, "normal", None, 1, 5], headers=[*HEADERS, "more"]),
    "no header": lambda: file_of(headers=[""]),
    "too many rows": lambda: file_of(*[[1, "normal", None, 1]] * (sheets.MOST_ROWS + 1)),
    "some other archive": lambda: _archive({"readme.txt": b"hello"}),
}


def _archive(parts: dict[str, bytes]) -> BytesIO:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    written.seek(0)
    return written


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_is_no_sheet_of_plans_is_refused_in_words(mei: Organisation, name: str) -> None:
    with pytest.raises(PlanFileUnreadable) as refusal:
        services.apply_plan_file(mei, file=BAD_FILES[name](), by=BY, now=NOON)

    assert "模板" in refusal.value.message("zh-hans")
    assert "template" in refusal.value.message("en")


def test_a_file_without_rows_is_refused(mei: Organisation) -> None:
    with pytest.raises(PlanFileRefused):
        services.apply_plan_file(mei, file=file_of(), by=BY, now=NOON)


def test_a_hundred_rows_take_as_many_statements_as_two(mei: Organisation) -> None:
    ann = creators(1)[0]
    counts = []
    for size in (1, 50):
        goods = [make_product(mei, f"Cup {number}") for number in range(size)]
        rows = [[product.pk, kind, named, 10] for product in goods for kind, named in ((1, None), (2, ann.pk))]
        with CaptureQueriesContext(connection) as statements:
            services.apply_plan_file(mei, file=file_of(*rows), by=BY, now=NOON)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_text_that_looks_like_a_formula_stays_text_in_what_is_written_out() -> None:
    written = load_workbook(BytesIO(sheets.sheet([["=1+1", "@x", 5]], widths=(10, 10, 10))))

    first = written.active["A1"]
    assert (first.value, first.data_type) == ("=1+1", "s")
