"""Calls made from the API's own document, good and bent: never a failure of ours, every refusal a problem document."""

import json
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oms.apikeys import create_key
from orders.api import access
from orders.api.endpoints import api
from orders.models import Order
from tests.ledger import assert_books_balance
from tests.stories import a_product

pytestmark = pytest.mark.django_db
SCOPES = ["orders:read", "orders:write", "stock:read", "products:read"]
DOCUMENT = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
OPERATIONS = [
    (path, method, operation) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
]
text = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    text,
    st.sampled_from(["", "\x00", "TEA", "1e999", "NaN", "-0", "2025-02-30", "9999-12-31", "'; DROP", "٣", "🍵" * 30]),
    st.just([]),
    st.just({}),
    st.recursive(st.none(), lambda x: st.lists(x, max_size=2) | st.dictionaries(text, x, max_size=2), max_leaves=6),
)


def values(schema: dict) -> st.SearchStrategy:
    """What the schema allows, and now and then anything at all."""
    return st.integers(0, 9).flatmap(lambda n: junk if n == 0 else fitting(schema))


def fitting(schema: dict) -> st.SearchStrategy:
    if "$ref" in schema:
        return fitting(DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    for many in ("anyOf", "oneOf"):
        if many in schema:
            return st.one_of([fitting(one) for one in schema[many]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return KINDS.get(schema.get("type"), lambda _schema: junk)(schema)


def _object(schema: dict) -> st.SearchStrategy:
    fields, needed = schema.get("properties", {}), set(schema.get("required", ()))
    given_fields = {name: values(one) for name, one in fields.items() if name in needed}
    return st.fixed_dictionaries(given_fields, optional={n: values(s) for n, s in fields.items() if n not in needed})


KINDS = {
    "null": lambda schema: st.none(),
    "boolean": lambda schema: st.booleans(),
    "integer": lambda schema: st.integers(schema.get("minimum", -5), min(schema.get("maximum", 40), 40)),
    "number": lambda schema: st.decimals(0, 1000, places=2).map(float),
    "string": lambda schema: st.one_of(
        st.sampled_from(["TEA", "CUP", "mei@example.com", "2030-05-01", "SPRING"]), text
    ),
    "array": lambda schema: st.lists(values(schema.get("items", {})), max_size=3),
    "object": _object,
}


@st.composite
def calls(draw):
    """Method, address, headers and body of one call."""
    path, method, operation = draw(st.sampled_from(OPERATIONS))
    query, headers = [], {}
    for parameter in operation.get("parameters", ()):
        value = draw(values(parameter["schema"]))
        shown = value if isinstance(value, str) else json.dumps(value)
        shown = shown.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        if parameter["in"] == "path":
            path = path.replace(
                f"{{{parameter['name']}}}", quote(draw(st.sampled_from([shown, "SO1"])), safe="") or "x"
            )
        elif parameter["in"] == "query" and draw(st.booleans()):
            query.append((parameter["name"], shown))
        elif parameter["in"] == "header":
            headers[parameter["name"]] = "".join(c for c in shown if c.isprintable() and ord(c) < 256)[:220]
    body = operation.get("requestBody")
    sent = None
    if body:
        schema = body["content"]["application/json"]["schema"]
        sent = draw(st.one_of(values(schema).map(json.dumps), fitting(schema).map(json.dumps), text))
    address = f"{path}?{urlencode(query)}" if query else path
    return method, address, headers, sent


@pytest.fixture
def client():
    a_product("TEA", price="10")
    a_product("CUP", price="5")
    return Client(headers={"host": "localhost", "authorization": f"Bearer {create_key('web', SCOPES)}"})


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(call=calls())
def test_no_call_breaks_it(client, monkeypatch, call):
    monkeypatch.setattr(access, "CALLS_PER_MINUTE", 10**6)
    method, address, headers, body = call
    payload = (
        {} if body is None else {"data": body.encode("utf-8", "surrogatepass"), "content_type": "application/json"}
    )
    answer = client.generic(method.upper(), address, headers=headers, **payload)
    assert answer.status_code < 500, (call, answer.content)
    if answer.status_code >= 400:
        assert answer["content-type"] == "application/problem+json", (call, answer.content)
        problem = answer.json()
        assert (problem["status"], bool(problem["detail"])) == (answer.status_code, True)
    else:
        assert answer["content-type"].startswith("application/json")
        answer.json()


def test_the_document_names_every_operation_and_good_calls_are_among_those_made(client):
    assert sorted((method, path) for path, method, _operation in OPERATIONS) == [
        ("get", "/api/v1/orders"),
        ("get", "/api/v1/orders/{number}"),
        ("get", "/api/v1/products"),
        ("get", "/api/v1/stock"),
        ("patch", "/api/v1/orders/{number}"),
        ("post", "/api/v1/orders"),
        ("post", "/api/v1/orders/{number}/cancel"),
    ]
    made = []

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(fitting({"$ref": "#/components/schemas/OrderIn"}))
    def place(wanted):
        answer = client.post(
            "/api/v1/orders", wanted, content_type="application/json", headers={"idempotency-key": str(len(made))}
        )
        made.append(answer.status_code)

    place()
    cache.clear()
    assert Order.objects.exists() == (201 in made)
    assert set(made) <= {201, 409, 422}
    assert_books_balance()
