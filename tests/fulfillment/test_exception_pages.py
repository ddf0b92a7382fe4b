"""The pages of wishes, exceptions and claims: what they do, whom they serve, what they cost."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, ClaimAgainstCarrier, DeliveryException
from inventory.models import Stock
from tests.fulfillment.road import shipped
from tests.ledger import assert_books_balance, books
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
ALL = [
    f"fulfillment.{name}"
    for name in (
        "view_shipment",
        "handle_exception",
        "view_deliveryexception",
        "view_claimagainstcarrier",
        "view_deliverywish",
        "dispatch",
    )
]


@pytest.fixture
def desk(client):
    client.force_login(a_person(*ALL))
    return client


def parcel() -> DeliveryException:
    carrier = Carrier.objects.get_or_create(name="Post")[0]
    return shipped(a_placed_order((a_product(), 2)), carrier)


def do(client, name: str, key, action: str, **data):
    return client.post(reverse(name, args=[key, action]), {"submission": str(uuid4()), **data})


def test_from_the_report_to_the_paid_claim(desk):
    shipment = parcel()
    do(desk, "shipment-action", shipment.number, "report", kind="lost", note="No scan for a week")
    exception = DeliveryException.objects.get()
    line = exception.lines.get()
    count = reverse("exception-count", args=[exception.number])
    assert desk.get(count).status_code == 200
    wrong = {f"sound-{line.order_line_id}": 3, "submission": str(uuid4())}
    before = books()
    assert (desk.post(count, wrong).status_code, books()) == (422, before)
    right = {f"sound-{line.order_line_id}": 0, f"damaged-{line.order_line_id}": 1, "submission": str(uuid4())}
    assert [desk.post(count, right).url for _sent in range(2)] == [exception.get_absolute_url()] * 2
    assert Stock.objects.values_list("on_hand", "quarantined").get() == (98, 1)
    assert 'value="22.60"' in desk.get(reverse("exception-action", args=[exception.number, "claim"])).content.decode()
    do(desk, "exception-action", exception.number, "claim", amount="22.60")
    do(desk, "claim-action", ClaimAgainstCarrier.objects.get().pk, "answer", paid="20.00")
    do(desk, "exception-action", exception.number, "reship")
    page = desk.get(exception.get_absolute_url()).content.decode()
    assert "sent again" in page and "20.00" in page
    assert desk.get(count).status_code == 404
    assert_books_balance()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "count"), [("delivery-exceptions", 7), ("carrier-claims", 7), ("delivery-wishes", 6)])
def test_the_lists_cost_the_same_for_any_length(desk, rows, name, count, django_assert_num_queries):
    for _n in range(rows):
        exception = fulfillment.report_exception(parcel(), by=None, kind="lost")
        fulfillment.claim_against_carrier(exception, by=None, amount=Decimal(1))
        fulfillment.make_wish(shipped(a_placed_order((a_product(), 1))), kind="neighbour", note="Wang")
    desk.get(reverse(name))
    with django_assert_num_queries(count):
        page = desk.get(reverse(name)).content.decode()
    assert page.count('<td class="kind-status"') == rows


def test_nobody_handles_what_she_may_not(client):
    exception = fulfillment.report_exception(parcel(), by=None, kind="lost")
    client.force_login(a_person("fulfillment.view_deliveryexception"))
    before = books()
    answers = [
        client.get(reverse("exception-count", args=[exception.number])),
        client.post(reverse("exception-count", args=[exception.number])),
        *(do(client, "exception-action", exception.number, verb) for verb in ("reship", "give-up", "claim", "resume")),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert client.get(exception.get_absolute_url()).status_code == 200
    assert books() == before
