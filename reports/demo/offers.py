"""A price list for the trade and a few promotions, made by the manager as anybody would make them."""

import datetime
from decimal import Decimal

from customers.models import Tier
from inventory.models import Category, Product
from orders.services import save_price_list, save_promotion, set_list_prices
from reports.demo.world import World


def offer(world: World) -> None:
    """Trade prices with breaks for the dearest teas, two codes, and free goods on a shelf."""
    manager = world.people["manager"]
    best = Product.objects.filter(active=True, kind=Product.Kind.STOCKED).order_by("-price", "id")[:12]
    trade = save_price_list(by=manager, name="批发价 Trade 2025", tier=Tier.objects.first())
    breaks = [(1, Decimal("0.88")), (10, Decimal("0.82")), (50, Decimal("0.75"))]
    set_list_prices(
        trade,
        by=manager,
        prices=[(p, n, (p.price * part).quantize(Decimal("0.01"))) for p in best for n, part in breaks],
    )
    shelf = Category.objects.order_by("id").first()
    ends = world.now + datetime.timedelta(days=30)
    save_promotion(
        by=manager,
        name="新客九折 Welcome",
        code="WELCOME10",
        kind="percent",
        value=Decimal(10),
        max_uses_each=1,
        rank=5,
    )
    save_promotion(
        by=manager,
        name="满五百减五十 50 off 500",
        kind="amount",
        code="TEA50",
        value=Decimal(50),
        minimum=Decimal(500),
        ends_at=ends,
        max_uses=200,
    )
    save_promotion(
        by=manager,
        name="买五送一 Buy 5, get 1",
        kind="goods",
        buy=5,
        free=1,
        categories=[shelf],
        ends_at=ends,
        active=False,
        rank=20,
    )
    save_promotion(by=manager, name="免运费 Free shipping", code="FREESHIP", kind="shipping", minimum=Decimal(200))
