"""The JSON routes under schemathesis: whatever is sent, no server error, and answers as the schema says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from pipeline.auditing import Role
from pipeline.results import VisitReport
from tests.review.site_parts import Town

pytestmark = pytest.mark.slow


def headers_of(town: Town) -> dict[str, str]:
    lead = town.browser_of(Role.QA_LEAD)
    cookie = "; ".join(f"{name}={value}" for name, value in lead.cookies.items())
    return {"x-csrf-token": lead.headers["x-csrf-token"], "host": "localhost", "cookie": cookie}


def test_whatever_is_sent_the_server_answers(town: Town, report: VisitReport) -> None:
    town.site.results.save_report(report, "a" * 64, town.clock())
    headers = headers_of(town)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", town.app, headers=headers)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert operations
    answered = set()
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=[not_a_server_error])
            answered.add(answer.status_code)

        ask()
    assert 200 in answered
    assert not answered & {401, 403}
