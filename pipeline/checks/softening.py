"""What a rule set makes of an explained disagreement between two clocks."""

from datetime import timedelta
from enum import IntEnum

from pipeline.rules import ItemRule
from pipeline.time_evidence import ClockDisagreement, ExplanationName


class Softening(IntEnum):
    """What an explanation leads to, as the `explained_…` parameters of `time.consistent` number it."""

    NONE = 0
    ASK_AGAINST = 1
    ASK_FOR = 2
    ACCEPTED = 3


def explained_param(name: ExplanationName) -> str:
    """The parameter that says what an explanation leads to."""
    return f"explained_{name.value}"


EXPLAINED_PARAMS = tuple(explained_param(name) for name in ExplanationName)


def softening(rule: ItemRule, found: ClockDisagreement) -> Softening:
    """What the rule of `time.consistent` makes of a disagreement; a constant offset excuses up to a limit."""
    if found.explanation is None:
        return Softening.NONE
    name = found.explanation.name
    longest = timedelta(minutes=rule.param("constant_offset_max_min"))
    if name is ExplanationName.CONSTANT_OFFSET and timedelta(seconds=found.gap_s) > longest:
        return Softening.NONE
    return Softening(min(Softening.ACCEPTED, max(Softening.NONE, int(rule.param(explained_param(name))))))
