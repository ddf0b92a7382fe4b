"""The verbs of customers, and finding them."""

import pytest
from django.db import IntegrityError, transaction

from customers import services
from customers.models import Address, Customer, Tier
from customers.queries import find_customer, search_customers
from oms.errors import DomainError
from oms.events import timeline
from oms.models import Event
from tests.stories import a_customer, a_person

pytestmark = pytest.mark.django_db
PLACE = {"name": "Mei", "line1": "1 Road"}


def test_a_customer_gets_a_number_digits_and_her_first_address():
    clerk = a_person()
    one = services.create_customer(by=clerk, name="Mei", phone="+86 138-0000", address=PLACE)
    two = services.create_customer(by=clerk, name="Li")
    assert (one.phone_digits, one.addresses.get().is_default) == ("861380000", True)
    assert int(two.code[1:]) == int(one.code[1:]) + 1
    assert timeline(one).get().by == clerk


def test_a_number_is_given_once():
    services.create_customer(by=None, name="Mei", code="K-1")
    before = Customer.objects.count(), Event.objects.count()
    with pytest.raises(DomainError, match="already a customer with the number K-1"):
        services.create_customer(by=None, name="Li", code="K-1", address={"name": "x", "line1": "y"})
    assert (Customer.objects.count(), Event.objects.count(), Address.objects.count()) == (*before, 0)


def test_a_change_keeps_old_and_new_values():
    customer = a_customer("Mei", phone="1")
    services.change_customer(customer, by=None, name="Mei Lin", phone="+86 22")
    customer.refresh_from_db()
    assert (customer.name, customer.phone_digits, customer.version) == ("Mei Lin", "8622", 2)
    assert timeline(customer).first().data == {"name": "Mei → Mei Lin", "phone": "1 → +86 22"}


def test_nothing_changed_is_nothing_recorded():
    customer = a_customer("Mei")
    services.change_customer(customer, by=None, name="Mei")
    assert (timeline(customer).count(), Customer.objects.get().version) == (1, 1)


def test_the_slower_of_two_clerks_does_not_overwrite_the_faster():
    customer = a_customer("Mei")
    services.change_customer(customer, by=None, version=1, name="Mei Lin")
    with pytest.raises(DomainError, match="changed by somebody else"):
        services.change_customer(customer, by=None, version=1, name="Mei Li")
    assert Customer.objects.get().name == "Mei Lin"


def test_there_is_one_default_address():
    customer = a_customer()
    first = services.add_address(customer, by=None, name="A", line1="1")
    second = services.add_address(customer, by=None, name="B", line1="2")
    assert (first.is_default, second.is_default) == (True, False)
    services.change_address(second, by=None, is_default=True, city="Suzhou")
    assert list(customer.addresses.values_list("name", "is_default", "city")) == [
        ("B", True, "Suzhou"),
        ("A", False, ""),
    ]
    services.change_address(second, by=None, is_default=False)
    assert customer.addresses.filter(is_default=True).get() == second
    with pytest.raises(IntegrityError), transaction.atomic():
        customer.addresses.update(is_default=True)


def test_tiers_are_changed_with_a_trace():
    tier = services.create_tier(by=None, name="Gold", importance=50, discount=5)
    services.change_tier(tier, by=None, importance=60)
    assert (Tier.objects.get().importance, timeline(tier).count()) == (60, 2)


@pytest.mark.parametrize("text", ["c7", "MEI@example.com", "mei lin", "+86 138 1", "C7 · whoever she is now"])
def test_one_customer_is_meant(text):
    customer = a_customer("Mei Lin", code="C7", phone="86-1381")
    a_customer("Li", email="li@example.com", phone="")
    assert find_customer(text) == customer


@pytest.mark.parametrize("text", ["", " ", "Mei", "Twin", "twin@example.com", "1381", " · Mei Lin"])
def test_nobody_is_meant_by_half_a_word_or_by_two_names(text):
    a_customer("Mei Lin", phone="86-1381")
    for code in ("T1", "T2"):
        a_customer("Twin", email="twin@example.com", code=code)
    assert find_customer(text) is None


def test_who_begins_with_the_letters_comes_first_and_then_the_newest():
    for name in ("Anna Mei", "Mei Old", "Mei New", "Li"):
        a_customer(name, email="")
    assert [c.name for c in search_customers("mei", 9)] == ["Mei New", "Mei Old", "Anna Mei"]
    assert [c.name for c in search_customers("mei", 1)] == ["Mei New"]
    assert list(search_customers(" ", 9)) == []
