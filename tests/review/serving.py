"""The auditors' site behind a real server, for real browsers; and a few visits to see on it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext

from pipeline.auditing import Person
from pipeline.results import VisitReport
from storage.codec import report_digest
from tests.review.site_parts import Town

LANGUAGES = ("zh-CN", "en-GB")


@contextmanager
def served(town: Town) -> Iterator[str]:
    """The site's address while it runs, in a thread of its own."""
    config = uvicorn.Config(town.app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def browser_of(
    browser: Browser, town: Town, person: Person, address: str, width: int = 1280, **options: Any
) -> BrowserContext:
    """A browser's window of somebody who has signed in; `options` are playwright's own."""
    tall = {"width": width, "height": 800 if width > 600 else 844}
    context = browser.new_context(base_url=address, viewport=tall, **{"locale": "zh-CN", **options})
    token = town.site.results.sessions.open(person.user_id, town.clock(), town.site.access.lifetime)
    context.add_cookies([{"name": "visitproof_session", "value": token, "url": address}])
    return context


def keep(town: Town, report: VisitReport, visit_id: str, **changes: Any) -> VisitReport:
    """A report saved as the current one of a visit; what differs from `report` in `changes`."""
    said = replace(report, visit_id=visit_id, **changes)
    town.clock.turn(timedelta(seconds=1))
    town.site.results.save_report(said, report_digest(said), town.clock())
    return said


def keep_a_handful(town: Town, report: VisitReport, technician_number: str) -> None:
    """FLAGGED, BLIND (a flagged one, asked blind) and OTHER, all of one technician, to be decided."""
    keep(town, report, "FLAGGED", technician_number=technician_number)
    keep(town, report, "BLIND", technician_number=technician_number, blind=True)
    keep(town, report, "OTHER", technician_number=technician_number, flags=report.flags[-1:])
