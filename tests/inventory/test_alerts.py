"""A product under its alert line: one alert for each fall, until somebody handled it."""

import pytest

from inventory import queries, services
from inventory.models import StockAlert
from inventory.tasks import check_alert_lines
from oms import outbox
from oms.context import forget
from oms.errors import DomainError
from oms.models import Company, Message
from tests.fulfillment.test_races import at_once
from tests.stories import a_person, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    Company.objects.update_or_create(pk=1, defaults={"name": "茶行 Tea House", "buyer_email": "buyer@example.com"})
    forget(Company)
    yield a_person("inventory.handle_alert", first_name="Wen")
    forget(Company)


@pytest.fixture
def stock(buyer):
    stock = a_product("TEA", name="龙井 Green tea", on_hand=10).stock.get()
    return services.set_place(stock, by=buyer, bin="A-1", alert_line=4)


def fall_to(stock, available: int) -> None:
    stock.refresh_from_db()
    services.adjust(stock, available - stock.available, reason="test", by=None)
    check_alert_lines()


def alerts() -> list[tuple[int, int, str]]:
    return [(alert.available, alert.alert_line, alert.state) for alert in StockAlert.objects.order_by("pk")]


def test_one_alert_for_each_fall(stock):
    fall_to(stock, 5)
    assert alerts() == []
    for left in (4, 3, 1):
        fall_to(stock, left)
    assert alerts() == [(4, 4, "open")]
    fall_to(stock, 5)
    assert alerts() == [(4, 4, "over")]
    fall_to(stock, 2)
    assert alerts() == [(4, 4, "over"), (2, 4, "open")]


def test_a_handled_alert_leaves_the_home_page_and_does_not_rise_again(stock, buyer):
    fall_to(stock, 3)
    [alert] = queries.open_alerts()
    services.handle_alert(alert, by=buyer, note="Ordered 100")
    fall_to(stock, 2)
    assert not queries.open_alerts().exists()
    assert alerts() == [(3, 4, "handled")]
    with pytest.raises(DomainError, match="Wen has already handled this alert"):
        services.handle_alert(alert, by=buyer, note="again")
    alert.refresh_from_db()
    assert alert.note == "Ordered 100"


def test_products_out_of_the_range_raise_no_alert(stock, buyer):
    services.change_product(stock.product, by=buyer, active=False)
    fall_to(stock, 1)
    assert alerts() == []


def test_the_buyer_gets_one_mail(stock):
    fall_to(stock, 3)
    outbox.deliver_pending()
    fall_to(stock, 2)
    outbox.deliver_pending()
    mail = Message.objects.get(template="stock_alert")
    assert mail.to == "buyer@example.com"
    assert mail.subject == "TEA 龙井 Green tea: 3 left in MAIN warehouse"
    assert f"/inventory/stock/{stock.pk}/" in mail.text and f"/inventory/stock/{stock.pk}/" in mail.html
    assert "alert line is 4" in mail.text


@pytest.mark.django_db(transaction=True)
def test_workers_that_check_at_once_raise_one_alert(buyer):
    for sku in ("A", "B", "C"):
        row = a_product(sku, on_hand=1).stock.get()
        services.set_place(row, by=buyer, bin="", alert_line=3)
    assert at_once(*[check_alert_lines] * 4) == ["done"] * 4
    assert sorted(StockAlert.objects.values_list("stock__product__sku", flat=True)) == ["A", "B", "C"]
