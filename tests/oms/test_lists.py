import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from oms.models import Message, SavedView

pytestmark = pytest.mark.django_db


def shown(response):
    return [row.record.subject for row in response.context["rows"]]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(
    warm, reader, make_message, django_assert_num_queries, count
):
    for number in range(count):
        make_message(subject=f"Mail {number}")
    # session, user, permissions of the user and of the groups, rows, saved views
    with django_assert_num_queries(6):
        response = reader.get("/messages/")
    assert len(response.context["rows"]) == count


def test_no_page_counts_its_rows(warm, reader, make_message, django_assert_num_queries):
    make_message()
    with django_assert_num_queries(6) as queries:
        reader.get("/messages/")
    assert not [q for q in queries if "COUNT(" in q["sql"].upper()]


@pytest.mark.parametrize(
    "path", ["/messages/", "/messages/1/", "/messages/1/body/", "/jobs/", "/profile/", "/company/"]
)
def test_nobody_sees_a_page_without_logging_in(client, db, path):
    response = client.get(path)
    assert (response.status_code, response.url) == (302, f"/login/?next={path}")


def test_a_page_is_refused_without_its_permission(client, person):
    client.force_login(person())
    assert client.get("/messages/").status_code == 403
    assert client.get("/messages/?export=csv").status_code == 403
    assert client.post("/messages/", {"action": "resend"}).status_code == 403


def test_filters_and_search_narrow_the_list(reader, make_message):
    make_message(subject="Alpha", state="failed")
    make_message(subject="Beta", state="bounced")
    make_message(subject="Gamma", to="wang@example.com")
    assert shown(reader.get("/messages/?state=failed&state=bounced")) == ["Beta", "Alpha"]
    assert shown(reader.get("/messages/?q=WANG")) == ["Gamma"]
    assert shown(reader.get("/messages/?q=alp&state=bounced")) == []


def test_a_period_includes_both_days_in_the_business_zone(reader, make_message):
    noon = timezone.make_aware(timezone.datetime(2025, 9, 30, 12))
    make_message(subject="eve", created_at=noon.replace(day=29, hour=23, minute=59))
    make_message(subject="first", created_at=noon.replace(hour=0, minute=0))
    make_message(subject="last", created_at=noon.replace(hour=23, minute=59, second=59))
    make_message(subject="after", created_at=noon + timedelta(hours=12))
    query = "created_from=2025-09-30&created_to=2025-09-30"
    assert shown(reader.get(f"/messages/?{query}")) == ["last", "first"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("created_from=2025-09-01", "from Sep 1, 2025"),
        ("created_to=2025-09-30", "up to Sep 30, 2025"),
        ("created_from=2025-09-01&created_to=2025-09-30", "Sep 1, 2025 – Sep 30, 2025"),
        ("state=failed&state=sent&state=bounced", "failed, sent +1"),
        ("state=failed", "failed"),
    ],
)
def test_a_filter_says_in_words_what_it_is_set_to(reader, query, words):
    assert [chip.words for chip in reader.get(f"/messages/?{query}").context["chips"] if chip.words] == [words]


def test_a_filter_that_makes_no_sense_shows_exports_and_does_nothing(reader, make_message):
    message = make_message(state="failed")
    response = reader.get("/messages/?state=nonsense")
    assert shown(response) == []
    assert "Nothing is shown until the filter makes sense." in response.text
    assert b"".join(reader.get("/messages/?state=nonsense&export=csv")).count(b"\n") == 1
    posted = reader.post("/messages/?state=nonsense", {"action": "resend", "selected": message.pk})
    assert posted.status_code == 422
    assert Message.objects.count() == 1


def test_the_sort_can_be_reversed_and_pages_go_on(reader, make_message):
    for number in range(120):
        make_message(subject=str(number))
    first = reader.get("/messages/")
    second = reader.get("/messages/", {"after": first.context["slice"].after})
    third = reader.get("/messages/", {"after": second.context["slice"].after})
    assert shown(first) == [str(n) for n in range(119, 69, -1)]
    assert shown(second) == [str(n) for n in range(69, 19, -1)]
    assert shown(third) == [str(n) for n in range(19, -1, -1)]
    assert third.context["slice"].after is None
    assert shown(reader.get("/messages/", {"before": third.context["slice"].before})) == shown(second)
    assert shown(reader.get("/messages/?sort=-newest"))[:2] == ["0", "1"]


def test_htmx_gets_the_results_alone_and_a_tidy_address(reader, make_message):
    make_message(subject="Alpha")
    response = reader.get(
        "/messages/?q=&state=sent&columns=subject&columns=to",
        headers={"HX-Request": "true", "HX-Target": "results"},
    )
    assert "<html" not in response.text
    assert response.headers["HX-Push-Url"] == "/messages/?state=sent&columns=subject%2Cto"
    assert [column.key for column in response.context["columns"]] == ["subject", "to"]
    assert "HX-Request" in response.headers["Vary"]


def test_the_chosen_columns_are_the_exported_ones(reader, make_message):
    make_message(subject="Alpha", to="li@example.com")
    body = b"".join(reader.get("/messages/?columns=subject,to&export=csv")).decode()
    assert list(csv.reader(io.StringIO(body.removeprefix("\ufeff")))) == [
        ["Message", "To"],
        ["Alpha", "li@example.com"],
    ]


