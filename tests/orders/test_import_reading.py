"""Reading a customer's file: encodings, headings, and every bad value by row, column and reason."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter

from oms import tables
from oms.errors import DomainError
from orders.importing import mapping, rows
from tests.orders.test_import import MAPPING

# ---- reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_chinese_is_read_in_every_usual_encoding(tmp_path, encoding):
    text = "訂單號,品名,數量\n" + "A-1,高山烏龍茶葉禮盒,3\n" * 20
    path = tmp_path / "orders.csv"
    path.write_bytes(text.encode(encoding))
    table = tables.read_table(path, path.name)
    assert (table.headings, table.rows[0]) == (["訂單號", "品名", "數量"], ["A-1", "高山烏龍茶葉禮盒", "3"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path, delimiter):
    path = tmp_path / "orders.csv"
    path.write_text(f"Ref{delimiter}SKU{delimiter}Qty\nA{delimiter}B{delimiter}2\n")
    assert tables.read_table(path, path.name).rows == [["A", "B", "2"]]


def test_a_workbook_is_read_with_its_numbers_and_dates(tmp_path):
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Ref", "SKU", "Qty", "Date"])
        sheet.write_row(1, 0, [536365, "85123A", 6, datetime.date(2010, 12, 1)])
    (row,) = tables.read_table(path, path.name).rows
    assert [tables.as_text(cell) for cell in row[:3]] == ["536365", "85123A", "6"]
    assert row[3].year == 2010


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(11):
            archive.writestr(f"xl/part{part}.xml", b"0" * 100 * 1024 * 1024)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "orders.csv is empty."),
        (b"\n\n\n", "orders.csv has no row of headings."),
        (b"Ref,SKU,Qty\n", "orders.csv has headings, but no rows."),
        (b"Ref,SKU,SKU\nA,B,C\n", "Two columns have the same heading: SKU."),
        (b"PK\x03\x04 this is no workbook", "orders.csv cannot be read as a workbook."),
        (b"\xd0\xcf\x11\xe0 encrypted", "orders.csv cannot be read as a workbook."),
        (b"\x00\x01\x02\x03,\x00\n\x00,\x01\n", "orders.csv is neither a CSV file nor a workbook."),
        (_bomb(), "orders.csv is too large when unpacked."),
    ],
    ids=["empty", "blank", "no rows", "twice", "damaged", "encrypted", "binary", "bomb"],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(DomainError) as refusal:
        tables.read_table(path, path.name)
    assert str(refusal.value).startswith(sentence)


def test_a_file_over_the_limit_is_not_even_opened(tmp_path, settings):
    settings.UPLOAD_LIMIT_BYTES = 10
    path = tmp_path / "orders.csv"
    path.write_text("Ref,SKU,Qty\nA,B,1\n")
    with pytest.raises(DomainError, match="Split it into several files"):
        tables.read_table(path, path.name)


# ---- mapping


def test_columns_are_guessed_from_headings_in_english_and_chinese():
    assert mapping.guess(["InvoiceNo", "StockCode", "Description", "Quantity", "UnitPrice", "CustomerID"]) == {
        "reference": "InvoiceNo", "sku": "StockCode", "product_name": "Description", "quantity": "Quantity",
        "unit_price": "UnitPrice", "customer_code": "CustomerID",
    }  # fmt: skip
    assert mapping.guess(["订单号", "数量", "單價", "收件人", "其他"]) == {
        "reference": "订单号", "quantity": "数量", "unit_price": "單價", "ship_name": "收件人",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reference": "Ref", "sku": "SKU"}, "Say which column is: Quantity."),
        ({"reference": "Ref", "sku": "SKU", "quantity": "Pieces"}, "The file has no column Pieces. It has: Ref, SKU."),
        ({"colour": "Ref"}, "There is no field colour."),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(fields, sentence):
    with pytest.raises(DomainError, match=sentence):
        mapping.check(fields, ["Ref", "SKU"])


# ---- one row


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Qty", "0", "is 0; at least 1 must be ordered"),
        ("Qty", "-1", "is negative; a return or cancellation is not an order line"),
        ("Qty", "1000000000", "is more than 1,000,000"),
        ("Qty", "1.5", "is not a whole number"),
        ("Qty", "two", "is not a number"),
        ("Qty", "=1+1", "is not a number"),
        ("Qty", "NaN", "is not a number"),
        ("Qty", "", "is empty"),
        ("Price", "-1", "is a negative price"),
        ("Price", "0", "is 0; a free line cannot be told from a missing price"),
        ("Price", "1.23456", "has more than four decimals"),
        ("Price", "999999999999", "is out of range"),
        ("SKU", "", "is empty"),
        ("SKU", "X" * 61, "is longer than 60 characters"),
        ("Date", "01/02/2025", "may be two different days; write it like 2025-12-31"),
        ("Date", "soon", "is not a date; write it like 2025-12-31"),
        ("Date", "0099-01-01", "is a year that cannot be meant"),
        ("Status", "maybe", "is not a status that we know"),
    ],
)
def test_a_bad_value_is_named_by_row_column_and_reason(column, value, reason):
    names = {heading: name for name, heading in MAPPING.items()}
    good = {"reference": "A-1", "sku": "TEA", "quantity": "1"}
    cells = [(good | {names[column]: value}).get(name, "") for name in MAPPING]
    table = tables.Table(list(MAPPING.values()), [cells], 2)
    (row,) = rows.parse(table, MAPPING)
    assert [(p.row, p.column, p.value, p.reason) for p in row.problems] == [(2, column, value[:80], reason)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234.5", "1234.5"), ("12,50", "12.50"), ("¥ 9.90", "9.90"), ("1 234", "1234"), ("1,234", "1234")],
)
def test_prices_are_read_as_people_write_them(text, number):
    assert rows._price(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["2025-03-09", "2025/03/09", "9.3.2025", "2025年3月9日", "20250309", "2025-03-09T10:00:00"]
)
def test_days_are_read_as_people_write_them(text):
    assert rows._day(text) == datetime.date(2025, 3, 9)
