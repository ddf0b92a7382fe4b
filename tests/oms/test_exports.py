from datetime import date
from decimal import Decimal

import pytest

from oms.columns import Column
from oms.exports import csv_lines, harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", [-1, Decimal("-12.50"), 0, 3.5, date(2025, 9, 30)])
def test_numbers_stay_numbers(value):
    assert str(harmless(value)) == str(value)


def test_lines_are_quoted_and_begin_with_a_byte_order_mark():
    class Row:
        name, total, note = 'Li "Lee", Ltd', Decimal("-3.10"), None

    columns = [Column("name", "Name"), Column("total", "=Total"), Column("note", "Note")]
    assert list(csv_lines(columns, [Row()])) == [
        "\ufeffName,'=Total,Note\r\n",
        '"Li ""Lee"", Ltd",-3.10,\r\n',
    ]
