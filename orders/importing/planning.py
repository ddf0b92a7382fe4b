"""What a file would do: rows grouped into orders, products and customers found, problems named; no writes."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models.functions import Upper

from customers.models import Customer
from customers.services import digits
from inventory.models import Product
from orders.composing import ADDRESS
from orders.importing.earlier import Earlier, chunks, digest, earlier_orders, touches
from orders.importing.mapping import Mapping
from orders.importing.rows import Problem, Row
from orders.models import ImportFile
from orders.services.placing import MAX_LINES

WALK_IN = "WALK-IN"
NAMING = ("customer_code", "customer_name", "email", "phone", "ship_name")
CustomerKey = tuple[str, str]  # what she is known by, and the value


@dataclass(frozen=True)
class Policy:
    """What may be made from the file, whether it is history, and whether it comes in whole or not at all."""

    create_missing: bool = False
    history: bool = False
    whole: bool = False


@dataclass
class Group:
    """The rows of one order; `order` is the one that they change, and `joins` says that they are added to it."""

    reference: str
    rows: list[Row]
    customer: CustomerKey
    order: Earlier | None = None
    joins: bool = False

    @property
    def head(self) -> Row:
        return self.rows[0]

    @property
    def cancelled(self) -> bool:
        return all(row.cancelled for row in self.rows)

    @property
    def digest(self) -> str:
        """By which the same rows are known when they come again."""
        return digest(self.rows, self.order.digest if self.joins else "")


@dataclass
class Plan:
    """Orders to make, rows refused with their problems, rows of orders that are there already."""

    mapping: Mapping
    rows: list[Row]
    groups: list[Group] = field(default_factory=list)
    known: list[Row] = field(default_factory=list)
    mine: int = 0  # orders that an interrupted run of this very file has made already
    mine_changed: int = 0  # those that it has changed
    mine_total: Decimal = Decimal(0)
    same: int = 0  # orders that are there already, as the file has them
    products: dict[str, int] = field(default_factory=dict)  # SKU in capitals → key
    new_products: dict[str, Row] = field(default_factory=dict)  # SKU in capitals → a row that describes it
    prices: dict[str, Decimal] = field(default_factory=dict)  # SKU in capitals → its most frequent price
    customers: dict[CustomerKey, int] = field(default_factory=dict)
    new_customers: dict[CustomerKey, Row] = field(default_factory=dict)

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.problems]

    @property
    def new(self) -> int:
        """Orders to make."""
        return sum(group.order is None for group in self.groups)

    @property
    def changed(self) -> int:
        """Orders to change."""
        return len(self.groups) - self.new

    def refuse(self, row: Row, name: str, code: str, /, **facts) -> None:
        """Add a problem to a row, at the column of a field."""
        value = row.texts.get(name, "")[:80]
        row.problems.append(Problem(row.number, name, self.mapping.get(name, ""), value, code, facts))


def make_plan(
    rows: list[Row], mapping: Mapping, policy: Policy, file: ImportFile | None = None, *, again: bool = False
) -> Plan:
    """Look everything up, in a number of queries that depends on the file's size by thousands only.

    `again` says that these are rows of `file` that were refused before, whose fellows may be in orders already.
    """
    plan = Plan(mapping, rows)
    earlier = earlier_orders(row.texts["reference"] for row in rows)
    fresh = rows if again else _without_same(plan, earlier, file)
    keys = look_up(plan, fresh, policy)
    for reference, members in _by_reference(fresh).items():
        order = earlier.get(reference)
        joins = again and order is not None and order.is_of(file)
        if joins:
            _refuse_strange(plan, members, order, policy, keys)
        _refuse_contradictions(plan, members, keys)
        accepted = _accepted(plan, members, policy)
        if accepted:
            plan.groups.append(Group(reference, accepted, keys[accepted[0].number], order, joins))
    _leave_same(plan, file)
    _refuse_touched(plan, policy)
    _keep_only_needed(plan)
    return plan


def look_up(plan: Plan, rows: list[Row], policy: Policy) -> dict[int, CustomerKey]:
    """Refuse rows whose product or customer is not known; the key of each row's customer by row number."""
    _find_products(plan, rows, policy)
    keys = _find_customers(plan, rows, policy)
    if policy.history:
        _need_days(plan, rows)
    return keys


def _by_reference(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.texts["reference"]].append(row)
    return groups


def _without_same(plan: Plan, earlier: dict[str, Earlier], file: ImportFile | None) -> list[Row]:
    """Rows whose order is not there as they say; of an order from before digests were kept we take it on trust."""
    fresh = []
    for reference, members in _by_reference(plan.rows).items():
        order, good = earlier.get(reference), [row for row in members if not row.problems]
        if order and good and order.digest in ("", digest(good)):
            _note_same(plan, order, good, file)
        else:
            fresh += members
    return sorted(fresh, key=lambda row: row.number)


def _note_same(plan: Plan, order: Earlier, rows: list[Row], file: ImportFile | None) -> None:
    plan.known += rows
    if not order.is_of(file):
        plan.same += 1
        return
    plan.mine_total += order.net
    if file.pk == order.made_by:
        plan.mine += 1
    else:
        plan.mine_changed += 1


