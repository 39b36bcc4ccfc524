"""The worked example of docs/tuning.md: what the bench says is held against what was planted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from flows.assembly import open_results
from flows.replays import replay_stored
from flows.sweeps import SweepWish, sweep_stored
from flows.tuning_example import (
    EXAMPLE_FOLDER,
    FALSE_ACCUSATION_COST,
    FEW_LABELS,
    RULES_FOLDER,
    SEED,
    VISITS,
    Example,
    build,
    truths,
)
from models.planted.truth import BADGE, PlantedVisit, planted_visits
from pipeline.labels import Split
from pipeline.tuning.replay import Direction
from pipeline.tuning.wishes import CostRatio, RecallAtLeast, Wish
from storage.results import ResultStore
from storage.rule_files import load_rule_sets

IN_FORCE, PROPOSED = 0.55, 0.46


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return build(tmp_path_factory.mktemp("example"), VISITS, SEED)


@pytest.fixture
def results(example: Example) -> Iterator[ResultStore]:
    with open_results(example.settings) as opened:
        yield opened


def rules_with(threshold: float, folder: Path) -> Path:
    text = (RULES_FOLDER / "standard.yaml").read_text(encoding="utf-8")
    changed = text.replace(f"badge: {IN_FORCE}", f"badge: {threshold}").replace("example-1", "example-2")
    (folder / "standard.yaml").write_text(changed, encoding="utf-8")
    return folder


def test_the_planted_errors_have_the_shares_that_they_are_said_to_have() -> None:
    visits = planted_visits(20_000, seed=3)
    worn = [visit for visit in visits if visit.badge_worn]
    others = [visit for visit in visits if not visit.badge_worn]
    assert len(worn) / len(visits) == pytest.approx(BADGE.shown, abs=0.02)
    mistaken = [visit for visit in others if visit.badge_confidence is not None]
    assert len(mistaken) / len(others) == pytest.approx(BADGE.mistaken, abs=0.02)
    cost = {t / 100: _cost(visits, t / 100, 3.0) for t in range(30, 65)}
    assert min(cost, key=cost.__getitem__) == pytest.approx(BADGE.best_threshold(3.0), abs=0.05)


def test_the_committed_truths_are_those_of_the_visits() -> None:
    kept = (EXAMPLE_FOLDER / "truth.csv").read_text(encoding="utf-8")
    assert kept == truths(planted_visits(VISITS, SEED))


def _cost(visits: Sequence[PlantedVisit], threshold: float, accusation: float) -> float:
    wrong = [visit for visit in visits if visit.passes_at(threshold) is not visit.badge_worn]
    return sum(accusation if visit.badge_worn else 1.0 for visit in wrong)


@pytest.mark.slow
def test_the_replay_lists_exactly_the_visits_that_flip(
    example: Example, results: ResultStore, tmp_path: Path
) -> None:
    old, new = load_rule_sets(RULES_FOLDER), load_rule_sets(rules_with(PROPOSED, tmp_path))
    found = replay_stored(results, old, new, None, None)
    expected = {
        visit.visit_id for visit in example.visits if PROPOSED <= (visit.badge_confidence or 0) < IN_FORCE
    }
    badge = [flip for flip in found.flips if flip.item_id == "badge.visible"]
    assert found.visits == VISITS
    assert found.skipped == ()
    assert expected
    assert {flip.visit_id for flip in badge} == {flip.visit_id for flip in found.flips} == expected
    # Others may only be nearer to the threshold than before, or less so: another flag, no other outcome.
    assert {change.visit_id for change in found.changes if change.item_ids} == expected
    assert {flip.direction for flip in badge} == {Direction.TO_FULFILLED}
    worn = {visit.visit_id for visit in example.visits if visit.badge_worn}
    agreeing = {flip.visit_id for flip in badge if flip.agrees_with_auditor}
    assert agreeing == expected & worn


def swept(path: str, item: str, wish: Wish, split: Split | None) -> SweepWish:
    return SweepWish(path, low=0.2, high=0.8, steps=30, split=split, items=(item,), wish=wish)


@pytest.mark.slow
def test_the_planted_best_threshold_lies_in_the_interval_of_the_one_that_is_found(
    example: Example, results: ResultStore
) -> None:
    wanted = swept("confidence.badge", "badge.visible", CostRatio(FALSE_ACCUSATION_COST), None)
    found = sweep_stored(results, load_rule_sets(RULES_FOLDER), wanted)
    assert found.truths.used == found.truths.visits == VISITS
    assert found.refusal is None
    assert found.chosen is not None
    assert found.chosen_low is not None
    assert found.chosen_high is not None
    assert found.chosen_low <= example.best_threshold <= found.chosen_high
    by_set = sweep_stored(results, load_rule_sets(RULES_FOLDER), replace(wanted, truths=EXAMPLE_FOLDER))
    assert (by_set.truths.used, by_set.chosen) == (VISITS, found.chosen)
    in_force = found.at(IN_FORCE)
    worn = [visit for visit in example.visits if visit.badge_worn]
    assert in_force.wrong_accusations == sum(not visit.passes_at(IN_FORCE) for visit in worn)


@pytest.mark.slow
def test_a_threshold_for_which_labels_are_too_few_is_refused(results: ResultStore) -> None:
    rules = load_rule_sets(RULES_FOLDER)
    badge = swept("confidence.badge", "badge.visible", CostRatio(FALSE_ACCUSATION_COST), Split.TUNE)
    few = sweep_stored(results, rules, badge)
    assert few.chosen is None
    assert few.refusal is not None
    assert (few.more_labels_needed or 0) > 0
    covers = swept("confidence.shoe_cover", "shoe_cover.worn", RecallAtLeast(0.9), None)
    none = sweep_stored(results, rules, covers)
    assert none.truths.used == FEW_LABELS
    assert (none.chosen, none.more_labels_needed) == (None, None)
