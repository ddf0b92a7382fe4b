import pytest
from playwright.sync_api import expect

from oms.roles import NAMES


@pytest.mark.parametrize("role", NAMES)
def test_a_person_of_each_role_logs_in_and_sees_her_home_page(role, log_in):
    page = log_in(role)
    expect(page.get_by_role("navigation").first).to_be_visible()


def test_a_wrong_password_is_refused_in_the_language_of_the_browser(open_page, staff):
    staff("sales")
    page = open_page(language="zh-hans")
    page.goto("/login/")
    page.fill("input[name=username]", "sales")
    page.fill("input[name=password]", "wrong")
    page.press("input[name=password]", "Enter")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("input[name=password]")).to_be_visible()
