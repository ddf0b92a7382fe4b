"""Django's own admin shows customers and orders, and writes no ledger."""

import pytest

from oms.models import User
from orders.services import record_payment
from tests.stories import a_placed_order, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def order():
    order = a_placed_order((a_product(), 1))
    record_payment(order, by=None, method="card", amount=order.total)
    return order


def test_everything_can_be_looked_at(root, order):
    for path in ("orders/order/", f"orders/order/{order.pk}/change/", "orders/payment/", "orders/orderpolicy/"):
        assert root.get(f"/admin/{path}").status_code == 200
    for path in ("customers/customer/", f"customers/customer/{order.customer.pk}/change/", "customers/tier/"):
        assert root.get(f"/admin/{path}").status_code == 200
    assert order.number in root.get(f"/admin/orders/order/?q={order.number}").content.decode()


@pytest.mark.parametrize("what", ["order", "payment"])
def test_nothing_is_written_behind_the_services(root, order, what):
    pk = order.pk if what == "order" else order.payments.get().pk
    for path in (f"{what}/add/", f"{what}/{pk}/delete/"):
        assert root.post(f"/admin/orders/{path}", {"post": "yes"}).status_code == 403
    assert root.post(f"/admin/orders/{what}/{pk}/change/", {"amount": "1"}).status_code == 403
    assert order.payments.count() == 1
