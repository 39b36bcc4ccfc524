"""A threshold by wish: "recall as high as can be with precision at least 0.98", refused where too few labels
say so.

Any list of counted points will do: a detector's confidences, the values of a rule set's number. A point is
accepted only if the wish's bound holds for the lower end of its 95 % interval, over enough examples. The
threshold is chosen on the very labels that it is measured on: report how it does on others.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.rules import BilingualText
from pipeline.shares import Z95
from pipeline.tuning.wishes import CountedPoint, Wish

LEAST_EXAMPLES = 30
"""Below this many a share says too little to choose by, whatever its interval."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a wish leads to.

    threshold: the value chosen; where it is refused, the one that comes nearest, None where there is none.
    point: its counts. refusal: why not, and what to do. more_labels_needed: how many more labelled examples
    like these would show it, if the share stays what it is; None where no number would.
    threshold_low, threshold_high: where the same choice, by the shares alone, falls in 95 of 100 sets of
    sources drawn anew; None where that was not asked for.
    """

    wish: BilingualText
    threshold: float | None
    point: CountedPoint | None
    accepted: bool
    refusal: BilingualText | None = None
    more_labels_needed: int | None = None
    threshold_low: float | None = None
    threshold_high: float | None = None


def choose(points: Sequence[CountedPoint], wish: Wish) -> OperatingPoint:
    """The best of the points whose bound holds, whatever their order; else a refusal with the nearest one."""
    holding = [point for point in points if _holds(point, wish)]
    if holding:
        best = max(holding, key=wish.worth)
        return OperatingPoint(wish.words, best.value, best, accepted=True)
    reachable = [(more, point) for point in points if (more := more_labels(point, wish)) is not None]
    if not reachable:
        return _beyond_reach(points, wish)
    fewest = min(more for more, _ in reachable)
    return _too_few(max((point for more, point in reachable if more == fewest), key=wish.worth), wish, fewest)


def _holds(point: CountedPoint, wish: Wish) -> bool:
    _, low, examples = wish.bounded(point)
    return examples >= LEAST_EXAMPLES and low >= wish.bound


def more_labels(point: CountedPoint, wish: Wish) -> int | None:
    """How many more labelled examples (hits and misses) until the point's lower bound would hold.

    Wilson's lower bound is b where n = z² b (1 - b) / (share - b)². Solved for the low that was found, this
    gives the number of independent examples that the set is worth; solved for the wish's bound, the number
    that it takes. None where the share itself is not above the bound.
    """
    share, low, examples = wish.bounded(point)
    if share is None or share <= wish.bound:
        return None
    worth = min(examples, _trials(share, low)) if low > 0 else examples
    factor = max(_trials(share, wish.bound) / worth, LEAST_EXAMPLES / examples)
    return max(0, math.ceil(point.truths * (factor - 1)))


def _trials(share: float, low: float) -> float:
    """In how many independent trials Wilson's lower bound of a share is `low`."""
    return Z95**2 * low * (1 - low) / (share - low) ** 2 if share > low else math.inf


def _too_few(point: CountedPoint, wish: Wish, more: int) -> OperatingPoint:
    share, low, n = wish.bounded(point)
    name, at = wish.share_words, f"{point.value:g}"
    refusal = BilingualText(
        f"标注太少：阈值 {at} 处{name.zh} {share:.3f}（n={n}），95% 下限 {low:.3f}，要求 {wish.bound:.3g}，"
        f"且样例不少于 {LEAST_EXAMPLES} 个；若比例不变，还需约 {more} 个标注",
        f"too few labels: at {at}, {name.en} is {share:.3f} (n={n}), its 95 % lower bound {low:.3f}; "
        f"{wish.bound:.3g} is asked for, of {LEAST_EXAMPLES} examples or more. About {more} more labels "
        "would show it, if the share stays what it is",
    )
    return OperatingPoint(wish.words, point.value, point, False, refusal, more)


def _beyond_reach(points: Sequence[CountedPoint], wish: Wish) -> OperatingPoint:
    counted = [point for point in points if wish.bounded(point)[0] is not None]
    if not counted:
        refusal = BilingualText("没有可数的样例：请先标注", "nothing to count: label some examples first")
        return OperatingPoint(wish.words, None, None, False, refusal)
    nearest = max(counted, key=lambda point: (wish.bounded(point)[0], wish.worth(point)))
    share, _, n = wish.bounded(nearest)
    name, at = wish.share_words, f"{nearest.value:g}"
    refusal = BilingualText(
        f"任何阈值都达不到 {wish.bound:.3g}：{name.zh}最高为 {share:.3f}（阈值 {at}，n={n}）；"
        "再多标注也无济于事：请改进模型，或放宽要求",
        f"no threshold reaches {wish.bound:.3g}: {name.en} is at most {share:.3f} (at {at}, n={n}); "
        "more labels won't help: improve the model, or ask for less",
    )
    return OperatingPoint(wish.words, nearest.value, nearest, False, refusal)
