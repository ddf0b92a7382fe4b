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


GAPLESS = """
INSERT INTO oms_numberseries (name, last) VALUES (%s, 1)
ON CONFLICT (name) DO UPDATE SET last = oms_numberseries.last + 1 RETURNING last
"""


def gapless(series: str) -> int:
    """The next number of a series without gaps, 1 for a new one; it stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(GAPLESS, [series])
        return cursor.fetchone()[0]
