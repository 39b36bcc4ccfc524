"""One number of the rules over many values, on stored evidence, held against what is known to be right.

    found = sweep(cases, truths, rules, parse("confidence.badge"), spread(0.1, 0.9, 32), CostRatio(10))
    found.chosen                                # the best value by the wish, None where it was refused
    found.at(0.5).flipped                       # visits that flip between the value in force and 0.5

A visit is judged once under the rules in force; of each other value only what the change can touch is judged
again. Counts are kept by visit, so that intervals come from visits drawn anew.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.errors import RulesError
from pipeline.judging_inputs import VisitInputs
from pipeline.rules import Grade
from pipeline.tuning.parameters import value_in, with_value
from pipeline.tuning.rejudging import Change, Judged, judged
from pipeline.tuning.replay import Skipped
from pipeline.tuning.replaying import ReplayCase, RuleSets
from pipeline.tuning.sweep_counts import counted
from pipeline.tuning.sweep_seen import Seen, TruthSeen
from pipeline.tuning.sweeps import ParameterPath, ParameterSweep
from pipeline.tuning.truths import Truths
from pipeline.tuning.wishes import Wish
from pipeline.visit import ServiceType


def sweep(
    cases: Iterable[ReplayCase | Skipped],
    truths: Truths,
    rules: RuleSets,
    path: ParameterPath,
    values: Sequence[float],
    wish: Wish | None = None,
    seed: int = 0,
    only_items: Collection[str] = (),
) -> ParameterSweep:
    """Each value of the number, and the best one by the wish. The value in force is always among them.

    rules: in force, by service type; visits of types without the number are left aside. only_items: whose
    truths count, where not those of all items that the number moves. seed: of the resampled visits.
    Raises RulesError where no rule set has the number, the visits' rule sets have different values of it, or
    a value is impossible.
    """
    found = _Found(path, _having(rules, path), values)
    for case in cases:
        if isinstance(case, ReplayCase):
            found.add(case.inputs, truths)
    return counted(found.seen(), truths, wish, seed, only_items)


def _having(rules: RuleSets, path: ParameterPath) -> RuleSets:
    found = {service: each for service, each in rules.items() if value_in(each, path) is not None}
    if not found:
        raise RulesError(f"no rule set has {path}")
    return found


@dataclass
class _Found:
    """What was found so far."""

    path: ParameterPath
    rules: RuleSets
    wanted: Sequence[float]
    services: set[ServiceType] = field(default_factory=set)
    visits: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    truths: list[TruthSeen] = field(default_factory=list)
    grades: dict[str, tuple[Grade, ...]] = field(default_factory=dict)
    flipped: dict[float, list[str]] = field(default_factory=dict)
    grades_flipped: dict[float, int] = field(default_factory=dict)
    steps: dict[ServiceType, Mapping[float, Change]] = field(default_factory=dict)

    def add(self, inputs: VisitInputs, truths: Truths) -> None:
        service, visit_id = inputs.visit.work_order.service_type, inputs.visit.visit_id
        if service not in self.rules:
            return
        self._meet(service)
        before = judged(inputs, self.rules[service])
        every = {value: step.judged_again(inputs, before) for value, step in self.steps[service].items()}
        self.visits.add(visit_id)
        self._compare(visit_id, before, every)
        known = truths.items.get(visit_id, ())
        self.truths += [
            TruthSeen(truth, tuple(after.verdict.items.get(truth.item_id) for after in every.values()))
            for truth in known
        ]
        if visit_id in truths.grades:
            self.grades[visit_id] = tuple(after.verdict.grade for after in every.values())

    def _meet(self, service: ServiceType) -> None:
        """Raises RulesError where this service type has another value in force than those before."""
        if service in self.steps:
            return
        self.services.add(service)
        self._present()
        rules = self.rules[service]
        self.steps[service] = {
            value: Change.between(rules, with_value(rules, self.path, value)) for value in self._values()
        }

    def _present(self) -> float:
        services = self.services or set(self.rules)
        values = {service: value_in(self.rules[service], self.path) for service in sorted(services)}
        first = next(iter(values.values()))
        if self.services and len(set(values.values())) > 1:
            told = ", ".join(f"{service.value} {value:g}" for service, value in values.items())
            raise RulesError(
                f"{self.path} differs among the service types of these visits ({told}): choose one"
            )
        assert first is not None  # noqa: S101 - `_having` has left only rule sets that have it
        return first

    def _values(self) -> tuple[float, ...]:
        return tuple(sorted({*self.wanted, self._present()}))

    def _compare(self, visit_id: str, before: Judged, every: Mapping[float, Judged]) -> None:
        old = before.verdict
        for value, after in every.items():
            new = after.verdict
            moved = {item for item in {*old.items, *new.items} if old.items.get(item) != new.items.get(item)}
            self.moved |= moved
            self.grades_flipped[value] = self.grades_flipped.get(value, 0) + (old.grade is not new.grade)
            if moved or old.grade is not new.grade or old.flagged != new.flagged:
                self.flipped.setdefault(value, []).append(visit_id)

    def seen(self) -> Seen:
        values = self._values()
        return Seen(
            path=self.path,
            services=tuple(sorted(service.value for service in self.services)),
            present=self._present(),
            values=values,
            visits=frozenset(self.visits),
            moved=frozenset(self.moved),
            truths=tuple(self.truths),
            grades=self.grades,
            flipped=tuple(tuple(self.flipped.get(value, ())) for value in values),
            grades_flipped=tuple(self.grades_flipped.get(value, 0) for value in values),
        )
