"""The flow `verify-visit`: one visit, by its id. `flows.judging.verify` is the same without Prefect."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from prefect import Flow, flow
from prefect.artifacts import create_markdown_artifact

from flows.assembly import Services, open_services
from flows.judging import find_visit, verify
from flows.settings import load_settings

VisitFlow = Flow[[str], str]


def verify_flow(services: Callable[[], AbstractContextManager[Services]]) -> VisitFlow:
    """The flow `verify-visit` over services that are opened when a run begins and closed when it ends."""

    @flow(name="verify-visit", persist_result=False, retries=2, retry_delay_seconds=10)
    def verify_visit(visit_id: str) -> str:
        """Verify one visit and return its report's digest."""
        with services() as opened:
            stored = verify(opened, find_visit(opened, visit_id))
        report = stored.report
        score = "-" if report.score.score is None else f"{report.score.score:.0f}"
        markdown = f"`{visit_id}`: {report.score.grade.label_zh} {report.score.grade.value}, score {score}"
        create_markdown_artifact(key="verify-visit", markdown=markdown)
        return stored.report_digest

    return verify_visit


verify_visit = verify_flow(lambda: open_services(load_settings()))
"""What a deployment runs: everything from the environment's settings."""
