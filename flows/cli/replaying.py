"""What `tune replay` does and prints."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from flows.assembly import open_results, rules_in_force
from flows.cli.days import day_of
from flows.cli.friendly import err, out
from flows.cli.outputs import Output, hand_over
from flows.replays import changed_rules, replay_stored
from flows.settings import Settings
from pipeline.shares import Share
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.replay import Direction, Flip, Replay, RuleName, named
from storage.evaluations import NewEvaluation
from storage.rule_codec import rules_digest
from storage.tuning_codec import replay_to_json

_MOST_NAMED = 20
_WAYS = {
    Direction.TO_LACKING: "to lacking 变为不符",
    Direction.TO_FULFILLED: "to fulfilled 变为符合",
    Direction.ASIDE: "undecided 无法判定",
    Direction.SAME: "same side 同侧",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`tune replay` as it was typed; `old` is None for the rules in force."""

    rules: Path
    old: Path | None
    since: str | None
    until: str | None


def run(settings: Settings, wanted: Wanted, output: Output) -> None:
    """Raises RulesError for either rules, StorageError."""
    days = day_of(wanted.since, "--since"), day_of(wanted.until, "--until")
    with open_results(settings) as results:
        old, released = rules_in_force(settings, results)
        if wanted.old is not None:
            old = changed_rules(settings, wanted.old, released)
        new = changed_rules(settings, wanted.rules, released)
        with err.status("judging stored visits 重放"):
            found = replay_stored(results, old, new, *days)
        kept = NewEvaluation(
            EvaluationKind.REPLAY, wanted.rules.name, replay_to_json(found), rules_digest=rules_digest(new)
        )
        hand_over(results, output, kept, lambda: show(found))


# ---- words --------------------------------------------------------------------------------------------


def show(found: Replay) -> None:
    """The replay as tables: directions by item, team and grade, the auditors' words and load, the visits."""
    _say(f"old 旧规则: {_versions(found.old_rules)}")
    _say(f"new 新规则: {_versions(found.new_rules)}")
    changed = Share(len({flip.visit_id for flip in found.flips}), found.visits)
    _say(f"visits with a flip 有翻转的上门: {share_words(changed)}")
    _say(f"items that flip 翻转项目: {len(found.flips)}")
    _say_skipped(found)
    _ways("item 项目", found.by_item())
    _ways("team 班组", found.by_team())
    _grades(found)
    _words(found.flips)
    _load(found)
    _visits(found)


def share_words(share: Share) -> str:
    """`12 of 300 (4.0 %, 95 % 2.3–6.9)`."""
    if share.value is None:
        return "0 of 0"
    low, high = share.interval
    return f"{share.hits} of {share.total} ({100 * share.value:.1f} %, 95 % {100 * low:.1f}–{100 * high:.1f})"


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)


def _versions(rules: Iterable[RuleName]) -> str:
    versions = Counter((rule.version, rule.digest[:8]) for rule in rules)
    return "; ".join(f"{version} ({digest}, {count} 类)" for (version, digest), count in versions.items())


def _say_skipped(found: Replay) -> None:
    if not found.skipped:
        return
    _say(f"not judged again 未能重放: {len(found.skipped)}")
    for one in found.skipped[:_MOST_NAMED]:
        _say(f"  {one.visit_id} ({one.day}): {one.reason.en}")


def _ways(head: str, counts: Mapping[tuple[str, Direction], int]) -> None:
    if not counts:
        return
    table = Table(head, *_WAYS.values(), box=None, pad_edge=False)
    for name in sorted({name for name, _ in counts}):
        table.add_row(name or "-", *(str(counts.get((name, way), 0)) for way in _WAYS))
    out.print(table)


def _grades(found: Replay) -> None:
    moves = sorted(found.by_grade().items(), key=lambda move: -move[1])
    for (before, after), count in moves:
        _say(f"grade 等级 {before.label_zh} {before.value} → {after.label_zh} {after.value}: {count}")


def _words(flips: Iterable[Flip]) -> None:
    """How auditors had decided what flips: the new outcome agrees with them, or not."""
    said: dict[str, Counter[bool | None]] = {}
    for flip in flips:
        if flip.auditor_word is not None:
            said.setdefault(flip.item_id, Counter())[flip.agrees_with_auditor] += 1
    for item_id, counts in sorted(said.items()):
        agreeing = Share(counts[True], counts[True] + counts[False])
        _say(f"new outcome agrees with the auditor 与审核员一致 {item_id}: {share_words(agreeing)}")


def _load(found: Replay) -> None:
    before, after = found.load_before_per_day, found.load_after_per_day
    if before is not None and after is not None:
        _say(
            f"to look at a day, flagged and spot checks 每日审核量: {before:.1f} → {after:.1f} "
            f"(days: {len(found.days)}, visits: {found.visits})"
        )


def _visits(found: Replay) -> None:
    if not found.flips:
        return
    table = Table("visit", "day", "item", "before", "after", "files", box=None, pad_edge=False)
    for flip in found.flips[:_MOST_NAMED]:
        names = ", ".join(key.rpartition("/")[2] for key in flip.media_keys)
        table.add_row(flip.visit_id, flip.day, flip.item_id, named(flip.before), named(flip.after), names)
    out.print(table)
    if len(found.flips) > _MOST_NAMED:
        _say(f"… and {len(found.flips) - _MOST_NAMED} more: --json lists them all")
