"""The customer's live page: news for who already looks at it, and what she may still ask for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from fulfillment.forms import WishForm
from fulfillment.models import Shipment
from fulfillment.services import make_wish, possible_wishes
from fulfillment.tracking import LEFT, stamp_of
from oms.errors import DomainError
from oms.forms import posted_key
from oms.limits import allow, client_address
from oms.submissions import earlier_result, once
from orders.queries import order_by_key
from orders.views.track import context_of

LOOKS, LOOK_SECONDS = 240, 60
POSTS, POST_SECONDS = 10, 600


@login_not_required
def live(request: HttpRequest, key: str) -> HttpResponse:
    """The changing part of an order's public page; 304 while nothing has changed."""
    if not allow(f"live:{client_address(request)}", LOOKS, LOOK_SECONDS):
        return HttpResponse(status=429)
    order = order_by_key(key)
    if order is None:
        raise Http404
    etag = f'"{stamp_of(order)}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = render(request, "public/order_live.html", context_of(order, key))
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@method_decorator([login_not_required, never_cache], name="dispatch")
class Wish(FormView):
    """Another time, another delivery, or leave to hand it to a neighbour, for a parcel of her own order."""

    template_name = "public/wish.html"
    form_class = WishForm

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        address = client_address(request)
        posts = request.method == "POST"
        if not allow(f"live:{address}", LOOKS, LOOK_SECONDS) or (
            posts and not allow(f"public-post:{address}", POSTS, POST_SECONDS)
        ):
            return render(request, "429.html", status=429)
        self.order = order_by_key(kwargs["key"])
        if self.order is None:
            raise Http404
        self.shipment = get_object_or_404(Shipment, order=self.order, number=kwargs["number"], status__in=LEFT)
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"kinds": possible_wishes(self.shipment)}

    def get_context_data(self, **kwargs) -> dict:
        context = {
            "order": self.order,
            "key": self.kwargs["key"],
            "shipment": self.shipment,
            "possible": possible_wishes(self.shipment),
            "title": _("Change the delivery"),
            "submission": posted_key(self.request),
        }
        return super().get_context_data(**context | kwargs)

    def form_valid(self, form) -> HttpResponse:
        try:
            location = once(posted_key(self.request), None, lambda: self._wished(form))
        except DomainError as error:
            form.add_error(None, str(error))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        return redirect(location)

    def form_invalid(self, form) -> HttpResponse:
        earlier = earlier_result(posted_key(self.request))
        if earlier:
            return redirect(earlier)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _wished(self, form) -> str:
        make_wish(self.shipment, **form.cleaned_data)
        messages.success(self.request, _("We have your wish and will answer on this page."))
        return self.order.public_path
