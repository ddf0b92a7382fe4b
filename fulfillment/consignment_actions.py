"""What can be done with a consignment, at the desk and at the door."""

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment.consignment_forms import AssignForm, HandOverForm
from fulfillment.forms import FailedForm, ReasonForm
from fulfillment.models import Consignment
from fulfillment.services import consigning
from fulfillment.services.consigning import may_move_consignment
from oms.actions import Action, Actions
from oms.money import format_money


def possible(verb: str):
    """The state table's answer, for an action's `allowed`."""
    return lambda consignment: may_move_consignment(consignment, verb)


def at_the_door(consignment: Consignment) -> dict:
    """The recipient's name, and the cash that is due."""
    due: Decimal | None = consignment.cash_due
    cash = {"due": format_money(due, consignment.currency)} if due else {}
    return {"recipient": consignment.recipient_name} | cash


def to_own_list(consignment: Consignment, result: Consignment) -> str:
    """A driver goes on with the next stop."""
    return reverse("my-consignments")


def _doors(permission: str, then=None) -> list[Action]:
    return [
        Action(
            "deliver",
            _("Delivered"),
            permission,
            consigning.hand_over,
            form=HandOverForm,
            allowed=possible("deliver"),
            initial=at_the_door,
            icon="check",
            done=_("%(what)s is delivered."),
            then=then,
        ),
        Action(
            "fail",
            _("Not delivered"),
            permission,
            consigning.fail_hand_over,
            form=FailedForm,
            allowed=possible("fail"),
            icon="circle-x",
            done=_("%(what)s goes back to the hub."),
            then=then,
        ),
    ]


def _collect(permission: str, then=None) -> Action:
    return Action(
        "collect",
        _("Collected"),
        permission,
        consigning.collect,
        allowed=possible("collect"),
        icon="package-plus",
        done=_("%(what)s is collected."),
        then=then,
    )


consignment_actions = Actions(
    "consignment-action",
    Consignment,
    [
        Action(
            "assign",
            _("Assign drivers"),
            "fulfillment.dispatch",
            consigning.assign,
            form=AssignForm,
            allowed=lambda consignment: consignment.status in consigning.ASSIGNABLE,
            initial=lambda consignment: {"collector": consignment.collector, "driver": consignment.driver},
            icon="user-check",
            done=_("Drivers of %(what)s are assigned."),
        ),
        _collect("fulfillment.dispatch"),
        Action(
            "send-out",
            _("Send out"),
            "fulfillment.dispatch",
            consigning.send_consignment_out,
            allowed=possible("send_out"),
            icon="navigation",
            done=_("%(what)s is out for delivery."),
        ),
        *_doors("fulfillment.deliver"),
        Action(
            "give-back",
            _("Give back to the sender"),
            "fulfillment.dispatch",
            consigning.give_back,
            form=ReasonForm,
            allowed=possible("give_back"),
            icon="undo-2",
            done=_("%(what)s is given back."),
        ),
        Action(
            "cancel",
            _("Cancel consignment"),
            "fulfillment.add_consignment",
            consigning.cancel_consignment,
            form=ReasonForm,
            allowed=possible("cancel"),
            style="danger",
            icon="ban",
            done=_("%(what)s is cancelled."),
        ),
    ],
    lookup="number",
)

own_consignment_actions = Actions(
    "my-consignment-action",
    Consignment,
    [_collect("fulfillment.deliver_own", to_own_list), *_doors("fulfillment.deliver_own", to_own_list)],
    lookup="number",
)
