"""The numbers of the auditing, put together for a page, for JSON and for spreadsheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from pipeline.agreement import Agreement, agreement
from pipeline.auditing_numbers import (
    GroupNumbers,
    ItemNumbers,
    MissedFaults,
    by_week,
    missed_faults,
    most_overturned,
)
from pipeline.results import Outcome
from pipeline.rules import BilingualText, Grade
from pipeline.shares import Share, difference
from review.queue_filters import Day, Service, Short
from review.site import Site
from storage.auditing_numbers import NumberStore
from storage.number_values import DeciderTimes, GroupBy, NumbersFilter

_SEED = 1
"""Of the bootstrap: equal words give equal intervals."""
_KEPT_FOR = timedelta(seconds=60)
_MOST_KEPT = 32


class NumbersQuery(BaseModel):
    """What the numbers are asked for in a URL; a form sends empty fields for no limit."""

    model_config = ConfigDict(frozen=True)

    day_from: Day = None
    day_to: Day = None
    city: Short = None
    team: Short = None
    service_type: Service = None
    technician: Short = None
    by: GroupBy = GroupBy.TEAM

    @property
    def filter(self) -> NumbersFilter:
        return NumbersFilter(
            day_from=self.day_from.isoformat() if self.day_from else None,
            day_to=self.day_to.isoformat() if self.day_to else None,
            city=self.city,
            team=self.team,
            service_type=self.service_type,
            technician=self.technician,
        )

    @property
    def plain(self) -> "NumbersQuery":
        """The same visits, without what a chart or a list is asked for besides."""
        return NumbersQuery(**{name: getattr(self, name) for name in NumbersQuery.model_fields})

    def query(self, **changes: object) -> str:
        """The query string, without what says nothing; `changes` may name what the queue is asked for too."""
        said = self.model_dump(mode="json", exclude_none=True)
        kept = {name: value for name, value in {**said, **changes}.items() if value not in (None, "")}
        return urlencode(kept)

    def queue_query(self, **changes: object) -> str:
        """The same visits as the queue is asked for them."""
        return self.query(**{"by": None, "view": "all", **changes})


@dataclass(frozen=True, slots=True)
class Numbers:
    """Everything that the page shows. first_words: blind or not -> flagged visits in which an item that the
    report found lacking was overturned at first; gap: how much oftener blind, with its interval."""

    asked: NumbersQuery
    groups: tuple[GroupNumbers, ...]
    weeks: tuple[GroupNumbers, ...]
    items: tuple[ItemNumbers, ...]
    titles: Mapping[str, BilingualText]
    missed: MissedFaults
    first_words: Mapping[bool, Share]
    gap: tuple[float, float, float] | None
    agreement: Agreement
    times: DeciderTimes | None

    @property
    def visits(self) -> int:
        return sum(week.visits for week in self.weeks)

    @property
    def flagged(self) -> Share:
        return Share(sum(week.flagged for week in self.weeks), self.visits)

    @property
    def grades(self) -> Mapping[Grade, int]:
        return {grade: sum(week.grades.get(grade, 0) for week in self.weeks) for grade in Grade}

    def title(self, item_id: str) -> BilingualText:
        return self.titles.get(item_id, BilingualText(item_id, item_id))


class KeptNumbers:
    """Numbers that were made less than a minute ago: a page and its charts count once."""

    def __init__(self) -> None:
        self._kept: dict[NumbersQuery, tuple[datetime, Numbers]] = {}
        self._one_at_a_time = Lock()

    def get(self, site: Site, asked: NumbersQuery) -> Numbers:
        """Raises StorageError."""
        with self._one_at_a_time:
            now = site.now()
            self._kept = {key: one for key, one in self._kept.items() if now - one[0] < _KEPT_FOR}
            if asked not in self._kept:
                while len(self._kept) >= _MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[asked] = (now, count(site.results.numbers, asked))
            return self._kept[asked][1]


def count(store: NumberStore, asked: NumbersQuery) -> Numbers:
    """Raises StorageError."""
    wanted = asked.filter
    first = store.overturned_visits(wanted)
    nothing = Share(0, 0)
    return Numbers(
        asked=asked,
        groups=store.groups(wanted, asked.by),
        weeks=by_week(store.groups(wanted, GroupBy.DAY)),
        items=most_overturned(store.items(wanted)),
        titles=store.titles(wanted),
        missed=missed_faults(store.blind_words(wanted), store.unflagged(wanted)),
        first_words=first,
        gap=difference(first.get(True, nothing), first.get(False, nothing)),
        agreement=agreement(store.ratings(wanted), _SEED),
        times=store.decision_times(wanted),
    )


def as_json(numbers: Numbers) -> dict[str, Any]:
    """The numbers as plain values; a share has its counts and its 95 % interval."""
    missed, said = numbers.missed, numbers.agreement
    return {
        "asked": numbers.asked.model_dump(mode="json"),
        "visits": numbers.visits,
        "flagged": share_as_json(numbers.flagged),
        "groups": [_group(group) for group in numbers.groups],
        "weeks": [_group(week) for week in numbers.weeks],
        "items": [_item(item, numbers) for item in numbers.items],
        "missed_faults": {
            "share": missed.share,
            "interval": missed.interval,
            "checked": missed.checked,
            "with_fault": missed.with_fault,
            "undecided": missed.undecided,
            "unflagged_visits": missed.population,
            "unflagged_visits_covered": missed.covered,
            "by_item": [{"item_id": name, **share_as_json(share)} for name, share in missed.by_item],
        },
        "first_decisions_on_flagged": {
            "overturned_blind": share_as_json(numbers.first_words.get(True, Share(0, 0))),
            "overturned_sighted": share_as_json(numbers.first_words.get(False, Share(0, 0))),
            "difference": numbers.gap[0] if numbers.gap else None,
            "difference_interval": numbers.gap[1:] if numbers.gap else None,
        },
        "agreement": {
            "pairs": share_as_json(said.pairs),
            "visits": said.visits,
            "people": said.people,
            "krippendorff_alpha": said.alpha,
            "alpha_interval": said.interval,
        },
        "seconds_to_decide": _times(numbers.times),
    }


def share_as_json(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {"hits": share.hits, "total": share.total, "value": share.value, "low": low, "high": high}


def _group(group: GroupNumbers) -> dict[str, Any]:
    return {
        "key": group.key,
        "label": group.label,
        "visits": group.visits,
        "flagged": group.flagged,
        "grades": {grade.value: group.grades.get(grade, 0) for grade in Grade},
        "mean_score": group.mean_score,
        "reasons": {reason.value: visits for reason, visits in group.reasons.items()},
        "overturned": share_as_json(group.overturned),
    }


def _item(item: ItemNumbers, numbers: Numbers) -> dict[str, Any]:
    title = numbers.title(item.item_id)
    return {
        "item_id": item.item_id,
        "title": {"zh": title.zh, "en": title.en},
        "outcomes": {outcome.value: item.outcomes.get(outcome, 0) for outcome in Outcome},
        "overturned": share_as_json(item.overturned),
    }


def _times(times: DeciderTimes | None) -> dict[str, Any] | None:
    if times is None:
        return None
    quartiles = {"lower_quartile": times.lower, "median": times.median, "upper_quartile": times.upper}
    return {"decisions": times.decisions, **quartiles}
