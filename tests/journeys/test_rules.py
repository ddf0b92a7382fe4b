"""A rule is written, tried on past orders, switched on, and acts on the next order, in English and in Chinese."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from orders.models import Order, Rule, RuleFiring
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_placed_order, a_product

pytestmark = pytest.mark.django_db(transaction=True)


def save(page: Page) -> None:
    page.locator("#main form .form-actions .btn-primary").click()
    page.wait_for_load_state()


def write_rule(page: Page) -> Rule:
    page.goto(reverse("rule-new"))
    page.fill("#main [name=name]", "Large first orders")
    page.select_option("[name=new_condition]", "order.total")
    page.click("button[name=add][value=condition]")
    page.fill("[name=c0-values]", "2,000")
    page.press("[name=c0-values]", "Enter")  # saves, and a rule without an action is refused: nothing typed is lost
    expect(page.locator("#main [role=alert]")).to_be_visible()
    page.select_option("[name=new_condition]", "customer.earlier_orders")
    page.click("button[name=add][value=condition]")
    page.select_option("[name=c1-operator]", "is")
    page.fill("[name=c1-values]", "0")
    page.select_option("[name=new_action]", "hold")
    page.click("button[name=add][value=action]")
    page.fill("[name=a0-note]", "Call the customer.")
    save(page)
    rule = Rule.objects.get()
    expect(page).to_have_url(f"{page.url.partition('/rules/')[0]}{reverse('rule', args=[rule.pk])}")
    return rule


def act(page: Page, rule: Rule, action: str) -> None:
    page.goto(reverse("rule-action", args=[rule.pk, action]))
    page.locator("#main form .btn-primary").last.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_rule_is_written_tried_switched_on_and_fires(stack, log_in, language):
    tea = a_product(price="3000", tax_rate="0")
    past = a_placed_order((tea, 1), customer=a_customer("Past", email="past@example.com"))
    stack.settle()
    page = log_in("manager", language=language)
    rule = write_rule(page)

    act(page, rule, "try")
    stack.settle()
    page.reload()
    expect(page.locator("#job")).to_contain_text(past.number)
    assert not RuleFiring.objects.exists()

    act(page, rule, "on")
    order = a_placed_order((tea, 1), customer=a_customer("New", email="new@example.com"))
    stack.settle()
    page.goto(reverse("order", args=[order.number]))
    expect(page.locator(".holds")).to_contain_text("Call the customer.")
    expect(page.locator(".firings")).to_contain_text("Large first orders")
    page.goto(reverse("rule-firings"))
    expect(page.locator("#results")).to_contain_text(order.number)
    expect(page.locator("#results")).not_to_contain_text(past.number)
    assert set(Order.objects.values_list("number", "stage")) == {(past.number, "to_pick"), (order.number, "on_hold")}
    assert_books_balance()
