"""Rules: their list in the order in which they run, one rule with its versions, its form, and the log of firings."""

from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.filters import Choices, Filters, Linked, Period, Records, YesNo
from oms.forms import Form, FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.models import Job
from oms.pages import Link
from oms.records import Fact, RecordPage, Status
from orders import services
from orders.models import Rule, RuleFiring
from orders.rule_forms import RuleForm, stored, subject_groups, with_row_changed
from orders.rule_words import action_words, condition_words, seen_words, sentences, with_differences
from orders.rules import ACTIONS
from orders.services.trying import MAX_DAYS

STATES = {True: "ok", False: "muted"}
OUTCOMES = {"done": "ok", "not_needed": "muted", "refused": "bad"}
SHOWN_FIRINGS = 10


def to_list(rule: Rule, result: Any) -> str:
    """Back to the list, where the neighbours are seen."""
    return reverse("rules")


def to_job(rule: Rule, job: Job) -> str:
    """To the job's progress and outcome."""
    return job.get_absolute_url()


class TrialForm(Form):
    days = forms.IntegerField(
        label=_("Over the orders of the last … days"), min_value=1, max_value=MAX_DAYS, initial=30
    )


rule_actions = Actions(
    "rule-action",
    Rule,
    [
        Action(
            "on",
            _("Switch on"),
            "orders.change_rule",
            services.switch_on,
            allowed=lambda rule: not rule.active,
            confirm=_("Switch on “%(what)s”? From now on it acts on orders by itself."),
            icon="power",
            done=_("%(what)s is switched on."),
        ),
        Action(
            "try",
            _("Try on past orders"),
            "orders.change_rule",
            services.try_rule,
            form=TrialForm,
            then=to_job,
            icon="flask-conical",
        ),
        Action(
            "apply",
            _("Apply to the open orders"),
            "orders.change_rule",
            services.apply_to_open,
            allowed=lambda rule: rule.active,
            confirm=_("Apply “%(what)s” to all open orders that it fits and on which it has not acted yet?"),
            then=to_job,
            icon="play",
        ),
        Action(
            "off",
            _("Switch off"),
            "orders.change_rule",
            services.switch_off,
            allowed=lambda rule: rule.active,
            icon="power-off",
            done=_("%(what)s is switched off."),
        ),
        Action(
            "up", _("Move up"), "orders.change_rule", services.move_up, then=to_list, icon="arrow-up", done=_("Moved.")
        ),
        Action(
            "down",
            _("Move down"),
            "orders.change_rule",
            services.move_down,
            then=to_list,
            icon="arrow-down",
            done=_("Moved."),
        ),
    ],
)


def said(rule: Rule) -> str:
    """What a rule says, in one cell of a file."""
    parts = sentences(rule.latest)
    return " · ".join(parts["conditions"]) + " → " + " · ".join(parts["actions"])


class RuleFilters(Filters):
    active = YesNo(field_name="active", label=_("Switched on"))
    event = Choices(label=_("When"), choices=Rule.When.choices)
    search_fields = ["name__icontains"]
    search_hint = _("Name")

    class Meta:
        model = Rule
        fields: list[str] = []


class Rules(ListPage):
    page = "rules"
    permission = "orders.view_rule"
    title = _("Automatic rules")
    breadcrumb = [(_("Orders"), "orders")]
    filterset_class = RuleFilters
    columns = [
        Column("name", _("Rule"), link=True),
        Column("position", _("No."), kind="number", sort="position"),
        Column("event", _("When"), kind="choice"),
        Column("says", _("What it says"), kind="long", template="orders/cells/rule.html", value=said),
        Column("active", _("State"), kind="status", tones=STATES, export=lambda rule: rule.active),
        Column("last_fired", _("Last fired"), kind="moment"),
        Column(
            "move", _("Order"), template="orders/cells/rule_moves.html", value=lambda rule: "", export=lambda rule: ""
        ),
    ]
    orderings = {"position": Ordering(_("In their order"), "position", "id")}
    bulk = [rule_actions["on"], rule_actions["off"]]
    primary = Link(_("New rule"), "rule-new", icon="plus", permission="orders.change_rule")
    more = [Link(_("What the rules did"), "rule-firings", icon="history", permission="orders.view_rulefiring")]
    empty = Empty(
        _("No rules yet"),
        _("A rule acts on orders by itself: it holds, confirms, tags or tells somebody."),
        Link(_("New rule"), "rule-new", permission="orders.change_rule"),
        icon="workflow",
    )

    def queryset(self) -> QuerySet[Rule]:
        last = RuleFiring.objects.filter(rule=OuterRef("pk")).order_by("-id").values("at")[:1]
        return Rule.objects.prefetch_related("versions").annotate(last_fired=Subquery(last))

    @property
    def shown_columns(self) -> list[Column]:
        """Without the buttons for those who may not press them."""
        may = self.request.user.has_perm("orders.change_rule")
        return [column for column in super().shown_columns if may or column.name != "move"]


