"""The kitchen's screen: what each station makes, in the order of the queue, and what waits at the counter."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from fulfillment import services
from fulfillment.filters import StationFilters
from fulfillment.forms import StationForm
from fulfillment.kitchen import minutes_until_ready
from fulfillment.models import KitchenTicket, Station
from oms.columns import Column
from oms.errors import DomainError
from oms.forms import CreatePage, EditPage, posted_key
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.pages import Link, Page
from oms.submissions import once
from orders.models import Order

SHOWN = 400
LINE = re.compile(r"[0-9]{1,9}:[0-9]{1,3}")
State = KitchenTicket.State
OPEN = (State.WAITING, State.STARTED)
NEW_STATION = Link(_("New station"), "station-new", icon="plus", permission="fulfillment.add_station")


@dataclass(frozen=True)
class Card:
    """An order on the screen: its tickets, how long it waits, and how much that hurts."""

    order: Order
    tickets: list[KitchenTicket]
    minutes: int
    tone: str  # "", "amber" or "red"
    quote: int = 0  # minutes until it is ready


class Kitchen(Page, TemplateView):
    """Every button is a post and a redirect; with JavaScript only the block #work is drawn anew, every few seconds."""

    permission = "fulfillment.cook"
    title = _("Kitchen")
    template_name = "fulfillment/kitchen.html"
    work_template = "fulfillment/kitchen_work.html"

    def get_template_names(self) -> list[str]:
        return [self.work_template if self.request.htmx else self.template_name]

    def get_context_data(self, **kwargs) -> dict:
        stations = list(Station.objects.filter(active=True))
        asked = self.request.GET.get("station", "")
        station = next((one for one in stations if str(one.pk) == asked), None)
        tickets = list(_tickets()[:SHOWN])
        mine = [t for t in tickets if station is None or t.station_id == station.pk]
        counts = Counter()
        for ticket in mine:
            if ticket.state in OPEN:
                counts[ticket.line.name] += ticket.pieces
        context = {
            "stations": stations,
            "station": station,
            "counts": counts.most_common(12),
            "making": _cards([t for t in mine if t.state in OPEN], tickets),
            "ready": _ready(mine, tickets),
        }
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        said, good = "", True
        try:
            once(posted_key(request), request.user, self._do)
        except DomainError as refusal:
            said, good = str(refusal), False
        if request.htmx:
            return self.render_to_response(self.get_context_data(said=said), status=200 if good else 409)
        if said:
            messages.error(request, said)
        return redirect(request.get_full_path())

    def _do(self) -> str:
        verb, key = self.request.POST.get("verb", ""), self.request.POST.get("ticket", "")
        if verb == "hand":
            order = get_object_or_404(Order, number=key)
            services.hand_over(order, by=self.request.user, key=posted_key(self.request))
            return self.request.path
        ticket = get_object_or_404(KitchenTicket.objects.select_related("order"), pk=key if key.isdecimal() else 0)
        if verb not in VERBS:
            raise DomainError(translated("This cannot be done with a ticket."))
        VERBS[verb](ticket, by=self.request.user)
        return self.request.path


VERBS = {"start": services.start_ticket, "ready": services.finish_ticket, "recall": services.recall_ticket}


def _tickets() -> QuerySet[KitchenTicket]:
    """What is on the screen, the most important order first."""
    return (
        KitchenTicket.objects.filter(state__in=[*OPEN, State.READY])
        .select_related("order__customer", "line", "station")
        .order_by("-order__priority", "order_id", "id")
    )


def _cards(shown: list[KitchenTicket], every: list[KitchenTicket]) -> list[Card]:
    quotes, cards = _quotes(every), []
    for pk, together in groupby(shown, key=lambda t: t.order_id):
        tickets = list(together)
        waited = _minutes(tickets[0].order)
        red = any(waited >= t.station.red for t in tickets)
        amber = any(waited >= t.station.amber for t in tickets)
        cards.append(Card(tickets[0].order, tickets, waited, "red" if red else "amber" if amber else "", quotes[pk]))
    return cards


def _quotes(every: list[KitchenTicket]) -> dict[int, int]:
    """Minutes until each order is ready, by what stands before it at its stations."""
    minutes = {t.station_id: t.station.minutes for t in every}
    ahead, found = Counter(), {}
    for pk, together in groupby((t for t in every if t.state in OPEN), key=lambda t: t.order_id):
        own = Counter()
        for ticket in together:
            own[ticket.station_id] += ticket.pieces
        found[pk] = minutes_until_ready(own, ahead, minutes)
        ahead.update(own)
    return found


def _ready(shown: list[KitchenTicket], every: list[KitchenTicket]) -> list[Card]:
    """Orders of which this station has made its part; `quote` 0 when nothing of it is open anywhere."""
    unfinished = {t.order_id for t in every if t.state in OPEN}
    ready = [t for t in shown if t.state == State.READY]
    return [
        Card(tickets[0].order, tickets, _minutes(tickets[0].order), "", int(pk in unfinished))
        for pk, together in groupby(ready, key=lambda t: t.order_id)
        for tickets in [list(together)]
    ]


def _minutes(order: Order) -> int:
    since = order.confirmed_at or order.placed_at
    return max(0, int((timezone.now() - since).total_seconds() // 60))


class Quote(Page, View):
    """A fragment for the counter: how long what is asked for (?line=PRODUCT:PIECES …) takes at this moment."""

    permission = ("fulfillment.cook", "orders.place_order")

    def get(self, request: HttpRequest) -> HttpResponse:
        pieces = Counter()
        for product, count in (asked.split(":") for asked in request.GET.getlist("line")[:60] if LINE.fullmatch(asked)):
            pieces[int(product)] += int(count)
        minutes = services.minutes_for(pieces)
        if not minutes:
            return HttpResponse("")
        return HttpResponse(translated("Ready in about %(minutes)s minutes.") % {"minutes": minutes})


class Stations(ListPage):
    page = "stations"
    permission = "fulfillment.view_station"
    title = _("Kitchen stations")
    filterset_class = StationFilters
    columns = [
        Column("name", _("Station"), link=True),
        Column("minutes", _("Minutes for one piece"), kind="number"),
        Column("amber", _("Amber after, minutes"), kind="number"),
        Column("red", _("Red after, minutes"), kind="number"),
        Column("rank", _("Rank"), kind="number", sort="rank"),
        Column("active", _("Active"), kind="yes"),
    ]
    orderings = {"rank": Ordering(_("Rank"), "rank", "id")}
    primary = NEW_STATION
    empty = Empty(
        _("No stations yet"), _("What is made to order appears on a station's screen."), NEW_STATION, icon="chef-hat"
    )

    def queryset(self) -> QuerySet[Station]:
        return Station.objects.all()


class NewStation(CreatePage):
    permission = "fulfillment.add_station"
    title = _("New station")
    breadcrumb = [(_("Kitchen stations"), "stations")]
    form_class = StationForm
    done = _("%(what)s saved.")

    def perform(self, form) -> Model:
        return form.save()


class EditStation(EditPage):
    permission = "fulfillment.change_station"
    model = Station
    breadcrumb = [(_("Kitchen stations"), "stations")]
    form_class = StationForm
    done = _("%(what)s saved.")

    def perform(self, form) -> Model:
        return form.save()
