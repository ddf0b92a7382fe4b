import pytest

from oms.context import forget
from oms.models import Company

pytestmark = pytest.mark.django_db
RIGHT = {"username": "mei", "password": "a-long-password"}


def test_logging_in_leads_to_the_first_page_that_the_person_may_see(client, person):
    person("oms.view_message")
    response = client.post("/login/", RIGHT)
    assert response.status_code == 302
    assert client.get(response.url).status_code == 200


def test_a_person_without_any_page_lands_where_she_can_do_something(client, person):
    person()
    response = client.post("/login/", RIGHT)
    assert client.get(response.url).status_code == 200


def test_a_wrong_password_is_said_at_the_top(client, person):
    person()
    response = client.post("/login/", RIGHT | {"password": "wrong"})
    assert response.status_code == 200
    assert "error-summary" in response.text
    assert "_auth_user_id" not in client.session


def test_guessing_is_stopped_even_with_the_right_password(client, person):
    person()
    for _attempt in range(20):
        assert client.post("/login/", RIGHT | {"password": "wrong"}).status_code == 200
    response = client.post("/login/", RIGHT)
    assert response.status_code == 429
    assert "Too many attempts." in response.text
    assert "_auth_user_id" not in client.session


def test_logging_out_needs_a_post(client, person):
    client.force_login(person())
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_language_switch_is_kept_in_the_profile(client, person):
    user = person("oms.view_message")
    client.force_login(user)
    response = client.post("/language/", {"language": "zh-hant", "next": "/messages/"})
    user.refresh_from_db()
    assert (response.url, user.language) == ("/messages/", "zh-hant")
    assert '<html lang="zh-hant">' in client.get("/messages/").text


def test_an_unknown_language_changes_nothing(client, person):
    user = person(language="en")
    client.force_login(user)
    client.post("/language/", {"language": "xx", "next": "/profile/"})
    user.refresh_from_db()
    assert user.language == "en"


def test_a_visitor_keeps_her_language_in_a_cookie(client):
    client.post("/language/", {"language": "zh-hans", "next": "/login/"})
    assert '<html lang="zh-hans">' in client.get("/login/").text


def test_the_profile_is_ones_own(client, person):
    other, user = person(username="other"), person()
    client.force_login(user)
    client.post("/profile/", {"first_name": "美", "last_name": "", "email": "", "phone": "", "language": "zh-hans"})
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.first_name, user.language, other.first_name) == ("美", "zh-hans", "")


def test_the_company_is_changed_by_a_manager_and_seen_at_once(client, person):
    client.force_login(person())
    assert client.get("/company/").status_code == 403
    client.force_login(person("oms.change_company", username="boss"))
    form = {"name": "华信贸易", "accent": "#ffd000", "currency": "EUR", "time_zone": "Asia/Taipei"}
    try:
        assert client.post("/company/", form).status_code == 302
        assert Company.objects.get().name == "华信贸易"
        assert "华信贸易" in client.get("/profile/").text
        assert "--accent:#ffd000;--accent-ink:#17191e" in client.get("/accent.css").text
    finally:
        forget(Company)


@pytest.mark.parametrize("wrong", [{"currency": "XXQ"}, {"accent": "red"}, {"time_zone": "Mars/Base"}, {"name": ""}])
def test_a_company_with_nonsense_is_refused(client, person, wrong):
    client.force_login(person("oms.change_company"))
    form = {"name": "Huaxin", "accent": "#2f5bd0", "currency": "EUR", "time_zone": "Asia/Taipei"}
    assert client.post("/company/", form | wrong).status_code == 422
    assert Company.objects.count() == 0


def test_every_page_forbids_inline_scripts_and_styles(client, person):
    client.force_login(person("oms.view_message"))
    response = client.get("/messages/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<style" not in response.text
    assert " style=" not in response.text
    assert " onclick=" not in response.text


def test_the_navigation_shows_what_is_permitted_and_exists(client, person):
    client.force_login(person())
    assert [s.label for s in _sections(client)] == ["Settings"]
    client.force_login(person("oms.view_message", username="reader"))
    assert [s.label for s in _sections(client)] == ["Messages", "Settings"]


def _sections(client):
    context = client.get("/profile/").context
    return [s for s in context["sections"] if s.label in ("Messages", "Settings")]
