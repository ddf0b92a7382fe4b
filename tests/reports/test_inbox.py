"""The exception inbox: everything abnormal, once, with an owner and a way to put it right."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory import services as inventory
from inventory.models import Supplier
from oms import assigning
from oms.errors import DomainError
from oms.models import Assignment, Message
from orders.models import Order
from orders.services import hold_order
from reports import inbox
from tests.stories import a_customer, a_person, a_placed_order, a_product, a_warehouse, shipped

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + datetime.timedelta(days=1)


def found(name: str) -> list[tuple[str, str]]:
    kind = next(kind for kind in inbox.KINDS if kind.name == name)
    return [(item.what, str(item.remedy)) for item in inbox.items(kind)]


def test_each_kind_names_what_is_wrong_and_what_to_do():
    tea = a_product("TEA", on_hand=9)
    held = hold_order(a_placed_order((tea, 1)), by=None, note="call her")
    late = a_placed_order((tea, 1))
    Order.objects.filter(pk=late.pk).update(promised_date=timezone.localdate() - datetime.timedelta(days=2))
    failed = shipped(a_placed_order((tea, 1)), delivered=False)
    failed.status = "failed"
    failed.save()
    purchase = inventory.create_purchase(
        by=None, supplier=Supplier.objects.create(name="P"), warehouse=a_warehouse(), lines=[inventory.Wanted(tea, 5)]
    )
    purchase = inventory.send_purchase(purchase, by=None)
    purchase.expected = timezone.localdate() - datetime.timedelta(days=1)
    purchase.save()
    message = Message.objects.create(to="a@example.com", subject="Hello", state="bounced", channel="email")
    assert found("holds") == [(f"{held.number} · By hand", "Decide")]
    assert found("late") == [(late.number, "Open")]
    assert found("failed") == [(failed.number, "Send again")]
    assert found("purchases") == [(purchase.number, "Receive or postpone")]
    assert found("messages") == [(str(message), "Send again")]


def test_delivered_orders_are_not_overdue():
    order = a_placed_order((a_product(), 1))
    shipped(order)
    Order.objects.update(promised_date=timezone.localdate() - datetime.timedelta(days=2))
    assert found("late") == []


@pytest.mark.parametrize("kind", inbox.KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_its_page_for_those_who_may_see_it(client, kind):
    url = f"{reverse('inbox')}?kind={kind.name}"
    client.force_login(a_person(kind.permission))
    assert client.get(url).status_code == 200
    client.force_login(a_person("customers.view_tier"))
    assert client.get(url).status_code == 403
    other = "oms.view_job" if kind.permission != "oms.view_job" else "oms.view_message"
    client.force_login(a_person(other))
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number(client, rows, django_assert_num_queries):
    tea = a_product("TEA")
    for n in range(rows):
        hold_order(a_placed_order((tea, 1), customer=a_customer(f"C{n}")), by=None, note="x")
    client.force_login(a_person("orders.release_hold"))
    client.get(reverse("inbox"))
    with django_assert_num_queries(7):
        client.get(reverse("inbox"))


def test_one_takes_it_and_leaves_it_again(client):
    hold = hold_order(a_placed_order((a_product(), 1)), by=None, note="x").holds.get()
    ana, bo = a_person("orders.release_hold"), a_person("orders.release_hold")
    client.force_login(ana)
    url = f"{reverse('inbox')}?kind=holds"
    for _twice in range(2):
        client.post(url, {"record": hold.pk})
    assert Assignment.objects.get().owner == ana
    client.force_login(bo)
    answer = client.post(url, {"record": hold.pk}, follow=True).content.decode()
    assert f"{ana} takes care of it already." in answer
    client.post(url, {"record": hold.pk, "leave": "1"})
    assert Assignment.objects.get().owner == ana
    client.force_login(ana)
    client.post(url, {"record": hold.pk, "leave": "1"})
    assert not Assignment.objects.exists()


def test_what_is_settled_cannot_be_taken(client):
    order = a_placed_order((a_product(), 1))
    client.force_login(a_person("orders.release_hold"))
    answer = client.post(f"{reverse('inbox')}?kind=holds", {"record": order.pk}, follow=True).content.decode()
    assert "This is settled already." in answer
    assert not Assignment.objects.exists()


def test_yesterday_is_no_due_day():
    with pytest.raises(DomainError, match="^Choose today or a later day.$"):
        assigning.take(a_product(), by=a_person(), due=timezone.localdate() - datetime.timedelta(days=1))
    assert assigning.take(a_product(), by=a_person(), due=TOMORROW).due == TOMORROW
