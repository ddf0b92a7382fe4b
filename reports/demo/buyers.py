"""Tiers and customers with an address each."""

import datetime
from decimal import Decimal

from customers.events import CustomerEvent
from customers.models import Address, Contact, Customer, Tier
from customers.services import digits
from reports.demo import names
from reports.demo.world import Buyer, World

KINDS = {"zh-hans": 68, "hk": 14, "tw": 5, "en": 13}
TIERS = [("金牌 Gold", 80, "8"), ("银牌 Silver", 40, "4"), ("批发 Wholesale", 60, "12")]


def welcome(world: World) -> None:
    """Make the customers, in the order in which they came."""
    tiers = [world.book.add(Tier(name=n, importance=i, discount=Decimal(d))) for n, i, d in TIERS]
    days = (world.today - world.start).days
    arrivals = sorted(max(0.0, world.dice.uniform(-0.5, 0.97)) for _each in range(world.size.customers))
    for number, arrival in enumerate(arrivals):
        day = world.start + datetime.timedelta(days=int(arrival * days))
        world.buyers.append(_buyer(world, tiers, number, world.at(day, 0.2, 8)))


def _buyer(world: World, tiers: list[Tier], number: int, at) -> Buyer:
    dice = world.dice
    kind = dice.choices(list(KINDS), list(KINDS.values()))[0]
    if number < 8:  # every kind is there even when customers are few
        kind = ("zh-hans", "hk", "zh-hans", "en", "tw", "zh-hans", "hk", "zh-hans")[number]
    firm = dice.random() < 0.12
    name, mail = _new_name(world, kind, firm)
    place, phone, warehouse = _place(world, kind, number)
    domain = {"zh-hans": "example.cn", "hk": "example.hk"}.get(kind, "example.com")
    code = f"C{world.book.next('customers_number_seq')}"
    tier = tiers[2] if firm else dice.choices([tiers[0], tiers[1], None], [6, 14, 80])[0]
    customer = Customer(
        code=code,
        name=name,
        is_company=firm,
        email=f"{mail}.{number + 1}@{domain}",
        phone=phone,
        phone_digits=digits(phone),
        language={"zh-hans": "zh-hans", "hk": "zh-hant", "tw": "zh-hant"}.get(kind, "en"),
        tier=tier,
        created_at=at,
    )
    world.book.add(customer)
    address = Address(customer=customer, name=name, phone=phone, is_default=True, **place)
    world.book.add(address)
    world.book.event(customer, CustomerEvent.CREATED, at, by=world.people["sales"] if firm else None)
    if firm:
        person, local = _name(world, kind, firm=False)
        contact = Contact(customer=customer, name=person, role=_purchasing(customer.language), phone=phone)
        contact.email = f"{local}.{number + 1}@{domain}"
        world.book.add(contact)
    return Buyer(customer, address, warehouse)


def _purchasing(language: str) -> str:
    return {"zh-hans": "采购", "zh-hant": "採購"}.get(language, "Purchasing")


def _new_name(world: World, kind: str, firm: bool) -> tuple[str, str]:
    """A name that nobody has yet, unless that is hard to find."""
    known = {buyer.customer.name for buyer in world.buyers}
    for _try in range(20):
        name, mail = _name(world, kind, firm)
        if name not in known:
            break
    return name, mail


def _name(world: World, kind: str, firm: bool) -> tuple[str, str]:
    dice = world.dice
    if firm:
        starts, ends = {"zh-hans": names.ZH_FIRMS, "en": names.EN_FIRMS}.get(kind, names.HANT_FIRMS)
        start = dice.choice(list(starts))
        return start + dice.choice(ends), starts[start]
    if kind == "en":
        given, family = dice.choice(names.EN_GIVEN), dice.choice(names.EN_FAMILY)
        return f"{given} {family}", f"{given}.{family}".lower()
    families, givens = (names.ZH_FAMILY, names.ZH_GIVEN) if kind == "zh-hans" else (names.HANT_FAMILY, names.HANT_GIVEN)
    family, given = dice.choice(list(families)), dice.choice(list(givens))
    return family + given, f"{families[family]}.{givens[given]}".lower()


def _place(world: World, kind: str, number: int) -> tuple[dict, str, str]:
    """The address, a phone number that nobody has, and the warehouse near it."""
    dice, house = world.dice, world.dice.randint(1, 399)
    tail = f"{dice.randint(0, 9999):04}"
    if kind == "zh-hans":
        places = names.CN_PLACES[:1] if number == 0 else names.CN_PLACES
        city, region, post, districts, warehouse, _share = dice.choices(places, [p[5] for p in places])[0]
        line = f"{dice.choice(districts)}{dice.choice(names.CN_STREETS)} {house} 号"
        room = f"{dice.randint(1, 20)} 栋 {dice.randint(1, 28)}0{dice.randint(1, 6)} 室"
        place = {"line1": line, "line2": room, "city": city, "region": region, "postcode": f"{post}{house % 90 + 10}"}
        return place | {"country": "CN"}, f"+86 100 {number:04} {tail}", warehouse
    if kind == "hk":
        city, region, streets = dice.choice(names.HK_PLACES)
        place = {
            "line1": f"{dice.choice(streets)} {house} 號",
            "line2": f"{dice.randint(2, 30)} 樓 {'ABCD'[house % 4]} 室",
        }
        return place | {"city": city, "region": region, "country": "HK"}, f"+852 0{number:03} {tail}", "HKG"
    if kind == "tw":
        city, region, post = dice.choice(names.TW_PLACES)
        place = {"line1": f"青禾路{dice.randint(1, 5)}段{house}號", "city": city, "region": region, "postcode": post}
        return place | {"country": "TW"}, f"+886 000 {number:03} {tail[1:]}", "HKG"
    city, region, post, country, phone = dice.choice(names.ABROAD)
    place = {"line1": f"{house} {dice.choice(names.EN_STREETS)}", "city": city, "region": region, "postcode": post}
    return place | {"country": country}, phone.format(number % 100), "HKG"