class RulePage(RecordPage):
    permission = "orders.view_rule"
    template_name = "orders/rule.html"
    queryset = Rule.objects.prefetch_related("versions__by")
    breadcrumb = [(_("Automatic rules"), "rules")]
    actions = rule_actions
    notes = False

    @property
    def more(self) -> list[Link]:
        rule = self.object
        firings = f"{reverse('rule-firings')}?rule={rule.pk}"
        return [
            Link(_("Change"), reverse("rule-edit", args=[rule.pk]), "pencil", "orders.change_rule"),
            Link(_("What it did"), firings, "history", "orders.view_rulefiring"),
        ]

    def status(self) -> Status:
        return Status(self.object.get_active_display(), STATES[self.object.active])

    def facts(self) -> list[Fact]:
        version = self.object.latest
        return [
            Fact(_("Runs as number"), self.object.position),
            Fact(_("Version"), version.number),
            Fact(_("Saved"), version.at),
            Fact(_("Saved by"), version.by),
        ]

    def get_context_data(self, **kwargs) -> dict:
        rule, sees = self.object, self.request.user.has_perm("orders.view_rulefiring")
        firings = rule.firings.select_related("order", "rule", "version") if sees else RuleFiring.objects.none()
        context = {
            "version": rule.latest,
            "versions": with_differences(list(rule.versions.all())),
            "firings": firings[:SHOWN_FIRINGS],
        }
        return super().get_context_data(**context | kwargs)


class RuleAction(ActionView):
    actions = rule_actions


class NewRule(FormPage):
    """A rule written row by row: the buttons that add or remove a row show the form again, nothing is saved."""

    permission = "orders.change_rule"
    title = _("New rule")
    breadcrumb = [(_("Automatic rules"), "rules")]
    template_name = "orders/rule_form.html"
    form_class = RuleForm
    submit_label = _("Save")
    intro = _("A new rule is switched off. Try it on past orders first.")
    done = _("%(what)s is saved.")

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "add" in request.POST or "remove" in request.POST:
            form = self._completed(RuleForm(initial=with_row_changed(request.POST)))
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class=None) -> RuleForm:
        return self._completed(super().get_form(form_class))

    def _completed(self, form: RuleForm) -> RuleForm:
        return form

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"subjects": subject_groups(), "kinds": list(ACTIONS.items())} | kwargs)

    def perform(self, form: RuleForm) -> Rule:
        return services.save_rule(by=self.request.user, **form.cleaned_data)


class EditRule(NewRule):
    """A change makes a new version; the old ones stay readable."""

    intro = _("Saving makes a new version. What the rule did before stays as it was.")

    @property
    def rule(self) -> Rule:
        if not hasattr(self, "_rule"):
            self._rule = get_object_or_404(Rule.objects.prefetch_related("versions"), pk=self.kwargs["pk"])
        return self._rule

    def get_title(self) -> str:
        return self.rule.name

    def get_breadcrumb(self):
        return [*self.breadcrumb, (self.rule.name, self.rule.get_absolute_url())]

    def get_initial(self) -> dict:
        return stored(self.rule.latest)

    def _completed(self, form: RuleForm) -> RuleForm:
        seen = self.request.POST.get("version", "")
        version = int(seen) if seen.isdecimal() else self.rule.version
        form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=version)
        return form

    def perform(self, form: RuleForm) -> Rule:
        return services.save_rule(self.rule, by=self.request.user, **form.cleaned_data)


class FiringFilters(Filters):
    rule = Records(label=_("Rule"), queryset=Rule.objects.all())
    outcome = Choices(label=_("Outcome"), choices=RuleFiring.Outcome.choices)
    when = Choices(label=_("When"), field_name="version__event", choices=Rule.When.choices)
    fired = Period(field_name="at", label=_("Fired"))
    job = Linked(label=_("Request"), queryset=Job.objects.all())
    search_fields = ["order__number__istartswith"]
    search_hint = _("Order")

    class Meta:
        model = RuleFiring
        fields: list[str] = []


def why(firing: RuleFiring) -> str:
    """The conditions that held, with what was seen."""
    return " · ".join(f"{condition_words(c)} ({seen_words(c)})" for c in firing.conditions if c["holds"])


def what(firing: RuleFiring) -> str:
    """What was done, or why not."""
    outcomes = dict(RuleFiring.Outcome.choices)
    told = [(action_words(a), outcomes[a["outcome"]], a["text"]) for a in firing.actions]
    return " · ".join(f"{words} ({': '.join(filter(None, [str(outcome), text]))})" for words, outcome, text in told)


class Firings(ListPage):
    page = "rule-firings"
    permission = "orders.view_rulefiring"
    title = _("What the rules did")
    breadcrumb = [(_("Automatic rules"), "rules")]
    filterset_class = FiringFilters
    columns = [
        Column("order.number", _("Order"), url=lambda firing: firing.order.get_absolute_url()),
        Column("rule.name", _("Rule"), url=lambda firing: firing.rule.get_absolute_url()),
        Column("version.number", _("Version"), kind="number", shown=False),
        Column("at", _("Fired"), kind="moment", sort="newest"),
        Column("why", _("Why"), kind="long", value=why),
        Column("what", _("What it did"), kind="long", template="orders/cells/fired.html", value=what, export=what),
        Column("outcome", _("Outcome"), kind="status", tones=OUTCOMES),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    empty = Empty(
        _("No rule has fired yet"), _("Each order to which a rule did something is listed here."), icon="history"
    )

    def queryset(self) -> QuerySet[RuleFiring]:
        return RuleFiring.objects.select_related("order", "rule", "version")
