"""What `tune rule` does and prints."""

from collections.abc import Sequence

import typer
from rich.table import Table

from flows.assembly import open_results, rules_in_force
from flows.cli.friendly import err, out
from flows.cli.outputs import Output, hand_over
from flows.settings import Settings
from flows.sweeps import SweepWish, sweep_stored
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.sweeps import ParameterSweep, SweepPoint
from pipeline.tuning.wishes import CostRatio, PrecisionAtLeast, RecallAtLeast, Wish
from storage.evaluations import NewEvaluation
from storage.rule_codec import rules_digest
from storage.tuning_codec import sweep_to_json

_MOST_NAMED = 20
_MOST_ROWS = 24


def wish_of(cost: float | None, precision: float | None, recall: float | None) -> Wish | None:
    """The one wish that was named. Raises BadParameter for two, or an impossible one."""
    named = [
        ("--false-accusation-cost", CostRatio, cost),
        ("--precision-at-least", PrecisionAtLeast, precision),
        ("--recall-at-least", RecallAtLeast, recall),
    ]
    given = [(option, make, value) for option, make, value in named if value is not None]
    if len(given) > 1:
        raise typer.BadParameter(f"one wish at a time, not {' and '.join(option for option, _, _ in given)}")
    for option, make, value in given:
        try:
            wish: Wish = make(value)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint=option) from error
        return wish
    return None


def run(settings: Settings, wanted: SweepWish, output: Output) -> None:
    """Raises RulesError, DatasetError for a file of truths, StorageError."""
    with open_results(settings) as results:
        rules, _ = rules_in_force(settings, results)
        with err.status("judging stored visits 调参"):
            found = sweep_stored(results, rules, wanted)
        new = NewEvaluation(
            EvaluationKind.SWEEP, str(found.path), sweep_to_json(found), rules_digest=rules_digest(rules)
        )
        hand_over(results, output, new, lambda: show(found))


# ---- words --------------------------------------------------------------------------------------------


def show(found: ParameterSweep) -> None:
    """The sweep as a table, the truths that it rests on, and the choice."""
    truths = found.truths
    _say(f"{found.path}: now 当前 {found.present:g}; services 服务: {', '.join(found.service_types) or '-'}")
    _say(f"items 涉及项目: {', '.join(found.item_ids) or '-'}")
    _say(
        f"truths 真值: {truths.used} of {truths.visits} visits; left out 未计入: {truths.disputed} disputed, "
        f"{truths.other_split} of other splits, {truths.sideless} neither right nor wrong, "
        f"{truths.without_visit} without a visit that can be judged again"
    )
    out.print(_table(found))
    _choice(found)


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)


def _table(found: ParameterSweep) -> Table:
    """A column a line: heads in both languages, so that 150 columns are enough."""
    heads = (
        "value\n取值",
        "right\n正确",
        "wrong\naccusation\n误判",
        "wrong\npass\n漏判",
        "undecided\n未定",
        "confirm\n待确认",
        "precision of accusations\n查准率 (95 %)",
        "recall of what is lacking\n查全率 (95 %)",
        "grade right\n等级正确" if found.points and found.points[0].grades_known else "grade flips\n等级翻转",
        "visits flip\n翻转",
    )
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, no_wrap=True)
    for point in _shown(found):
        mark = " ←" if point.value == found.present else " ★" if point.value == found.chosen else ""
        table.add_row(f"{point.value:g}{mark}", *_cells(point))
    return table


def _shown(found: ParameterSweep) -> Sequence[SweepPoint]:
    """Not more rows than can be read, the present and the chosen value always among them."""
    step = -(-len(found.points) // _MOST_ROWS)
    return [
        point
        for place, point in enumerate(found.points)
        if place % step == 0 or point.value in (found.present, found.chosen)
    ]


def _cells(point: SweepPoint) -> tuple[str, ...]:
    counts = (point.right, point.wrong_accusations, point.wrong_passes, point.undecided, point.to_confirm)
    grades = f"{point.grades_right}/{point.grades_known}" if point.grades_known else str(point.grades_flipped)
    return (
        *(str(count) for count in counts),
        _share(point.precision, point.precision_low, point.precision_high),
        _share(point.recall, point.recall_low, point.recall_high),
        grades,
        str(len(point.flipped)),
    )


def _share(value: float | None, low: float, high: float) -> str:
    return "-" if value is None else f"{value:.3f} ({low:.3f}–{high:.3f})"


def _choice(found: ParameterSweep) -> None:
    if found.wish is None:
        return
    _say(f"wish 目标: {found.wish.zh} / {found.wish.en}")
    if found.refusal is not None:
        _say(f"refused 拒绝: {found.refusal.zh}\n  {found.refusal.en}")
    if found.chosen is None:
        return
    between = "" if found.chosen_low is None else f" (95 % {found.chosen_low:g}–{found.chosen_high:g})"
    flipped = found.at(found.chosen).flipped
    _say(f"best value 最佳取值: {found.chosen:g}{between}, now 当前 {found.present:g}")
    _say(f"visits that flip between them 其间翻转的上门: {len(flipped)}")
    if flipped:
        more = f" … and {len(flipped) - _MOST_NAMED} more" if len(flipped) > _MOST_NAMED else ""
        _say("  " + ", ".join(flipped[:_MOST_NAMED]) + more)
