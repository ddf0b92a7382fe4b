"""An order is placed while Redis is away: it is kept, and its mail goes out later."""

from decimal import Decimal

import pytest

from customers.services import create_customer
from inventory.models import Product, Stock, Warehouse
from inventory.services import receive
from oms import outbox
from oms.models import Delivery, Message, User
from orders.composing import Asked, Request
from orders.models import Order
from orders.services import place_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_broker(settings):
    from oms.celery import app

    good = app.conf.broker_url
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    app.conf.broker_url = settings.REDIS_URL
    outbox.broker.cache_clear()
    yield
    app.conf.broker_url = good
    outbox.broker.cache_clear()


def test_nothing_is_lost_while_the_broker_is_away(no_broker):
    clerk = User.objects.create(username="clerk")
    product = Product.objects.create(sku="T1", name="Tea", price=Decimal("10"))
    receive(product, Warehouse.objects.create(code="W", name="W"), 5, by=clerk)
    customer = create_customer(by=clerk, name="李娜", email="li@example.com", language="zh-hans")
    address = {"ship_name": "李娜", "line1": "1", "city": "上海"}
    order = place_order(Request(customer=customer, lines=[Asked(product.pk, 2)], address=address), by=clerk)
    assert Order.objects.get().stage == Order.Stage.TO_PICK
    assert Stock.objects.get().reserved == 2
    owed = Delivery.objects.filter(reaction="orders.reactions.send_confirmation")
    assert owed.get().state == Delivery.State.PENDING
    outbox.deliver_pending()
    assert owed.get().state == Delivery.State.DONE
    assert Message.objects.get(about_id=order.pk, template="order_confirmed").state == Message.State.QUEUED
