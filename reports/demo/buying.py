"""What the demo company buys: the terms of its suppliers, orders that came, and orders that are awaited."""

import datetime
from decimal import Decimal

from inventory.events import PurchaseEvent
from inventory.models import Movement, PurchaseLine, PurchaseOrder, Receipt, ReceiptLine, Stock, SupplierItem
from reports.demo.world import World

RECENT = datetime.timedelta(days=60)
DELIVERIES = 12  # so many of the last deliveries answered a purchase order
LINES = 6
CENT = Decimal("0.01")
Status = PurchaseOrder.Status


def fill(world: World) -> None:
    """Terms for two products of three, papers for the last deliveries, and what is on its way."""
    for product in world.products:
        if world.chance(0.66):
            _terms(world, product)
    for turn, (supplier, stocks) in enumerate(_deliveries(world)[:DELIVERIES]):
        _arrived(world, supplier, stocks, short=turn == 1)
    for turn, stock in enumerate(world.sold_out[:3]):
        status = (Status.SENT, Status.SENT, Status.DRAFT)[turn]
        days = (-2, 6, 12)[turn]
        _awaited(world, stock, status, expected=world.today + datetime.timedelta(days=days))
    for stocks in world.stock.values():
        for stock in stocks:
            stock.alert_line_by_hand = stock.alert_line > 0


def _terms(world: World, product) -> None:
    pack = world.dice.choice((1, 6, 12, 24))
    world.book.add(
        SupplierItem(
            supplier=product.supplier,
            product=product,
            supplier_sku=f"{product.supplier_id:02}-{product.sku}",
            price=(product.cost * Decimal(world.dice.randint(94, 100)) / 100).quantize(CENT),
            minimum=pack * world.dice.choice((1, 2)),
            pack_size=pack,
            preferred=True,
        )
    )


def _deliveries(world: World) -> list[tuple]:
    """(supplier, {product key: movement}) of recent receipts in one warehouse, the latest first."""
    found: dict[tuple, dict[int, Movement]] = {}
    for move in world.book.rows[Movement]:
        if move.kind == Movement.Kind.RECEIVE and not move.cause and move.at > world.now - RECENT:
            product = move.stock.product
            week = (world.now - move.at).days // 7
            mine = found.setdefault((week, product.supplier_id, move.stock.warehouse_id), {})
            if len(mine) < LINES:
                mine.setdefault(product.pk, move)
    return [(next(iter(moves.values())).stock.product.supplier, moves) for _key, moves in sorted(found.items())]


def _purchase(world: World, supplier, warehouse, status: str, sent: datetime.datetime, expected) -> PurchaseOrder:
    buyer = world.people["manager"]
    drafted = sent - datetime.timedelta(minutes=world.dice.randint(5, 90))
    purchase = world.book.add(
        PurchaseOrder(
            number=f"PO{world.book.next('inventory_purchase_number_seq')}",
            supplier=supplier,
            warehouse=warehouse,
            status=status,
            expected=expected,
            by=buyer,
            created_at=drafted,
            sent_at=None if status == Status.DRAFT else sent,
        )
    )
    world.book.event(purchase, PurchaseEvent.CREATED, drafted, by=buyer)
    if status != Status.DRAFT:
        world.book.event(purchase, PurchaseEvent.SENT, sent, by=buyer, to=supplier.email, expected=str(expected))
    return purchase


def _arrived(world: World, supplier, moves: dict[int, Movement], *, short: bool) -> None:
    """A purchase order whose goods came, all of them or but a part."""
    last = max(moves.values(), key=lambda move: move.at)
    sent = last.at - datetime.timedelta(days=supplier.lead_time_days, hours=world.dice.randint(1, 20))
    expected = last.at.astimezone(world.zone).date() if not short else world.today + datetime.timedelta(days=3)
    status = Status.SENT if short else Status.CLOSED
    purchase = _purchase(world, supplier, last.stock.warehouse, status, sent, expected)
    receipt = world.book.add(
        Receipt(
            number=f"GR{world.book.next('inventory_receipt_number_seq')}",
            purchase=purchase,
            warehouse=last.stock.warehouse,
            paper=f"LS {world.dice.randint(10_000, 99_999)}",
            by=last.by,
            at=last.at,
        )
    )
    for move in moves.values():
        product, more = move.stock.product, 24 if short else 0
        line = PurchaseLine(order=purchase, product=product, ordered=move.on_hand + more, received=move.on_hand)
        line.cost = product.cost
        world.book.add(line)
        world.book.add(ReceiptLine(receipt=receipt, purchase_line=line, product=product, quantity=move.on_hand))
        move.cause, move.reason = receipt.number, receipt.paper
    pieces = sum(move.on_hand for move in moves.values())
    world.book.event(purchase, PurchaseEvent.RECEIVED, last.at, by=last.by, receipt=receipt.number, pieces=pieces)
    if not short:
        world.book.event(purchase, PurchaseEvent.CLOSED, last.at, by=last.by)


def _awaited(world: World, stock: Stock, status: str, *, expected: datetime.date) -> None:
    """A purchase order for one row that runs low."""
    product = stock.product
    sent = world.now - datetime.timedelta(days=product.supplier.lead_time_days, hours=5)
    purchase = _purchase(world, product.supplier, stock.warehouse, status, sent, expected)
    world.book.add(PurchaseLine(order=purchase, product=product, ordered=48, cost=product.cost))
