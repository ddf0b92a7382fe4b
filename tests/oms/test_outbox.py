import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from oms import outbox
from oms.events import EventKind, record, record_many, timeline
from oms.models import Delivery, Event

pytestmark = pytest.mark.django_db


class Happened(EventKind):
    TEST = "test.happened", "Something happened"


@pytest.fixture
def subject():
    return get_user_model().objects.create(username="subject")


@pytest.fixture
def reactions(monkeypatch):
    registered = {}
    monkeypatch.setitem(outbox._reactions, "test.happened", registered)
    return registered


def test_an_event_owes_one_delivery_to_each_reaction(subject, reactions):
    reactions.update({"a": lambda event: None, "b": lambda event: None})
    event = record(subject, Happened.TEST, by=subject, number=7)
    assert Event.objects.get() == event
    assert list(timeline(subject)) == [event]
    assert timeline(subject)[0].data == {"number": 7}
    assert sorted(Delivery.objects.values_list("reaction", "state")) == [("a", "pending"), ("b", "pending")]


def test_many_events_cost_two_statements(subject, reactions, django_assert_num_queries):
    reactions["a"] = lambda event: None
    record(subject, Happened.TEST)  # the content type is known from here on
    with django_assert_num_queries(2):
        record_many([(subject, Happened.TEST, {"n": n}) for n in range(20)])
    assert Delivery.objects.count() == 21


def test_each_delivery_is_made_once(subject, reactions):
    seen = []
    reactions["a"] = seen.append
    event = record(subject, Happened.TEST)
    assert outbox.deliver_pending() == 1
    assert outbox.deliver_pending() == 0
    assert seen == [event]
    assert Delivery.objects.get().state == Delivery.State.DONE


def test_a_failing_reaction_undoes_its_own_work_keeps_its_error_and_waits(subject, reactions):
    def fail(event):
        get_user_model().objects.create(username="half done")
        raise RuntimeError("no luck")

    reactions["fail"] = fail
    record(subject, Happened.TEST)
    outbox.deliver_pending()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == ("pending", 1, "RuntimeError: no luck\n")
    assert delivery.next_at > timezone.now()
    assert not get_user_model().objects.filter(username="half done").exists()
    assert outbox.deliver_pending() == 0


def test_a_reaction_that_never_works_is_given_up_and_shown(subject, reactions):
    reactions["fail"] = lambda event: 1 / 0
    record(subject, Happened.TEST)
    for _attempt in range(outbox.MAX_ATTEMPTS):
        Delivery.objects.update(next_at=timezone.now())
        outbox.deliver_pending()
    assert Delivery.objects.get().state == Delivery.State.FAILED


def test_one_failure_does_not_hold_up_the_others(subject, reactions):
    seen = []
    reactions.update({"fail": lambda event: 1 / 0, "work": seen.append})
    record(subject, Happened.TEST)
    assert outbox.deliver_pending() == 2
    assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_is_recorded_while_the_broker_is_away(subject, reactions, settings):
    reactions["a"] = lambda event: None
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    outbox.broker.cache_clear()
    try:
        record(subject, Happened.TEST)
    finally:
        outbox.broker.cache_clear()
    assert Delivery.objects.get().state == Delivery.State.PENDING


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 15), (2, 30), (3, 60), (20, 3600)])
def test_waiting_doubles_up_to_an_hour(attempts, seconds):
    assert outbox.back_off(attempts).total_seconds() == seconds
