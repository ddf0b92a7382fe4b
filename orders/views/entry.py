"""Entering an order: one page, its look-ups and its live preview, which composes what placing would write."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from customers.models import Address, Customer
from customers.queries import SEPARATOR, find_customer, search_customers
from inventory.queries import search_products
from oms.errors import DomainError
from oms.forms import FormPage, posted_key
from oms.pages import Link
from orders import services
from orders.composing import ADDRESS, Asked, Composed, Shelf, compose
from orders.forms import OrderForm
from orders.models import Order, OrderDraft, OrderLine
from orders.queries import discount_ceiling
from orders.services.entering import discounted, explain_discounts, usual_lines
from orders.services.placing import refuse_impossible
from orders.typed_lines import TypedLine, read_lines

CHOICES = 10
BLANK_ROWS = 3
GRID = ("sku", "quantity", "price", "discount")


@dataclass
class Row:
    """A row of the grid: what was typed, the line that it becomes, and pieces to be had here and elsewhere."""

    typed: TypedLine
    line: OrderLine | None = None
    available: int = 0
    elsewhere: int = 0
    places: list[tuple[str, int]] = field(default_factory=list)  # warehouse and what it has, when there are several


@dataclass
class Sketch:
    """The order as it would be placed now; `problem` says why it could not be."""

    rows: list[Row]
    composed: Composed | None = None
    problem: str = ""
    known: bool = False  # whether it is known for whom
    warnings: list[dict] = field(default_factory=list)


class PlaceOrder(FormPage):
    permission = "orders.place_order"
    title = gettext_lazy("New order")
    breadcrumb = [(gettext_lazy("Orders"), "orders")]
    more = [Link(gettext_lazy("My drafts"), "order-drafts", "file-pen", "orders.place_order")]
    template_name = "orders/entry.html"
    form_class = OrderForm
    submit_label = gettext_lazy("Place order")
    done = gettext_lazy("%(what)s is placed.")

    def get_initial(self) -> dict:
        if self._copied:
            return of_order(self._copied)
        if self._draft:
            return {name: cells[0] for name, cells in self._draft.content.items() if cells}
        customer = find_customer(self.request.GET.get("customer", "").replace("\0", ""))
        return of_customer(customer, _default_address(customer)) if customer else {}

    @cached_property
    def _copied(self) -> Order | None:
        """The order that is to be ordered once more."""
        number = self.request.GET.get("copy", "").replace("\0", "")
        return Order.objects.select_related("customer").filter(number=number).first() if number else None

    @cached_property
    def _draft(self) -> OrderDraft | None:
        """One's own draft that is to be gone on with."""
        key = self.request.GET.get("draft", "")
        mine = OrderDraft.objects.filter(by=self.request.user)
        return mine.filter(pk=key).first() if key.isdecimal() and len(key) < 18 else None

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Without JavaScript, "check" stands for the live preview; "keep" leaves the order for later."""
        if "keep" in request.POST:
            return self._kept_as_draft()
        if "check" not in request.POST:
            return super().post(request, *args, **kwargs)
        return self.render_to_response(self.get_context_data(form=self._checked_form()))

    def _kept_as_draft(self) -> HttpResponse:
        try:
            draft = services.save_draft(
                by=self.request.user, key=posted_key(self.request), content=draft_content(self.request.POST)
            )
        except DomainError as error:
            form = self.get_form()
            form.add_error(None, str(error))
            return self.refused(form, 409)
        if draft:
            messages.success(self.request, _("Kept as a draft. Only you see it."))
        return redirect("order-drafts")

    def _checked_form(self) -> OrderForm:
        """The form as typed, with the customer's default address where none was typed."""
        form = self.get_form()
        customer = form.cleaned_data.get("customer") if form.is_valid() else None
        if customer and not any(form.cleaned_data[name] for name in ADDRESS):
            form = OrderForm({**self.request.POST.dict(), **of_customer(customer, _default_address(customer))})
            form.is_valid()
        return form

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        form, bound = context["form"], context["form"].is_bound
        sketch = sketched(form, self._typed) if bound else Sketch([Row(line) for line in self._begun])
        chosen = form.cleaned_data.get("customer") if bound else find_customer(form.initial.get("customer", ""))
        return (
            context
            | {
                "sketch": sketch,
                "rows": [*sketch.rows, *(Row(TypedLine()) for _row in range(BLANK_ROWS))],
                "may_price": self._may_price,
                "ceiling": self._ceiling,
                "chosen": chosen,
                "addresses": _addresses(chosen),
            }
            | ({"submission": str(self._draft.key)} if self._draft and not bound else {})
        )

    @property
    def _begun(self) -> list[TypedLine]:
        """The lines of the order that is repeated, or of the draft, as they were typed."""
        if self._copied:
            return _typed_again(self._copied)
        return typed_lines(self._draft.content) if self._draft else []

    @cached_property
    def _ceiling(self) -> Decimal:
        return discount_ceiling(self.request.user)

    @property
    def _may_price(self) -> bool:
        return self.request.user.has_perm("orders.change_price")

    @property
    def _typed(self) -> list[TypedLine]:
        if not hasattr(self, "_lines"):
            self._lines = read_lines(self.request.POST, may_price=self._may_price, ceiling=self._ceiling)
        return self._lines

    def form_valid(self, form) -> HttpResponse:
        if any(line.error for line in self._typed):
            form.add_error(None, _("Some lines cannot be ordered like this; the sentence is beside each."))
            return self.form_invalid(form)
        return super().form_valid(form)

    def perform(self, form) -> Order:
        data, user = form.cleaned_data, self.request.user
        return services.enter_order(
            form.request(asked(self._typed)),
            by=user,
            percents=[line.percent for line in self._typed if not line.error],
            terms=data["payment_terms"],
            key=posted_key(self.request),
            keep_address=data["keep_address"] and user.has_perm("customers.change_customer"),
        )


