"""Entering an order: one page, its look-ups and its live preview, which composes what placing would write."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from customers.filters import CustomerFilters
from customers.models import Customer
from inventory.models import Product
from oms.errors import DomainError
from oms.forms import FormPage
from orders import queries, services
from orders.composing import Asked, Composed, Shelf, compose
from orders.forms import OrderForm, TypedLine, read_lines
from orders.models import Order
from orders.services.placing import refuse_impossible

CHOICES = 12
EMPTY_ROWS = 4


class PlaceOrder(FormPage):
    permission = "orders.place_order"
    title = gettext_lazy("New order")
    breadcrumb = [(gettext_lazy("Orders"), "orders")]
    template_name = "orders/entry.html"
    form_class = OrderForm
    submit_label = gettext_lazy("Place order")
    done = gettext_lazy("%(what)s is placed.")

    def get_initial(self) -> dict:
        customer = queries.find_customer(self.request.GET.get("customer", ""))
        return of_customer(customer) if customer else {}

    def get_context_data(self, **kwargs) -> dict:
        typed = self._typed if self.request.method == "POST" else []
        blank = [TypedLine("", "1", "") for _row in range(max(1, EMPTY_ROWS - len(typed)))]
        return super().get_context_data(
            **{"rows": [*typed, *blank], "may_price": self._may_price, "has_errors": any(x.error for x in typed)}
            | kwargs
        )

    @property
    def _may_price(self) -> bool:
        return self.request.user.has_perm("orders.change_price")

    @property
    def _typed(self) -> list[TypedLine]:
        if not hasattr(self, "_lines"):
            self._lines = read_lines(self.request.POST, may_price=self._may_price)
        return self._lines

    def form_valid(self, form) -> HttpResponse:
        if any(line.error for line in self._typed):
            form.add_error(None, _("Some lines cannot be ordered like this; the sentence is beside each."))
            return self.form_invalid(form)
        return super().form_valid(form)

    def perform(self, form) -> Order:
        return services.place_order(form.request(asked(self._typed)), by=self.request.user)


def asked(lines: list[TypedLine]) -> list[Asked]:
    """The lines that make sense, as the services want them."""
    return [Asked(line.product.pk, line.count, line.unit_price) for line in lines if not line.error]


def of_customer(customer: Customer) -> dict:
    """What the form begins with once the customer is known: her number and default address."""
    address = customer.addresses.first()
    given = {"customer": customer.code, "ship_name": customer.name, "phone": customer.phone}
    if address:
        kept = ("line1", "line2", "city", "region", "postcode", "country")
        given |= {name: getattr(address, name) for name in kept}
        given |= {"ship_name": address.name, "phone": address.phone or customer.phone}
    return given


@require_GET
@permission_required("orders.place_order", raise_exception=True)
def customer_choices(request: HttpRequest) -> HttpResponse:
    """Customers that a few letters or digits may mean, as options of the field."""
    text = request.GET.get("customer", "").strip()
    found = Customer.objects.none()
    if len(text) >= 2:
        found = CustomerFilters({"q": text}, queryset=Customer.objects.order_by("-id")).qs[:CHOICES]
    return render(request, "orders/parts/customer_choices.html", {"customers": found})


@require_GET
@permission_required("orders.place_order", raise_exception=True)
def customer_chosen(request: HttpRequest) -> HttpResponse:
    """The address fields of the customer whose number, name, phone or e-mail stands in the field."""
    customer = queries.find_customer(request.GET.get("customer", ""))
    form = OrderForm(initial=of_customer(customer) if customer else {})
    context = {"form": form, "chosen": customer, "asked": request.GET.get("customer", "").strip()}
    return render(request, "orders/parts/address.html", context)


@require_GET
@permission_required("orders.place_order", raise_exception=True)
def product_choices(request: HttpRequest) -> HttpResponse:
    """Products by the beginning of the SKU, the bar code or part of the name, as options of the SKU cells."""
    text = (request.GET.getlist("sku") or [""])[-1].strip()
    found = Product.objects.none()
    if len(text) >= 2:
        means = Q(sku__icontains=text) | Q(name__icontains=text) | Q(barcode=text)
        found = Product.objects.filter(means, active=True).order_by("sku")[:CHOICES]
    return render(request, "orders/parts/product_choices.html", {"products": found})


@require_POST
@permission_required("orders.place_order", raise_exception=True)
def preview(request: HttpRequest) -> HttpResponse:
    """What the order would be if it were placed now; nothing is written."""
    typed = read_lines(request.POST, may_price=request.user.has_perm("orders.change_price"))
    composed, problem = _compose(request.POST, typed)
    context = {"typed": typed, "composed": composed, "problem": problem}
    return render(request, "orders/parts/preview.html", context)


def _compose(post: QueryDict, typed: list[TypedLine]) -> tuple[Composed | None, str]:
    lines = asked(typed)
    form = OrderForm(post)
    if not lines or not form.is_valid():
        return None, ""
    request = form.request(lines)
    shelf = Shelf.read(line.product_id for line in lines)
    try:
        refuse_impossible(request, shelf)
    except DomainError as error:
        return None, str(error)
    return compose(request, shelf), ""
