"""What people may do to an order and to its holds, in the order of the buttons."""

from django.utils.translation import gettext_lazy as _

from oms.actions import Action, Actions
from oms.states import may
from orders import services
from orders.forms import (
    CancelForm,
    HoldForm,
    MergeForm,
    PaymentForm,
    ReasonForm,
    ReleaseForm,
    ReshipForm,
    SplitForm,
    TagForm,
)
from orders.models import Hold, Order
from orders.services.review import MOVES

Stage = Order.Stage
OVER = (Stage.SHIPPED, Stage.DELIVERED, Stage.RETURNED, Stage.CLOSED, Stage.CANCELLED)

NOT_BEGUN = (Stage.ON_HOLD, Stage.TO_REVIEW, Stage.WAITING_STOCK, Stage.TO_MAKE, Stage.TO_PICK, Stage.DRAFT)


def of_order(order: Order) -> dict:
    """What a form about an order's lines begins with."""
    return {"order": order}


order_actions = Actions(
    "order-action",
    Order,
    [
        Action(
            "confirm",
            _("Confirm"),
            "orders.confirm_order",
            services.confirm_order,
            allowed=lambda order: order.stage == Stage.TO_REVIEW,
            icon="check",
            done=_("%(what)s is confirmed."),
        ),
        Action(
            "release",
            _("Release all holds"),
            "orders.release_hold",
            services.release_order,
            form=ReleaseForm,
            allowed=lambda order: order.stage == Stage.ON_HOLD,
            guarded=True,
            icon="lock-open",
            done=_("The holds of %(what)s are released."),
        ),
        Action(
            "reserve",
            _("Reserve what is in stock now"),
            "orders.confirm_order",
            services.reserve_missing,
            allowed=lambda order: order.stage in (Stage.ON_HOLD, Stage.WAITING_STOCK, Stage.PARTLY_SHIPPED),
            icon="package-plus",
            done=_("Stock of %(what)s was looked at again."),
        ),
        Action(
            "close",
            _("Close"),
            "orders.confirm_order",
            services.close_order,
            allowed=lambda order: order.status == "confirmed" and order.stage in (Stage.DELIVERED, Stage.RETURNED),
            confirm=_("Lay %(what)s aside? It stays readable."),
            icon="archive",
            done=_("%(what)s is closed."),
        ),
        Action(
            "pay",
            _("Record a payment"),
            "orders.record_payment",
            services.record_payment,
            form=PaymentForm,
            allowed=lambda order: order.balance > 0 and order.status not in ("draft", "cancelled"),
            initial=lambda order: {"amount": order.balance},
            then=lambda order, payment: order.get_absolute_url(),
            icon="banknote",
            done=_("The payment for %(what)s is recorded."),
        ),
        Action(
            "hold",
            _("Hold"),
            "orders.place_hold",
            services.hold_order,
            form=HoldForm,
            allowed=lambda order: may(MOVES, "hold", order.status) and order.stage not in (*OVER, Stage.ON_HOLD),
            icon="pause",
            done=_("%(what)s is on hold."),
        ),
        Action(
            "tag",
            _("Add tags"),
            "orders.tag_order",
            services.tag_order,
            form=TagForm,
            icon="tag",
            done=_("%(what)s is tagged."),
        ),
        Action(
            "untag",
            _("Take tags off"),
            "orders.tag_order",
            services.untag_order,
            form=TagForm,
            allowed=lambda order: bool(order.tags),
            initial=lambda order: {"tags": ", ".join(order.tags)},
            icon="tags",
            done=_("The tags are taken off %(what)s."),
        ),
        Action(
            "refund",
            _("Record a refund"),
            "orders.record_payment",
            services.refund,
            form=PaymentForm,
            allowed=lambda order: order.paid > 0,
            then=lambda order, payment: order.get_absolute_url(),
            guarded=True,
            icon="undo-2",
            done=_("The refund for %(what)s is recorded."),
        ),
        Action(
            "invoice",
            _("Issue the invoice"),
            "orders.issue_invoice",
            services.issue_invoice,
            allowed=lambda order: order.status in ("confirmed", "closed") and not order.history,
            then=lambda order, invoice: invoice.get_absolute_url(),
            confirm=_("Issue the invoice of %(what)s? It cannot be edited afterwards."),
            icon="receipt-text",
            done=_("%(what)s is invoiced."),
        ),
        Action(
            "split",
            _("Split"),
            "orders.split_order",
            services.split_order,
            form=SplitForm,
            initial=of_order,
            allowed=lambda order: may(MOVES, "change", order.status) and order.stage not in (*OVER, Stage.ON_HOLD),
            then=lambda order, new: new.get_absolute_url(),
            guarded=True,
            icon="split",
            done=_("%(what)s is split."),
        ),
        Action(
            "merge",
            _("Merge with another order"),
            "orders.split_order",
            services.merge_orders,
            form=MergeForm,
            initial=of_order,
            allowed=lambda order: may(MOVES, "change", order.status) and order.stage not in (*OVER, Stage.ON_HOLD),
            guarded=True,
            icon="merge",
            done=_("The other order is part of %(what)s now."),
        ),
        Action(
            "reship",
            _("Send again"),
            "orders.split_order",
            services.reship_order,
            form=ReshipForm,
            initial=of_order,
            allowed=lambda order: order.stage in (Stage.SHIPPED, Stage.DELIVERED, Stage.RETURNED, Stage.PARTLY_SHIPPED),
            then=lambda order, new: new.get_absolute_url(),
            guarded=True,
            icon="repeat",
            done=_("A new order sends the goods of %(what)s again."),
        ),
        Action(
            "reopen",
            _("Open again"),
            "orders.split_order",
            services.reopen_order,
            form=ReasonForm,
            allowed=lambda order: order.status in ("closed", "cancelled") and order.origin_kind != "merged",
            guarded=True,
            icon="rotate-ccw",
            done=_("%(what)s is open again."),
        ),
        Action(
            "cancel",
            _("Cancel order"),
            "orders.cancel_order",
            services.cancel_order,
            form=CancelForm,
            allowed=lambda order: may(MOVES, "cancel", order.status) and order.stage in NOT_BEGUN,
            style="danger",
            guarded=True,
            icon="x",
            done=_("%(what)s is cancelled and its stock is free again."),
        ),
    ],
    lookup="number",
)

hold_actions = Actions(
    "hold-action",
    Hold,
    [
        Action(
            "release",
            _("Release"),
            "orders.release_hold",
            services.release_hold,
            form=ReleaseForm,
            allowed=lambda hold: hold.released_at is None,
            then=lambda hold, order: order.get_absolute_url(),
            icon="lock-open",
            done=_("The hold is released."),
        )
    ],
)
