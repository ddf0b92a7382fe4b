import uuid
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from aftersales import services as aftersales
from aftersales.models import Feedback, Return, Ticket
from inventory.models import Stock
from oms import messages, outbox
from oms.models import Delivery, Message, User
from oms.roles import install_roles
from orders.models import LINK_SIGNER
from tests.stories import a_customer, a_delivered_order, a_placed_order, a_product

pytestmark = pytest.mark.django_db

ROLES = ["sales", "warehouse", "dispatcher", "driver", "support", "manager"]
OFFICE = {"sales", "warehouse", "dispatcher", "support", "manager"}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def a_member(role):
    install_roles()
    person = User.objects.create_user(f"a-{role}", password="a-long-password")
    person.groups.add(Group.objects.get(name=role))
    return person


@pytest.fixture
def order():
    return a_delivered_order((a_product("LAMP", price="33.33", on_hand=10, name="宣纸落地灯"), 3))


@pytest.fixture
def rma(order):
    return aftersales.request_return(order, pieces={order.lines.get().pk: 2}, reason="damaged", note="收到时已破损")


@pytest.fixture
def ticket(order):
    return aftersales.open_ticket(order.customer, order=order, subject="发票", text="请开发票")


def path(name, *args):
    return reverse(name, args=args)


PAGES = {
    "returns": OFFICE,
    "return": OFFICE,
    "return-new": {"sales", "support", "manager"},
    "tickets": OFFICE,
    "ticket": OFFICE,
    "ticket-new": {"sales", "support", "manager"},
    "feedback": OFFICE,
}
ACTIONS = {
    ("return-action", "approve"): {"support", "manager"},
    ("return-action", "reject"): {"support", "manager"},
    ("return-action", "receive"): {"warehouse", "manager"},
    ("return-action", "inspect"): {"warehouse", "manager"},
    ("return-action", "refund"): {"support", "manager"},
    ("return-action", "close"): {"support", "manager"},
    ("ticket-action", "reply"): {"support", "manager"},
    ("ticket-action", "solve"): {"support", "manager"},
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_pages_and_no_others(client, order, rma, ticket, role):
    client.force_login(a_member(role))
    numbers = {"return": [rma.number], "ticket": [ticket.number], "return-new": [order.number]}
    opened = {name: client.get(path(name, *numbers.get(name, []))).status_code for name in PAGES}
    assert opened == {name: 200 if role in roles else 403 for name, roles in PAGES.items()}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_does_its_own_actions_and_no_others(client, rma, ticket, role):
    client.force_login(a_member(role))
    for (name, action), roles in ACTIONS.items():
        number = rma.number if name == "return-action" else ticket.number
        response = client.post(path(name, number, action), {"text": ""})
        assert (response.status_code != 403) == (role in roles), (name, action)


@pytest.mark.parametrize("name", ["returns", "tickets", "feedback"])
def test_without_log_in_there_is_only_the_log_in(client, name):
    assert client.get(path(name)).url == f"/login/?next={path(name)}"


@pytest.mark.parametrize("name", ["returns", "tickets", "feedback"])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_few_statements_at_one_and_at_three_rows(
    client, django_assert_num_queries, monkeypatch, name, rows
):
    monkeypatch.setattr("oms.context.KEPT_SECONDS", 3600)
    client.force_login(a_member("manager"))
    client.get(path(name))
    for _row in range(rows):
        order = a_delivered_order((a_product(), 2))
        aftersales.request_return(order, pieces={order.lines.get().pk: 1}, reason="other")
        aftersales.open_ticket(order.customer, order=order, subject="发票", text="请开发票")
        aftersales.rate(order, rating=4, comment="很快")
    with django_assert_num_queries(6):  # session, user, permissions of user and groups, rows, saved views
        response = client.get(path(name))
    assert len(response.context["rows"]) == rows


def send(client, address, key="", **fields):
    return client.post(address, {"submission": key or str(uuid.uuid4()), **fields})


def test_a_return_is_walked_through_by_its_buttons(client, order, rma):
    line = order.lines.get().pk
    client.force_login(a_member("manager"))
    page = path("return", rma.number)

    def do(action, **fields):
        response = send(client, path("return-action", rma.number, action), **fields)
        assert (response.status_code, response.url) == (302, page)

    do("approve", answer="请寄回")
    do("receive", **{f"line_{line}": 2})
    do("inspect", **{f"sound_{line}": 1, f"scrapped_{line}": 1})
    assert 'value="75.33"' in client.get(path("return-action", rma.number, "refund")).content.decode()
    do("refund", amount="75.33", method="card")
    rma.refresh_from_db()
    assert (rma.status, rma.refunded, Stock.objects.get().on_hand) == ("closed", Decimal("75.33"), 8)
    text = client.get(page).content.decode()
    assert "收到时已破损" in text and "请寄回" in text and "宣纸落地灯" in text


def test_a_form_sent_twice_refunds_once(client, order, rma):
    line = order.lines.get().pk
    aftersales.approve_return(rma, by=None)
    aftersales.receive_return(rma, by=None, pieces={line: 1})
    aftersales.inspect_return(rma, by=None, sound={line: 1}, scrapped={})
    client.force_login(a_member("support"))
    key, address = str(uuid.uuid4()), path("return-action", rma.number, "refund")
    for _time in range(2):
        assert send(client, address, key, amount="10.00", method="cash").status_code == 302
    rma.refresh_from_db()
    assert rma.refunded == 10


def test_a_refused_action_says_why_and_changes_nothing(client, order, rma):
    line = order.lines.get().pk
    client.force_login(a_member("manager"))
    response = send(client, path("return-action", rma.number, "receive"), **{f"line_{line}": 1})
    assert response.status_code == 409
    assert "is requested; this is not possible now." in response.content.decode()
    rma.refresh_from_db()
    assert rma.status == "requested"


def test_a_form_sent_twice_is_answered_twice_even_when_nothing_is_left_to_do(client, order, rma):
    aftersales.approve_return(rma, by=None)
    client.force_login(a_member("warehouse"))
    key, address = str(uuid.uuid4()), path("return-action", rma.number, "receive")
    for _time in range(2):
        assert send(client, address, key, **{f"line_{order.lines.get().pk}": 2}).url == rma.get_absolute_url()
    assert order.lines.get().returned == 2


@pytest.mark.parametrize("typed", ["3", "-1", "x", "1000000000"])
def test_odd_pieces_are_refused_at_their_field(client, order, rma, typed):
    aftersales.approve_return(rma, by=None)
    client.force_login(a_member("warehouse"))
    address = path("return-action", rma.number, "receive")
    assert send(client, address, **{f"line_{order.lines.get().pk}": typed}).status_code == 422
    assert order.lines.get().returned == 0


def test_staff_asks_for_a_return_and_opens_a_ticket_for_a_customer(client, order):
    client.force_login(a_member("support"))
    line = order.lines.get().pk
    fields = {f"line_{line}": 1, "reason": "wrong", "wish": "exchange", "note": ""}
    response = send(client, path("return-new", order.number), **fields)
    assert response.url == Return.objects.get().get_absolute_url()
    fields = {"about": order.number.lower(), "kind": "complaint", "subject": "Late", "text": "Where is it?"}
    response = send(client, path("ticket-new"), **fields)
    ticket = Ticket.objects.get()
    assert response.url == ticket.get_absolute_url()
    assert (ticket.order, ticket.customer, ticket.owner.username) == (order, order.customer, "a-support")
    assert send(client, path("ticket-new"), **fields | {"about": "nobody"}).status_code == 422
    assert Ticket.objects.count() == 1


def test_an_answer_from_the_ticket_page_goes_to_the_customer(client, ticket):
    client.force_login(a_member("support"))
    response = send(client, path("ticket-action", ticket.number, "reply"), text="已寄出 <b>")
    assert response.url == ticket.get_absolute_url()
    assert "已寄出 &lt;b&gt;" in client.get(ticket.get_absolute_url()).content.decode()
    sent = mails()
    assert [(m.template, m.language, m.to) for m in sent] == [("ticket_reply", "zh-hans", "mei@example.com")]
    assert "已寄出 <b>" in sent[0].text and "已寄出 &lt;b&gt;" in sent[0].html


def mails():
    """What aftersales' own reactions queued."""
    Delivery.objects.exclude(reaction__startswith="aftersales.").delete()
    outbox.deliver_pending()
    return list(Message.objects.order_by("pk"))


def test_the_customer_hears_about_each_step_of_her_return_once(order, rma, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    line = order.lines.get().pk
    aftersales.approve_return(rma, by=None, answer="请寄回上海")
    aftersales.receive_return(rma, by=None, pieces={line: 2})
    aftersales.inspect_return(rma, by=None, sound={line: 2}, scrapped={})
    aftersales.refund_return(rma, by=None, amount=Decimal("75.33"))
    sent = mails()
    assert [m.template for m in sent] == ["return_requested", "return_approved", "return_refunded"]
    link = settings.BASE_URL + path("public_return", order.public_key)
    assert all(link in m.text and link in m.html for m in sent)
    assert "请寄回上海" in sent[1].text and "宣纸落地灯 × 2" in sent[1].text
    assert "¥75.33" in sent[2].text
    assert messages.send_queued() == 3 and len(mail.outbox) == 3
    Delivery.objects.update(state=Delivery.State.PENDING)
    assert len(mails()) == 3


def test_a_rejection_is_told_with_its_reason(rma):
    aftersales.reject_return(rma, by=None, answer="已使用")
    assert [m.template for m in mails()] == ["return_requested", "return_rejected"]
    assert "已使用" in Message.objects.order_by("pk").last().text


def test_a_customer_without_a_mail_address_gets_a_text(settings):
    customer = a_customer(email="", phone="138 0000 0000")
    order = a_delivered_order((a_product(), 1), customer=customer)
    rma = aftersales.request_return(order, pieces={order.lines.get().pk: 1}, reason="other")
    (text,) = mails()
    assert (text.channel, text.to, rma.number in text.text) == ("sms", "138 0000 0000", True)


def test_a_customer_sends_pieces_back_by_her_link(client, order):
    address = path("public_return", order.public_key)
    assert "宣纸落地灯" in client.get(address).content.decode()
    line = order.lines.get().pk
    fields = {f"line_{line}": 2, "reason": "damaged", "wish": "refund", "note": "破了"}
    key = str(uuid.uuid4())
    for _time in range(2):
        assert send(client, address, key, **fields).url == address
    rma = Return.objects.get()
    assert (rma.order, rma.lines.get().quantity, rma.note) == (order, 2, "破了")
    assert rma.number in client.get(address).content.decode()


@pytest.mark.parametrize("count", ["0", "", "4", "-1", "1e9", "9" * 40])
def test_a_customer_cannot_send_back_what_she_did_not_get(client, order, count):
    address = path("public_return", order.public_key)
    fields = {f"line_{order.lines.get().pk}": count, "reason": "damaged", "wish": "refund"}
    assert send(client, address, **fields).status_code == 422
    assert not Return.objects.exists()


def test_a_customer_asks_and_goes_on_asking(client, order):
    address = path("public_ask", order.public_key)
    send(client, address, kind="inquiry", subject="发票", text="请开发票")
    ticket = Ticket.objects.get()
    aftersales.reply(ticket, by=a_member("support"), text="好的")
    send(client, address, ticket=ticket.number, text="谢谢")
    page = client.get(address).content.decode()
    assert page.index("请开发票") < page.index("好的") < page.index("谢谢")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.count()) == ("open", 3)
    assert send(client, address, kind="inquiry", subject="", text="").status_code == 422
    assert Ticket.objects.count() == 1


def test_a_customer_writes_in_no_conversation_but_her_own(client, order):
    other = aftersales.open_ticket(a_customer(), subject="x", text="y")
    address = path("public_ask", order.public_key)
    assert send(client, address, ticket=other.number, text="hello").status_code == 404
    assert other.messages.count() == 1


def test_a_customer_rates_once(client, order):
    address = path("public_rate", order.public_key)
    assert send(client, address, rating="4", comment="很快").url == address
    assert send(client, address, rating="1").status_code == 409
    assert [(f.rating, f.comment) for f in Feedback.objects.all()] == [(4, "很快")]
    assert "很快" in client.get(address).content.decode()


def test_an_order_on_its_way_is_not_rated(client):
    order = a_placed_order((a_product(), 1))
    assert send(client, path("public_rate", order.public_key), rating="5").status_code == 409
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("name", ["public_return", "public_ask", "public_rate"])
def test_a_key_we_did_not_sign_and_an_unknown_order_look_the_same(client, order, name):
    keys = [order.public_key[:-1] + "x", order.number, LINK_SIGNER.sign("SO1"), "nothing"]
    pages = {client.get(path(name, key)).status_code for key in keys}
    assert pages == {404}


def test_too_many_messages_are_refused_until_later(client, order):
    address = path("public_ask", order.public_key)
    fields = {"kind": "inquiry", "subject": "a", "text": "b"}
    codes = [send(client, address, **fields).status_code for _time in range(11)]
    assert codes == [302] * 10 + [429]
    assert Ticket.objects.count() == 10
