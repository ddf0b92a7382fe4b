"""Customers: the list, one customer, making and changing her, her addresses and contacts."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from customers import services
from customers.events import CustomerEvent
from customers.filters import CustomerFilters
from customers.forms import (
    AddressForm,
    ContactForm,
    CustomerForm,
    NewCustomerForm,
    TierForm,
)
from customers.models import Address, Customer, Tier, digits
from oms import formats
from oms.columns import Column
from oms.context import current
from oms.forms import CreatePage, EditPage, FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.models import Company
from oms.money import format_money
from oms.pages import Link
from oms.records import Fact, RecordPage, Status


class Customers(ListPage):
    page = "customers"
    permission = "customers.view_customer"
    title = _("Customers")
    filterset_class = CustomerFilters
    columns = [
        Column("name", _("Customer"), link=True),
        Column("code", _("Number")),
        Column("tier", _("Tier")),
        Column("phone", _("Phone")),
        Column("email", _("E-mail")),
        Column("language", _("Language"), value=Customer.get_language_display),
        Column("blocked", _("Blocked"), kind="yes", shown=False),
        Column("created_at", _("Created"), kind="day", sort="newest"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Blocked"), "blocked=yes")]
    primary = Link(_("New customer"), "customer-new", icon="plus", permission="customers.add_customer")
    more = [Link(_("Customers as a file"), reverse_lazy("exchange", args=["customers"]), icon="upload")]
    empty = Empty(
        _("No customers yet"),
        _("A customer is needed before an order can be entered."),
        Link(_("New customer"), "customer-new", permission="customers.add_customer"),
        icon="users",
    )

    def queryset(self) -> QuerySet[Customer]:
        return Customer.objects.select_related("tier")


class CustomerPage(RecordPage):
    permission = "customers.view_customer"
    template_name = "customers/customer.html"
    queryset = Customer.objects.select_related("tier").prefetch_related("addresses", "contacts")
    breadcrumb = [(_("Customers"), "customers")]
    note_kind = CustomerEvent.NOTED

    def status(self) -> Status | None:
        return Status(_("Blocked"), "bad") if self.object.blocked else None

    @property
    def primary(self) -> Link:
        return Link(
            _("New order"),
            f"{reverse('order-new')}?customer={self.object.code}",
            icon="plus",
            permission="orders.place_order",
        )

    @property
    def more(self) -> list[Link]:
        code = self.object.code
        return [
            Link(_("Change"), reverse("customer-edit", args=[code]), "pencil", "customers.change_customer"),
        ]

    def facts(self) -> list[Fact]:
        customer = self.object
        limit = customer.credit_limit
        limit = "" if limit is None else format_money(limit, current(Company).currency)
        return [
            Fact(_("Number"), customer.code),
            Fact(_("Tier"), customer.tier),
            Fact(_("Phone"), customer.phone, f"tel:{customer.phone}" if customer.phone else None),
            Fact(_("E-mail"), customer.email, f"mailto:{customer.email}" if customer.email else None),
            Fact(_("Language"), customer.get_language_display()),
            Fact(_("Credit limit"), limit),
            Fact(_("Pays within, days"), customer.payment_days or ""),
            Fact(_("Customer since"), formats.day(customer.created_at)),
            Fact(_("Note"), customer.note),
        ]


class NewCustomer(CreatePage):
    """Also opened from the order form (`?then=order`), which then goes on with the new customer chosen."""

    permission = "customers.add_customer"
    title = _("New customer")
    breadcrumb = [(_("Customers"), "customers")]
    form_class = NewCustomerForm
    done = _("%(what)s created.")

    def get_initial(self) -> dict:
        """Our own language, and as her name or how she is reached what was looked for in vain."""
        text = self.request.GET.get("customer", "").strip()
        is_phone = digits(text) and not any(map(str.isalpha, text))
        return {"language": get_language(), "email" if "@" in text else "phone" if is_phone else "name": text}

    def perform(self, form) -> Customer | str:
        customer = services.create_customer(by=self.request.user, **form.cleaned_data)
        return f"{reverse('order-new')}?customer={customer.code}" if self._for_an_order else customer

    def done_text(self, result: Customer | str) -> str:
        return str(_("The customer is created.")) if isinstance(result, str) else super().done_text(result)

    def form_valid(self, form) -> HttpResponse:
        """In a dialog over the order form, that form keeps what was typed and is only told for whom it is."""
        response = super().form_valid(form)
        if self._for_an_order and isinstance(response, HttpResponseClientRedirect):
            return trigger_client_event(HttpResponse(status=204), "customer-made", {"address": response.url})
        return response

    @property
    def _for_an_order(self) -> bool:
        return self.request.GET.get("then") == "order"


class EditCustomer(EditPage):
    permission = "customers.change_customer"
    model = Customer
    breadcrumb = [(_("Customers"), "customers")]
    form_class = CustomerForm
    service = staticmethod(services.change_customer)
    versioned = True
    done = _("%(what)s saved.")


class _Addition(FormPage):
    """Something more for the customer named by the address."""

    permission = "customers.change_customer"
    service = None

    @property
    def customer(self) -> Customer:
        return get_object_or_404(Customer, code=self.kwargs["code"])

    def get_breadcrumb(self):
        return [(_("Customers"), "customers"), (str(self.customer), self.customer.get_absolute_url())]

    def perform(self, form) -> Customer:
        customer = self.customer
        type(self).service(customer, by=self.request.user, **form.cleaned_data)
        return customer


class NewAddress(_Addition):
    title = _("Add address")
    form_class = AddressForm
    service = staticmethod(services.add_address)

    def get_initial(self) -> dict:
        return {"name": self.customer.name, "phone": self.customer.phone}


class EditAddress(_Addition):
    title = _("Change address")
    form_class = AddressForm

    @property
    def address(self) -> Address:
        return get_object_or_404(
            Address.objects.select_related("customer"), pk=self.kwargs["pk"], customer=self.customer
        )

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"instance": self.address}

    def perform(self, form) -> Customer:
        return services.change_address(self.address, by=self.request.user, **form.cleaned_data).customer


class NewContact(_Addition):
    title = _("Add contact")
    form_class = ContactForm
    service = staticmethod(services.add_contact)


class Tiers(ListPage):
    page = "tiers"
    permission = "customers.view_tier"
    title = _("Tiers")
    columns = [
        Column("name", _("Tier"), link=True),
        Column("importance", _("Importance"), kind="number", sort="importance"),
        Column("discount", _("Discount, %"), kind="number"),
    ]
    orderings = {"importance": Ordering(_("Importance"), "-importance", "-id")}
    primary = Link(_("New tier"), "tier-new", icon="plus", permission="customers.add_tier")
    empty = Empty(
        _("No tiers yet"), _("A tier raises its customers' priority and may lower their prices."), icon="crown"
    )

    def queryset(self) -> QuerySet[Tier]:
        return Tier.objects.all()


class NewTier(CreatePage):
    permission = "customers.add_tier"
    title = _("New tier")
    breadcrumb = [(_("Tiers"), "tiers")]
    form_class = TierForm
    service = staticmethod(services.create_tier)

    def perform(self, form) -> str:
        services.create_tier(by=self.request.user, **form.cleaned_data)
        return reverse("tiers")


class EditTier(EditPage):
    permission = "customers.change_tier"
    model = Tier
    breadcrumb = [(_("Tiers"), "tiers")]
    form_class = TierForm
    service = staticmethod(services.change_tier)
    done = _("%(what)s saved.")

    def perform(self, form) -> str:
        services.change_tier(self.object, by=self.request.user, **form.cleaned_data)
        return reverse("tiers")
