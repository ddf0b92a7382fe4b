"""The verbs of customers."""

from django.db import transaction
from django.utils.translation import gettext as _

from customers.events import CustomerEvent
from customers.models import Address, Contact, Customer, Tier, digits
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.numbering import next_number


@transaction.atomic
def create_customer(*, by, code: str = "", address: dict | None = None, **fields) -> Customer:
    """A new customer; `code` is given from a sequence unless the caller has one; `address` becomes the default."""
    code = code.strip() or next_number("customers_number_seq", "C")
    if Customer.objects.filter(code=code).exists():
        raise DomainError(_("There is already a customer with the number %(code)s.") % {"code": code})
    customer = Customer.objects.create(code=code, phone_digits=digits(fields.get("phone", "")), **fields)
    if address:
        Address.objects.create(customer=customer, is_default=True, **address)
    record(customer, CustomerEvent.CREATED, by=by)
    return customer


@transaction.atomic
def change_customer(customer: Customer, *, by, version: int | None = None, **fields) -> Customer:
    """Change a customer's own data; the event keeps each old and new value.

    With `version` given, a customer whom somebody changed since is refused.
    """
    customer = lock(customer, version=version)
    changed = {
        name: [str(getattr(customer, name) or ""), str(value or "")]
        for name, value in fields.items()
        if getattr(customer, name) != value
    }
    if not changed:
        return customer
    for name, value in fields.items():
        setattr(customer, name, value)
    customer.phone_digits = digits(customer.phone)
    customer.version += 1
    customer.save()
    record(customer, CustomerEvent.CHANGED, by=by, **{k: f"{a or '–'} → {b or '–'}" for k, (a, b) in changed.items()})
    return customer


@transaction.atomic
def add_address(customer: Customer, *, by, **fields) -> Address:
    """One more address; the first one, or one marked so, becomes the default."""
    customer = lock(customer)
    fields["is_default"] = fields.get("is_default") or not customer.addresses.exists()
    if fields["is_default"]:
        customer.addresses.update(is_default=False)
    address = Address.objects.create(customer=customer, **fields)
    record(customer, CustomerEvent.CHANGED, by=by, address=str(address))
    return address


@transaction.atomic
def change_address(address: Address, *, by, **fields) -> Address:
    """Correct an address; orders keep the one that they were placed with. The default can only be passed on."""
    lock(address.customer)
    address = lock(address)
    fields["is_default"] = fields.get("is_default") or address.is_default
    if fields["is_default"]:
        address.customer.addresses.exclude(pk=address.pk).update(is_default=False)
    for name, value in fields.items():
        setattr(address, name, value)
    address.save()
    record(address.customer, CustomerEvent.CHANGED, by=by, address=str(address))
    return address


@transaction.atomic
def add_contact(customer: Customer, *, by, **fields) -> Contact:
    """One more person at the customer."""
    contact = Contact.objects.create(customer=customer, **fields)
    record(customer, CustomerEvent.CHANGED, by=by, contact=contact.name)
    return contact


@transaction.atomic
def add_note(customer: Customer, *, by, text: str) -> Customer:
    """A note on the timeline, for staff only."""
    record(customer, CustomerEvent.NOTED, by=by, text=text)
    return customer


@transaction.atomic
def create_tier(*, by, **fields) -> Tier:
    """A new tier."""
    tier = Tier.objects.create(**fields)
    record(tier, CustomerEvent.CREATED, by=by)
    return tier


@transaction.atomic
def change_tier(tier: Tier, *, by, **fields) -> Tier:
    """Change a tier; orders that are placed already keep their prices and priority."""
    tier = lock(tier)
    for name, value in fields.items():
        setattr(tier, name, value)
    tier.save()
    record(tier, CustomerEvent.CHANGED, by=by, name=tier.name)
    return tier
