from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from oms.charts import WIDE, bar_chart, line_chart


def test_bars_stand_on_zero_and_end_at_their_value():
    chart = bar_chart("Orders", [("Mon", 50), ("Tue", 100), ("Wed", 0)])
    assert [tick.label for tick in chart.ticks] == ["0", "20", "40", "60", "80", "100"]
    bottom, top = chart.ticks[0].at, chart.ticks[-1].at
    assert [(bar.y, bar.height) for bar in chart.bars] == [
        ((bottom + top) / 2, (bottom - top) / 2),
        (top, bottom - top),
        (bottom, 0),
    ]


def test_negative_values_hang_below_zero():
    chart = bar_chart("Margin", [("A", Decimal("-10")), ("B", 10)])
    zero = next(tick.at for tick in chart.ticks if tick.label == "0")
    below, above = chart.bars
    assert (below.y, above.y + above.height) == (zero, zero)
    assert below.height == above.height


@pytest.mark.parametrize("data", [[], [("Mon", 0)], [("Mon", 0), ("Tue", 0)]])
def test_nothing_still_draws(data):
    assert "<svg" in render_to_string("oms/charts/chart.html", {"chart": bar_chart("Orders", data)})


def test_labels_are_thinned_to_what_fits():
    days = [(str(day), day) for day in range(1, 32)]
    assert len(bar_chart("Orders", days).labels) <= 10
    assert len(bar_chart("Orders", days, width=WIDE).labels) > 10


def test_a_chart_is_readable_without_seeing_it_and_carries_its_links():
    chart = bar_chart("Orders <b>", [("Mon", 1234)], description="One day", urls=["/orders/?x=1"])
    html = render_to_string("oms/charts/chart.html", {"chart": chart})
    assert "<title>Orders &lt;b&gt;</title>" in html
    assert "<desc>One day</desc>" in html
    assert "<th>Mon</th><td>1,234</td>" in html
    assert 'href="/orders/?x=1"' in html


def test_series_differ_by_dash_and_not_by_colour_alone():
    chart = line_chart("Both", ["a", "b"], {"One": [1, 2], "Two": [2, 1]})
    assert [line.name for line in chart.lines] == ["One", "Two"]
    assert chart.lines[0].path.startswith("M56.0 ")
    assert chart.lines[0].dash != chart.lines[1].dash
