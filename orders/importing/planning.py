"""What a file would do: rows grouped into orders, products and customers found, problems named; no writes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.services import digits
from inventory.models import Product
from orders.importing.mapping import Mapping
from orders.importing.rows import Problem, Row
from orders.models import ImportFile, Order
from orders.services.placing import MAX_LINES

CHUNK = 5000
WALK_IN = "WALK-IN"
CustomerKey = tuple[str, str]  # what she is known by, and the value


@dataclass(frozen=True)
class Policy:
    """What may be made from the file, and whether it is history."""

    create_missing: bool = False
    history: bool = False


@dataclass
class Group:
    """The rows of one order."""

    reference: str
    rows: list[Row]
    customer: CustomerKey

    @property
    def head(self) -> Row:
        return self.rows[0]

    @property
    def cancelled(self) -> bool:
        return all(row.cancelled for row in self.rows)


@dataclass
class Plan:
    """Orders to make, rows refused with their problems, rows of orders that are there already."""

    mapping: Mapping
    rows: list[Row]
    groups: list[Group] = field(default_factory=list)
    known: list[Row] = field(default_factory=list)
    mine: int = 0  # orders that an interrupted run of this very file has made already
    mine_total: Decimal = Decimal(0)
    products: dict[str, int] = field(default_factory=dict)  # SKU in capitals → key
    new_products: dict[str, Row] = field(default_factory=dict)  # SKU in capitals → a row that describes it
    prices: dict[str, Decimal] = field(default_factory=dict)  # SKU in capitals → its most frequent price
    customers: dict[CustomerKey, int] = field(default_factory=dict)
    new_customers: dict[CustomerKey, Row] = field(default_factory=dict)

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.problems]

    def refuse(self, row: Row, name: str, reason: str) -> None:
        """Add a problem to a row, at the column of a field."""
        row.problems.append(Problem(row.number, self.mapping.get(name, ""), row.texts.get(name, "")[:80], reason))


def make_plan(rows: list[Row], mapping: Mapping, policy: Policy, file: ImportFile | None = None) -> Plan:
    """Look everything up, in a number of queries that depends on the file's size by thousands only."""
    plan = Plan(mapping, rows)
    fresh = _without_known(plan, file)
    _find_products(plan, fresh, policy)
    keys = _find_customers(plan, fresh, policy)
    if policy.history:
        _need_days(plan, fresh)
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in fresh:
        groups[row.texts["reference"]].append(row)
    for reference, members in groups.items():
        _refuse_contradictions(plan, members, keys)
        accepted = _accepted(plan, members, policy)
        if accepted:
            plan.groups.append(Group(reference, accepted, keys[accepted[0].number]))
    _keep_only_needed(plan)
    return plan


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    unique = sorted(set(values))
    for start in range(0, len(unique), CHUNK):
        yield unique[start : start + CHUNK]


def _without_known(plan: Plan, file: ImportFile | None) -> list[Row]:
    """Rows of orders that are not there yet; a reference names an order once for all files."""
    known: set[str] = set()
    for part in _chunks(row.texts["reference"] for row in plan.rows):
        found = Order.objects.filter(channel=Order.Channel.IMPORT, reference__in=part)
        for reference, total, origin in found.values_list("reference", "net", "imported_from"):
            known.add(reference)
            if file and origin == file.pk:
                plan.mine, plan.mine_total = plan.mine + 1, plan.mine_total + total
    plan.known = [row for row in plan.rows if row.texts["reference"] in known and not row.problems]
    return [row for row in plan.rows if row.texts["reference"] not in known]


def _find_products(plan: Plan, rows: list[Row], policy: Policy) -> None:
    inactive: set[str] = set()
    for part in _chunks(row.texts["sku"].upper() for row in rows):
        found = Product.objects.annotate(capitals=Upper("sku")).filter(capitals__in=part)
        for capitals, key, active in found.values_list("capitals", "pk", "active"):
            plan.products[capitals] = key
            if not active:
                inactive.add(capitals)
    seen: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        if row.unit_price is not None and not row.problems:
            seen[row.texts["sku"].upper()][row.unit_price] += 1
    plan.prices = {sku: prices.most_common(1)[0][0] for sku, prices in seen.items()}
    for row in rows:
        sku = row.texts["sku"].upper()
        if sku in plan.products:
            if sku in inactive and not policy.history:
                plan.refuse(row, "sku", _("is no longer sold"))
        elif sku:
            _meet_product(plan, row, sku, policy)


