"""When orders come in: growth over the months, seasons, the week and the hours of a day; and what becomes of them."""

import datetime
from itertools import accumulate

from reports.demo.world import World

Moment = datetime.datetime

RECENT_DAYS = 7
WEEK = (1.1, 1.05, 1.0, 1.0, 1.15, 0.85, 0.7)  # Monday first
# By month: before the spring festival, after it, first tea in spring, midsummer sale, autumn's great sale.
YEAR = (1.25, 0.7, 1.05, 1.2, 1.1, 1.25, 0.9, 0.9, 1.1, 1.05, 1.35, 1.15)
# Where in the last days an order of each fate was placed: 0 is now, 1 the oldest.
FATES = {
    "to_review": (0.0, 0.15),
    "draft": (0.0, 0.3),
    "to_pick": (0.0, 0.45),
    "on_hold": (0.0, 0.8),
    "cancelled": (0.0, 1.0),
    "waiting_stock": (0.05, 1.0),
    "picking": (0.25, 0.5),
    "to_ship": (0.3, 0.6),
    "partly_shipped": (0.3, 1.0),
    "shipped": (0.45, 0.75),
    "out": (0.5, 0.85),
    "failed": (0.6, 0.95),
    "delivered": (0.75, 1.0),
}
CANCELLED = 0.035
CLOSED = 0.985
RETURN_DAYS = 30


def arrivals(world: World) -> list[tuple[Moment, str]]:
    """Every order's moment and fate, the oldest first."""
    recent = _recent(world)
    old = _moments(
        world, world.start, world.today - datetime.timedelta(days=RECENT_DAYS), world.size.orders - len(recent)
    )
    return [*((moment, _old_fate(world, moment)) for moment in old), *recent]


def _recent(world: World) -> list[tuple[Moment, str]]:
    size = world.size
    quotas = {**size.open_orders, "delivered": size.orders // 120 + 2, "cancelled": size.orders // 700 + 1}
    keyed = [(world.dice.uniform(*FATES[fate]), fate) for fate, count in quotas.items() for _each in range(count)]
    fates = [fate for _key, fate in sorted(keyed, reverse=True)]
    first = world.today - datetime.timedelta(days=RECENT_DAYS)
    return list(zip(_moments(world, first, world.today + datetime.timedelta(days=1), len(fates)), fates, strict=True))


def _old_fate(world: World, moment: Moment) -> str:
    if world.chance(CANCELLED):
        return "cancelled"
    aged = (world.now - moment).days > RETURN_DAYS
    return "closed" if aged and world.chance(CLOSED) else "delivered"


def _moments(world: World, first: datetime.date, end: datetime.date, count: int) -> list[Moment]:
    """So many moments of the days from `first` up to, not including, `end`."""
    days = [first + datetime.timedelta(days=n) for n in range((end - first).days)]
    weights = list(accumulate(_weight(world, day) for day in days))
    return sorted(_moment(world, day) for day in world.dice.choices(days, cum_weights=weights, k=count))


def _weight(world: World, day: datetime.date) -> float:
    progress = (day - world.start).days / (world.today - world.start).days
    weight = (0.3 + 1.7 * progress**2) * WEEK[day.weekday()] * YEAR[day.month - 1]
    return weight * _passed(world) if day == world.today else weight


def _passed(world: World) -> float:
    """How much of today's trade is over."""
    return min(1.0, max(0.02, (_hour(world) - 7) / 15))


def _hour(world: World) -> float:
    local = world.now.astimezone(world.zone)
    return local.hour + local.minute / 60


def _moment(world: World, day: datetime.date) -> Moment:
    if day == world.today:
        until = _hour(world)
        return min(world.at(day, min(7.5, until * 0.6), until), world.now)
    hour = world.dice.choices((9, 10, 11, 13, 14, 15, 17, 19, 20, 21), (8, 12, 11, 7, 11, 9, 7, 10, 13, 9))[0]
    return world.at(day, hour, hour + 1.4)
