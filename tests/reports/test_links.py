"""Every number on a page is the number of rows behind its link."""

import re
from html import unescape

import pytest

from aftersales import services as aftersales
from reports import home
from tests.reports.test_pages import a_member, some_orders
from tests.stories import a_delivered_order, a_product

pytestmark = pytest.mark.django_db


def rows(client, href):
    """How many rows the page has; the dispatch desk calls them `waiting`."""
    context = client.get(href).context
    return len(context["rows"] if "rows" in context else context["waiting"])


def tiles(page):
    """(label, value, address) of each tile that is a link."""
    found = re.findall(
        r'<a class="tile[^"]*" href="([^"]+)"><span class="tile-label">([^<]+)</span>'
        r'<span class="tile-value">([^<]+)</span>',
        page,
    )
    return [(label, value, unescape(href)) for href, label, value in found]


def test_the_tiles_of_the_home_page(client):
    some_orders()
    order = a_delivered_order((a_product(), 2))
    aftersales.request_return(order, pieces={order.lines.get().pk: 1}, reason="other")
    aftersales.open_ticket(order.customer, subject="x", text="y")
    client.force_login(a_member("manager"))
    found = tiles(client.get("/").content.decode())
    assert len(found) == 10 + 5
    assert [(label, rows(client, href)) for label, _value, href in found] == [
        (label, int(value)) for label, value, _href in found
    ]
    assert rows(client, home.open_orders_href()) == 4


def test_the_figures_of_the_dashboard(client, month):
    lamp = month["lamp"]
    order = a_delivered_order((lamp, 1))
    aftersales.request_return(order, pieces={order.lines.get().pk: 1}, reason="other")
    client.force_login(a_member("manager"))
    now = {label: href for label, _value, href in tiles(client.get("/reports/?period=7").content.decode())}
    assert rows(client, now["Delivered as promised"]) == 2  # the month's first order was delivered today, too
    assert rows(client, now["Returns asked for"]) == 1
    response = client.get("/reports/?first=2026-03-01&last=2026-03-31")
    page = response.content.decode()
    then = {label: href for label, _value, href in tiles(page)}
    assert rows(client, then["Orders"]) == 3
    links = {unescape(href) for href in re.findall(r'<td><a href="([^"]+)"', page)}
    counts = {
        **{f"product={row.key}": 2 for row in response.context["products"]},
        **{f"customer={row.key}": row.sums.orders for row in response.context["customers"]},
        **{f"channel={row.key}": row.sums.orders for row in response.context["channels"]},
    }
    for ending, count in counts.items():
        (href,) = [link for link in links if link.endswith(ending)]
        assert rows(client, href) == count
    for stage, count in response.context["stages"]:
        assert rows(client, f"/orders/?{response.context['placed']}&stage={stage}") == count
