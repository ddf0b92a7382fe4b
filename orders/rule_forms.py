"""The form of a rule: its head, and a row for each condition and each action, added and taken off without a script."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Warehouse
from oms.errors import DomainError
from oms.formats import listed
from oms.forms import Form
from oms.models import User
from oms.roles import NAMES
from orders.models import Rule, RuleVersion
from orders.rule_words import options, subject_words
from orders.rules import (
    ACTIONS,
    FACTS,
    MAX_DAYS,
    MAX_POINTS,
    OPERATORS,
    OPERATORS_OF,
    clean_action,
    clean_condition,
    field_of,
    subjects,
)
from orders.services.acting import CUSTOMER, PERSON, TEAM


class ConditionRow(Form):
    """How one field is compared, and with what; `cleaned` is the condition as it is stored."""

    def __init__(self, subject: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.subject, self.label = subject, subject_words(subject)
        field, known = field_of(subject), options(field_of(subject).name)
        self.fields["operator"] = forms.ChoiceField(
            label=_("How it is compared"),
            choices=[(name, OPERATORS[name].label) for name in OPERATORS_OF[field.kind]],
            widget=forms.Select(attrs={"aria-label": _("How %(field)s is compared") % {"field": self.label}}),
        )
        if known:
            self.fields["values"] = forms.MultipleChoiceField(
                label=_("Values"), choices=known, required=False, widget=forms.CheckboxSelectMultiple
            )
        elif field.kind != "yes":
            attributes = {"aria-label": _("Value of %(field)s") % {"field": self.label}}
            if field.kind == "number":
                attributes["inputmode"] = "decimal"
            self.fields["values"] = forms.CharField(
                label=_("Values"), required=False, max_length=2000, widget=forms.TextInput(attrs=attributes)
            )

    def clean(self) -> dict:
        data = super().clean()
        if data.get("operator"):
            try:
                self.cleaned = clean_condition(self.subject, data["operator"], self._values(data))
            except DomainError as error:
                self.add_error("values" if "values" in self.fields else "operator", str(error))
        return data

    def _values(self, data: Mapping) -> Sequence[str]:
        typed = data.get("values", [])
        if isinstance(typed, list):
            return typed
        if OPERATORS[data["operator"]].takes[1] == 1:
            return [typed.replace(",", "") if field_of(self.subject).kind == "number" else typed]
        return listed(typed)


class ActionRow(Form):
    """The facts of one action; `cleaned` is the action as it is stored."""

    def __init__(self, kind: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.label = kind, str(ACTIONS[kind])
        self.fields.update({name: _fact(kind, name) for name in FACTS[kind]})

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors:
            try:
                self.cleaned = clean_action({"kind": self.kind, **data})
            except DomainError as error:
                self.add_error(None, str(error))
        return data


def _fact(kind: str, name: str) -> forms.Field:
    if name == "points":
        hint = _("may be negative")
        return forms.IntegerField(label=_("Points"), min_value=-MAX_POINTS, max_value=MAX_POINTS, help_text=hint)
    if name == "days":
        return forms.IntegerField(label=_("Due in days"), min_value=0, max_value=MAX_DAYS, initial=1)
    if name == "who":
        return forms.ChoiceField(label=_("Who"), choices=_people())
    if name == "to":
        return forms.ChoiceField(label=_("To"), choices=_recipients())
    if name == "text":
        return forms.CharField(label=_("Text"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    if name == "code" and kind == "warehouse":
        houses = Warehouse.objects.filter(active=True).order_by("rank", "code").values_list("code", "name")
        return forms.ChoiceField(label=_("Warehouse"), choices=list(houses))
    if name == "code":
        return forms.CharField(label=_("Carrier's code"), max_length=40)
    if name == "tag":
        return forms.CharField(label=_("Tag"), max_length=40)
    return forms.CharField(label=_("Note for whoever decides"), max_length=300, required=False)


def _people() -> list[tuple[str, str]]:
    return [(person.username, str(person)) for person in User.objects.filter(is_active=True).order_by("username")]


def _recipients() -> list:
    teams = Group.objects.order_by("name").values_list("name", flat=True)
    return [
        (CUSTOMER, _("The customer")),
        (_("Teams"), [(TEAM + name, _(name) if name in NAMES else name) for name in teams]),
        (_("People"), [(PERSON + login, name) for login, name in _people()]),
    ]


class RuleForm(Form):
    """Bound, its rows are those that were sent; else those of `initial`, typed or stored."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    event = forms.ChoiceField(label=gettext_lazy("When"), choices=Rule.When)
    together = forms.TypedChoiceField(
        label=gettext_lazy("Conditions"),
        choices=[("all", gettext_lazy("all of them must hold")), ("any", gettext_lazy("one of them is enough"))],
        coerce=lambda value: value == "all",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sent = self.data if self.is_bound else None
        rows = typed(self.data) if self.is_bound else self.initial
        self.conditions = [
            ConditionRow(row["field"], sent, initial=row, prefix=f"c{number}")
            for number, row in enumerate(rows.get("conditions", []))
        ]
        self.actions = [
            ActionRow(row["kind"], sent, initial=row, prefix=f"a{number}")
            for number, row in enumerate(rows.get("actions", []))
        ]

    def clean(self) -> dict:
        data = super().clean()
        if [row for row in (*self.conditions, *self.actions) if not row.is_valid()]:
            self.add_error(None, _("Look at the conditions and actions again: something is missing or wrong there."))
            return data
        conditions, actions = [row.cleaned for row in self.conditions], [row.cleaned for row in self.actions]
        return data | {"conditions": conditions, "actions": actions}


def stored(version: RuleVersion) -> dict[str, Any]:
    """A version as the form's `initial`."""
    conditions = [dict(c, values=_as_typed(c)) for c in version.conditions]
    head = {"name": version.name, "event": version.event, "together": "all" if version.together else "any"}
    return head | {"conditions": conditions, "actions": version.actions}


def _as_typed(condition: Mapping) -> Any:
    known = options(field_of(condition["field"]).name)
    return condition["values"] if known else ", ".join(condition["values"])


def typed(data: QueryDict) -> dict[str, Any]:
    """What was typed so far as the form's `initial`, right or wrong; rows of unknown fields are left out."""
    known = subjects()
    conditions = [s for s in data.getlist("condition") if s in known]
    # a field called "action" would hide the form's address from scripts
    actions = [kind for kind in data.getlist("deed") if kind in ACTIONS]
    return {
        **{name: data.get(name, "") for name in ("name", "event", "together")},
        "conditions": [_typed_condition(data, n, subject) for n, subject in enumerate(conditions)],
        "actions": [
            {"kind": kind} | {name: data.get(f"a{n}-{name}", "") for name in FACTS[kind]}
            for n, kind in enumerate(actions)
        ],
    }


def _typed_condition(data: QueryDict, number: int, subject: str) -> dict:
    values = data.getlist(f"c{number}-values")
    many = bool(options(field_of(subject).name))
    return {
        "field": subject,
        "operator": data.get(f"c{number}-operator", ""),
        "values": values if many else "".join(values),
    }


def with_row_changed(data: QueryDict) -> dict[str, Any]:
    """What was typed so far, with one row more (`add`) or less (`remove`, such as "c1")."""
    rows = typed(data)
    subject, kind, gone = data.get("new_condition"), data.get("new_action"), data.get("remove", "")
    if data.get("add") == "condition" and subject in subjects():
        rows["conditions"].append({"field": subject})
    elif data.get("add") == "action" and kind in ACTIONS:
        rows["actions"].append({"kind": kind})
    elif gone[:1] in ("c", "a") and gone[1:].isdecimal():
        part = rows["conditions" if gone[0] == "c" else "actions"]
        del part[int(gone[1:]) : int(gone[1:]) + 1]
    return rows


def subject_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """What a condition can be about, in groups for the list to choose from."""
    groups = {"order": _("Order"), "line": _("Any line"), "every_line": _("Every line"), "customer": _("Customer")}
    return [
        (label, [(s, str(field_of(s).label)) for s in subjects() if s.partition(".")[0] == scope])
        for scope, label in groups.items()
    ]
