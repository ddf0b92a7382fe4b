import pytest
from django.db import DatabaseError, connection, transaction

from oms.events import EventKind, record
from oms.models import Event, User


class Happened(EventKind):
    LEDGER = "test.ledger", "x"


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE oms_event SET kind = 'other'", "DELETE FROM oms_event"])
def test_the_database_refuses_to_rewrite_events(statement):
    record(User.objects.create(username="a"), Happened.LEDGER)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.get().kind == "test.ledger"
