"""Roles: what people edited stays, and a newer version's permissions come only when they are asked for."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def names(role: str) -> set[str]:
    return set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))


def test_an_edited_role_is_left_alone_and_only_added_to_on_request():
    call_command("install_roles")
    sales, before = Group.objects.get(name="sales"), names("sales")
    sales.permissions.remove(Permission.objects.get(codename="place_order"))
    sales.permissions.add(Permission.objects.get(codename="add_warehouse"))
    call_command("install_roles")
    assert names("sales") == before - {"place_order"} | {"add_warehouse"}
    call_command("install_roles", "--add")
    assert names("sales") == before | {"add_warehouse"}
