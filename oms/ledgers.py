"""Append-only tables: database triggers that refuse update and delete."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION oms_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def append_only(table: str) -> migrations.RunSQL:
    """A migration operation that makes `table` refuse UPDATE and DELETE (TRUNCATE is left to the test runner)."""
    return migrations.RunSQL(
        [
            FUNCTION,
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION oms_refuse_change()",
        ],
        f"DROP TRIGGER {table}_append_only ON {table}",
    )


def sequence(name: str, start: int) -> migrations.RunSQL:
    """A migration operation that creates a number sequence."""
    return migrations.RunSQL(f"CREATE SEQUENCE {name} START {start}", f"DROP SEQUENCE {name}")
