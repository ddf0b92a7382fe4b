"""The customer's mails and texts: in her language, with the promised date and her own link."""

import re

import pytest
from django.utils import translation

from oms import formats, messages
from oms.events import record
from oms.models import Delivery, Message
from oms.outbox import deliver_pending
from orders import services
from orders.events import OrderEvent
from orders.models import Order, OrderPolicy
from tests.stories import a_customer, a_placed_order, a_product, shipped

pytestmark = pytest.mark.django_db
LANGUAGES = ["en", "zh-hans", "zh-hant"]


def the_message(template: str) -> Message:
    while deliver_pending():
        pass
    return Message.objects.get(template=template)


def an_order(language="en", **contact) -> Order:
    customer = a_customer("Li Wei", language=language, **contact)
    return a_placed_order((a_product("TEA", name="Green tea", price="19.9"), 3), customer=customer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_confirmation_promises_a_date_and_links_to_the_order(language):
    order = an_order(language)
    mail = the_message("order_confirmed")
    with translation.override(language):
        day = formats.day(order.promised_date)
    assert (mail.to, mail.language, mail.about) == ("mei@example.com", language, order)
    assert order.number in mail.subject
    for body in (mail.text, mail.html):
        assert day in body
        assert order.public_url in body
        assert "Green tea" in body
        assert "67.46" in body
        assert "上海" in body
    assert "{" not in mail.text
    assert "\n\n\n" not in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["order_confirmed", "order_shipped", "order_cancelled"])
def test_a_text_message_fits_into_140_letters_and_has_the_link(template, language):
    order = an_order(language, email="", phone="+86 138 0000 1234")
    with translation.override("en"):
        text = messages.queue_sms(template, to=order.phone, language=language, context={"order": order}).text
    assert len(text) <= 140
    assert order.public_url in text
    assert order.number in text


def test_who_has_no_mail_address_gets_a_text():
    order = an_order(email="", phone="+86 138 0000 1234")
    message = the_message("order_confirmed")
    assert (message.channel, message.to) == ("sms", "+86 138 0000 1234")
    assert formats.day(order.promised_date) in message.text


def test_who_has_neither_gets_nothing():
    an_order(email="", phone="")
    while deliver_pending():
        pass
    assert not Message.objects.exists()


def test_a_held_order_sends_no_confirmation_before_it_is_released():
    OrderPolicy.objects.create(pk=1, auto_confirm=False)
    order = an_order()
    while deliver_pending():
        pass
    assert not Message.objects.exists()
    services.confirm_order(order, by=None)
    assert the_message("order_confirmed").to == "mei@example.com"


def test_the_shipping_mail_lists_what_left_and_how_to_follow_it():
    order = an_order()
    shipment = shipped(order, delivered=False)
    Message.objects.all().delete()
    Delivery.objects.all().delete()
    record(order, OrderEvent.SHIPPED, shipment=shipment.number, carrier="SF Express", tracking="SF123")
    mail = the_message("order_shipped")
    for body in (mail.text, mail.html):
        assert "SF123" in body
        assert "SF Express" in body
        assert re.search(r"Green tea.*× 3", body, re.DOTALL)
        assert order.public_url in body


def test_the_cancellation_gives_the_reason_and_promises_the_money_back():
    order = an_order()
    services.record_payment(order, by=None, method="card", amount=order.total)
    services.cancel_order(order, by=None, reason="The tea is sold out <for good>.")
    mail = the_message("order_cancelled")
    assert "The tea is sold out <for good>." in mail.text
    assert "The tea is sold out &lt;for good&gt;." in mail.html
    assert "CN¥67.46, will be returned" in mail.text


def test_an_unpaid_cancellation_speaks_of_no_money():
    services.cancel_order(an_order(), by=None, reason="x")
    assert "returned" not in the_message("order_cancelled").text


def test_a_name_with_markup_stays_a_name():
    a_placed_order((a_product(name="<b>Tea</b>"), 1), customer=a_customer("<script>", language="en"))
    mail = the_message("order_confirmed")
    assert "<b>Tea" not in mail.html
    assert "<b>Tea</b>" in mail.text
