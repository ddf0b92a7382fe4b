"""Changing an order: its lines and head, with a preview of everything that follows."""

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from oms.errors import DomainError
from oms.events import timeline
from oms.forms import EditPage
from orders import services
from orders.clashes import as_seen, clashes, merged, seal, unseal
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
        if effect is None and self._overtaken:
            return self.refused(form, 409)
        return self.render_to_response(self.get_context_data(form=form, effect=effect))

    @property
    def _overtaken(self) -> bool:
        """Whether somebody changed the order since its form was opened."""
        return self.request.POST.get("version", "") not in ("", str(self.object.version))

    def refused(self, form, status: int) -> HttpResponse:
        """The form again; when somebody was faster, with what changed, and what was not typed over as it is now."""
        self.object = self.get_object()
        if not self._overtaken:
            return super().refused(form, status)
        seen, now = unseal(self.request.POST.get("seen", "")), as_seen(self.object, ChangeForm.base_fields)
        labels = {name: field.label for name, field in ChangeForm.base_fields.items()}
        found = clashes(self.object, seen, now, self.request.POST, labels) if seen else []
        typed = self.request.POST.copy()
        for name, value in (merged(seen, now, typed) | {"version": str(self.object.version)}).items():
            typed[name] = value
        self.request.POST = typed
        fresh = self.get_form()
        fresh.is_valid()
        for problem in form.non_field_errors():
            fresh.add_error(None, problem)
        last = timeline(self.object).first()
        context = self.get_context_data(form=fresh, clashes=found, last=last)
        return self.render_to_response(context, status=status)

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
            "seen": seal(as_seen(self.object, ChangeForm.base_fields)),
        }
        return super().get_context_data(**context | kwargs)

    def perform(self, form) -> Order:
        version = form.cleaned_data["version"]
        return services.change_order(self.object, self._change(form), by=self.request.user, version=version)
