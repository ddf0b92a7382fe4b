"""A rule on many orders: a dry run that changes nothing and costs the same per chunk, and one on all open orders."""

import datetime
import re
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from oms import jobs
from oms.errors import DomainError
from oms.models import Event, Job
from orders import services
from orders.models import Order, RuleFiring
from orders.services import trying
from orders.services.trying import dry_run
from tests.orders.test_rule_firings import CONFIRM, a_rule, did, when
from tests.stories import a_customer, a_delivered_order, a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
TAG = {"kind": "tag", "tag": "big"}


def orders_of(*totals: int, **fields) -> list[Order]:
    return [a_placed_order((a_product(price=str(total), tax_rate="0"), 1), **fields) for total in totals]


def placed(order: Order, days_ago: int) -> None:
    Order.objects.filter(pk=order.pk).update(placed_at=timezone.now() - datetime.timedelta(days=days_ago))


def everything() -> list:
    return [list(Order.objects.order_by("pk").values()), Event.objects.count(), RuleFiring.objects.count()]


def test_a_dry_run_tells_what_would_have_changed_and_changes_nothing():
    rule = a_rule(TAG, {"kind": "priority", "points": 5}, conditions=[when("order.total", "more", 100)], active=False)
    small, big, tagged, old, past = orders_of(50, 200, 300, 400, 500)
    Order.objects.filter(pk=tagged.pk).update(tags=["big"])
    placed(old, 31)
    Order.objects.filter(pk=past.pk).update(history=True)
    before = everything()
    report = dry_run(rule.latest, 30, now=timezone.now())
    assert everything() == before
    examples = report.pop("examples")
    assert report == {
        "days": 30,
        "looked_at": 3,
        "fits": 2,
        "changed": 2,
        "effects": [{"action": TAG, "orders": 1}, {"action": {"kind": "priority", "points": 5}, "orders": 2}],
    }
    assert [(one["number"], len(one["actions"])) for one in examples] == [(tagged.number, 1), (big.number, 2)]
    assert examples[1]["conditions"][0]["seen"] == "200"
    assert small.number not in str(examples)


def test_earlier_orders_are_those_before_each_order():
    rule = a_rule(TAG, conditions=[when("customer.earlier_orders", "is", 1)], active=False)
    first, second, _third = orders_of(10, 20, 30, customer=a_customer())
    placed(first, 3)
    placed(second, 2)
    report = dry_run(rule.latest, 30, now=timezone.now())
    assert [one["number"] for one in report["examples"]] == [second.number]


def test_a_dry_run_of_another_event_looks_at_the_orders_to_which_it_happened():
    rule = a_rule(TAG, event="order.paid", active=False)
    paid, _unpaid = orders_of(10, 20)
    services.record_payment(paid, by=None, method="cash", amount=Decimal(1))
    report = dry_run(rule.latest, 30, now=timezone.now())
    assert (report["looked_at"], [one["number"] for one in report["examples"]]) == (1, [paid.number])


def test_a_chunk_costs_the_same_for_one_order_and_for_many(monkeypatch):
    rule = a_rule(TAG, conditions=[when("customer.earlier_orders", "is", 0)], active=False)
    version = rule.latest

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            dry_run(version, 30, now=timezone.now())
        return len(queries)

    orders_of(10)
    one = cost()
    orders_of(10, 20, 30)
    assert (one, cost()) == (4, 4)
    monkeypatch.setattr(trying, "CHUNK", 2)
    assert cost() == 7


def test_applying_to_open_orders_leaves_the_rest_alone():
    rule = a_rule(TAG, CONFIRM, conditions=[when("order.total", "more", 100)], active=False)
    small, big, past = orders_of(50, 200, 300)
    held = a_placed_order((a_product(price="500"), 1), customer=a_customer("B", blocked=True))
    gone = a_delivered_order((a_product(price="600"), 1))
    cancelled = orders_of(700)[0]
    services.cancel_order(cancelled, by=None, reason="x")
    Order.objects.filter(pk=past.pk).update(history=True)
    with pytest.raises(DomainError, match="is switched off"):
        services.apply_to_open(rule, by=a_person())
    services.switch_on(rule, by=None)
    rule.refresh_from_db()
    job = services.apply_to_open(rule, by=a_person())
    deliver_only_jobs()
    job.refresh_from_db()
    assert job.result == {
        "looked_at": 3,
        "before": 0,
        "fits": 2,
        "rule": rule.pk,
        "done": 1,
        "not_needed": 0,
        "refused": 1,
        "refusals": job.result["refusals"],
    }
    assert (job.done, job.total) == (3, 3)
    assert job.result["refusals"][0]["actions"][0]["text"] == f"{held.number} is on hold. Release its holds first."
    tagged = Order.objects.filter(tags__contains=["big"]).order_by("pk")
    assert list(tagged) == [big, held]
    assert not {small.pk, gone.pk, cancelled.pk, past.pk} & set(tagged.values_list("pk", flat=True))


def test_a_version_that_has_acted_on_an_order_does_not_act_again_on_request(deliver):
    rule = a_rule({"kind": "hold", "note": ""})
    order = orders_of(10)[0]
    deliver()
    services.release_order(order, by=None)
    for _time in range(2):
        job = services.apply_to_open(rule, by=a_person())
        deliver()
        job.refresh_from_db()
        assert (job.result["before"], job.result["fits"]) == (1, 0)
    order.refresh_from_db()
    assert (order.stage, did(order)) == ("to_pick", [("Rule 1", "hold", "done")])


def test_a_job_that_runs_again_goes_on_where_it_was():
    rule = a_rule(TAG)
    orders_of(10, 20)
    job = services.apply_to_open(rule, by=a_person())
    first = services.run_application(job)
    assert services.run_application(job) == first
    assert (first["done"], RuleFiring.objects.count()) == (2, 2)


@pytest.mark.parametrize("days", [0, 367])
def test_a_dry_run_over_no_days_or_over_years_is_refused(days):
    with pytest.raises(DomainError, match="Choose 1 to 366 days"):
        services.try_rule(a_rule(TAG), by=a_person(), days=days)
    assert not Job.objects.exists()


# ---- pages


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_result_of_a_dry_run_and_of_an_application_are_pages(client):
    client.force_login(a_person("orders.view_rule", "orders.change_rule", "orders.view_rulefiring"))
    rule = a_rule(TAG, conditions=[when("order.total", "more", 100)], name="Big")
    big, held = orders_of(200, 300)
    Order.objects.filter(pk=held.pk).update(tags=["big"])
    for action, data, expected in (
        (
            "try",
            {"days": "7"},
            [
                big.number,
                "Orders looked at 2",
                "Something would have changed 1",
                "1 order",
                "Total is more than 100 (200)",
                "it is so already",
            ],
        ),
        ("apply", {}, ["Open orders 2", "Done 1", "Not needed 1", "Refused 0"]),
    ):
        key = {"submission": str(uuid.uuid4())}
        response = client.post(f"/rules/{rule.pk}/do/{action}/", key | data)
        assert response.status_code == 302
        deliver_only_jobs()
        page = text(client.get(response.url))
        assert [words for words in expected if words not in page] == []
    job = Job.objects.get(kind="apply_rule")
    page = text(client.get(f"/rules/log/?job={job.pk}"))
    assert big.number in page and held.number in page
    assert "Tried on past orders" in text(client.get(rule.get_absolute_url()))


def deliver_only_jobs() -> None:
    """What a worker would do for jobs, while the orders' own events still wait."""
    for pk in Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
        jobs.run(pk)
