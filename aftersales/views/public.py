"""What a customer can do with her own link: send back, ask, rate. No log-in; the signed key is the permission."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from aftersales import queries, services
from aftersales.forms import AnswerForm, AskForm, RateForm, RequestReturnForm
from aftersales.models import Feedback
from oms.errors import DomainError
from oms.forms import posted_key
from oms.limits import allow, client_address
from oms.submissions import earlier_result, once
from orders.queries import order_by_key

LOOKS, LOOK_SECONDS = 120, 60
POSTS, POST_SECONDS = 10, 600


@method_decorator(login_not_required, name="dispatch")
class PublicPage(FormView):
    """A form on a customer's own order: limited in how often it is asked for, done once however often it is sent."""

    done = ""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        address = client_address(request)
        if not allow(f"public:{address}", LOOKS, LOOK_SECONDS):
            return render(request, "429.html", status=429)
        if request.method == "POST" and not allow(f"public-post:{address}", POSTS, POST_SECONDS):
            return render(request, "429.html", status=429)
        self.order = order_by_key(kwargs["key"])
        if self.order is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            **{
                "order": self.order,
                "key": self.kwargs["key"],
                "title": self.title,
                "submission": posted_key(self.request),
            }
            | kwargs
        )

    def perform(self, form) -> None:
        raise NotImplementedError

    def form_valid(self, form) -> HttpResponse:
        try:
            location = once(posted_key(self.request), None, lambda: self._performed(form))
        except DomainError as error:
            form.add_error(None, str(error))
            return self.refused(form, 409)
        return redirect(location)

    def form_invalid(self, form) -> HttpResponse:
        earlier = earlier_result(posted_key(self.request))
        return redirect(earlier) if earlier else self.refused(form, 422)

    def refused(self, form, status: int) -> HttpResponse:
        """The form again, with what was typed and what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def _performed(self, form) -> str:
        self.perform(form)
        messages.success(self.request, self.done)
        return self.request.path


class PublicReturn(PublicPage):
    template_name = "public/return.html"
    title = _("Send something back")
    form_class = RequestReturnForm
    done = _("We have your return and will answer by e-mail.")

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"lines": self.lines}

    @property
    def lines(self) -> list[queries.Returnable]:
        if not hasattr(self, "_lines"):
            self._lines = queries.returnable(self.order) if queries.in_time(self.order) else []
        return self._lines

    def get_context_data(self, **kwargs) -> dict:
        returns = self.order.returns.prefetch_related("lines__order_line")
        deadline = queries.return_deadline(self.order)
        return super().get_context_data(**{"lines": self.lines, "returns": returns, "deadline": deadline} | kwargs)

    def perform(self, form) -> None:
        services.request_return(self.order, **form.cleaned_data)


class PublicAsk(PublicPage):
    """All conversations about the order, each with room for the next word, and a form for a new one."""

    template_name = "public/ask.html"
    title = _("Ask us")
    done = _("We have your message and will answer by e-mail.")

    def get_form_class(self):
        return AnswerForm if self.request.POST.get("ticket") else AskForm

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        answering = isinstance(context["form"], AnswerForm)
        return context | {
            "tickets": self.order.tickets.prefetch_related("messages__by"),
            "ask_form": AskForm() if answering else context["form"],
            "answer_form": context["form"] if answering else None,
        }

    def perform(self, form) -> None:
        fields = form.cleaned_data
        if "ticket" in fields:
            ticket = get_object_or_404(self.order.tickets, number=fields["ticket"])
            services.reply(ticket, by=None, text=fields["text"])
        else:
            services.open_ticket(self.order.customer, order=self.order, **fields)


class PublicRate(PublicPage):
    template_name = "public/rate.html"
    title = _("Rate your order")
    form_class = RateForm
    done = _("Thank you!")

    def get_context_data(self, **kwargs) -> dict:
        delivered = self.order.lines.filter(delivered__gt=0).exists()
        feedback = Feedback.objects.filter(order=self.order).first()
        return super().get_context_data(**{"feedback": feedback, "delivered": delivered} | kwargs)

    def perform(self, form) -> None:
        services.rate(self.order, **form.cleaned_data)
