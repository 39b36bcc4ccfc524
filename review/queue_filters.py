"""The queue's filters as the query of a URL, and the way from one case to the next under them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline.auditing import Person
from pipeline.results import FlagReason
from pipeline.visit import ServiceType
from review.local_paths import visit_path
from review.site import Site
from storage.case_values import CaseCursor, CaseFilter, CaseOrder, CaseView

PAGE_SIZE = 50


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


def _cursor(value: object) -> object:
    return decoded(value) if isinstance(value, str) and value else None


Short = Annotated[Annotated[str, Field(max_length=100)] | None, BeforeValidator(_none_if_empty)]
Day = Annotated[date | None, BeforeValidator(_none_if_empty)]
Service = Annotated[ServiceType | None, BeforeValidator(_none_if_empty)]
Points = Annotated[Annotated[float, Field(ge=0, le=100)] | None, BeforeValidator(_none_if_empty)]


class CaseQuery(BaseModel):
    """What the queue is asked for in a URL. A form sends fields that were left empty: they mean no limit."""

    model_config = ConfigDict(frozen=True)

    view: CaseView = CaseView.WAITING
    order: CaseOrder = CaseOrder.SEVERITY
    day_from: Day = None
    day_to: Day = None
    city: Short = None
    team: Short = None
    service_type: Service = None
    technician: Short = None
    reason: Annotated[FlagReason | None, BeforeValidator(_none_if_empty)] = None
    least_score: Points = None
    greatest_score: Points = None
    objected: bool = False
    on_older_report: bool = False

    @property
    def filter(self) -> CaseFilter:
        days = {name: day.isoformat() if day else None for name, day in self._days().items()}
        return CaseFilter(**{**dict(self), **days})

    def query(self, **changes: object) -> str:
        """The query string, without what says nothing."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        kept = {name: value for name, value in {**said, **changes}.items() if value not in (None, "")}
        return urlencode(kept)

    @property
    def limits(self) -> int:
        """How many filters are set, besides which cases are shown and in what order."""
        return len(self.model_dump(exclude_defaults=True, exclude={"view", "order"}))

    def _days(self) -> dict[str, date | None]:
        return {"day_from": self.day_from, "day_to": self.day_to}


class PageQuery(CaseQuery):
    """A page of the queue: it begins after a case of the page before.

    none_left: the queue was left because nothing in it is free for whoever asked. done: the visit that they
    decided just before.
    """

    after: Annotated[CaseCursor | None, BeforeValidator(_cursor)] = Field(None, exclude=True)
    size: int = Field(PAGE_SIZE, ge=1, le=500, exclude=True)
    none_left: bool = Field(False, exclude=True)
    done: str = Field("", max_length=200, exclude=True)

    @property
    def filter(self) -> CaseFilter:
        return CaseQuery(**self.model_dump()).filter


def query_from(text: str) -> CaseQuery:
    """A queue's query string read back, no limit where it makes no sense: it only chooses the next case."""
    values: dict[str, Any] = {name: found[-1] for name, found in parse_qs(text).items()}
    try:
        return CaseQuery.model_validate(values)
    except ValidationError:
        return CaseQuery()


def path_to_next(site: Site, person: Person, query: CaseQuery) -> str:
    """Take the first case that is free under these filters: the path of its page, or the queue's where
    nothing is left."""
    visit_id = site.results.cases.claim_next(query.filter, person.user_id, site.now())
    if visit_id is None:
        return f"/queue?{query.query(none_left=1)}"
    return path_of_visit(visit_id, query)


def path_of_visit(visit_id: str, query: CaseQuery) -> str:
    """A visit's page that knows which queue it was opened from."""
    path, asked = visit_path(visit_id), query.query()
    return f"{path}?{urlencode({'queue': asked})}" if asked else path


def encoded(cursor: CaseCursor) -> str:
    """A cursor as it stands in a URL."""
    parts = f"{cursor.rank}|{cursor.waiting_since.astimezone(UTC).isoformat()}|{cursor.visit_id}"
    return urlsafe_b64encode(parts.encode()).decode()


def decoded(text: str) -> CaseCursor:
    """Raises ValueError for anything that `encoded` did not write."""
    rank, moment, visit_id = urlsafe_b64decode(text.encode()).decode().split("|", 2)
    waiting_since = datetime.fromisoformat(moment)
    if waiting_since.tzinfo is None:
        raise ValueError("a cursor's time states its zone")
    return CaseCursor(int(rank), waiting_since, visit_id)
