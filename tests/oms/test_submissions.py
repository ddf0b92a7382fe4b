import threading

import pytest
from django.db import connection

from oms import submissions
from oms.errors import DomainError
from oms.models import Submission


@pytest.mark.django_db
def test_the_same_form_twice_is_one_thing():
    key, made = submissions.new_key(), []

    def create():
        made.append(1)
        return "/orders/1/"

    assert submissions.once(key, None, create) == "/orders/1/"
    assert submissions.once(key, None, create) == "/orders/1/"
    assert made == [1]


@pytest.mark.django_db
def test_a_refused_form_may_be_sent_again():
    key = submissions.new_key()

    def refuse():
        raise DomainError("no")

    with pytest.raises(DomainError):
        submissions.once(key, None, refuse)
    assert not Submission.objects.exists()
    assert submissions.once(key, None, lambda: "/x/") == "/x/"


@pytest.mark.django_db(transaction=True)
def test_a_double_click_waits_for_the_first():
    key, made, results = submissions.new_key(), [], []
    begun = threading.Event()

    def create():
        made.append(1)
        begun.set()
        return "/orders/1/"

    def send():
        try:
            results.append(submissions.once(key, None, create))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _click in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert results == ["/orders/1/"] * 4
    assert made == [1]
