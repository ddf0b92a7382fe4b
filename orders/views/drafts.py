"""Drafts of orders: kept while they are typed, listed for their owner, gone on with, thrown away."""

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.errors import DomainError
from oms.filters import Filters
from oms.forms import posted_key
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.pages import Link
from orders import services
from orders.models import OrderDraft
from orders.views.entry import draft_content


@require_POST
@permission_required("orders.place_order", raise_exception=True)
def save(request: HttpRequest) -> HttpResponse:
    """What is typed now, kept by itself every few seconds."""
    content, refusal = draft_content(request.POST), ""
    if not any(content.get("customer", [])) and not any(content.get("sku", [])):
        return HttpResponse(status=204)
    try:
        draft = services.save_draft(by=request.user, key=posted_key(request), content=content)
    except DomainError as error:
        draft, refusal = None, str(error)
    return render(request, "orders/parts/draft_saved.html", {"draft": draft, "refusal": refusal})


draft_actions = Actions(
    "order-draft-action",
    OrderDraft,
    [
        Action(
            "throw-away",
            _("Throw away"),
            "orders.place_order",
            services.throw_away_draft,
            confirm=_("Throw the draft “%(what)s” away?"),
            done=_("The draft is thrown away."),
            then=lambda draft, result: "/orders/drafts/",
            style="danger",
            icon="trash-2",
        )
    ],
)


class DraftFilters(Filters):
    search_fields = ["customer__icontains"]
    search_hint = _("Customer")

    class Meta:
        model = OrderDraft
        fields: list[str] = []


class Drafts(ListPage):
    """One's own drafts; nobody else's."""

    page = "order-drafts"
    permission = "orders.place_order"
    title = _("My drafts")
    breadcrumb = [(_("Orders"), "orders")]
    filterset_class = DraftFilters
    columns = [
        Column("customer", _("Customer"), link=True, value=str),
        Column("lines", _("Lines"), kind="number"),
        Column("note", _("Note"), kind="long", value=lambda draft: "".join(draft.content.get("note", []))),
        Column("begun_at", _("Begun"), kind="moment"),
        Column("saved_at", _("Saved"), kind="moment", sort="newest"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-saved_at", "-id")}
    bulk = [draft_actions["throw-away"]]
    primary = Link(_("New order"), "order-new", icon="plus", permission="orders.place_order")
    exportable = False
    empty = Empty(
        _("No drafts"),
        _("An order that you begin to type is kept here by itself until you place it."),
        Link(_("New order"), "order-new", permission="orders.place_order"),
        icon="file-pen",
    )

    def queryset(self) -> QuerySet[OrderDraft]:
        return OrderDraft.objects.filter(by=self.request.user)


class DraftAction(ActionView):
    actions = draft_actions

    def get_queryset(self) -> QuerySet[OrderDraft]:
        return OrderDraft.objects.filter(by=self.request.user)

    def get_breadcrumb(self):
        return [(_("Orders"), "orders"), (_("My drafts"), "order-drafts")]
