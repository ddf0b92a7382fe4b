import io
import json
import logging
from logging.config import dictConfig

import pytest
import structlog
from celery import current_app
from django.conf import settings
from django.core.signing import Signer

from oms import logs, outbox


@pytest.fixture
def printed():
    """What is logged, as production writes it: call it for the lines."""
    stream = io.StringIO()
    config = logs.configure(readable=False, level="INFO")
    config["handlers"]["stdout"]["stream"] = stream
    dictConfig(config)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    dictConfig(settings.LOGGING)


@pytest.mark.django_db
def test_a_request_leaves_one_line_with_its_id(client, printed):
    client.get("/login/")
    [line] = printed()
    assert (line["event"], line["request"], line["code"], line["level"]) == (
        "request_finished",
        "GET /login/",
        200,
        "info",
    )
    assert len(line["request_id"]) == 36
    assert line["timestamp"].endswith("Z")


@pytest.mark.django_db
def test_a_customers_signed_link_cannot_be_read_from_the_log(client, printed):
    key = Signer().sign("100001")
    client.get(f"/track/{key}/")
    [line] = printed()
    assert line["request"] == "GET /track/100001:…/"


def test_lines_of_other_libraries_have_the_same_form(printed):
    logging.getLogger("elsewhere").warning("%s pieces", 3, extra={"sku": "茶"})
    [line] = printed()
    assert (line["event"], line["sku"], line["logger"]) == ("3 pieces", "茶", "elsewhere")


def test_a_fault_is_one_line_too(printed):
    try:
        raise ValueError("two\nlines")
    except ValueError:
        structlog.get_logger("oms").exception("failed")
    [line] = printed()
    assert line["exception"].startswith("Traceback")


def test_a_task_is_told_the_request_that_asked_for_it():
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        current_app.send_task("oms.tasks.heartbeat")
    message = json.loads(outbox.broker().lpop("celery"))
    assert message["headers"]["__django_structlog__"]["request_id"] == "r-1"
