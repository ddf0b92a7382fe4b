"""The first page after log-in: what is open, what needs a person, what is one's own."""

from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from inventory.queries import open_alerts
from oms.pages import Page
from reports import home


class Home(Page, TemplateView):
    """Each part only for those who may see the lists behind its numbers."""

    template_name = "reports/home.html"
    title = _("Home")

    def get_context_data(self, **kwargs) -> dict:
        user = self.request.user
        tiles = home.open_orders() if user.has_perm("orders.view_order") else []
        alerts = []
        if user.has_perm("inventory.handle_alert"):
            alerts = list(open_alerts()[: home.ALERTS_SHOWN + 1])
        context = {
            "work": home.my_work(user),
            "failures": home.failures(user),
            "stages": tiles,
            "open_total": sum(tile.value for tile in tiles),
            "open_href": home.open_orders_href(),
            "alerts": alerts[: home.ALERTS_SHOWN],
            "more_alerts": len(alerts) > home.ALERTS_SHOWN,
        }
        return super().get_context_data(**context | kwargs)
