"""Numbers that people read out: a PostgreSQL sequence and a prefix each."""

from django.db import connection


def next_number(sequence: str, prefix: str) -> str:
    """The next number of `sequence`, e.g. SO100042; gaps are possible, doubles are not."""
    return next_numbers(sequence, prefix, 1)[0]


def next_numbers(sequence: str, prefix: str, count: int) -> list[str]:
    """The next `count` numbers in one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [f"{prefix}{value}" for (value,) in cursor.fetchall()]
