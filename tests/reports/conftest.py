import datetime
import zoneinfo
from decimal import Decimal

import pytest

from inventory.models import Category
from orders import services as orders
from orders.models import Order
from tests.stories import a_customer, a_delivered_order, a_placed_order, a_product

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


def placed(order, *when):
    """Move an order to a local moment, for a report about a fixed month."""
    Order.objects.filter(pk=order.pk).update(placed_at=datetime.datetime(*when, tzinfo=SHANGHAI))
    return order


@pytest.fixture
def month(db):
    """March 2026: three orders sold, the first and last at its very edges; a cancelled one; neighbours outside."""
    lamp = a_product(
        "LAMP", price="33.33", on_hand=500, name="宣纸落地灯", category=Category.objects.create(name="灯具")
    )
    cup = a_product("CUP", price="0.05", on_hand=500, name="青瓷茶杯")
    mei, anna = a_customer("林美玲"), a_customer("Anna Berg", language="en")
    first = placed(a_delivered_order((lamp, 3), (cup, 1), customer=mei), 2026, 3, 1, 0, 0)
    middle = placed(a_placed_order((lamp, 1), customer=anna, channel="api"), 2026, 3, 1, 23, 59)
    last = placed(a_placed_order((cup, 7), customer=mei), 2026, 3, 31, 23, 59, 59)
    cancelled = placed(a_placed_order((lamp, 9), customer=mei), 2026, 3, 10)
    orders.cancel_order(cancelled, by=None, reason="x")
    placed(a_placed_order((lamp, 5), customer=mei), 2026, 2, 28, 23, 59, 59)
    placed(a_placed_order((lamp, 5), customer=mei), 2026, 4, 1, 0, 0)
    assert [o.total for o in (first, middle, last)] == [Decimal("113.05"), Decimal("37.66"), Decimal("0.40")]
    return {"lamp": lamp, "cup": cup, "mei": mei, "anna": anna, "orders": [first, middle, last]}
