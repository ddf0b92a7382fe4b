import pytest

from aftersales import services as aftersales
from aftersales.models import Feedback, Ticket
from oms.errors import DomainError
from oms.events import timeline
from tests.stories import (
    a_customer,
    a_delivered_order,
    a_person,
    a_placed_order,
    a_product,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return aftersales.open_ticket(a_customer(), subject="发票", text="请开发票", kind="inquiry")


def test_a_customer_opens_a_ticket_that_nobody_owns_yet(ticket):
    assert ticket.number.startswith("T")
    assert (ticket.status, ticket.owner) == ("open", None)
    assert [(m.by, m.text) for m in ticket.messages.all()] == [(None, "请开发票")]


def test_an_answer_makes_the_ticket_wait_and_belong_to_who_answered(ticket):
    who = a_person()
    aftersales.reply(ticket, by=who, text="已寄出")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.owner) == ("waiting", who)
    assert [m.text for m in ticket.messages.all()] == ["请开发票", "已寄出"]


def test_the_customers_word_opens_a_solved_ticket_again(ticket):
    aftersales.solve_ticket(ticket, by=a_person())
    aftersales.reply(ticket, by=None, text="还没收到")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at) == ("open", None)


def test_nothing_is_not_an_answer(ticket):
    with pytest.raises(DomainError):
        aftersales.reply(ticket, by=a_person(), text=" \n")
    assert ticket.messages.count() == 1
    with pytest.raises(DomainError):
        aftersales.open_ticket(a_customer(), subject="x", text="")
    assert Ticket.objects.count() == 1


def test_only_a_solved_ticket_is_opened_again_and_only_an_open_one_solved(ticket):
    with pytest.raises(DomainError):
        aftersales.reopen_ticket(ticket, by=a_person())
    aftersales.solve_ticket(ticket, by=a_person())
    with pytest.raises(DomainError):
        aftersales.solve_ticket(ticket, by=a_person())
    aftersales.reopen_ticket(ticket, by=a_person())
    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at) == ("open", None)
    assert [e.kind for e in timeline(ticket)] == ["ticket.reopened", "ticket.solved", "ticket.opened"]


def test_a_delivered_order_is_rated_once():
    order = a_delivered_order((a_product(), 1))
    aftersales.rate(order, rating=5, comment="很快")
    with pytest.raises(DomainError, match="already rated"):
        aftersales.rate(order, rating=1)
    assert Feedback.objects.get().rating == 5
    assert timeline(order).first().kind == "feedback.rated"


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_between_one_and_five(rating):
    order = a_delivered_order((a_product(), 1))
    with pytest.raises(DomainError):
        aftersales.rate(order, rating=rating)
    assert not Feedback.objects.exists()


def test_an_order_on_its_way_is_not_rated_yet():
    with pytest.raises(DomainError, match="when it is delivered"):
        aftersales.rate(a_placed_order((a_product(), 1)), rating=5)
    assert not Feedback.objects.exists()
