"""The OpenAPI document says all there is to say, and its examples are what its schemas take."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from piaohe.store import Store
from piaohe.web.app import document_of
from tests.support.web import Site


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home: Path = tmp_path_factory.mktemp("home")
    with Store.open(home / "home") as store:
        return document_of(Site(store, home).app)


def wrong(document: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """What an operation does not say, or says wrongly."""
    found = [name for name in ("summary", "description", "tags") if not operation.get(name)]
    parts = [("body", operation.get("requestBody", {}).get("content", {}))]
    parts += [(status, one.get("content", {})) for status, one in operation["responses"].items()]
    for place, content in parts:
        for media, part in content.items():
            if "json" not in media and "form" not in media:
                continue
            schema = part.get("schema", {})
            if "$ref" not in schema:
                found.append(f"{place}: no model")
            if "example" not in part:
                found.append(f"{place}: no example")
                continue
            whole = schema | {"components": document["components"]}
            errors = Draft202012Validator(whole).iter_errors(part["example"])
            found += [f"{place}: {one.instance_path} {one.message[:120]}" for one in errors]
    return found


def test_every_operation_has_summary_models_and_examples_that_fit(
    document: dict[str, Any],
) -> None:
    said = {
        f"{method} {path}": problems
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if (problems := wrong(document, operation))
    }
    assert not said
    assert len(document["paths"]) > 60
