"""Workers, callbacks and people at the same moment, with real threads on the real database."""

from uuid import uuid4

import pytest

from fulfillment import services as fulfillment
from fulfillment.models import Booking, Carrier, DeliveryAttempt, RawTrackingEvent, Shipment
from fulfillment.services import consigning
from fulfillment.services.booking import send_due
from fulfillment.services.tracking import apply_waiting
from fulfillment.testcarrier import TestCarrier
from tests.fulfillment.test_bookings import SECRET
from tests.fulfillment.test_consignments import on_the_road
from tests.fulfillment.test_races import at_once
from tests.fulfillment.test_rates import a_service
from tests.fulfillment.test_tracking import seen_from, told
from tests.fulfillment.test_walk import packed
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def parcel():
    return packed(a_placed_order((a_product("TEA", weight_g=10), 2)), a_person())


def test_three_workers_and_two_people_make_one_booking(parcel):
    server = TestCarrier(SECRET).start()
    try:
        service = a_service("Swift")
        Carrier.objects.update(code="swift", adapter="http", base_url=server.url, secret=SECRET)
        service.carrier.refresh_from_db()
        asked = at_once(*[lambda: fulfillment.book(parcel, by=None, service=service)] * 2)
        sent = at_once(*[send_due] * 3)
    finally:
        server.stop()
    assert (asked, sent) == (["done"] * 2, ["done"] * 3)
    assert (Booking.objects.get().state, len(server.bookings), len(server.calls)) == ("booked", 1, 1)


def test_the_same_callback_twice_at_once_is_one_event(parcel):
    carrier = Carrier.objects.create(name="Swift", code="swift")
    events = [seen_from(told("out", 12)), seen_from(told("delivered", 15))]
    keep = [lambda: fulfillment.keep_events(carrier, events, source="callback")] * 4
    assert at_once(*keep) == ["done"] * 4
    assert RawTrackingEvent.objects.count() == 2


def test_workers_and_a_driver_deliver_once(parcel):
    carrier = Carrier.objects.create(name="Swift", code="swift")
    fulfillment.ship(parcel, by=None, carrier=carrier, tracking_number="X1")
    events = [seen_from(told(status, hour)) for hour, status in enumerate(("out", "attempted", "out", "delivered"), 8)]
    fulfillment.keep_events(carrier, events, source="callback")
    hand_over = [lambda: fulfillment.deliver(parcel, by=None, recipient="Lin", key=uuid4())]
    at_once(*[apply_waiting] * 3, *hand_over)
    assert Shipment.objects.get().status == "delivered"
    assert DeliveryAttempt.objects.filter(outcome="delivered").count() == 1
    assert not RawTrackingEvent.objects.exclude(state="applied").exists()
    assert_books_balance()


def test_a_consignment_is_handed_over_once():
    driver = a_person("fulfillment.deliver_own")
    consignment = on_the_road(driver)
    outcomes = at_once(
        *[lambda: consigning.hand_over(consignment, by=driver, recipient="Lin", key=uuid4())] * 3,
        lambda: consigning.fail_hand_over(consignment, by=driver, outcome="absent", key=uuid4()),
    )
    assert outcomes.count("done") == 1
    assert consignment.attempts.count() == 1
