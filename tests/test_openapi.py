"""The contract: a document that is valid, complete, and kept by the server. SQLite alone: the words are the same."""

import json

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.definitions import OPENAPI_31

from tests.house import Crew, a_house

PROMISES = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
METHODS = ("get", "post", "patch", "put", "delete")
BOUNDED = settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory, request):
    """An app with something to find, the document, and who may be asked."""
    with a_house("sqlite", tmp_path_factory.mktemp("openapi"), request) as (app, given):
        given.shelf("A-01", tea=40)
        hall = Crew(given).floor()
        hall.shelf("A-01", tea=40)
        hall.pending()
        hall.start("full", locations=["A-01"])
        hall.li.report("lost", location="A-01", sku="TEA", warehouse=hall.code)
        hall.post("TEA", 5, "A-01", "CUSTOMER", "pick")
        document = json.loads(given.send("GET", "/api/v1/openapi.json", None, {})[2])
        yield app, document, {"admin": given.admin.token, "staff": hall.li.token}, _things(hall)


def _things(hall):
    """What is really there, by the name that the document has for it."""
    names = {"warehouse": hall.code, "sku": "TEA", "location": "A-01", "code": "A-01", "from": "A-01", "to": "LOSS"}
    ids = {"task_id": hall.task(hall.sun), "case_id": hall.chen.get("/cases", warehouse=hall.code).items[0]["id"]}
    ids |= {"variance_id": hall.line()["id"], "count_id": hall.line()["count"], "move_id": hall.zhou.ledger()[0]["id"]}
    return names | ids | {"person_id": hall.zhao.person["id"], "kind": "items", "form": "csv", "maker": "zebra"}


def operations(document):
    """(method, path, operation) of every endpoint."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method, path, methods[method]


def test_the_document_is_valid_openapi_3_1(world):
    _, document, _, _ = world

    assert document["openapi"].startswith("3.1")
    jsonschema_rs.validator_for(OPENAPI_31).validate(document)
    for name, schema in document["components"]["schemas"].items():
        jsonschema_rs.meta.validate(schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"})
        for field, said in schema.get("properties", {}).items():
            assert said, f"{name}.{field} says nothing"


def test_every_reference_leads_somewhere(world):
    _, document, _, _ = world
    for found in json.dumps(document).split('"$ref": "#/')[1:]:
        here = document
        for step in found.partition('"')[0].split("/"):
            here = here[step]


def test_every_operation_says_what_it_does_and_how_it_refuses(world):
    _, document, _, _ = world
    for method, path, operation in operations(document):
        assert operation.get("summary"), (method, path)
        refusal = operation["responses"]["default"]["$ref"].rpartition("/")[2]
        assert "application/problem+json" in document["components"]["responses"][refusal]["content"], (method, path)
        if method == "post" and "201" in operation["responses"]:
            assert "200" in operation["responses"], (method, path)


@pytest.mark.parametrize(
    "path", ["/counts", "/sync", "/moves", "/variances/{variance_id}/approve", "/variances/decide"]
)
def test_the_main_bodies_have_an_example_that_fits(world, path):
    _, document, _, _ = world
    body = document["paths"][f"/api/v1{path}"]["post"]["requestBody"]["content"]["application/json"]
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"]}

    jsonschema_rs.validator_for(schema | body["schema"], validate_formats=True).validate(body["example"])


def test_no_answer_is_a_bug_or_a_surprise(world):
    """Whatever fits the document gets an answer that the document knows, as an administrator and as staff.

    What does not fit is the subject of `test_bad_input.py`.
    """
    app, _, tokens, things = world
    broken = {}
    for result in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations():
        operation = result.ok()
        try:
            _try(operation, tokens.values(), things)
        except (Exception, ExceptionGroup) as error:
            broken[operation.label] = f"{type(error).__name__}: {error} {getattr(error, 'exceptions', '')}"[:3000]
    assert broken == {}, json.dumps(broken, indent=1)


def _try(operation, tokens, things):
    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def answers(case):
        for said in (case.path_parameters, case.query, case.body):
            if isinstance(said, dict):  # random names would find nothing but 404
                said.update({name: things[name] for name in said.keys() & things.keys()})
        for token in tokens:
            headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
            case.call_and_validate(headers=headers, checks=PROMISES)

    answers()