def draft_content(post: QueryDict) -> dict[str, list[str]]:
    """What of a sent form a draft keeps."""
    names = [*OrderForm.base_fields, *GRID, "address"]
    return {name: [text.replace("\0", "") for text in post.getlist(name)] for name in names if name in post}


def typed_lines(content: dict[str, list[str]]) -> list[TypedLine]:
    """The grid of a draft, without its empty rows."""
    columns = [content.get(name, []) for name in GRID]
    rows = zip_longest(*columns, fillvalue="")
    lines = [TypedLine(sku, count, price, discount=discount) for sku, count, price, discount in rows]
    return [line for line in lines if not line.blank]


def asked(lines: list[TypedLine]) -> list[Asked]:
    """The lines that make sense, as the services want them."""
    return [Asked(line.product.pk, line.count, line.unit_price) for line in lines if not line.error]


def of_customer(customer: Customer, address: Address | None) -> dict:
    """What the form begins with once the customer is known."""
    given = {"customer": f"{customer.code}{SEPARATOR}{customer.name}", "ship_name": customer.name}
    given["phone"] = customer.phone
    if address:
        kept = [name for name in ADDRESS if name != "ship_name"]
        given |= {name: getattr(address, name) for name in kept}
        given |= {"ship_name": address.name, "phone": address.phone or customer.phone, "address": address.pk}
    return given


def of_order(order: Order) -> dict:
    """What the form begins with when an order is repeated."""
    head = {name: getattr(order, name) for name in (*ADDRESS, "phone", "note", "payment_terms")}
    return head | {"customer": f"{order.customer.code}{SEPARATOR}{order.customer.name}"}


def _typed_again(order: Order) -> list[TypedLine]:
    """The lines of an order as they would be typed; a kit is one line again."""
    kits = {str(line.kit): (line.kit["sku"], line.kit["quantity"]) for line in order.lines.all() if line.kit}
    plain = [(line.sku, line.ordered) for line in order.lines.all() if not line.kit]
    return [TypedLine(sku, str(count), row=row) for row, (sku, count) in enumerate([*plain, *kits.values()])]


def _addresses(customer: Customer | None) -> Sequence[Address]:
    return customer.addresses.all() if customer else ()


def _default_address(customer: Customer) -> Address | None:
    return customer.addresses.first()


