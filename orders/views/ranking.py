"""The weights of the queue, with the queue as it would be."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.context import current
from oms.forms import Form, FormPage
from orders import services
from orders.models import OrderPolicy
from orders.priority import Weights

SHOWN = 25


class WeightsForm(Form):
    urgent = forms.IntegerField(label=_("Urgent order, points"), min_value=0, max_value=500)
    tier = forms.IntegerField(
        label=_("Customer tier, percent"),
        min_value=0,
        max_value=500,
        help_text=_("Of the tier's importance, 0 to 100."),
    )
    soon = forms.IntegerField(label=_("Wanted soon, points"), min_value=0, max_value=500)
    soon_days = forms.IntegerField(label=_("Soon means within, days"), min_value=0, max_value=60)
    value = forms.IntegerField(
        label=_("Points for each 1,000 of value"), min_value=0, max_value=50, help_text=_("50 points at most.")
    )
    waiting = forms.IntegerField(
        label=_("Points for each day of waiting"), min_value=0, max_value=50, help_text=_("60 points at most.")
    )

    def weights(self) -> Weights:
        """What was typed."""
        return Weights(**self.cleaned_data)


class EditWeights(FormPage):
    """Typed weights show the queue that they would make; nothing is kept before they are saved."""

    permission = "orders.change_orderpolicy"
    title = _("Priority")
    breadcrumb = [(_("Orders"), "orders"), (_("Order rules"), "order-policy")]
    template_name = "orders/weights.html"
    form_class = WeightsForm
    done = _("The weights are saved; the queue is sorted anew.")

    def get_initial(self) -> dict:
        return vars(current(OrderPolicy).weights)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "preview" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        places = services.preview_ranking(form.weights(), SHOWN) if form.is_valid() else []
        if request.htmx:
            return render(request, "orders/parts/ranking.html", {"places": places, "form": form})
        return self.render_to_response(self.get_context_data(form=form, places=places))

    def get_context_data(self, **kwargs) -> dict:
        if "places" not in kwargs:
            kwargs["places"] = services.preview_ranking(current(OrderPolicy).weights, SHOWN)
        return super().get_context_data(**kwargs)

    def perform(self, form) -> str:
        services.set_weights(form.weights(), by=self.request.user)
        return reverse("order-weights")
