"""Returns, tickets and ratings."""

import datetime

from aftersales.events import FeedbackEvent, ReturnEvent, TicketEvent
from aftersales.models import Feedback, Return, ReturnLine, Ticket, TicketMessage
from aftersales.refunds import worth
from orders.events import OrderEvent
from orders.models import Order
from orders.stages import stage_of, units
from reports.demo import money, words
from reports.demo.world import Pull, Story, World

OPEN_DAYS = 25
REASONS = {"damaged": 24, "wrong": 14, "defect": 16, "unwanted": 36, "other": 10}
RATINGS = {5: 56, 4: 27, 3: 10, 2: 4, 1: 3}
DAY = 24 * 60


def care(world: World) -> None:
    """Everything that comes after the delivery."""
    delivered = sorted((s for s in world.stories if s.delivered_at), key=lambda s: s.delivered_at)
    _returns(world, delivered)
    _tickets(world, delivered)
    rated = world.dice.sample(delivered, min(world.size.feedback, len(delivered) * 3 // 4))
    for story in sorted(rated, key=lambda s: s.delivered_at):
        _rate(world, story)


def _returns(world: World, delivered: list[Story]) -> None:
    each = max(1, world.size.returns // 14)
    statuses = [status for status in ("requested", "approved", "rejected", "received") for _each in range(each)]
    recent = [s for s in delivered if (world.now - s.delivered_at).days < OPEN_DAYS and s.order.status == "confirmed"]
    recent = world.dice.sample(recent[:-2], min(len(recent) - 2, len(statuses)))
    old = [s for s in delivered[: -len(delivered) // 20] if s not in recent]
    old = world.dice.sample(old, world.size.returns - len(recent))
    told = list(zip(recent, statuses, strict=False)) + [(story, "closed") for story in old]
    asked = [(world.later(story.delivered_at, 8 * 60, 6 * DAY), story, status) for story, status in told]
    whole = 0
    for at, story, status in sorted(asked, key=lambda row: row[0]):
        everything = status == "closed" and (whole := whole + 1) % 5 == 1
        _return(world, story, status, at, everything=everything)


def _return(world: World, story: Story, status: str, at: datetime.datetime, *, everything: bool) -> None:
    order, language = story.order, story.order.language
    reason = world.dice.choices(list(REASONS), list(REASONS.values()))[0]
    wish = "refund" if everything else world.dice.choices(("refund", "exchange", "repair"), (78, 16, 6))[0]
    rma = Return(
        number=f"R{world.book.next('aftersales_return_number_seq')}",
        order=order,
        status=status,
        reason=reason,
        wish=wish,
        note=world.dice.choice(words.RETURN_NOTES[language][reason]),
        created_at=at,
    )
    world.book.add(rma)
    chosen = story.lines if everything else [world.dice.choice(story.lines)]
    lines = [
        ReturnLine(rma=rma, order_line=x, quantity=x.shipped if everything else world.dice.randint(1, x.shipped))
        for x in chosen
    ]
    pieces = sum(world.book.add(line).quantity for line in lines)
    world.book.event(rma, ReturnEvent.REQUESTED, at, pieces=pieces)
    world.book.event(order, OrderEvent.RETURN_REQUESTED, at, number=rma.number, pieces=pieces)
    if status != "requested":
        _answer(world, story, rma, lines, at)
    if everything:
        order.status = Order.Status.CONFIRMED
    order.stage = stage_of(order.status, False, units(story.lines))


def _answer(world: World, story: Story, rma: Return, lines: list[ReturnLine], asked: datetime.datetime) -> None:
    at, support = world.later(asked, 40, 900), world.people["support"]
    refused = rma.status == "rejected"
    rma.answer = words.RETURN_ANSWERS[rma.order.language]["rejected" if refused else "approved"]
    kind = ReturnEvent.REJECTED if refused else ReturnEvent.APPROVED
    world.book.event(rma, kind, at, by=support, answer=rma.answer)
    if rma.status in ("received", "closed"):
        _receive(world, story, rma, lines, world.later(at, DAY, 5 * DAY))


def _receive(world: World, story: Story, rma: Return, lines: list[ReturnLine], at: datetime.datetime) -> None:
    by, pieces = world.people["warehouse"], sum(line.quantity for line in lines)
    rma.received_at = at
    for line in lines:
        line.received = line.quantity
        line.order_line.returned += line.quantity
    world.book.event(rma, ReturnEvent.RECEIVED, at, by=by, pieces=pieces)
    world.book.event(rma.order, OrderEvent.RETURNED, at, by=by, pieces=pieces, number=rma.number)
    if rma.status == "closed" or world.chance(0.5):
        _inspect(world, rma, lines, world.later(at, 20, 300))
    if rma.status == "closed":
        _close(world, rma, lines, world.later(at, 320, 2 * DAY))


def _inspect(world: World, rma: Return, lines: list[ReturnLine], at: datetime.datetime) -> None:
    by, broken = world.people["warehouse"], rma.reason in ("damaged", "defect")
    for line in lines:
        line.scrapped = line.received if broken else 0
        line.sound = line.received - line.scrapped
        if line.sound:
            stock = line.order_line.stock
            world.pulls.append(Pull(at, stock, "return", line.sound, 0, rma.number, by))
    judged = {"sound": sum(x.sound for x in lines), "scrapped": sum(x.scrapped for x in lines)}
    world.book.event(rma, ReturnEvent.INSPECTED, at, by=by, **judged)


def _close(world: World, rma: Return, lines: list[ReturnLine], at: datetime.datetime) -> None:
    order, support = rma.order, world.people["support"]
    value = sum(
        worth(x.order_line.total, x.order_line.ordered, before=0, count=x.received, currency=order.currency)
        for x in lines
    )
    if rma.wish == "refund" and 0 < value <= order.paid:
        money.pay(world, order, -value, "transfer", at, rma.number)
        rma.refunded = value
        world.book.event(rma, ReturnEvent.REFUNDED, at, by=support, amount=str(value), currency=order.currency)
    rma.closed_at = at
    world.book.event(rma, ReturnEvent.CLOSED, at, by=support)


def _tickets(world: World, delivered: list[Story]) -> None:
    count = world.size.tickets
    fresh = delivered[-max(count // 2, 3) :]
    opened = []
    for turn in range(count):
        status = ("open", "waiting")[turn % 2] if turn < count // 3 else "solved"
        story = world.dice.choice(fresh if status != "solved" else delivered)
        opened.append((world.later(story.delivered_at, 60, 4 * DAY), story, status))
    for at, story, status in sorted(opened, key=lambda row: row[0]):
        _ticket(world, story, status, at)


def _ticket(world: World, story: Story, status: str, at: datetime.datetime) -> None:
    kind, subject, talk = world.dice.choice(words.TALKS[story.order.language])
    support = world.people["support"]
    ticket = Ticket(
        number=f"T{world.book.next('aftersales_ticket_number_seq')}",
        kind=kind,
        status=status,
        customer=story.order.customer,
        order=story.order,
        subject=subject,
        owner=support if status != "open" else None,
        created_at=at,
    )
    world.book.add(ticket)
    told = {"open": 1, "waiting": 2, "solved": len(talk)}[status]
    for place, text in enumerate(talk[:told]):
        by = support if place % 2 else None
        world.book.add(TicketMessage(ticket=ticket, by=by, text=text, at=at))
        kind = TicketEvent.ANSWERED if by else TicketEvent.ASKED
        world.book.event(ticket, kind if place else TicketEvent.OPENED, at, by=by)
        at = world.later(at, 15, 420)
    if status == "solved":
        ticket.solved_at = at
        world.book.event(ticket, TicketEvent.SOLVED, at, by=support)


def _rate(world: World, story: Story) -> None:
    late = story.delivered_at.astimezone(world.zone).date() > story.order.promised_date
    rating = world.dice.choices(list(RATINGS), list(RATINGS.values()))[0]
    rating = max(1, rating - 2) if late else rating
    mood = "good" if rating > 3 else "fair" if rating == 3 else "bad"
    comment = world.dice.choice(words.COMMENTS[story.order.language][mood]) if world.chance(0.45) else ""
    at = world.later(story.delivered_at, 60, 5 * DAY)
    world.book.add(Feedback(order=story.order, rating=rating, comment=comment, at=at))
    world.book.event(story.order, FeedbackEvent.RATED, at, rating=rating, note=comment)
