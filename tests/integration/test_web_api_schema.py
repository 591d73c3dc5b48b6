"""The API against its own description: whatever is sent, no server error, and answers as told."""

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from piaohe.access import Role
from piaohe.store import Store
from piaohe.web.app import document_of
from piaohe.web.house import Terms
from tests.support.web import Site, upload

EXAMPLES = 2
"""A few are enough to see that a description and a route have parted; by hand, take 100."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
UNTRIED = {"/v1/read"}
"""It starts a process for what it reads; its own tests try it."""


def test_whatever_is_sent_the_answer_is_as_described(tmp_path: Path) -> None:
    with Store.open(tmp_path / "home") as store:
        site = Site(store, tmp_path, terms=Terms(hosts=("testserver",)))
        with site.as_("wang", *[role.value for role in Role]) as browser:
            sha256 = upload(browser)
            headers = {"x-csrf-token": browser.headers["x-csrf-token"], "host": "testserver"}
            headers["cookie"] = f"piaohe_session={browser.cookies['piaohe_session']}"
        known = {"sha256": sha256, "invoice_id": f"{sha256}-0", "page": 0}
        schema = schemathesis.openapi.from_dict(document_of(site.app))
        schema.app = site.app
        every: list[Any] = list(schema.get_all_operations())
        operations = [each.ok() for each in every]
        assert len(operations) > 60
        wrong = [
            f"{operation.label}: {said}"
            for operation in operations
            if operation.path not in UNTRIED
            for said in tried(operation, headers, known)
        ]
    assert not wrong, "\n\n".join(wrong)


def tried(operation: Any, headers: dict[str, str], known: dict[str, Any]) -> list[str]:
    """What is wrong with the answers to what is made up of one operation."""
    found: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        for name in set(case.path_parameters or {}) & set(known):
            # what is made up is never there, and nothing would be tried but that
            case.path_parameters[name] = known[name]
        try:
            case.call_and_validate(checks=CHECKS, headers=headers)
        except FailureGroup as group:
            found.extend(str(one) for one in group.exceptions)
        except Failure as failure:
            found.append(str(failure))

    run()
    return found[:2]
