"""The counter: large buttons, a basket at the side, cash. Every button is a post and a redirect."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from customers.models import Customer
from inventory.models import Category, Product
from oms.context import current
from oms.errors import DomainError
from oms.forms import posted_key
from oms.models import Company
from oms.money import format_money
from oms.pages import Page, permitted
from oms.submissions import once
from orders import till
from orders.composing import Composed, compose
from orders.models import Order
from orders.services.counter import Sale, sale_request, sell
from orders.services.placing import refuse_impossible
from orders.shelf import Shelf

SHOWN = 60
WISH = gettext_lazy("Wish")


@dataclass(frozen=True)
class Row:
    """A line of the basket on the screen."""

    entry: till.Entry
    product: Product
    total: Decimal


class Counter(Page, TemplateView):
    permission = "orders.place_order"
    title = gettext_lazy("Counter")
    template_name = "orders/counter.html"

    def get_context_data(self, **kwargs) -> dict:
        rows, composed = basket(self.request, self.request.POST.get("handover", Order.Handover.PICKUP))
        total = composed.order.total if composed else Decimal(0)
        chosen = _number(self.request.GET.get("category", ""))
        asking = _for_sale().filter(pk=_number(self.request.GET.get("ask", ""))).first()
        context = {
            "categories": Category.objects.filter(product__in=_for_sale()).distinct(),
            "chosen": chosen,
            "products": _for_sale().filter(**{"category": chosen} if chosen else {})[:SHOWN],
            "asking": asking,
            "rows": rows,
            "total": total,
            "notes": till.next_notes(total),
            "handovers": Order.Handover.choices,
            "may_cash": permitted(self.request.user, "orders.record_payment"),
            "quoted": [f"{row.entry.product_id}:{row.entry.quantity}" for row in rows],
        }
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        verb, _colon, key = request.POST.get("do", "").partition(":")
        if verb in ("add", "more", "less"):
            self._change(verb, _number(key))
        elif verb == "clear":
            till.keep(request.session, [])
        elif verb in ("cash", "later"):
            return self._sell(key if verb == "cash" else None)
        return redirect(f"{request.path}?{_without_ask(request)}")

    def _change(self, verb: str, key: int) -> None:
        if verb != "add":
            till.step(self.request.session, key, 1 if verb == "more" else -1)
        elif product := _for_sale().filter(pk=key).first():
            typed = [(str(n), name) for n, name in enumerate(product.asked)] + [("wish", str(WISH))]
            stated = {name: self.request.POST.get(f"stated_{n}", "").strip()[:120] for n, name in typed}
            till.add(self.request.session, product.pk, 1, {name: said for name, said in stated.items() if said})

    def _sell(self, cash: str | None) -> HttpResponse:
        try:
            once(posted_key(self.request), self.request.user, lambda: self._sold(cash))
        except DomainError as refusal:
            return self.render_to_response(self.get_context_data(refused=str(refusal)), status=409)
        return redirect(self.request.path)

    def _sold(self, cash: str | None) -> str:
        typed = self.request.POST
        if cash is not None and not permitted(self.request.user, "orders.record_payment"):
            raise DomainError(_("You may not take cash."))
        sale = Sale(
            lines=[entry.asked for entry in till.entries(self.request.session)],
            handover=typed.get("handover", ""),
            table=typed.get("table", "").strip()[:20] if typed.get("handover") == Order.Handover.TABLE else "",
            address={name: typed.get(name, "").strip()[:100] for name in ("ship_name", "line1", "city")},
            phone=typed.get("phone", "").strip()[:40],
            note=typed.get("note", "").strip()[:500],
            cash=None if cash is None else _amount(cash or typed.get("given", "")),
        )
        order, change = sell(sale, by=self.request.user)
        till.keep(self.request.session, [])
        facts = {"number": order.number, "change": format_money(change, order.currency)}
        messages.success(
            self.request,
            _("%(number)s is placed.") % facts
            if cash is None
            else _("%(number)s is paid. Change due: %(change)s.") % facts,
        )
        return order.get_absolute_url()


def basket(request: HttpRequest, handover: str) -> tuple[list[Row], Composed | None]:
    """The basket at the server's prices; what is no longer sold leaves it."""
    found = till.entries(request.session)
    products = _for_sale().in_bulk([entry.product_id for entry in found]) if found else {}
    found = [entry for entry in found if entry.product_id in products]
    if not found:
        return [], None
    customer = Customer()
    wanted = sale_request(Sale([entry.asked for entry in found], handover), customer)
    shelf = Shelf.read(products, [customer])
    refuse_impossible(wanted, shelf)
    composed = compose(wanted, shelf)
    totals = [sum(line.total for line in lines) for lines in composed.by_asked]
    rows = [Row(e, products[e.product_id], total) for e, total in zip(found, totals, strict=True)]
    return rows, composed


def _for_sale() -> QuerySet[Product]:
    return Product.objects.filter(active=True, in_shop=True).order_by("name", "sku")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _amount(text: str) -> Decimal:
    """Cash as typed; DomainError when it is no amount."""
    try:
        amount = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        amount = Decimal(-1)
    if not 0 <= amount < 10**8:
        raise DomainError(_("Type the %(currency)s that you were given.") % {"currency": current(Company).currency})
    return amount


def _without_ask(request: HttpRequest) -> str:
    left = request.GET.copy()
    left.pop("ask", None)
    return left.urlencode()
