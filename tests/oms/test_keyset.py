import pytest
from django.db.models import F
from django.utils.timezone import datetime, timedelta
from django.utils.timezone import get_current_timezone as zone

from oms.keyset import Ordering, page
from oms.models import Message

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 9, 30, 12, tzinfo=zone())


@pytest.fixture
def rows(make_message):
    """Ten messages, of which each pair shares a moment, and every third was never sent."""
    return [
        make_message(subject=str(i), created_at=NOON + timedelta(hours=i // 2), sent_at=None if i % 3 == 0 else NOON)
        for i in range(10)
    ]


def walk(ordering, size=3):
    """Every page from the first to the last, then back to the first."""
    found = page(Message.objects.all(), ordering, {}, size)
    pages = [found]
    while found.after:
        found = page(Message.objects.all(), ordering, {"after": found.after}, size)
        pages.append(found)
    back = []
    while found.before:
        found = page(Message.objects.all(), ordering, {"before": found.before}, size)
        back.append(found)
    return pages, back


def subjects(found):
    return [row.subject for row in found.rows]


def test_pages_go_on_over_ties_without_losing_or_repeating_a_row(rows):
    pages, _back = walk(Ordering("Newest", "-created_at", "-id"))
    assert [subjects(p) for p in pages] == [["9", "8", "7"], ["6", "5", "4"], ["3", "2", "1"], ["0"]]


def test_the_way_back_shows_the_same_pages(rows):
    pages, back = walk(Ordering("Newest", "-created_at", "-id"))
    assert [subjects(p) for p in back] == [subjects(p) for p in reversed(pages[:-1])]
    assert pages[0].before is None
    assert pages[-1].after is None


@pytest.mark.parametrize("fields", [("sent_at", "id"), ("-sent_at", "-id"), ("-created_at", "id"), ("sent_at", "-id")])
def test_nulls_and_mixed_directions_keep_the_database_order(rows, fields):
    pages, back = walk(Ordering("Sent", *fields), size=2)
    shown = [subject for p in pages for subject in subjects(p)]
    assert shown == [row.subject for row in Message.objects.order_by(*fields)]
    assert [subjects(p) for p in back] == [subjects(p) for p in reversed(pages[:-1])]


def test_an_annotation_can_be_sorted_by(rows):
    queryset = Message.objects.annotate(double=F("id") * 2)
    first = page(queryset, Ordering("Double", "double", "id"), {}, 4)
    second = page(queryset, Ordering("Double", "double", "id"), {"after": first.after}, 4)
    assert (subjects(first), subjects(second)) == (["0", "1", "2", "3"], ["4", "5", "6", "7"])


@pytest.mark.parametrize("cursor", ["x", "e30", "WyJub3doZXJlIiwgIngiXQ", "WyIxIl0", "é", "A" * 5000])
def test_a_cursor_that_is_nonsense_gives_the_first_page(rows, cursor):
    found = page(Message.objects.all(), Ordering("Newest", "-created_at", "-id"), {"after": cursor}, 3)
    assert subjects(found) == ["9", "8", "7"]
    assert found.before is None


def test_a_deleted_neighbour_does_not_break_the_way_back(rows):
    ordering = Ordering("Newest", "-created_at", "-id")
    first = page(Message.objects.all(), ordering, {}, 3)
    second = page(Message.objects.all(), ordering, {"after": first.after}, 3)
    rows[9].delete()
    assert subjects(page(Message.objects.all(), ordering, {"before": second.before}, 3)) == ["8", "7", "6"]


def test_one_direction_is_one_row_comparison(rows, django_assert_num_queries):
    ordering = Ordering("Newest", "-created_at", "-id")
    after = page(Message.objects.all(), ordering, {}, 3).after
    with django_assert_num_queries(1) as queries:
        page(Message.objects.all(), ordering, {"after": after}, 3)
    assert '("oms_message"."created_at", "oms_message"."id") < (' in queries[0]["sql"]
