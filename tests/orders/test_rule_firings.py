"""Rules at work: they answer events, act by the usual verbs, log what came of it, and never answer themselves."""

import datetime
from decimal import Decimal as D

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from customers.models import Tier
from inventory import services as inventory
from inventory.models import Stock, Warehouse
from oms.errors import DomainError
from oms.models import Assignment, Event, Message
from orders import services
from orders.events import OrderEvent
from orders.models import Hold, Order, OrderPolicy, Rule, RuleFiring, RuleVersion
from orders.rules import clean_condition
from orders.services import apply_rules, save_rule, switch_on
from tests.stories import a_customer, a_person, a_placed_order, a_product, a_warehouse, shipped

pytestmark = pytest.mark.django_db
CONFIRM = {"kind": "confirm"}
STOP = {"kind": "stop"}


def when(subject: str, operator: str, *values) -> dict:
    return clean_condition(subject, operator, values)


def a_rule(*actions: dict, conditions=(), event="order.placed", name="", active=True, **said) -> Rule:
    name = name or f"Rule {Rule.objects.count() + 1}"
    rule = save_rule(by=None, name=name, event=event, conditions=conditions, actions=actions, **said)
    return switch_on(rule, by=None) if active else rule


def an_order(deliver, *, price="10", quantity=1, **fields) -> Order:
    order = a_placed_order((a_product(price=price, tax_rate="0"), quantity), **fields)
    deliver()
    order.refresh_from_db()
    return order


def did(order: Order) -> list[tuple[str, str, str]]:
    """(rule, action, outcome) in the order in which it was done."""
    firings = RuleFiring.objects.filter(order=order).order_by("id").select_related("rule")
    return [(firing.rule.name, act["kind"], act["outcome"]) for firing in firings for act in firing.actions]


# ---- writing down


def test_a_new_rule_is_switched_off_and_the_last_and_says_what_was_asked():
    by = a_person()
    first, second = a_rule(CONFIRM, active=False), a_rule(STOP, active=False)
    assert [(r.position, r.active, r.version) for r in (first, second)] == [(1, False, 1), (2, False, 1)]
    condition = {"field": "order.total", "operator": "more", "values": ["2000.00"]}
    rule = save_rule(
        first, by=by, name=" Big  orders ", event="order.held", conditions=[condition], actions=[STOP], together=False
    )
    now = rule.latest
    assert (now.number, now.name, now.event, now.together, now.by) == (2, "Big orders", "order.held", False, by)
    assert now.conditions == [{"field": "order.total", "operator": "more", "values": ["2000"]}]
    assert [version.number for version in rule.versions.all()] == [2, 1]


def test_saving_without_a_change_an_old_version_or_a_name_twice_is_refused():
    rule = a_rule(CONFIRM, name="Mine")
    same = {"by": None, "event": "order.placed", "conditions": [], "actions": [CONFIRM]}
    for fields, sentence in (
        ({"name": "Mine", "rule": rule}, "Nothing was changed."),
        ({"name": "Other", "rule": rule, "version": 7}, "Mine was changed by somebody else"),
        ({"name": "MINE"}, "There is already a rule called MINE."),
        ({"name": "  "}, "Give the rule a name"),
        ({"name": "New", "event": "order.noted"}, "Choose when the rule is looked at."),
        ({"name": "New", "actions": [{"kind": "warehouse", "code": "MOON"}]}, "There is no warehouse MOON."),
        ({"name": "New", "actions": [{"kind": "assign", "who": "nobody", "days": 1}]}, "Nobody here is called nobody."),
        ({"name": "New", "actions": [{"kind": "notify", "to": "team:poets", "text": "x"}]}, "There is no team poets."),
        ({"name": "New", "actions": [{"kind": "notify", "to": "all", "text": "x"}]}, "Choose who gets the message."),
    ):
        with pytest.raises(DomainError, match=sentence):
            save_rule(**same | fields)
    assert list(RuleVersion.objects.values_list("rule__name", "number")) == [("Mine", 1)]


