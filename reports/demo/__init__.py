"""The demo: eighteen months of a tea and home-goods company, the same for the same day and seed."""

import datetime
import random

from django.db import connection, transaction

from inventory.services import compute_reorder_points
from oms.models import Event
from orders.events import OrderEvent
from reports.demo import (
    aftercare,
    automation,
    buyers,
    buying,
    catalogue,
    courier,
    files,
    floor,
    journeys,
    mails,
    money,
    offers,
    people,
    rates,
    road,
    roads,
    season,
    shelves,
    stockroom,
)
from reports.demo.placing import Counter, place
from reports.demo.world import FULL, SMALL, Size, World

__all__ = ["FULL", "SMALL", "fill"]

SEED = 20
BANNED = 5  # this customer is blocked
TOUCHED = """
UPDATE orders_order o SET updated_at = e.at
FROM (SELECT subject_id, max(at) AS at FROM oms_event WHERE subject_type_id = %s GROUP BY subject_id) e
WHERE e.subject_id = o.id
"""


@transaction.atomic
def fill(size: Size, *, password: str, now: datetime.datetime, seed: int = SEED) -> World:
    """Write the whole demo in one transaction; log-ins get this password."""
    world = World(
        size=size,
        now=now,
        dice=random.Random(seed),
        company=people.company(),
        policy=people.policy(),
        people=people.staff(password),
    )
    people.shop()
    catalogue.stock_the_shelves(world)
    buyers.welcome(world)
    _trade(world)
    aftercare.care(world)
    stockroom.fill(world)
    buying.fill(world)
    courier.work(world)
    rates.report(world)
    floor.furnish(world)
    road.fill(world)
    _rules_changed(world)
    world.book.write()
    offers.offer(world)
    compute_reorder_points()
    automation.fill(world)
    mails.recall(world)
    shelves.check(world)
    roads.drive(world)
    files.leave_rows(world)
    _finish(world)
    return world


def _trade(world: World) -> None:
    banned = world.buyers[BANNED]
    banned.customer.blocked = True
    counter = Counter(world, banned)
    for moment, fate in season.arrivals(world):
        story = place(counter, moment, fate)
        journeys.live(world, story, counter.fates[fate])
        money.settle(world, story)
        world.stories.append(story)


def _rules_changed(world: World) -> None:
    """Until a moment ago people confirmed every order; what they had not seen by then still waits for review."""
    at = world.now - datetime.timedelta(minutes=1)
    world.book.event(world.policy, OrderEvent.RULES_CHANGED, at, by=world.people["manager"], auto_confirm="True")


def _finish(world: World) -> None:
    order_type = next(e.subject_type_id for e in world.book.rows[Event] if e.kind == OrderEvent.PLACED)
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, [order_type])
        cursor.execute("ANALYZE")