def _leave_same(plan: Plan, file: ImportFile | None) -> None:
    """Orders whose accepted rows are what they have already, the refused ones left out."""
    same = [group for group in plan.groups if group.order and not group.joins and group.digest == group.order.digest]
    for group in same:
        _note_same(plan, group.order, group.rows, file)
    gone = {id(group) for group in same}
    plan.groups = [group for group in plan.groups if id(group) not in gone]


def _refuse_touched(plan: Plan, policy: Policy) -> None:
    """Orders that are there with other rows are changed only while nobody has touched them."""
    there = [group for group in plan.groups if group.order]
    found = touches([group.order.pk for group in there]) if there else {}
    for group in there:
        what = found.get(group.order.pk) or ("other_kind" if group.order.history != policy.history else "")
        for row in group.rows if what else ():
            plan.refuse(row, "reference", "touched", number=group.order.number, what=what)
    plan.groups = [group for group in plan.groups if not group.head.problems]


def _refuse_strange(plan: Plan, members: list[Row], order: Earlier, policy: Policy, keys: dict) -> None:
    """Rows that cannot join the order that this file made: only a past order grows, by rows of the same customer."""
    for row in members:
        if row.problems:
            continue
        same_customer = plan.customers.get(keys[row.number]) == order.customer_id
        if not (policy.history and order.history and same_customer):
            plan.refuse(row, "reference", "known_reference", number=order.number)


def address_of(row: Row) -> dict[str, str]:
    """Where the goods of a row go, as an order keeps it."""
    return {name: row.texts.get(name, "") for name in ADDRESS} | {
        "ship_name": row.texts.get("ship_name") or row.texts.get("customer_name", "")
    }


def _find_products(plan: Plan, rows: list[Row], policy: Policy) -> None:
    inactive: set[str] = set()
    for part in chunks(row.texts["sku"].upper() for row in rows):
        found = Product.objects.annotate(capitals=Upper("sku")).filter(capitals__in=part)
        for capitals, key, active, unchecked in found.values_list("capitals", "pk", "active", "unchecked"):
            plan.products[capitals] = key
            if not active and not unchecked:
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
                plan.refuse(row, "sku", "not_sold")
        elif sku:
            _meet_product(plan, row, sku, policy)


def _meet_product(plan: Plan, row: Row, sku: str, policy: Policy) -> None:
    if not policy.create_missing:
        plan.refuse(row, "sku", "unknown_sku")
    elif sku not in plan.prices:
        if not row.problems:
            plan.refuse(row, "sku", "no_price")
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
        for part in chunks(value.upper() for value in values):
            found = Customer.objects.annotate(wanted=columns[kind]).filter(wanted__in=part).order_by("-pk")
            for key, wanted in found.values_list("pk", "wanted"):
                plan.customers[kind, wanted if kind == "code" else wanted.casefold()] = key
    for row in rows:
        key = keys[row.number]
        if key in plan.customers or any(problem.field == _naming_field(row, key) for problem in row.problems):
            continue
        if policy.create_missing:
            if not row.problems:
                plan.new_customers.setdefault(key, row)
        elif key == ("code", WALK_IN):
            named = next((name for name in NAMING if name in plan.mapping), "customer_code")
            plan.refuse(row, named, "no_customer")
        else:
            plan.refuse(row, _naming_field(row, key), "unknown_customer")
    return keys


def _naming_field(row: Row, key: CustomerKey) -> str:
    """The field that names the row's customer."""
    if key[0] == "name":
        return "customer_name" if row.texts.get("customer_name") else "ship_name"
    return "customer_code" if key[0] == "code" else key[0]


def _need_days(plan: Plan, rows: list[Row]) -> None:
    for row in rows:
        if row.placed_at is None and not row.problems:
            plan.refuse(row, "placed_at", "no_day")


def _refuse_contradictions(plan: Plan, members: list[Row], keys: dict[int, CustomerKey]) -> None:
    """Rows of one order that name another customer than its first good row."""
    good = [row for row in members if not row.problems]
    for row in good[1:]:
        if keys[row.number] != keys[good[0].number]:
            plan.refuse(row, _naming_field(row, keys[row.number]), "other_customer", row=good[0].number)


def _accepted(plan: Plan, members: list[Row], policy: Policy) -> list[Row]:
    """The rows that become the order: of history the good ones, of a living order all or none."""
    good = [row for row in members if not row.problems]
    if policy.history:
        return good
    for row in good:
        if row.cancelled:
            plan.refuse(row, "status", "cancelled")
        elif len(members) > MAX_LINES:
            plan.refuse(row, "reference", "too_many_rows", limit=MAX_LINES)
    bad = next((row for row in members if row.problems), None)
    if bad is None:
        return good
    for row in members:
        if not row.problems:
            plan.refuse(row, "reference", "mate_refused", row=bad.number)
    return []


def _keep_only_needed(plan: Plan) -> None:
    """Products and customers of refused rows are not made."""
    skus = {row.texts["sku"].upper() for group in plan.groups for row in group.rows}
    people = {group.customer for group in plan.groups}
    plan.new_products = {sku: row for sku, row in plan.new_products.items() if sku in skus}
    plan.new_customers = {key: row for key, row in plan.new_customers.items() if key in people}
