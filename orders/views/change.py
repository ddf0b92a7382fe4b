"""Changing an order: its lines and head, with a preview of everything that follows."""

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from oms.errors import DomainError
from oms.forms import EditPage
from orders import services
from orders.forms import ChangeForm
from orders.models import Order
from orders.services import Change, Effect
from orders.typed_lines import TypedLine, read_change, read_lines
from orders.views.entry import Row, asked

BLANK_ROWS = 2


class ChangeOrder(EditPage):
    """The second of two clerks sees that the order changed under her, and keeps what she typed."""

    permission = "orders.place_order"
    queryset = Order.objects.select_related("customer", "warehouse").prefetch_related("lines")
    breadcrumb = [(_("Orders"), "orders")]
    form_class = ChangeForm
    template_name = "orders/change.html"
    submit_label = _("Change the order")
    done = _("%(what)s is changed.")
    versioned = True

    def get_title(self) -> str:
        return translated("Change %(number)s") % {"number": self.object.number}

    def get_initial(self) -> dict:
        return {name: getattr(self.object, name) for name in ChangeForm.base_fields}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "check" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        effect = None
        if form.is_valid() and self._sound(form):
            try:
                effect = self._preview(form)
            except DomainError as error:
                form.add_error(None, str(error))
        return self.render_to_response(self.get_context_data(form=form, effect=effect))

    def _preview(self, form) -> Effect:
        version = form.cleaned_data["version"]
        return services.preview_change(self.object, self._change(form), by=self.request.user, version=version)

    @cached_property
    def _typed(self) -> list[TypedLine]:
        return read_lines(self.request.POST, may_price=self._may_price)

    @cached_property
    def _existing(self):
        return read_change(self.request.POST, self.object, may_price=self._may_price)

    @property
    def _may_price(self) -> bool:
        return self.request.user.has_perm("orders.change_price")

    def _sound(self, form) -> bool:
        for problem in self._existing[2]:
            form.add_error(None, problem)
        for line in self._typed:
            if line.error:
                form.add_error(None, line.error)
        return form.is_valid()

    def _change(self, form) -> Change:
        quantities, prices, _problems = self._existing
        head = {name: form.cleaned_data[name] for name in ChangeForm.base_fields}
        return Change(quantities, prices, asked(self._typed), head)

    def form_valid(self, form) -> HttpResponse:
        return super().form_valid(form) if self._sound(form) else self.form_invalid(form)

    def get_context_data(self, **kwargs) -> dict:
        post = self.request.POST
        lines = [
            (line, post.get(f"quantity_{line.pk}", str(line.left)), post.get(f"price_{line.pk}", ""))
            for line in self.object.lines.all()
        ]
        rows = [Row(typed) for typed in self._typed] if post else []
        context = {
            "object": self.object,
            "lines": lines,
            "rows": [*rows, *(Row(TypedLine()) for _row in range(BLANK_ROWS))],
            "may_price": self._may_price,
        }
        return super().get_context_data(**context | kwargs)

    def perform(self, form) -> Order:
        version = form.cleaned_data["version"]
        return services.change_order(self.object, self._change(form), by=self.request.user, version=version)
