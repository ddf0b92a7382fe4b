"""Importing a planned file: products and customers first, then orders by the hundred, each chunk whole or not."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from customers.models import Customer
from oms.context import current
from oms.errors import DomainError
from oms.models import Company, User
from oms.tables import Table, read_table
from orders import pricing
from orders.composing import Asked, Request
from orders.importing import mapping as mappings
from orders.importing.history import record_history
from orders.importing.making import make_missing
from orders.importing.planning import Group, Plan, Policy, address_of, make_plan
from orders.importing.rows import Row, parse
from orders.importing.updating import change_living, change_past
from orders.models import ImportFile, Order
from orders.services import place_orders

CHUNK = 200
SHOWN_PROBLEMS = 500

Progress = Callable[[int, int], None]


@dataclass
class Outcome:
    """What came of a file: each of its `rows` is in an order now, was in one before, or is refused."""

    table: Table
    plan: Plan
    orders: int = 0
    changed: int = 0
    accepted_total: Decimal = Decimal(0)
    new_products: int = 0
    new_customers: int = 0

    def forget(self) -> None:
        """Nothing comes in, because the file is taken whole or not at all."""
        plan = self.plan
        self.orders, self.changed, self.accepted_total = plan.mine, plan.mine_changed, plan.mine_total
        self.new_products = self.new_customers = 0

    def as_json(self) -> dict:
        """Counts, the problems grouped by reason, and the first of them in full."""
        refused = self.plan.refused
        problems = [problem for row in refused for problem in row.problems]
        reasons = Counter((p.column, p.reason) for p in problems)
        return {
            "rows": len(self.plan.rows),
            "orders": self.orders,
            "changed": self.changed,
            "same": self.plan.same,
            "refused_rows": len(refused),
            "known_rows": len(self.plan.known),
            "accepted_total": str(self.accepted_total),
            "new_products": self.new_products,
            "new_customers": self.new_customers,
            "reasons": [[column, reason, count] for (column, reason), count in reasons.most_common(50)],
            "problems": [[p.row, p.column, p.value, p.reason] for p in problems[:SHOWN_PROBLEMS]],
        }


def look_at(
    path: Path, name: str, mapping: mappings.Mapping, policy: Policy, file: ImportFile | None = None
) -> Outcome:
    """The dry run: everything is read and checked, nothing is written."""
    table = read_table(path, name)
    mappings.check(mapping, table.headings)
    plan = make_plan(parse(table, mapping), mapping, policy, file)
    currency = current(Company).currency
    outcome = Outcome(
        table,
        plan,
        orders=plan.new + plan.mine,
        changed=plan.changed + plan.mine_changed,
        accepted_total=sum((_net(row, currency) for g in plan.groups for row in g.rows), plan.mine_total),
        new_products=len(plan.new_products),
        new_customers=len(plan.new_customers),
    )
    if policy.whole and plan.refused:
        outcome.forget()
    return outcome


def import_rows(
    path: Path,
    name: str,
    mapping: mappings.Mapping,
    policy: Policy,
    *,
    by=None,
    file: ImportFile | None = None,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """Import a file; may be run again after it was interrupted, and then goes on where it stopped.

    An order and its reference are written in one transaction, so what is there already is left alone.
    """
    outcome = look_at(path, name, mapping, policy, file)
    plan = outcome.plan
    outcome.orders, outcome.changed, outcome.accepted_total = plan.mine, plan.mine_changed, plan.mine_total
    Run(plan, policy, outcome, by, file, progress).write()
    return outcome


@dataclass
class Run:
    """Writing a plan; subclasses may hold on to the rows that a group came from."""

    plan: Plan
    policy: Policy
    outcome: Outcome
    by: User | None
    file: ImportFile | None
    progress: Progress
    customers: dict[int, Customer] = field(default_factory=dict)

    def write(self) -> None:
        """Make what is missing and write the orders: chunk by chunk, or all or none where the policy says so."""
        if not self.policy.whole:
            self._write()
        elif not self.plan.refused:
            self._write_whole()
        if self.policy.whole and self.plan.refused:
            self.outcome.forget()

    def _write_whole(self) -> None:
        before = self.outcome.orders, self.outcome.changed, self.outcome.accepted_total
        with transaction.atomic():
            self._write()
            if self.plan.refused:
                transaction.set_rollback(True)
                self.outcome.orders, self.outcome.changed, self.outcome.accepted_total = before

    def _write(self) -> None:
        groups = self.plan.groups
        make_missing(self.plan, by=self.by)
        keys = {self.plan.customers[group.customer] for group in groups}
        self.customers = Customer.objects.select_related("tier").in_bulk(keys)
        done, total = 0, sum(len(group.rows) for group in groups)
        for start in range(0, len(groups), CHUNK):
            chunk = groups[start : start + CHUNK]
            self._write_chunk([group for group in chunk if not group.order])
            for group in chunk:
                if group.order:
                    self._write_chunk([group])
            done += sum(len(group.rows) for group in chunk)
            self.progress(done, total)

    def _write_chunk(self, groups: list[Group]) -> None:
        """The whole chunk at once; when something in it is refused, one order after the other."""
        if not groups:
            return
        try:
            with transaction.atomic():
                groups = self.hold(groups)
                orders = self._orders(groups) if groups else []
                self.settle(groups, orders)
        except DomainError as error:
            if len(groups) > 1:
                for group in groups:
                    self._write_chunk([group])
                return
            for row in groups[0].rows:
                self.plan.refuse(row, "reference", "said", sentence=str(error))
            return
        for group, order in zip(groups, orders, strict=True):
            self._count(group, order)

    def hold(self, groups: list[Group]) -> list[Group]:
        """The groups that may still be written, held until the transaction ends."""
        return groups

    def settle(self, groups: list[Group], orders: list[Order]) -> None:
        """What is to be written down together with the orders."""

    def _orders(self, groups: list[Group]) -> list[Order]:
        first = groups[0]
        if first.order is None and self.policy.history:
            return record_history(groups, self.plan, self.customers, by=self.by, file=self.file)
        if first.order is None:
            return place_orders([self._request(group) for group in groups], by=self.by)
        if self.policy.history:
            customer = self.customers[self.plan.customers[first.customer]]
            return [change_past(first, self.plan, customer, by=self.by, file=self.file)]
        return [change_living(first, self._request(first), by=self.by, file=self.file)]

    def _count(self, group: Group, order: Order) -> None:
        self.outcome.accepted_total += order.net
        if group.order is None:
            self.outcome.orders += 1
        else:
            self.outcome.changed += 1

    def _request(self, group: Group) -> Request:
        head = group.head
        skus = self.plan.products
        return Request(
            customer=self.customers[self.plan.customers[group.customer]],
            lines=[Asked(skus[row.texts["sku"].upper()], row.quantity, row.unit_price) for row in group.rows],
            address=address_of(head),
            channel=Order.Channel.IMPORT,
            reference=group.reference,
            requested_date=head.requested_date,
            note=head.texts.get("note", ""),
            email=head.texts.get("email", ""),
            phone=head.texts.get("phone", ""),
            price_source="price_from_file",
            imported_from=self.file,
            import_digest=group.digest,
            unchecked_allowed=True,
        )


def _net(row: Row, currency: str) -> Decimal:
    """What a row is worth before tax; a row without a price counts with its product's price when it is placed."""
    if row.unit_price is None:
        return Decimal(0)
    return pricing.line_amounts(row.unit_price, row.quantity, Decimal(0), currency).net
