"""What a view of an evaluation needs to know besides: what items are called, and the visits that it names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from pipeline.geometry import BoundingBox
from pipeline.results import EvidenceRef, VisitReport
from pipeline.rules import BilingualText
from pipeline.tuning.verdicts import Standing
from review.tuning.cards import MOST_PICTURES, PictureRef
from review.wording import LEANINGS, OUTCOMES, service_name
from storage.rule_files import load_rule_sets


@dataclass(frozen=True, slots=True)
class NamedVisits:
    """The visits that an evaluation names, each once: all of them, and those that a page may show."""

    mentioned: tuple[str, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """reports: current ones by visit id. hidden: visits of whose verdict nothing may be shown yet, since
    somebody is to decide them blind. confidence: label -> the threshold in force."""

    reports: Mapping[str, VisitReport] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    confidence: Mapping[str, float] = field(default_factory=dict)


def item_title(item_id: str) -> BilingualText:
    """What the standard calls an item; an unknown one stays as it is."""
    return _titles().get(item_id, BilingualText(item_id, item_id))


@cache
def _titles() -> Mapping[str, BilingualText]:
    return {rule.item_id: rule.title for rules in load_rule_sets().values() for rule in rules.items}


def standing_name(standing: Standing | None) -> BilingualText:
    """An outcome and the way it leans; a dash where the rules don't ask."""
    if standing is None:
        return BilingualText("不要求", "not asked")
    name = OUTCOMES[standing.outcome]
    if standing.leaning is None:
        return name
    leans = LEANINGS[standing.leaning]
    return BilingualText(f"{name.zh}（{leans.zh}）", f"{name.en} ({leans.en.lower()})")


def where_from(day: str, service_type: str, team: str | None) -> BilingualText:
    """The line by which a visit is placed."""
    service, of_team = service_name(service_type), f" · {team}" if team else ""
    return BilingualText(f"{day} · {service.zh}{of_team}", f"{day} · {service.en}{of_team}")


def pictures_of(evidence: Iterable[EvidenceRef]) -> tuple[PictureRef, ...]:
    """The first pictures that some evidence points at, each with all that is marked in it."""
    boxes: dict[tuple[str, float | None], list[BoundingBox]] = {}
    for ref in evidence:
        boxes.setdefault((ref.media_key, ref.presentation_s), []).extend(ref.boxes)
    first = list(boxes.items())[:MOST_PICTURES]
    return tuple(PictureRef(key, tuple(found), second) for (key, second), found in first)
