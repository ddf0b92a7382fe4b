"""Services and prices: entered, offered when a parcel is shipped, kept with their reasons, and summed up."""

import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, CarrierService, RateBand, RateZone, Shipment
from fulfillment.reasons import sentences
from oms.errors import DomainError
from orders.models import Order, OrderPolicy
from tests.fulfillment.test_walk import packed
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
SHIPPER = ["fulfillment.view_shipment", "fulfillment.ship"]


def a_service(carrier="SF", name="Standard", price="8.00", *, up_to=5000, days=1, **fields) -> CarrierService:
    """A service to all of China for one price."""
    owner, _made = Carrier.objects.get_or_create(name=carrier)
    zone, _made = RateZone.objects.get_or_create(carrier=owner, name="China", country="CN")
    fields = {"cut_off": datetime.time(23, 59, 59), **fields}
    service = CarrierService.objects.create(
        carrier=owner, code=name.lower(), name=name, transit_min=0, transit_max=days, **fields
    )
    RateBand.objects.create(service=service, zone=zone, up_to_g=up_to, price=Decimal(price))
    return service


@pytest.fixture(autouse=True)
def every_day_works():
    OrderPolicy.objects.create(pk=1, working_days="1234567")


@pytest.fixture
def parcel():
    return packed(a_placed_order((a_product("TEA", weight_g=300), 2)), a_person())


@pytest.fixture
def desk(client):
    client.force_login(a_person(*SHIPPER))
    return client


def action(shipment: Shipment) -> str:
    return reverse("shipment-action", args=[shipment.number, "ship"])


def test_the_ship_form_offers_services_with_prices_and_says_why(desk, parcel):
    cheap, dear = a_service(), a_service("Post", "Express", "20.00")
    tiny = a_service("Bike", "Letter", "1.00", up_to=599)
    form = desk.get(action(parcel)).context["form"]
    labels = [str(label) for _key, label in form.fields["service"].choices]
    assert [label.split(",")[0] for label in labels] == ["SF · Standard: CN¥8.00", "Post · Express: CN¥20.00"]
    assert form["service"].value() == cheap.pk
    assert "the cheapest of 2 services" in form.fields["service"].help_text
    assert "Bike · Letter: 600 g are too heavy: it takes up to 599 g there." in form.fields["service"].help_text
    answer = desk.post(action(parcel), {"service": tiny.pk, "submission": str(uuid4())})
    assert (answer.status_code, Shipment.objects.get().status) == (422, "packed")
    desk.post(action(parcel), {"service": dear.pk, "submission": str(uuid4())})
    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.service, parcel.cost) == (dear.carrier, dear, Decimal("20.00"))
    assert parcel.cost_reasons[0] == {"code": "service_by_hand", "service": "Post · Express", "price": "20.00"}
    page = desk.get(parcel.get_absolute_url()).content.decode()
    assert "Post · Express was chosen by hand for CN¥20.00." in page


def test_nothing_chosen_takes_the_best_for_each_parcel(parcel):
    a_service("Post", "Express", "20.00")
    best = a_service()
    fulfillment.ship(parcel, by=None)
    parcel.refresh_from_db()
    assert (parcel.service, parcel.cost, parcel.currency) == (best, Decimal("8.00"), "CNY")
    assert sentences(parcel.cost_reasons)[0].startswith("SF · Standard for CN¥8.00: the cheapest of 2 services that")


def test_many_are_shipped_at_once_each_with_its_own_best_service(desk, parcel):
    light, heavy = a_service("Bike", "Letter", "1.00", up_to=599), a_service()
    other = packed(a_placed_order((a_product("CUP", weight_g=10), 1)), a_person())
    sent = {"action": "ship", "confirmed": "1", "selected": [parcel.pk, other.pk], "submission": str(uuid4())}
    assert desk.post(reverse("shipments"), sent).status_code == 200
    assert dict(Shipment.objects.values_list("number", "service")) == {parcel.number: heavy.pk, other.number: light.pk}


def test_a_carrier_by_hand_takes_its_best_service_and_a_typed_cost_counts(parcel):
    a_service()
    dear = a_service("Post", "Express", "20.00")
    fulfillment.ship(parcel, by=None, carrier=dear.carrier, cost=Decimal("17.5"))
    parcel.refresh_from_db()
    assert (parcel.service, parcel.cost) == (dear, Decimal("17.50"))
    assert [reason["code"] for reason in parcel.cost_reasons] == ["carrier_by_hand", "only_in_time", "cost_by_hand"]


def test_the_carrier_that_a_rule_wished_for_goes_first(desk, parcel):
    a_service()
    dear = a_service("Post", "Express", "20.00")
    Carrier.objects.filter(pk=dear.carrier_id).update(code="post")
    Order.objects.update(carrier_code="post")
    form = desk.get(action(parcel)).context["form"]
    assert form["service"].value() == dear.pk and len(form.fields["service"].choices) == 2
    fulfillment.ship(parcel, by=None)
    parcel.refresh_from_db()
    assert (parcel.service, parcel.cost) == (dear, Decimal("20.00"))
    assert [reason["code"] for reason in parcel.cost_reasons] == ["carrier_wished", "only_in_time"]
    assert sentences(parcel.cost_reasons)[0] == "A rule wished for the carrier post."


def test_a_wish_that_cannot_be_granted_is_told(parcel):
    best = a_service()
    Order.objects.update(carrier_code="moon")
    fulfillment.ship(parcel, by=None)
    parcel.refresh_from_db()
    assert parcel.service == best
    assert parcel.cost_reasons[-1] == {"code": "wish_impossible", "carrier": "moon"}


