"""The public order page: goods, cart and order, for strangers, on a phone, without a script."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from inventory.models import Product
from oms import keyset
from oms.context import current
from oms.errors import DomainError
from oms.forms import posted_key
from oms.keyset import Ordering
from oms.limits import allow, client_address
from oms.submissions import earlier_result, once
from orders import cart, showcase
from orders.cart import Basket, basket_of
from orders.models import OrderPolicy, ShopSettings
from orders.services import place_from_shop
from orders.services.shop import Wish, known_buyer
from orders.shop_forms import CheckoutForm

LOOKS, LOOK_SECONDS = 240, 60
ORDERS, ORDER_SECONDS = 10, 600
MAILS, MAIL_SECONDS = 5, 3600
PAGE, VARIANTS = 24, 40
BY_SKU = Ordering("", "sku")


def _public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For everybody, so often a minute, while the shop is open."""

    @login_not_required
    @wraps(view)
    def limited(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not allow(f"shop:{client_address(request)}", LOOKS, LOOK_SECONDS):
            return render(request, "429.html", status=429)
        if not current(ShopSettings).open:
            return render(request, "public/shop_closed.html", {"title": _("The shop is closed")}, status=404)
        return view(request, *args, **kwargs)

    return limited


def _page(request: HttpRequest, name: str, context: dict, status: int = 200) -> HttpResponse:
    shop = {"home": reverse("shop"), "shop": current(ShopSettings), "in_cart": cart.pieces(request.session)}
    return render(request, f"public/shop_{name}.html", shop | context, status=status)


@require_safe
@_public
def catalogue(request: HttpRequest) -> HttpResponse:
    """The goods of a category, or those that a few words mean."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:80]
    chosen = request.GET.get("category", "")
    shelves = showcase.shelves(int(chosen) if chosen.isascii() and chosen.isdecimal() else None)
    if chosen and not shelves.chosen:
        raise Http404
    goods = showcase.found(text) if text else showcase.browsed(shelves.inside if shelves.chosen else None)
    found = keyset.page(goods, BY_SKU, request.GET, PAGE)
    context = {
        "title": _("Search: %(text)s") % {"text": text} if text else str(shelves.chosen or _("Shop")),
        "shelves": shelves,
        "text": text,
        "offers": showcase.offers_of(found.rows),
        "pages": found,
        "state": QueryDict(urlencode({"q": text} if text else {"category": chosen} if chosen else {})),
        "canonical": _absolute(request, "category") if not text else "",
    }
    return _page(request, "goods", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_public
def product(request: HttpRequest, pk: int) -> HttpResponse:
    """One product with its variants; posted, so many pieces of it go into the cart."""
    shown = showcase.for_sale().select_related("category", "family").filter(pk=pk).first()
    if shown is None:
        return _page(request, "no_goods", {"title": _("We do not sell this (any more)")}, status=404)
    status, problem, typed = 200, "", QueryDict()
    if request.method == "POST":
        problem, typed = _put(request, shown), request.POST
        if not problem:
            messages.success(request, _("%(name)s is in your cart.") % {"name": shown.name})
            return redirect("shop-cart")
        status = 422
    return _page(request, "product", _about(request, shown) | _typed(shown, typed) | {"refused": problem}, status)


def _about(request: HttpRequest, shown: Product) -> dict:
    sisters = showcase.for_sale().filter(family=shown.family).order_by("pk")[:VARIANTS] if shown.family else []
    offers = showcase.offers_of(list({p.pk: p for p in [shown, *sisters]}.values()))
    pictures = list(shown.images.all())
    return {
        "title": shown.name,
        "offer": offers[0],
        "variants": sorted(offers, key=lambda offer: offer.product.pk) if shown.family else [],
        "way": showcase.shelves(shown.category_id).way,
        "pictures": pictures,
        "limit": cart.MAX_PIECES,
        "canonical": _absolute(request),
    }


def _typed(shown: Product, typed: QueryDict) -> dict:
    stated = [(f"stated_{n}", label, typed.get(f"stated_{n}", "")) for n, label in enumerate(shown.asked)]
    return {"stated": stated, "quantity": typed.get("quantity", "1")[:6]}


def _put(request: HttpRequest, shown: Product) -> str:
    """Put what was typed into the cart; the sentence says why it cannot be."""
    text = request.POST.get("quantity", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= cart.MAX_PIECES):
        return _("The quantity must be a whole number between 1 and %(limit)s.") % {"limit": cart.MAX_PIECES}
    stated = {}
    for number, label in enumerate(shown.asked):
        stated[label] = request.POST.get(f"stated_{number}", "").replace("\0", "").strip()[: cart.MAX_STATED]
    missing = [label for label, value in stated.items() if not value]
    if missing:
        return _("Please state: %(what)s.") % {"what": ", ".join(missing)}
    return cart.put(request.session, shown, int(text), stated)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_public
def cart_page(request: HttpRequest) -> HttpResponse:
    """What lies in the cart; posted, its quantities are changed."""
    if request.method == "POST":
        cart.change(request.session, request.POST)
        return redirect("shop-checkout" if "checkout" in request.POST else "shop-cart")
    return _page(request, "cart", {"title": _("Your cart"), "basket": _basket(request)})


def _basket(request: HttpRequest) -> Basket:
    """The cart as it stands now; what left it because it is no longer sold is told once."""
    code = request.POST.get("promotion_code", "").replace("\0", "").strip()[:40]
    basket = basket_of(request.session, Wish([], promotion_code=code))
    for name in basket.gone:
        messages.warning(request, _("%(name)s is no longer sold; it was taken out of your cart.") % {"name": name})
    return basket


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_public
def checkout(request: HttpRequest) -> HttpResponse:
    """Who orders and where it goes; posted, the order is placed, once however often it is sent."""
    if request.method == "POST":
        earlier = earlier_result(posted_key(request))
        if earlier:
            return redirect(earlier)
        cart.change(request.session, request.POST)
    basket = _basket(request)
    if not basket.rows:  # or it was emptied by the first of two clicks
        return redirect(earlier_result(posted_key(request)) or "shop-cart")
    soonest = basket.composed.promise.deliver_by
    if request.method != "POST":
        return _checkout_page(request, CheckoutForm(soonest=soonest, initial=_begin(basket)), basket)
    if "place" not in request.POST:
        typed = {name: request.POST.get(name, "")[:2000] for name in CheckoutForm.base_fields}
        return _checkout_page(request, CheckoutForm(soonest=soonest, initial=typed | _begin(basket)), basket)
    form = CheckoutForm(request.POST, soonest=soonest)
    if not form.is_valid():
        return _checkout_page(request, form, basket, 422)
    return _checkout_page(request, form, basket, 409) if basket.gone else _place(request, form, basket)


def _place(request: HttpRequest, form: CheckoutForm, basket: Basket) -> HttpResponse:
    email = form.cleaned_data["email"].lower()
    often = not allow(f"shop-order:{client_address(request)}", ORDERS, ORDER_SECONDS)
    if often or (email and not allow(f"shop-mail:{quote(email)}", MAILS, MAIL_SECONDS)):
        form.add_error(None, _("These are many orders in a short time. Please wait a few minutes, then try again."))
        return _checkout_page(request, form, basket, 429)
    data, who = form.cleaned_data, form.who(get_language())
    day, code = data["requested_date"], data["promotion_code"]
    wish = Wish(basket.asked, form.address(), day, data["note"], code, data["total"])

    def create() -> str:
        return place_from_shop(wish, who).public_path

    try:
        location = once(posted_key(request), None, create)
    except DomainError as error:
        basket = basket_of(
            request.session, wish, who, known_buyer(who)
        )  # somebody else may have taken what was there a moment ago
        for sentence in basket.problems or [str(error)]:
            form.add_error(None, sentence)
        return _checkout_page(request, form, basket, 409)
    cart.keep(request.session, [])
    messages.success(request, _("Thank you! We have your order."))
    return redirect(location)


def _begin(basket: Basket) -> dict:
    return {"total": basket.composed.order.total}


def _checkout_page(request: HttpRequest, form: CheckoutForm, basket: Basket, status: int = 200) -> HttpResponse:
    if form.is_bound:  # the total that is seen now is the one that is agreed to next
        form.data = form.data.copy()
        form.data["total"] = basket.composed.order.total if basket.composed else ""
    context = {
        "title": _("Your order"),
        "form": form,
        "basket": basket,
        "submission": posted_key(request),
        "unpaid_hours": current(OrderPolicy).unpaid_hours,
    }
    return _page(request, "checkout", context, status)


def _absolute(request: HttpRequest, *names: str) -> str:
    """The page's one address, with these parameters only."""
    kept = {name: request.GET[name] for name in names if name in request.GET}
    return settings.BASE_URL + request.path + (f"?{urlencode(kept)}" if kept else "")