def test_an_export_holds_every_filtered_row_and_no_other(reader, make_message):
    for number in range(60):
        make_message(subject=f"ok {number}")
    make_message(subject="no", state="failed")
    body = b"".join(reader.get("/messages/?state=sent&columns=subject&export=csv")).decode()
    rows = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))
    assert rows == [["Message"], *[[f"ok {n}"] for n in range(59, -1, -1)]]


def test_a_workbook_has_typed_cells(reader, make_message):
    make_message(subject="=1+1", attempts=3, created_at=timezone.make_aware(timezone.datetime(2025, 9, 30, 8, 15)))
    response = reader.get("/messages/?columns=subject,attempts,state,created_at&export=xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response)))
    assert response.headers["Content-Disposition"] == 'attachment; filename="messages.xlsx"'
    assert book.get_sheet_by_index(0).to_python() == [
        ["Message", "State", "Attempts", "Created"],
        ["=1+1", "sent", 3.0, timezone.datetime(2025, 9, 30, 8, 15)],
    ]


def test_an_export_over_the_limit_is_refused_with_a_sentence(reader, make_message, monkeypatch):
    monkeypatch.setattr("oms.exports.LIMIT", 2)
    for _number in range(3):
        make_message()
    response = reader.get("/messages/?export=csv")
    assert response.status_code == 422
    assert "More than 2 rows match." in response.text


def test_the_empty_list_says_what_it_is_for(reader):
    assert "No messages yet" in reader.get("/messages/").text
    assert "Nothing matches" in reader.get("/messages/?q=x").text


def test_a_bulk_action_reports_each_row(reader, make_message):
    done, waiting = make_message(subject="done"), make_message(subject="waiting", state="queued")
    make_message(subject="not ticked")
    response = reader.post("/messages/", {"action": "resend", "selected": [done.pk, waiting.pk]})
    outcomes = {outcome.record.subject: outcome.refusal for outcome in response.context["outcomes"]}
    assert outcomes == {"waiting": "This message is still waiting to be sent.", "done": ""}
    assert sorted(Message.objects.values_list("subject", flat=True)) == [
        "done",
        "done",
        "not ticked",
        "waiting",
    ]


def test_a_bulk_action_sent_twice_is_done_once(reader, make_message):
    message = make_message()
    form = {"action": "resend", "selected": message.pk, "submission": "0b9d2b34-6f3e-4b52-8ad7-3f0d1f1c9a11"}
    assert reader.post("/messages/", form).status_code == 200
    assert reader.post("/messages/", form).status_code == 302
    assert Message.objects.count() == 2


def test_a_bulk_action_on_everything_stays_within_the_filter(reader, make_message):
    make_message(subject="in", state="failed")
    make_message(subject="out")
    response = reader.post("/messages/?state=failed", {"action": "resend", "scope": "filtered"})
    assert [outcome.record.subject for outcome in response.context["outcomes"]] == ["in"]


def test_a_bulk_action_over_its_limit_does_nothing(reader, make_message, monkeypatch):
    monkeypatch.setattr("oms.bulk.LIMIT", 1)
    for _number in range(2):
        make_message()
    response = reader.post("/messages/", {"action": "resend", "scope": "filtered"})
    assert response.status_code == 422
    assert "At most 1 rows at once." in response.text
    assert Message.objects.count() == 2


def test_an_unknown_bulk_action_is_not_there(reader):
    assert reader.post("/messages/", {"action": "delete"}).status_code == 404


def test_a_view_is_saved_shared_and_deleted(person, client, make_message):
    make_message(subject="Alpha", state="failed")
    make_message(subject="Beta")
    client.force_login(person("oms.view_message", "oms.share_savedview", username="wei"))
    response = client.post(
        "/views/messages/save/",
        {"name": "Trouble", "query": "state=failed&columns=subject", "next": "/messages/", "shared": "on"},
    )
    view = SavedView.objects.get()
    assert response.url == f"/messages/?view={view.pk}&state=failed&columns=subject"
    page = client.get(response.url)
    assert [(tab.label, tab.active) for tab in page.context["tabs"]][-1] == ("Trouble", True)
    assert shown(page) == ["Alpha"]

    client.force_login(person("oms.view_message", username="lin"))
    assert "Trouble" in client.get("/messages/").text
    assert client.post(f"/views/{view.pk}/delete/", {"next": "/messages/"}).status_code == 404
    assert SavedView.objects.count() == 1

    client.force_login(view.owner)
    assert client.post(f"/views/{view.pk}/delete/", {"next": "/messages/"}).url == "/messages/"
    assert SavedView.objects.count() == 0


def test_views_are_shared_and_shared_ones_deleted_only_with_the_right(reader, person, client):
    form = {"name": "Mine", "query": "state=failed", "next": "/messages/", "shared": "on"}
    assert 'name="shared"' not in reader.get("/messages/").text
    reader.post("/views/messages/save/", form)
    assert not SavedView.objects.get().shared
    SavedView.objects.update(shared=True)
    client.force_login(person("oms.view_message", "oms.share_savedview", username="wei"))
    client.post(f"/views/{SavedView.objects.get().pk}/delete/", {"next": "/messages/"})
    assert SavedView.objects.count() == 0


def test_a_private_view_is_its_owners_alone(reader, person, client):
    reader.post("/views/messages/save/", {"name": "Mine", "query": "state=failed", "next": "/messages/"})
    client.force_login(person("oms.view_message", username="lin"))
    assert "Mine" not in client.get("/messages/").text


def test_saving_a_view_never_leads_to_another_site(reader):
    response = reader.post("/views/messages/save/", {"name": "x", "query": "", "next": "https://evil.example/"})
    assert response.url.startswith("/?view=")