def sketched(form: OrderForm, typed: list[TypedLine]) -> Sketch:
    """What the typing comes to, as far as it makes sense; the same number of queries however many lines."""
    rows, lines = [Row(line) for line in typed], asked(typed)
    if (not form.is_valid() and "warehouse" in form.errors) or not lines:
        return Sketch(rows)
    request = form.request(lines)
    shelf = Shelf.read([line.product_id for line in lines], [request.customer])
    try:
        refuse_impossible(request, shelf)
    except DomainError as error:
        return Sketch(rows, problem=str(error))
    before = dict(shelf.left)
    good = [row for row in rows if not row.typed.error]
    percents = [row.typed.percent for row in good]
    usual = usual_lines(request, shelf) if any(percents) else []
    composed = compose(discounted(request, usual, percents), shelf)
    if usual:
        explain_discounts(composed.by_asked, usual, percents)
    for row, lines_of_row in zip(good, composed.by_asked, strict=True):
        row.line = one_line(lines_of_row)
        there = [max(0, before.get(x.stock_id, 0)) // (x.ordered // row.line.ordered) for x in lines_of_row]
        row.available = min(there)
        line = lines_of_row[there.index(row.available)]  # of a kit, the scarcest part
        everywhere = [s for (_place, product), s in shelf.places.items() if product == line.product_id]
        row.elsewhere = sum(max(0, before[stock]) for stock in everywhere if stock != line.stock_id)
        row.places = _places(shelf, before, line.product_id)
    known = request.customer.pk is not None
    warnings = [r for check in composed.checks if check.outcome != "pass" for r in check.reasons]
    warnings = [r for r in warnings if known or r["code"] != "address_missing"]
    return Sketch(rows, composed, known=known, warnings=warnings)


def _places(shelf: Shelf, before: dict[int, int], product_id: int) -> list[tuple[str, int]]:
    """What each warehouse has of a product, the order's own among them; nothing to say where there is only one."""
    stocks = [(house.name, shelf.places.get((house.pk, product_id))) for house in shelf.warehouses]
    places = [(name, max(0, before[stock])) for name, stock in stocks if stock]
    return places if len(places) > 1 else []


def one_line(lines: list[OrderLine]) -> OrderLine:
    """What was asked for as one line: the line itself, or a kit as the sum of its parts."""
    first = lines[0]
    if not first.kit:
        return first
    whole = min(line.reserved * first.kit["quantity"] // line.ordered for line in lines)
    return OrderLine(
        sku=first.kit["sku"],
        name=first.kit["name"],
        unit_price=Decimal(first.kit["price"]),
        price_reasons=first.price_reasons[:-1],
        tax_rate=first.tax_rate,
        net=sum(line.net for line in lines),
        ordered=first.kit["quantity"],
        reserved=whole,
    )


@require_GET
@permission_required("orders.place_order", raise_exception=True)
def customer_choices(request: HttpRequest) -> HttpResponse:
    """Customers that a few letters or digits may mean, as options of the field."""
    found = search_customers(_text(request, "customer"), CHOICES)
    return render(request, "orders/parts/customer_choices.html", {"customers": found, "separator": SEPARATOR})


@require_GET
@permission_required("orders.place_order", raise_exception=True)
def product_choices(request: HttpRequest) -> HttpResponse:
    """Products that a few letters may mean, as options of the SKU cells."""
    return render(
        request, "orders/parts/product_choices.html", {"products": search_products(_text(request, "sku"), CHOICES)}
    )


@require_GET
@permission_required("orders.place_order", raise_exception=True)
def customer_chosen(request: HttpRequest) -> HttpResponse:
    """The address fields of the customer in the field, or what was typed there while she is not found."""
    text = _text(request, "customer")
    customer = find_customer(text)
    given = {name: request.GET.get(name, "") for name in (*ADDRESS, "phone")}
    if customer:
        pk = request.GET.get("address", "")
        address = customer.addresses.filter(pk=pk).first() if pk.isdecimal() else None
        given = of_customer(customer, address or _default_address(customer))
    context = {"form": OrderForm(initial=given), "chosen": customer, "asked": text, "addresses": _addresses(customer)}
    return render(request, "orders/parts/address.html", context)


@require_POST
@permission_required("orders.place_order", raise_exception=True)
def preview(request: HttpRequest) -> HttpResponse:
    """What the order would be if it were placed now; nothing is written."""
    may_price = request.user.has_perm("orders.change_price")
    ceiling = discount_ceiling(request.user) if any(request.POST.getlist("discount")) else Decimal(0)
    sketch = sketched(OrderForm(request.POST), read_lines(request.POST, may_price=may_price, ceiling=ceiling))
    return render(request, "orders/parts/preview.html", {"sketch": sketch, "live": True})


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()
