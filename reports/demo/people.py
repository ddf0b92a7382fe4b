"""The company, its rules and one log-in for each role."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from oms.context import forget
from oms.models import Company, User
from oms.roles import install_roles
from orders.models import OrderPolicy, ShopSettings

# name to log in, role, given name (a Chinese one whole, or it would be turned round), family name, language
STAFF = [
    ("sales", "sales", "苏晓棠", "", "zh-hans"),
    ("warehouse", "warehouse", "何大川", "", "zh-hans"),
    ("dispatcher", "dispatcher", "梁家朗", "", "zh-hant"),
    ("driver", "driver", "石小马", "", "zh-hans"),
    ("driver2", "driver", "區阿樂", "", "zh-hant"),
    ("support", "support", "Nora", "Winter", "en"),
    ("manager", "manager", "Maya", "Green", "en"),
]


def company() -> Company:
    """The company's one row."""
    fields = {
        "name": "青禾 Qinghe",
        "accent": "#2f7d5b",
        "email": "hello@example.com",
        "buyer_email": "purchasing@example.com",
        "phone": "+86 100 0800 0000",
        "address": "上海市静安区青禾里 8 号\n8 Qinghe Lane, Jing'an, Shanghai",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
    }
    row, _made = Company.objects.update_or_create(pk=1, defaults=fields)
    forget(Company)
    return row


def policy() -> OrderPolicy:
    """The rules for orders, as they are from the start."""
    row, _made = OrderPolicy.objects.get_or_create(pk=1)
    forget(OrderPolicy)
    return row


def shop() -> ShopSettings:
    """The rules of the order page."""
    fields = {
        "welcome": "青禾：茶、茶具与家居。Tea, teaware and things for the home, sent from Shanghai.",
        "payment": "银行转账 Bank transfer: Qinghe, 100 0800 0000 (demo)",
    }
    row, _made = ShopSettings.objects.get_or_create(pk=1, defaults=fields)
    forget(ShopSettings)
    return row


def staff(password: str) -> dict[str, User]:
    """One person for each role, and a second driver; who exists already stays as she is."""
    install_roles()
    groups = {group.name: group for group in Group.objects.all()}
    secret = make_password(password)
    people = {}
    for number, (login, role, given, family, language) in enumerate(STAFF, 1):
        person, made = User.objects.get_or_create(
            username=login,
            defaults={
                "password": secret,
                "first_name": given,
                "last_name": family,
                "email": f"{login}@example.com",
                "phone": f"+86 100 0800 {number:04}",
                "language": language,
                "is_staff": role == "manager",
            },
        )
        if made:
            person.groups.set([groups[role]])
        people[login] = person
    return people
