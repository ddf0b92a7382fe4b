"""Suppliers, shelves, products with pictures, warehouses and the places of goods in them."""

from decimal import Decimal

from fulfillment.models import Carrier
from inventory.events import ProductEvent
from inventory.models import Category, Family, Product, ProductImage, Stock, Supplier, Warehouse
from reports.demo import rates
from reports.demo.goods import FAMILIES, SHELVES, SUPPLIERS
from reports.demo.pictures import picture_of
from reports.demo.world import World

STEPS = (Decimal(1), Decimal("1.85"), Decimal("3.9"), Decimal("5.2"))  # the price of each size of a tea
SIZES = (Decimal(1), Decimal("1.18"), Decimal("1.36"), Decimal("1.6"))
SOLD_OUT = 6
BESIDE = {"teapot": ("cup", "tray"), "leaves": ("tin",), "pot": ("pan",)}  # further pictures of the same goods
WAREHOUSES = [
    ("SHA", "上海仓 Shanghai", "上海市嘉定区青禾路 188 号", 10),
    ("SZX", "深圳仓 Shenzhen", "深圳市龙岗区青禾大道 66 号", 20),
    ("HKG", "香港倉 Hong Kong", "香港葵涌青禾工業大廈 5 樓", 30),
]
CARRIERS = [
    ("fleet", "青禾车队 Qinghe Fleet", "own", ""),
    ("express", "云雀速运 Skylark Express", "own", "https://skylark.example.com/track/{number}"),
    ("post", "远帆国际 Farsail Parcel", "file", "https://farsail.example.com/t?n={number}"),
]


def stock_the_shelves(world: World) -> None:
    """Make everything that can be ordered and where it lies."""
    for code, name, address, rank in WAREHOUSES:
        row = Warehouse(code=code, name=name, address=address, rank=rank)
        world.warehouses[code], world.stock[code] = world.book.add(row), []
    for key, name, adapter, link in CARRIERS:
        row = Carrier(name=name, code=key, own=key == "fleet", adapter=adapter, tracking_url=link)
        world.carriers[key] = world.book.add(row)
    rates.print_prices(world)
    _products(world, _shelves(world), _suppliers(world))
    _places(world)


def ean13(digits: str) -> str:
    """Twelve digits with their check digit."""
    weighed = sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(digits))
    return f"{digits}{-weighed % 10}"


def _suppliers(world: World) -> dict[str, Supplier]:
    return {
        name: world.book.add(
            Supplier(
                name=name,
                email=f"orders.{number}@example.com",
                phone=f"+86 100 0700 {number:04}",
                lead_time_days=days,
                language="zh-hans",
                minimum_value=Decimal(300 * (number % 3)),
            )
        )
        for number, (name, days) in enumerate(SUPPLIERS.items(), 1)
    }


def _shelves(world: World) -> dict[str, Category]:
    parents: dict[str, Category] = {}
    shelves = {}
    for code, (parent, name, _tax, _supplier) in SHELVES.items():
        if parent not in parents:
            parents[parent] = world.book.add(Category(name=parent))
        shelves[code] = world.book.add(Category(name=name, parent=parents[parent]))
    return shelves


def _products(world: World, shelves: dict[str, Category], suppliers: dict[str, Supplier]) -> None:
    wanted = [(family, number, place) for family, number in _families() for place in range(len(family.specs))]
    if len(wanted) > world.size.products:
        wanted = world.dice.sample(wanted, world.size.products)
    names = dict.fromkeys(family.name for family, _number, _place in wanted)
    families = {name: world.book.add(Family(name=name)) for name in names}
    for family, number, place in wanted:
        _parent, _name, tax, supplier = SHELVES[family.shelf]
        factor = (STEPS if family.shelf[0] == "T" else SIZES)[place]
        price = (family.price * factor).quantize(Decimal(1))
        product = Product(
            sku=f"{family.shelf}{number:02}-{place + 1}",
            name=family.name,
            spec=family.specs[place],
            family=families[family.name],
            attributes={"规格 Type": family.specs[place]},
            barcode=ean13(f"2{world.dice.randrange(10**11):011}"),
            category=shelves[family.shelf],
            supplier=suppliers[supplier],
            unit="盒" if family.shelf[0] == "T" else "件",
            price=price,
            floor_price=(price * Decimal("0.8")).quantize(Decimal("0.01")),
            cost=(price * Decimal(world.dice.randint(42, 58)) / 100).quantize(Decimal("0.01")),
            tax_rate=tax,
            weight_g=int(family.weight_g * factor),
            image=picture_of(family.drawing),
            created_at=world.at(world.start, 8, 9),
        )
        world.products.append(world.book.add(product))
        for position, drawing in enumerate((family.drawing, *BESIDE.get(family.drawing, ())), 1):
            picture = ProductImage(product=product, image=picture_of(drawing), position=position, alt=family.name)
            world.book.add(picture)
        world.popularity[product.pk] = world.dice.paretovariate(1.3)
        world.book.event(product, ProductEvent.CREATED, product.created_at, by=world.people["manager"])


def _families():
    counted: dict[str, int] = {}
    for family in FAMILIES:
        counted[family.shelf] = counted.get(family.shelf, 0) + 1
        yield family, counted[family.shelf]


def _places(world: World) -> None:
    """A few popular goods lie in Shanghai only and will be sold out; the others lie here and there."""
    loved = sorted(world.products, key=lambda p: -world.popularity[p.pk])
    few = max(3, min(SOLD_OUT, len(loved) // 20))
    scarce = {p.pk for p in loved[4 : 4 + few]}
    for place, product in enumerate(world.products):
        for code, share in (("SHA", 1.0), ("SZX", 0.65), ("HKG", 0.6)):
            if code != "SHA" and (product.pk in scarce or not world.chance(share)):
                continue
            row = Stock(product=product, warehouse=world.warehouses[code], bin=_bin(place))
            world.stock[code].append(world.book.add(row))
            if product.pk in scarce:
                world.sold_out.append(row)


def _bin(place: int) -> str:
    return f"{'ABCDEF'[place // 40 % 6]}-{place // 8 % 5 + 1:02}-{place % 8 + 1}"
