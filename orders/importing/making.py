"""What a planned file needs before its orders: the products and customers that it names and we do not have."""

from django.db import transaction

from customers.events import CustomerEvent
from customers.models import Customer
from customers.services import digits
from inventory.events import ProductEvent
from inventory.models import Product
from oms import inserts
from oms.events import record_many
from orders.importing.planning import WALK_IN, CustomerKey, Plan
from orders.importing.rows import Row

UNIT = "pc"


@transaction.atomic
def make_missing(plan: Plan, *, by) -> None:
    """Make the products and customers that the file names and we do not have.

    The products are not for sale, and marked, until somebody has looked at them.
    """
    products = [
        Product(
            sku=row.texts["sku"],
            name=(row.texts.get("product_name") or row.texts["sku"])[:200],
            unit=UNIT,
            price=plan.prices[capitals],
            active=False,
            unchecked=True,
        )
        for capitals, row in plan.new_products.items()
    ]
    Product.objects.bulk_create(products, batch_size=1000)
    record_many([(product, ProductEvent.CREATED, {"sku": product.sku}) for product in products], by=by)
    plan.products |= {product.sku.upper(): product.pk for product in products}
    numbers = iter(inserts.take_values(("customers_number_seq", len(plan.new_customers)))[0])
    customers = {key: _customer(key, row, next(numbers)) for key, row in plan.new_customers.items()}
    Customer.objects.bulk_create(customers.values(), batch_size=1000)
    record_many([(customer, CustomerEvent.CREATED, {}) for customer in customers.values()], by=by)
    plan.customers |= {key: customer.pk for key, customer in customers.items()}


def _customer(key: CustomerKey, row: Row, number: int) -> Customer:
    texts = row.texts
    kind, value = key
    code = texts.get("customer_code") or (WALK_IN if key == ("code", WALK_IN) else f"C{number}")
    name = texts.get("customer_name") or texts.get("ship_name") or (value if kind != "code" else code)
    return Customer(
        code=code[:30],
        name=name[:160],
        email=texts.get("email", ""),
        phone=texts.get("phone", ""),
        phone_digits=digits(texts.get("phone", "")),
    )
