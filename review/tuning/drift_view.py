"""Drift by week as tables and charts: what was seen in the newest week against all the weeks before it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.results import Outcome
from pipeline.rules import BilingualText
from pipeline.shares import Share, difference
from pipeline.tuning.drift import ItemWeek, LabelWeek
from review import charts
from review.language import Language
from review.wording import OUTCOMES

Change = tuple[float, float, float]
"""How much larger a share is than it was, with its 95 % interval (low, high)."""

OVERTURNED = BilingualText("被推翻", "Overturned")
SEEN = BilingualText("检出的文件", "Files where it is seen")
CONFIDENCE = BilingualText("置信度（中位数，四分位）", "Confidence (median, quartiles)")
_WEEKS = BilingualText("周（周一）", "Week (its Monday)")
_SHOWN = (Outcome.MISSING, Outcome.UNREADABLE)
_COLOURS = ("#97500a", "#6438b8", "#b3201b")


@dataclass(frozen=True, slots=True)
class Drift:
    """One share in the newest week and in those before, and the change; None where one is of nothing."""

    newest: Share
    before: Share
    change: Change | None

    @property
    def is_clear(self) -> bool:
        """Whether the interval of the change leaves zero out."""
        return self.change is not None and not self.change[1] <= 0 <= self.change[2]

    @property
    def size(self) -> float:
        """How far the interval of the change is from zero; 0 where it holds zero."""
        return min(abs(self.change[1]), abs(self.change[2])) if self.change and self.is_clear else 0.0

    @property
    def gap(self) -> float:
        return abs(self.change[0]) if self.change else 0.0


@dataclass(frozen=True, slots=True)
class ItemDrift:
    """One item over the weeks, oldest first."""

    item_id: str
    weeks: tuple[ItemWeek, ...]
    outcomes: Mapping[Outcome, Drift]
    overturned: Drift

    @property
    def size(self) -> tuple[float, float]:
        """How clear the clearest change is; among equals how large the largest one is."""
        drifts = (self.overturned, *self.outcomes.values())
        return max(drift.size for drift in drifts), max(drift.gap for drift in drifts)


@dataclass(frozen=True, slots=True)
class LabelDrift:
    """One label of the detector over the weeks, oldest first."""

    label: str
    weeks: tuple[LabelWeek, ...]
    seen: Drift


def item_drifts(weeks: Iterable[ItemWeek]) -> tuple[ItemDrift, ...]:
    """The items, those first whose change is clearest."""
    of_item: defaultdict[str, list[ItemWeek]] = defaultdict(list)
    listed = sorted(weeks, key=lambda one: one.monday)
    for week in listed:
        of_item[week.item_id].append(week)
    newest = max((week.monday for week in listed), default=date.min)
    found = [_item(item_id, tuple(own), newest) for item_id, own in of_item.items()]
    return tuple(sorted(found, key=lambda one: (-one.size[0], -one.size[1], one.item_id)))


def label_drifts(weeks: Iterable[LabelWeek]) -> tuple[LabelDrift, ...]:
    """The labels, those first whose change is clearest."""
    of_label: defaultdict[str, list[LabelWeek]] = defaultdict(list)
    listed = sorted(weeks, key=lambda one: one.monday)
    for week in listed:
        of_label[week.label].append(week)
    newest = max((week.monday for week in listed), default=date.min)
    found = [
        LabelDrift(label, tuple(own), _drift([(week.monday, week.seen) for week in own], newest))
        for label, own in of_label.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.seen.size, -one.seen.gap, one.label)))


def draw_item(one: ItemDrift, language: Language, frame: charts.Frame) -> bytes:
    """What was missing, unreadable and overturned, week by week, with intervals."""
    shares = [(OUTCOMES[outcome], [week.share(outcome) for week in one.weeks]) for outcome in _SHOWN]
    shares.append((OVERTURNED, [week.overturned for week in one.weeks]))
    drawn = [
        _curve(language.of(name), colour, listed)
        for (name, listed), colour in zip(shares, _COLOURS, strict=True)
    ]
    return _chart([week.monday for week in one.weeks], drawn, language, frame)


def draw_label(one: LabelDrift, language: Language, frame: charts.Frame) -> bytes:
    """How sure the detector was, and in how many files it saw the label."""
    drawn = [
        charts.Curve(
            language.of(CONFIDENCE),
            "#1756a9",
            tuple(week.median for week in one.weeks),
            tuple(week.lower for week in one.weeks),
            tuple(week.upper for week in one.weeks),
        ),
        _curve(language.of(SEEN), _COLOURS[0], [week.seen for week in one.weeks]),
    ]
    return _chart([week.monday for week in one.weeks], drawn, language, frame)


def _item(item_id: str, weeks: tuple[ItemWeek, ...], newest: date) -> ItemDrift:
    outcomes = {
        outcome: _drift([(week.monday, week.share(outcome)) for week in weeks], newest) for outcome in _SHOWN
    }
    overturned = _drift([(week.monday, week.overturned) for week in weeks], newest)
    return ItemDrift(item_id, weeks, outcomes, overturned)


def _drift(weeks: Sequence[tuple[date, Share]], newest: date) -> Drift:
    last = _sum(share for monday, share in weeks if monday == newest)
    before = _sum(share for monday, share in weeks if monday != newest)
    return Drift(last, before, difference(last, before))


def _sum(shares: Iterable[Share]) -> Share:
    listed = list(shares)
    return Share(sum(share.hits for share in listed), sum(share.total for share in listed))


def _curve(name: str, colour: str, shares: Sequence[Share]) -> charts.Curve:
    """A week without anything to count is a gap."""
    return charts.Curve(
        name,
        colour,
        tuple(share.value for share in shares),
        tuple(share.interval[0] if share.total else None for share in shares),
        tuple(share.interval[1] if share.total else None for share in shares),
    )


def _chart(
    mondays: Sequence[date], drawn: Sequence[charts.Curve], language: Language, frame: charts.Frame
) -> bytes:
    names = [f"{monday:%m-%d}" for monday in mondays]
    places = [float((monday - mondays[0]).days // 7) for monday in mondays]
    return charts.curves(places, drawn, (), language.of(_WEEKS), frame, names)