def _meet_product(plan: Plan, row: Row, sku: str, policy: Policy) -> None:
    if not policy.create_missing:
        plan.refuse(row, "sku", _("is no SKU that we know"))
    elif sku not in plan.prices:
        if not row.problems:
            plan.refuse(row, "sku", _("is a new SKU and no row gives it a price"))
    elif not row.problems:
        best = plan.new_products.get(sku)
        if best is None or (not best.texts.get("product_name") and row.texts.get("product_name")):
            plan.new_products[sku] = row


def customer_key(row: Row) -> CustomerKey:
    """What a row's customer is known by: her number, else e-mail, phone or name; else she is a passer-by."""
    texts = row.texts
    if texts.get("customer_code"):
        return "code", texts["customer_code"].upper()
    if texts.get("email"):
        return "email", texts["email"].casefold()
    if digits(texts.get("phone", "")):
        return "phone", digits(texts["phone"])
    name = texts.get("customer_name") or texts.get("ship_name")
    return ("name", name.casefold()) if name else ("code", WALK_IN)


def _find_customers(plan: Plan, rows: list[Row], policy: Policy) -> dict[int, CustomerKey]:
    """The key of each row's customer by row number; `plan.customers` gets those that we know."""
    keys = {row.number: customer_key(row) for row in rows}
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, value in keys.values():
        by_kind[kind].add(value)
    columns = {"code": Upper("code"), "email": Upper("email"), "phone": Upper("phone_digits"), "name": Upper("name")}
    for kind, values in by_kind.items():
        for part in _chunks(value.upper() for value in values):
            found = Customer.objects.annotate(wanted=columns[kind]).filter(wanted__in=part).order_by("-pk")
            for key, wanted in found.values_list("pk", "wanted"):
                plan.customers[kind, wanted if kind == "code" else wanted.casefold()] = key
    for row in rows:
        key = keys[row.number]
        if key in plan.customers or row.problems:
            continue
        if policy.create_missing:
            plan.new_customers.setdefault(key, row)
        elif key == ("code", WALK_IN):
            plan.refuse(row, "customer_code", _("the row names no customer"))
        else:
            name = {"code": "customer_code", "name": "customer_name"}.get(key[0], key[0])
            plan.refuse(row, name, _("is no customer that we know"))
    return keys


def _need_days(plan: Plan, rows: list[Row]) -> None:
    for row in rows:
        if row.placed_at is None and not row.problems:
            plan.refuse(row, "placed_at", _("is empty; history needs the day of the order"))


def _refuse_contradictions(plan: Plan, members: list[Row], keys: dict[int, CustomerKey]) -> None:
    """Rows of one order that name another customer than its first good row."""
    good = [row for row in members if not row.problems]
    for row in good[1:]:
        if keys[row.number] != keys[good[0].number]:
            reason = _("row %(row)s of the same order names another customer") % {"row": good[0].number}
            plan.refuse(row, "customer_code", reason)


def _accepted(plan: Plan, members: list[Row], policy: Policy) -> list[Row]:
    """The rows that become the order: of history the good ones, of a living order all or none."""
    good = [row for row in members if not row.problems]
    if policy.history:
        return good
    for row in good:
        if row.cancelled:
            plan.refuse(row, "status", _("is cancelled; import it as history"))
        elif len(members) > MAX_LINES:
            plan.refuse(row, "reference", _("has more than %(limit)s rows") % {"limit": MAX_LINES})
    bad = next((row for row in members if row.problems), None)
    if bad is None:
        return good
    for row in members:
        if not row.problems:
            plan.refuse(row, "reference", _("row %(row)s of the same order was refused") % {"row": bad.number})
    return []


def _keep_only_needed(plan: Plan) -> None:
    """Products and customers of refused rows are not made."""
    skus = {row.texts["sku"].upper() for group in plan.groups for row in group.rows}
    people = {group.customer for group in plan.groups}
    plan.new_products = {sku: row for sku, row in plan.new_products.items() if sku in skus}
    plan.new_customers = {key: row for key, row in plan.new_customers.items() if key in people}
