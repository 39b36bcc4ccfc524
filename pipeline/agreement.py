"""Whether two people who look at the same thing say the same: percent agreement and Krippendorff's alpha.

Alpha (Krippendorff, Content Analysis, 2018, ch. 12) is what is left of agreement when chance is taken out,
for any number of people and with words missing: 1 is agreement, 0 is chance. With two people and none missing
it is Scott's pi, corrected for small samples; Cohen's kappa differs from that only in how chance is counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from pipeline.results import Outcome
from pipeline.shares import Share

RESAMPLES = 1000
LEAST_VISITS = 10
"""Below this many visits a bootstrap's interval says more than is known."""

_CATEGORIES = {outcome: place for place, outcome in enumerate(Outcome)}
_ONE_BATCH = 100

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rating:
    """What one person says that an item of one report should have been."""

    visit_id: str
    report_digest: str
    item_id: str
    user_id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Agreement:
    """pairs: pairs of people who said the same of the same item. alpha: None where nothing varies, so that
    chance can't be told from agreement. interval: of alpha, 95 %, by a bootstrap over visits; None below
    LEAST_VISITS."""

    pairs: Share
    visits: int
    people: int
    alpha: float | None
    interval: tuple[float, float] | None


def agreement(ratings: Iterable[Rating], seed: int) -> Agreement:
    """Over all items that at least two people spoke of on the same report; a person's later word counts.

    The interval comes from visits drawn anew with replacement (Efron and Tibshirani, An Introduction to the
    Bootstrap, 1993, 13.3; clusters as in Field and Welsh, JRSS B 69, 2007), since the items of one visit are
    not independent. Equal ratings and seeds give equal figures.
    """
    units = _units(ratings)
    visits = sorted({unit[0] for unit in units})
    stacked = _coincidences(units, visits)
    return Agreement(
        pairs=_pairs(units.values()),
        visits=len(visits),
        people=len({user for said in units.values() for user in said}),
        alpha=alpha_of(stacked.sum(axis=0)) if visits else None,
        interval=_bootstrap(stacked, seed) if len(visits) >= LEAST_VISITS else None,
    )


def alpha_of(coincidences: Matrix) -> float | None:
    """Krippendorff's nominal alpha from a matrix of coincidences; None where only one value occurs."""
    (alpha,) = _alphas(coincidences[None])
    return None if np.isnan(alpha) else float(alpha)


Unit = tuple[str, str, str]


def _units(ratings: Iterable[Rating]) -> Mapping[Unit, Mapping[int, Outcome]]:
    """Visit, report and item -> person -> last word; only what two people or more spoke of."""
    units: defaultdict[Unit, dict[int, Outcome]] = defaultdict(dict)
    for one in ratings:
        units[one.visit_id, one.report_digest, one.item_id][one.user_id] = one.outcome
    return {unit: said for unit, said in units.items() if len(said) > 1}


def _pairs(units: Iterable[Mapping[int, Outcome]]) -> Share:
    same = [first is second for said in units for first, second in combinations(said.values(), 2)]
    return Share(sum(same), len(same))


def _coincidences(units: Mapping[Unit, Mapping[int, Outcome]], visits: Sequence[str]) -> Matrix:
    """visits x categories x categories: each ordered pair of words on a unit, over its words less one."""
    size = len(_CATEGORIES)
    stacked = np.zeros((len(visits), size, size))
    place = {visit: number for number, visit in enumerate(visits)}
    for (visit_id, _, _), said in units.items():
        counts = np.bincount([_CATEGORIES[word] for word in said.values()], minlength=size)
        ordered_pairs = np.outer(counts, counts) - np.diag(counts)
        stacked[place[visit_id]] += ordered_pairs / (len(said) - 1)
    return stacked


def _alphas(matrices: Matrix) -> NDArray[np.float64]:
    """1 - observed over expected disagreement, per matrix; NaN where none is expected."""
    values = matrices.sum(axis=2)
    n = values.sum(axis=1)
    observed = n - np.trace(matrices, axis1=1, axis2=2)
    expected = n * n - (values**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)


def _bootstrap(stacked: Matrix, seed: int) -> tuple[float, float] | None:
    """2.5th and 97.5th percentile of alpha over resampled visits; those without variation are left out."""
    random = np.random.default_rng(seed)
    visits = len(stacked)
    flat = stacked.reshape(visits, -1)
    found = []
    for _ in range(RESAMPLES // _ONE_BATCH):
        drawn = random.multinomial(visits, np.full(visits, 1 / visits), size=_ONE_BATCH)
        found.append(_alphas((drawn @ flat).reshape(_ONE_BATCH, *stacked.shape[1:])))
    alphas = np.concatenate(found)
    known = alphas[~np.isnan(alphas)]
    if not known.size:
        return None
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)
