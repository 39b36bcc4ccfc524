"""Two detectors side by side: label by label, with the paired tests and the intervals of the differences."""

from collections.abc import Callable

from pipeline.rules import BilingualText
from pipeline.tuning.comparison import Comparison, DetectorName, Difference, Finding, LabelComparison, Paired
from review.tuning.views import Cell, EvaluationView, Table

_FINDINGS = {
    Finding.BETTER: BilingualText("更好", "Better"),
    Finding.WORSE: BilingualText("更差", "Worse"),
    Finding.MIXED: BilingualText("有得有失", "Mixed"),
    Finding.NOT_SHOWN: BilingualText("未能证明", "Not shown"),
}
_LABEL, _CHAMPION = BilingualText("类别", "Label"), BilingualText("现行", "Champion")
_CHALLENGER = BilingualText("新模型", "Challenger")
_ONLY_OLD, _ONLY_NEW = BilingualText("仅现行", "Champion only"), BilingualText("仅新模型", "Challenger only")
_P = BilingualText("p（McNemar 精确检验）", "p (McNemar, exact)")


def comparison_view(comparison: Comparison) -> EvaluationView:
    """The whole page of a comparison."""
    old, new = comparison.champion, comparison.challenger
    title = BilingualText(
        f"{old.name} {old.version} 与 {new.name} {new.version}",
        f"{old.name} {old.version} against {new.name} {new.version}",
    )
    facts = (
        (_CHAMPION, _named(old)),
        (_CHALLENGER, _named(new)),
        (BilingualText("数据集", "Labelled set"), f"{comparison.set_name} {comparison.set_version}"),
        (BilingualText("数据集摘要", "Its digest"), comparison.set_digest[:12]),
        (BilingualText("划分", "Split"), comparison.split or "–"),
        (BilingualText("重抽样", "Drawn anew"), comparison.resamples),
    )
    tables = (
        _differences(comparison, "查全率", "Recall", lambda one: one.recall),
        _differences(comparison, "平均精度 AP", "Average precision", lambda one: one.average_precision),
        _differences(
            comparison, "每张图片的误报", "False alarms per picture", lambda one: one.alarms_per_picture
        ),
        _pairs(comparison, "标注框是否检出", "Labelled boxes found", lambda one: one.hits),
        _pairs(comparison, "有误报的图片", "Pictures with a false alarm", lambda one: one.false_alarms),
    )
    return EvaluationView(title, facts, (comparison.verdict,), tables=(_found(comparison), *tables))


def _named(detector: DetectorName) -> str:
    return f"{detector.name} {detector.version} ({detector.sha256[:12]})"


def _found(comparison: Comparison) -> Table:
    rows = tuple(
        (
            one.label,
            _FINDINGS[one.finding],
            one.truths,
            one.pictures,
            one.sources,
            f"{one.champion_threshold:g}",
            f"{one.challenger_threshold:g}",
        )
        for one in comparison.labels
    )
    note = BilingualText(
        "只有检验（全部类别一并校正）与区间都支持时才说更好或更差。",
        "Better or worse is said only where the tests, of all labels together, and the interval both speak.",
    )
    head = (
        _LABEL,
        BilingualText("结论", "Finding"),
        BilingualText("标注框 n", "Labelled boxes n"),
        BilingualText("图片 n", "Pictures n"),
        BilingualText("来源 n", "Sources n"),
        BilingualText("现行阈值", "Champion's threshold"),
        BilingualText("新模型阈值", "Challenger's threshold"),
    )
    return Table(BilingualText("结论", "What is shown"), note, head, rows)


def _differences(
    comparison: Comparison, zh: str, en: str, of: Callable[[LabelComparison], Difference]
) -> Table:
    rows = tuple(_difference(one, of(one)) for one in comparison.labels)
    note = BilingualText(
        "差：新模型减现行；95 % 区间按来源重抽样；来源太少则无区间。",
        "Challenger less champion; its 95 % interval by sources drawn anew, none of too few sources.",
    )
    head = (
        _LABEL,
        _CHAMPION,
        _CHALLENGER,
        BilingualText("差", "Difference"),
        BilingualText("95 % 区间", "95 % interval"),
        BilingualText("来源 n", "Sources n"),
    )
    return Table(BilingualText(zh, en), note, head, rows)


def _difference(one: LabelComparison, found: Difference) -> tuple[Cell, ...]:
    interval = "–" if found.low is None or found.high is None else f"{found.low:+.3f} – {found.high:+.3f}"
    gap = "–" if found.value is None else f"{found.value:+.3f}"
    return one.label, _number(found.champion), _number(found.challenger), gap, interval, one.sources


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _pairs(comparison: Comparison, zh: str, en: str, of: Callable[[LabelComparison], Paired]) -> Table:
    rows = tuple(_pair(one.label, of(one)) for one in comparison.labels)
    note = BilingualText(
        "逐对比较：只有两者不同的才说明问题。", "Pair by pair: only where the two differ says anything."
    )
    both, neither = BilingualText("两者都", "Both"), BilingualText("两者都没有", "Neither")
    head = (_LABEL, both, _ONLY_OLD, _ONLY_NEW, neither, _P)
    return Table(BilingualText(zh, en), note, head, rows)


def _pair(label: str, pair: Paired) -> tuple[Cell, ...]:
    p_value = f"{pair.p_value:.3g}"
    return label, pair.both, pair.champion_only, pair.challenger_only, pair.neither, p_value
