"""What decisions say about the rules: how often they are overturned, what the spot checks found missed.

Counts in, figures with sample size and interval out; `storage.auditing_numbers` counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pipeline.auditing import ItemWord
from pipeline.results import FlagReason, Leaning, Outcome
from pipeline.rules import Grade
from pipeline.shares import Share, wilson

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """The visits of one technician, team, city, service type, day or ISO week; `key` is empty for those whose
    manifest names no team or city.

    scored, score_sum: visits with a score, and their scores together. reasons: visits by reason to look.
    overturned: items that people overturned, of those that they confirmed or overturned.
    """

    key: str
    label: str
    visits: int
    flagged: int
    grades: Mapping[Grade, int]
    scored: int
    score_sum: float
    reasons: Mapping[FlagReason, int]
    overturned: Share

    @property
    def mean_score(self) -> float | None:
        return self.score_sum / self.scored if self.scored else None


@dataclass(frozen=True, slots=True)
class ItemNumbers:
    """How one item was judged, and how often people said otherwise.

    overturned: of the last words on it, one a visit, those that overturned it; `cannot_tell` is no word.
    """

    item_id: str
    outcomes: Mapping[Outcome, int]
    overturned: Share


@dataclass(frozen=True, slots=True)
class BlindWord:
    """What somebody who had not seen the report said of one item of an unflagged visit.

    stratum: the visit's service type, since the share that is drawn is set per rule set.
    """

    visit_id: str
    stratum: str
    item_id: str
    word: ItemWord
    outcome_before: Outcome
    outcome_after: Outcome | None
    leaning: Leaning | None
    weight: float


@dataclass(frozen=True, slots=True)
class MissedFaults:
    """How many unflagged visits have a fault that the report did not see, from the blind spot checks.

    share: with its 95 % interval, of all unflagged visits of the strata that were checked: each stratum
    weighs as much as it has unflagged visits. checked, with_fault: spot checks as they were counted.
    population: the unflagged visits; covered: those of them in strata with a spot check. by_item: visits in
    which the item's fault was missed, of those in which somebody could tell, unweighted. undecided: spot
    checks in which nobody could tell anything, which count nowhere.
    """

    share: float | None
    interval: tuple[float, float]
    checked: int
    with_fault: int
    undecided: int
    population: int
    covered: int
    by_item: tuple[tuple[str, Share], ...]


def most_overturned(items: Iterable[ItemNumbers]) -> tuple[ItemNumbers, ...]:
    """The rules that QA looks at first: by the lower end of the interval, so that an item which was
    overturned once of once does not stand before one that was overturned sixty times of a hundred."""
    return tuple(sorted(items, key=lambda one: (-_sure_share(one.overturned), one.item_id)))


def _sure_share(share: Share) -> float:
    return share.interval[0] if share.total else -1.0


def is_missed_fault(word: BlindWord) -> bool:
    """Whether the report took a scored item as fulfilled and somebody who looked says that it is not."""
    took_as_fulfilled = word.outcome_before is Outcome.PASS or word.leaning is Leaning.FOR
    says_otherwise = word.outcome_after in (Outcome.FAIL, Outcome.MISSING)
    return word.weight > 0 and took_as_fulfilled and word.word is ItemWord.OVERTURN and says_otherwise


def missed_faults(words: Iterable[BlindWord], unflagged: Mapping[str, int]) -> MissedFaults:
    """The estimate from spot checks; `unflagged` counts the unflagged visits of each stratum.

    A stratified estimate (Cochran, Sampling Techniques, 1977, 5.3) with Wilson's interval at Kish's effective
    sample size, 1 / sum(W_h^2 / n_h): where strata are drawn alike it is the plain sample size.
    """
    listed = tuple(words)
    visits = _by_visit(listed)
    known = {visit: said for visit, said in visits.items() if any(_tells(word) for word in said)}
    faulty = {visit for visit, said in known.items() if any(map(is_missed_fault, said))}
    strata = _strata(known, faulty)
    covered = {name: unflagged.get(name, 0) for name in strata}
    share, effective = _stratified(strata, covered)
    return MissedFaults(
        share=share,
        interval=wilson(share, effective),
        checked=len(known),
        with_fault=len(faulty),
        undecided=len(visits) - len(known),
        population=sum(unflagged.values()),
        covered=sum(covered.values()),
        by_item=_missed_by_item(listed),
    )


def _by_visit(words: Sequence[BlindWord]) -> Mapping[str, list[BlindWord]]:
    visits: defaultdict[str, list[BlindWord]] = defaultdict(list)
    for word in words:
        if word.weight > 0:
            visits[word.visit_id].append(word)
    return visits


def _tells(word: BlindWord) -> bool:
    return word.word is not ItemWord.CANNOT_TELL


def _strata(known: Mapping[str, Sequence[BlindWord]], faulty: set[str]) -> Mapping[str, Share]:
    strata: defaultdict[str, list[bool]] = defaultdict(list)
    for visit, said in known.items():
        strata[said[0].stratum].append(visit in faulty)
    return {name: Share(sum(found), len(found)) for name, found in strata.items()}


def _stratified(strata: Mapping[str, Share], sizes: Mapping[str, int]) -> tuple[float | None, float]:
    """The weighted share and its effective sample size."""
    total = sum(sizes.values())
    if not total:
        return None, 0.0
    weights = {name: sizes[name] / total for name in strata if sizes[name]}
    share = sum(weight * strata[name].hits / strata[name].total for name, weight in weights.items())
    # Rounding must not carry a share of all visits above one.
    return min(1.0, share), 1 / sum(weight**2 / strata[name].total for name, weight in weights.items())


def _missed_by_item(words: Sequence[BlindWord]) -> tuple[tuple[str, Share], ...]:
    found: defaultdict[str, list[bool]] = defaultdict(list)
    for word in words:
        if _tells(word) and word.weight > 0:
            found[word.item_id].append(is_missed_fault(word))
    shares = ((item_id, Share(sum(missed), len(missed))) for item_id, missed in found.items())
    return tuple(sorted(shares, key=lambda pair: (-_sure_share(pair[1]), pair[0])))


def by_week(days: Iterable[GroupNumbers]) -> tuple[GroupNumbers, ...]:
    """Groups whose keys are days (2026-11-20) put together by ISO 8601 week (2026-W47), in order."""
    weeks: defaultdict[str, list[GroupNumbers]] = defaultdict(list)
    for day in days:
        year, week, _ = date.fromisoformat(day.key).isocalendar()
        weeks[f"{year}-W{week:02d}"].append(day)
    return tuple(_together(week, weeks[week]) for week in sorted(weeks))


def _together(key: str, groups: Sequence[GroupNumbers]) -> GroupNumbers:
    return GroupNumbers(
        key=key,
        label=key,
        visits=sum(one.visits for one in groups),
        flagged=sum(one.flagged for one in groups),
        grades=_sums([one.grades for one in groups]),
        scored=sum(one.scored for one in groups),
        score_sum=sum(one.score_sum for one in groups),
        reasons=_sums([one.reasons for one in groups]),
        overturned=Share(
            sum(one.overturned.hits for one in groups), sum(one.overturned.total for one in groups)
        ),
    )


def _sums(counts: Sequence[Mapping[K, int]]) -> Mapping[K, int]:
    keys = dict.fromkeys(key for one in counts for key in one)
    return {key: sum(one.get(key, 0) for one in counts) for key in keys}