def test_without_prices_a_carrier_is_chosen_by_hand_and_the_cost_is_not_known(parcel):
    with pytest.raises(DomainError, match=f"No service can take {parcel.number}. Choose a carrier."):
        fulfillment.ship(parcel, by=None)
    assert Shipment.objects.get().status == "packed"
    fulfillment.ship(parcel, by=None, carrier=Carrier.objects.create(name="Van"))
    parcel.refresh_from_db()
    assert (parcel.service, parcel.cost, parcel.cost_reasons[-1]) == (None, None, {"code": "no_price"})


def test_a_service_of_another_carrier_is_refused(parcel):
    service = a_service()
    with pytest.raises(DomainError, match="SF · Standard is not a service of Van"):
        fulfillment.ship(parcel, by=None, carrier=Carrier.objects.create(name="Van"), service=service)
    assert Shipment.objects.get().carrier is None


def test_a_weight_that_nobody_entered_is_named():
    parcel = packed(a_placed_order((a_product("CUP", weight_g=0), 1)), a_person())
    a_service()
    fulfillment.ship(parcel, by=None)
    parcel.refresh_from_db()
    assert sentences(parcel.cost_reasons)[-1] == "The weight of CUP is not known and counts as nothing."


def test_prices_are_entered_by_zone(client):
    client.force_login(a_person("fulfillment.change_carrier", "fulfillment.view_carrier"))
    carrier = Carrier.objects.create(name="SF")
    new_zone, new_service = (
        reverse("rate-zone-new", args=[carrier.pk]),
        reverse("carrier-service-new", args=[carrier.pk]),
    )
    zone = {"name": "East", "country": "CN", "postcodes": "20, 21"}
    service = {
        "name": "Next day",
        "code": "next",
        "transit_min": 1,
        "transit_max": 1,
        "cut_off": "17:00",
        "active": "on",
    }
    for address, data in ((new_zone, zone), (new_service, service)):
        assert client.post(address, data | {"submission": str(uuid4())}).status_code == 302
        assert client.post(address, data | {"submission": str(uuid4())}).status_code == 422
    made = CarrierService.objects.get()
    address = reverse("rate-prices", args=[made.pk, RateZone.objects.get().pk])
    client.post(address, {"prices": "1000\t8\n5000;12.50\n", "submission": str(uuid4())})
    assert list(made.bands.values_list("up_to_g", "price")) == [(1000, Decimal("8.00")), (5000, Decimal("12.50"))]
    for wrong, status in (("1000 x", 422), ("-1 8", 409), ("1000 8\n1000 9", 409), ("1000 8.001", 422)):
        answer = client.post(address, {"prices": wrong, "submission": str(uuid4())})
        assert (answer.status_code, made.bands.count()) == (status, 2)
    page = client.get(carrier.get_absolute_url()).content.decode()
    assert "up to 1,000 g" in page and "Next day" in page
    foreign = RateZone.objects.create(carrier=Carrier.objects.create(name="Post"), name="All")
    assert client.get(reverse("rate-prices", args=[made.pk, foreign.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_costs_cost_the_same_for_any_length(client, rows, django_assert_num_queries):
    service, picker = a_service(), a_person()
    for number in range(rows):
        order = a_placed_order((a_product(f"P{number}", weight_g=10), 1))
        fulfillment.ship(packed(order, picker), by=None, service=service)
    client.force_login(a_person("fulfillment.view_shipping_cost"))
    client.get(reverse("shipping-costs"))
    with django_assert_num_queries(9):
        page = client.get(reverse("shipping-costs"))
    assert len(page.context["rows"]) == rows


def test_costs_are_summed_by_carrier_and_service(client):
    service, picker = a_service(), a_person()
    van, tea = Carrier.objects.create(name="Van"), a_product(weight_g=10)
    first = a_placed_order((tea, 1))
    fulfillment.ship(packed(first, picker), by=None, service=service)
    fulfillment.ship(packed(a_placed_order((tea, 1)), picker), by=None, service=service, cost=Decimal(5))
    fulfillment.ship(packed(a_placed_order((tea, 1)), picker), by=None, carrier=van)
    client.force_login(a_person("fulfillment.view_shipping_cost"))
    page = client.get(reverse("shipping-costs"))
    rows = [(r.carrier, r.service, r.orders, r.shipments, r.unknown, r.cost) for r in page.context["sums"]]
    assert rows == [("SF", "Standard", 2, 2, 0, Decimal("13.00")), ("Van", "", 1, 1, 1, Decimal(0))]
    total = page.context["all"]
    assert (total.orders, total.shipments, total.unknown, total.cost) == (3, 3, 1, Decimal("13.00"))
    assert total.per_order == Decimal("4.33")
    filtered = client.get(reverse("shipping-costs"), {"carrier": service.carrier_id})
    assert (filtered.context["all"].cost, len(filtered.context["rows"])) == (Decimal("13.00"), 2)
    export = b"".join(client.get(reverse("shipping-costs"), {"export": "csv", "order": first.pk})).decode()
    assert len(export.splitlines()) == 2 and "8.00" in export


@pytest.mark.parametrize("rows", [1, 3])
def test_a_carrier_costs_the_same_for_any_number_of_services(client, rows, django_assert_num_queries):
    for number in range(rows):
        service = a_service(name=f"S{number}")
    client.force_login(a_person("fulfillment.view_carrier"))
    client.get(service.carrier.get_absolute_url())
    with django_assert_num_queries(9):
        page = client.get(service.carrier.get_absolute_url())
    assert len(page.context["services"]) == rows