@pytest.mark.parametrize("table", ["orders_ruleversion", "orders_rulefiring"])
def test_versions_and_firings_cannot_be_edited(deliver, table):
    a_rule(CONFIRM)
    an_order(deliver)
    for statement in (f"UPDATE {table} SET actions = '[]'", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_rules_change_places():
    one, two, three = (a_rule(CONFIRM) for _n in range(3))
    services.move_up(three, by=None)
    services.move_down(one, by=None)
    assert list(Rule.objects.all()) == [three, one, two]
    for verb, rule in ((services.move_up, three), (services.move_down, two)):
        with pytest.raises(DomainError, match="stands at the end already"):
            verb(rule, by=None)


def test_a_rule_is_switched_once():
    rule = a_rule(CONFIRM)
    with pytest.raises(DomainError, match="is switched on already"):
        switch_on(rule, by=None)
    services.switch_off(rule, by=None)
    with pytest.raises(DomainError, match="is switched off already"):
        services.switch_off(rule, by=None)


# ---- answering


def test_a_first_order_above_two_thousand_is_held_and_says_why(deliver):
    rule = a_rule(
        {"kind": "hold", "note": "Call the customer."},
        conditions=[when("order.total", "more", 2000), when("customer.earlier_orders", "is", 0)],
    )
    mei = a_customer()
    small, big, second = (an_order(deliver, price=p, customer=mei) for p in ("10", "3000", "3000"))
    other = an_order(deliver, price="3000", customer=a_customer("Other", email="o@example.com"))
    assert [order.stage for order in (small, big, second, other)] == ["to_pick", "to_pick", "to_pick", "on_hold"]
    hold = other.open_holds().get()
    assert (hold.kind, hold.note, hold.by) == ("rule", "Call the customer.", None)
    assert hold.reasons == [{"code": "held_by_rule", "rule_id": rule.pk, "rule": "Rule 1"}]
    firing = RuleFiring.objects.get()
    assert (firing.order, firing.version, firing.outcome) == (other, rule.latest, "done")
    assert [(c["seen"], c["holds"]) for c in firing.conditions] == [("3000", True), ("0", True)]


def test_nothing_fires_for_a_rule_that_is_off_or_for_another_event_or_for_history(deliver):
    a_rule(CONFIRM, active=False)
    a_rule({"kind": "tag", "tag": "paid"}, event="order.paid")
    rule = a_rule({"kind": "tag", "tag": "placed"})
    order = an_order(deliver)
    assert order.tags == ["placed"]
    past = an_order(lambda: None)
    Order.objects.filter(pk=past.pk).update(history=True)
    deliver()
    assert list(RuleFiring.objects.values_list("order", "rule")) == [(order.pk, rule.pk)]


def test_the_same_event_twice_is_one_firing(deliver):
    a_rule({"kind": "notify", "to": "customer", "text": "Thank you."})
    order = an_order(deliver)
    event = Event.objects.get(kind=OrderEvent.PLACED)
    assert apply_rules(order, event) == []
    assert RuleFiring.objects.count() == 1
    assert Message.objects.filter(template="rule_message").count() == 1


def test_rules_run_in_their_order_and_see_what_the_earlier_did_until_one_stops(deliver):
    a_rule({"kind": "tag", "tag": "late"}, name="D")
    a_rule(STOP, conditions=[when("order.tags", "includes", "big")], name="C")
    a_rule({"kind": "tag", "tag": "small"}, conditions=[when("order.total", "less", 100)], name="B")
    a_rule({"kind": "tag", "tag": "big"}, conditions=[when("order.total", "more", 100)], name="A")
    for name, steps in (("A", 3), ("B", 2), ("C", 1)):
        for _step in range(steps):
            services.move_up(Rule.objects.get(name=name), by=None)
    assert [r.name for r in Rule.objects.all()] == ["A", "B", "C", "D"]
    order = an_order(deliver, price="500")
    assert did(order) == [("A", "tag", "done"), ("C", "stop", "done")]
    assert did(an_order(deliver)) == [("B", "tag", "done"), ("D", "tag", "done")]


def test_a_rule_never_answers_what_it_caused(deliver):
    a_rule({"kind": "hold", "note": ""}, event="order.released", name="Hold again")
    a_rule({"kind": "note", "text": "Held."}, event="order.held", name="Tell")
    order = an_order(deliver)
    services.hold_order(order, by=None, note="")
    deliver()
    services.release_order(order, by=None)
    deliver()
    assert did(order) == [("Tell", "note", "done"), ("Hold again", "hold", "done"), ("Tell", "note", "done")]


def test_two_rules_that_answer_each_other_come_to_an_end(deliver):
    OrderPolicy.objects.update_or_create(pk=1, defaults={"auto_confirm": False})
    a_rule(CONFIRM, event="order.held", name="A")
    a_rule({"kind": "hold", "note": ""}, event="order.confirmed", name="B")
    a_rule({"kind": "hold", "note": ""}, event="order.placed", name="Start")
    order = an_order(deliver)
    assert did(order) == [("Start", "hold", "done"), ("A", "confirm", "refused")]
    services.release_order(order, by=None)
    services.confirm_order(order, by=None)
    deliver()
    assert did(order)[2:] == [("B", "hold", "done"), ("A", "confirm", "not_needed")]
    order.refresh_from_db()
    assert order.stage == "on_hold"


# ---- actions


def test_points_are_given_once_and_explained(deliver):
    gold = Tier.objects.create(name="Gold", importance=60)
    rule = a_rule({"kind": "priority", "points": 30}, conditions=[when("customer.tier", "one_of", "Gold")])
    order = an_order(deliver, customer=a_customer(tier=gold))
    assert (order.priority, order.priority_reasons[-1]) == (
        70,
        {"code": "rule_points", "rule_id": rule.pk, "rule": "Rule 1", "points": 30},
    )
    assert order.priority == sum(reason["points"] for reason in order.priority_reasons)
    save_rule(
        rule, by=None, name="Rule 1", event="order.paid", conditions=[], actions=[{"kind": "priority", "points": 5}]
    )
    services.record_payment(order, by=None, method="cash", amount=D(1))
    deliver()
    order.refresh_from_db()
    assert (order.priority, order.priority_reasons[-1]["points"]) == (45, 5)
    services.record_payment(order, by=None, method="cash", amount=D(1))
    deliver()
    assert [outcome for _rule, _kind, outcome in did(order)] == ["done", "done", "not_needed"]


def test_an_order_is_confirmed_unless_it_is_held(deliver):
    OrderPolicy.objects.update_or_create(pk=1, defaults={"auto_confirm": False})
    a_rule(CONFIRM, conditions=[when("order.channel", "one_of", "desk")])
    clean, blocked = an_order(deliver), an_order(deliver, customer=a_customer("B", blocked=True))
    assert (clean.status, blocked.status) == ("confirmed", "placed")
    firing = RuleFiring.objects.get(order=blocked)
    assert firing.outcome == "refused"
    assert firing.actions[0]["text"] == f"{blocked.number} is on hold. Release its holds first."


def test_a_refused_action_changes_nothing_and_the_others_are_done(deliver):
    rule = a_rule(
        {"kind": "assign", "who": a_person().username, "days": 2},
        {"kind": "tag", "tag": "seen"},
        {"kind": "carrier", "code": "SEA"},
    )
    person = a_person()
    who = rule.latest.actions[0]["who"]
    type(person).objects.filter(username=who).update(is_active=False)
    order = an_order(deliver)
    assert [outcome for _rule, _kind, outcome in did(order)] == ["refused", "done", "done"]
    assert (order.tags, order.carrier_code) == (["seen"], "SEA")
    assert not Assignment.objects.exists()


def test_somebody_takes_care_of_the_order_and_its_holds(deliver):
    person = a_person()
    a_rule({"kind": "hold", "note": ""}, {"kind": "assign", "who": person.username, "days": 2})
    an_order(deliver)
    due = timezone.localdate() + datetime.timedelta(days=2)
    assert list(
        Assignment.objects.values_list("subject_type__model", "owner", "due").order_by("subject_type__model")
    ) == [
        ("hold", person.pk, due),
        ("order", person.pk, due),
    ]


def test_a_team_and_the_customer_are_told(deliver):
    team = Group.objects.create(name="sales-team")
    for mail, language in (("a@example.com", ""), ("b@example.com", "zh-hans"), ("", "")):
        team.user_set.add(a_person(email=mail, language=language))
    a_rule(
        {"kind": "notify", "to": "team:sales-team", "text": "A <large> order."},
        {"kind": "notify", "to": "customer", "text": "Thank you & good-bye."},
    )
    order = an_order(deliver)
    told = Message.objects.filter(template__startswith="rule_").order_by("id")
    assert [(m.to, m.language, m.about) for m in told] == [
        ("a@example.com", "en", order),
        ("b@example.com", "zh-hans", order),
        ("mei@example.com", "zh-hans", order),
    ]
    assert told[0].subject == f"Rule 1: {order.number}"
    assert "A <large> order." in told[0].text and "A &lt;large&gt; order." in told[0].html
    assert "Thank you & good-bye." in told[2].text and order.public_key in told[2].text


def test_who_cannot_be_told_is_a_refusal(deliver):
    Group.objects.create(name="empty")
    a_rule({"kind": "notify", "to": "team:empty", "text": "x"}, {"kind": "notify", "to": "customer", "text": "x"})
    order = an_order(deliver, customer=a_customer("C", email="", phone=""))
    assert [outcome for _rule, _kind, outcome in did(order)] == ["refused", "refused"]


def test_an_order_moves_to_the_warehouse_that_the_rule_names(deliver):
    a_warehouse("SOUTH")
    a_rule({"kind": "warehouse", "code": "SOUTH"}, conditions=[when("order.city", "is", "上海")])
    tea, rare = a_product(), a_product()
    inventory.receive(tea, a_warehouse("SOUTH"), 5, by=None)
    order, other = a_placed_order((tea, 5)), a_placed_order((rare, 1))
    deliver()
    for each in (order, other):
        each.refresh_from_db()
    assert (order.warehouse.code, other.warehouse.code) == ("SOUTH", "MAIN")
    assert order.warehouse_reason == {"code": "warehouse_by_rule", "rule": "Rule 1", "warehouse": "SOUTH warehouse"}
    reserved = dict(Stock.objects.filter(product=tea).values_list("warehouse__code", "reserved"))
    assert reserved == {"MAIN": 0, "SOUTH": 5}
    assert (
        RuleFiring.objects.get(order=other).actions[0]["text"]
        == f"SOUTH warehouse has less in stock for {other.number}."
    )
    assert other.lines.get().reserved == 1
    assert Event.objects.filter(kind=OrderEvent.RELOCATED).count() == 1


def test_a_warehouse_is_not_changed_once_picking_has_begun_or_when_it_is_closed(deliver):
    south = a_warehouse("SOUTH")
    tea = a_product()
    inventory.receive(tea, south, 5, by=None)
    order = a_placed_order((tea, 5))
    Warehouse.objects.filter(pk=south.pk).update(active=False)
    south.refresh_from_db()
    with pytest.raises(DomainError, match="is closed"):
        services.serve_from(order, south, by=None, reason={})
    Warehouse.objects.filter(pk=south.pk).update(active=True)
    south.refresh_from_db()
    services.record_picked(order, {order.lines.get().pk: 1}, by=None)
    with pytest.raises(DomainError, match="is being picked or was shipped already"):
        services.serve_from(order, south, by=None, reason={})
    assert dict(Stock.objects.filter(product=tea).values_list("warehouse__code", "reserved")) == {"MAIN": 5, "SOUTH": 0}


def test_two_rules_hold_with_one_hold_and_two_reasons(deliver):
    a_rule({"kind": "hold", "note": "One."})
    a_rule({"kind": "hold", "note": "Two."})
    order = an_order(deliver)
    hold = Hold.objects.get(order=order)
    assert ([reason["rule"] for reason in hold.reasons], hold.note) == (["Rule 1", "Rule 2"], "One. · Two.")


def test_what_has_left_the_house_is_not_held(deliver):
    a_rule({"kind": "hold", "note": ""}, event="order.shipped")
    order = an_order(deliver)
    shipped(order)
    deliver()
    assert did(order) == [("Rule 1", "hold", "refused")]
    assert not order.holds.exists()


def test_a_line_is_below_its_list_price_by_its_price_and_its_discount(deliver):
    order = a_placed_order((a_product(price="20"), 4))
    order.lines.update(unit_price=D(18), discount=D(8))
    a_rule({"kind": "tag", "tag": "cheap"}, conditions=[when("line.discount", "is", 20)])
    deliver()
    order.refresh_from_db()
    assert order.tags == ["cheap"]
