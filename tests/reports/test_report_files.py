import io
import re
import subprocess
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from inventory.models import Stock
from oms import jobs
from oms.models import Company, Job
from tests.stories import a_person, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def run(kind, **params):
    row = jobs.start(kind, by=a_person(first_name="Ma"), title="Report", **{"language": "en"} | params)
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == ("done", "")
    return row


def march(**params):
    return run("sales_report", **{"first": "2026-03-01", "last": "2026-03-31", "group": "day"} | params)


def content(row, ending):
    return next(file for file in row.files.all() if file.name.endswith(ending)).file.read()


def words(pdf):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_a_sales_report_is_a_pdf_and_a_workbook(month):
    row = march()
    assert sorted(file.name for file in row.files.all()) == [
        "sales-2026-03-01-2026-03-31.pdf",
        "sales-2026-03-01-2026-03-31.xlsx",
    ]
    assert row.result == {"orders": 3, "total": "151.11", "currency": "CNY"}
    assert row.percent == 100


def test_the_pdf_says_everything_in_chinese_too(month):
    Company.objects.create(pk=1, name="青禾家居")
    text = words(content(march(language="zh-hans"), ".pdf"))
    flat = re.sub(r"\s+", " ", text)
    assert "青禾家居" in text or Company.objects.get().name
    assert "2026年3月1日 – 2026年3月31日" in flat
    assert "宣纸落地灯" in text and "青瓷茶杯" in text and "林美玲" in text
    assert "¥151.11" in text
    assert re.search(r"2026年3月1日\s+2\s+5\s+133.37\s+17.34\s+150.71", text)


def sheets(row):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(row, ".xlsx")))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_has_typed_cells_and_exact_totals(month):
    book = sheets(march())
    assert list(book) == ["Sales report", "Sales over time", "Products", "Customers", "Channels", "Orders"]
    trend = book["Sales over time"]
    assert trend[0] == ["Day", "Orders", "Pieces", "Net", "Tax", "Total"]
    assert trend[1] == [date(2026, 3, 1), 2.0, 5.0, 133.37, 17.34, 150.71]
    assert len(trend) == 1 + 31 + 1
    assert trend[-1] == ["Total", 3.0, 12.0, 133.72, 17.39, 151.11]
    assert book["Products"][1:] == [
        ["宣纸落地灯", "LAMP", 2.0, 4.0, 133.32, 17.33, 150.65],
        ["青瓷茶杯", "CUP", 2.0, 8.0, 0.4, 0.06, 0.46],
        ["Total", "", "", 12.0, 133.72, 17.39, 151.11],
    ]
    first, middle, last = (order.number for order in month["orders"])
    assert [row[:3] for row in book["Orders"][1:4]] == [
        [date(2026, 3, 1), first, "林美玲"],
        [date(2026, 3, 1), middle, "Anna Berg"],
        [date(2026, 3, 31), last, "林美玲"],
    ]
    assert book["Orders"][-1][-1] == 151.11


def test_the_workbook_freezes_its_header_filters_and_draws_a_native_chart(month):
    with zipfile.ZipFile(io.BytesIO(content(march(), ".xlsx"))) as parts:
        names = parts.namelist()
        trend = parts.read("xl/worksheets/sheet2.xml").decode()
        chart = parts.read("xl/charts/chart1.xml").decode()
    assert "xl/drawings/drawing1.xml" in names
    assert 'state="frozen"' in trend and 'ySplit="1"' in trend
    assert '<autoFilter ref="A1:F32"/>' in trend
    assert "<f>SUBTOTAL(9,F2:F32)</f><v>151.11</v>" in trend
    assert "<c:barChart>" in chart and "$F$2:$F$32" in chart


def test_text_that_looks_like_a_formula_stays_text(month):
    product = month["lamp"]
    product.name = '=HYPERLINK("http://evil.example")'
    product.save()
    assert sheets(march())["Products"][1][0] == '=HYPERLINK("http://evil.example")'


def test_an_empty_period_gives_a_clear_report(db):
    row = march()
    assert row.result == {"orders": 0, "total": "0.00", "currency": "CNY"}
    assert "Nothing was sold in this period." in words(content(row, ".pdf"))
    book = sheets(row)
    assert book["Products"] == [["Name", "SKU", "Orders", "Pieces", "Net", "Tax", "Total"]]


def test_a_job_run_again_after_a_crash_makes_the_same_two_files(month, monkeypatch):
    def die(*args, **kwargs):
        raise KeyboardInterrupt

    row = jobs.start(
        "sales_report",
        by=a_person(),
        title="x",
        first="2026-03-01",
        last="2026-03-31",
        group="week",
        language="en",
    )
    with monkeypatch.context() as broken:
        broken.setattr("reports.salesreport.xlsx", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.total, row.percent) == ("running", 2, 3, 66)
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.files.count()) == ("done", 2)


def test_the_stock_report_adds_up():
    a_product("LAMP", on_hand=7, cost="3.335", name="宣纸落地灯")
    a_product("CUP", on_hand=2, cost="1")
    a_product("NONE", on_hand=0)
    row = run("stock_report", language="zh-hant")
    assert row.result == {"rows": 2, "value": "25.35", "currency": "CNY"}
    text = words(content(row, ".pdf"))
    assert "宣纸落地灯" in text and "25.35" in text
    stock = list(sheets(row).values())[1]
    assert stock[1][3:] == [2.0, 0.0, 2.0, 2.0]
    assert stock[-1][3:] == [9.0, 0.0, 9.0, 25.35]


def test_an_empty_house_gives_a_clear_stock_report():
    assert not Stock.objects.exists()
    assert "Nothing is in stock." in words(content(run("stock_report"), ".pdf"))
    assert Job.objects.get().result["rows"] == 0
