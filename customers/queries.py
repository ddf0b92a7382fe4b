"""Finding customers by what a clerk types."""

from django.db.models import Case, Q, QuerySet, Value, When

from customers.models import Customer, digits

PHONE_DIGITS = 4
LETTERS = 2
SEPARATOR = " · "


def matching(text: str) -> Q:
    """Part of the name, e-mail or phone, or the beginning of the number; each is served by an index of its own.

    One letter stands in too many names: they have to begin with it. Two may be a given name, as in 林美玲; they have
    no trigram, but a table of customers is read through in a few milliseconds.
    """
    part = "icontains" if len(text) >= LETTERS else "istartswith"
    wanted = Q(**{f"name__{part}": text}) | Q(**{f"email__{part}": text}) | Q(code__startswith=text.upper())
    if len(digits(text)) >= PHONE_DIGITS:
        wanted |= Q(phone_digits__contains=digits(text))
    return wanted


def search_customers(text: str, limit: int) -> QuerySet[Customer]:
    """The customers that a few letters or digits may mean: those that begin with them first, then the newest."""
    text = text.strip()
    if not text:
        return Customer.objects.none()
    begins = Q(name__istartswith=text) | Q(code__iexact=text)
    rank = Case(When(begins, then=Value(0)), default=Value(1))
    return Customer.objects.filter(matching(text)).select_related("tier").order_by(rank, "-id")[:limit]


def find_customer(text: str) -> Customer | None:
    """The one customer that a text means: her number, e-mail, phone or whole name; None when it is not one.

    A choice from the list reads "C10001 · Mei Lin" and means the number.
    """
    text = text.partition(SEPARATOR)[0].strip()
    if not text:
        return None
    known = Customer.objects.select_related("tier")
    exact = known.filter(code__iexact=text).first()
    if exact:
        return exact
    means = Q(name__iexact=text) | Q(email__iexact=text)
    if len(digits(text)) > PHONE_DIGITS:
        means |= Q(phone_digits=digits(text))
    found = list(known.filter(means)[:2])
    return found[0] if len(found) == 1 else None
