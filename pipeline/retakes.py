"""The smallest set of further photos that would complete a visit.

A photo is taken at one stage and from one view: a person from head to feet, a badge from near, the place
of work, a document, the whole room. It completes every lacking item that belongs to that stage and can be
seen in that view; a legible badge and a pair of feet don't go into one picture, a cloth, tools, badge and
meter do. Finding the fewest photos is a set cover; it is small, and solved exactly by branch and bound.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from pipeline.results import Outcome, Retake, ScoredItem
from pipeline.rules import BilingualText, RuleSet
from pipeline.visit import Stage

_INCOMPLETE = frozenset({Outcome.MISSING, Outcome.UNREADABLE})


class View(IntEnum):
    """What a photo can be framed on; the order breaks ties."""

    WORKPLACE = 0
    PERSON = 1
    BADGE = 2
    DOCUMENT = 3
    ROOM = 4


@dataclass(frozen=True, slots=True)
class _Subject:
    views: frozenset[View]
    shows: tuple[BilingualText, ...]


def _subject(zh: str, en: str, *views: View) -> _Subject:
    return _Subject(frozenset(views), (BilingualText(zh, en),))


_BADGE, _OBJECT = BilingualText("工牌", "work badge"), BilingualText("操作对象", "the thing worked on")


_SUBJECTS: Mapping[str, _Subject] = {
    "time.watermark": _subject("时间水印", "burned-in time", *View),
    "frame.complete": _Subject(frozenset({View.WORKPLACE}), (_BADGE, _OBJECT)),
    "badge.visible": _Subject(frozenset({View.WORKPLACE, View.PERSON, View.BADGE}), (_BADGE,)),
    "badge.position": _subject("左胸前的工牌", "badge on the left of the chest", View.PERSON, View.BADGE),
    "badge.identity": _subject("清晰的姓名和工号", "name and number on the badge, legible", View.BADGE),
    "shoe_cover.worn": _subject("双脚的鞋套", "shoe covers on both feet", View.PERSON),
    "cloth.laid": _subject("垫布", "work cloth", View.WORKPLACE),
    "tools.on_cloth": _subject("全部工具在垫布上", "all tools on the cloth", View.WORKPLACE),
    "tools.order": _subject("工具由大到小成一列", "tools in a row from large to small", View.WORKPLACE),
    "tools.neat": _subject("工具平行不接触", "tools parallel, not touching", View.WORKPLACE),
    "tools.bag_placed": _subject("工具包", "tool bag", View.ROOM, View.PERSON),
    "object.visible": _Subject(frozenset({View.WORKPLACE}), (_OBJECT,)),
    "site.clean": _subject("清场后的现场", "the place after clean-up", View.ROOM),
    "document.signed": _subject("签字的工单或验收单", "signed work order or form", View.DOCUMENT),
    "notice.left": _subject("到访不遇卡", "visit card", View.DOCUMENT),
    "hazard.reported": _subject("隐患告知单", "hazard notice", View.DOCUMENT),
    "departure.checked": _subject("工具检查记录表", "tool check record", View.DOCUMENT),
    "leaflet.given": _subject("宣传单", "leaflet", View.DOCUMENT),
    "unique.media": _subject("现场", "the place", *View),
    "authentic.media": _subject("现场", "the place", *View),
}
_ANY_VIEW = frozenset(View)


@dataclass(frozen=True, slots=True, order=True)
class Shot:
    """A photo that may be taken: at a stage, from a view."""

    stage_rank: int
    view: View

    @property
    def stage(self) -> Stage:
        return tuple(Stage)[self.stage_rank]


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is lacking, and the photos of which any would show it."""

    item_id: str
    shots: frozenset[Shot]


def retakes_for(items: Sequence[ScoredItem], rules: RuleSet) -> tuple[Retake, ...]:
    """The fewest further photos that complete every scored item that a photo can still complete."""
    needs = [need for item in items for need in _needs(item, rules)]
    shots = fewest_shots(needs)
    return tuple(_as_retake(shot, _served_first_by(shot, shots, needs), rules) for shot in shots)


def retakes_left(retakes: Sequence[Retake], settled: Collection[str]) -> tuple[Retake, ...]:
    """The photos that are still wanted when a person took some items as fulfilled."""
    kept = (
        replace(retake, item_ids=tuple(name for name in retake.item_ids if name not in settled))
        for retake in retakes
    )
    return tuple(retake for retake in kept if retake.item_ids)


def _needs(item: ScoredItem, rules: RuleSet) -> Iterator[Need]:
    """One need where any of the stages will do, one for each where the item wants every stage."""
    result, rule = item.result, rules.item(item.result.item_id)
    if rule is None or rule.weight <= 0 or result.outcome not in _INCOMPLETE or not result.retake:
        return
    subject = _SUBJECTS.get(result.item_id)
    views = subject.views if subject else _ANY_VIEW
    shots = [frozenset(Shot(stage.rank, view) for view in views) for stage in result.retake]
    if rule.params.get("every_stage") or result.item_id == "time.watermark":
        yield from (Need(result.item_id, of_stage) for of_stage in dict.fromkeys(shots))
    else:
        yield Need(result.item_id, frozenset().union(*shots))


def _served_first_by(shot: Shot, shots: Sequence[Shot], needs: Sequence[Need]) -> Iterator[str]:
    """The items that this photo completes and no earlier one has: nobody shows a thing twice for nothing."""
    earlier = set(shots[: shots.index(shot)])
    yield from (need.item_id for need in needs if shot in need.shots and not earlier & need.shots)


def _as_retake(shot: Shot, served: Iterator[str], rules: RuleSet) -> Retake:
    item_ids = tuple(dict.fromkeys(served))
    shown = {text: None for item_id in ("time.watermark", *item_ids) for text in _shows(item_id, rules)}
    return Retake(stage=shot.stage, must_show=tuple(shown), item_ids=item_ids)


def _shows(item_id: str, rules: RuleSet) -> tuple[BilingualText, ...]:
    subject, rule = _SUBJECTS.get(item_id), rules.item(item_id)
    if subject is not None:
        return subject.shows
    return (rule.title if rule else BilingualText(item_id, item_id),)


# ---- set cover ----------------------------------------------------------------------------------------


def fewest_shots(needs: Sequence[Need]) -> tuple[Shot, ...]:
    """The fewest shots of which every need has one, in order of stage; exact.

    Shots that serve no need that another doesn't serve as well are left out first; what remains of a visit's
    nine stages and five views is small. Needs that no shot serves are ignored.
    """
    open_needs = [need for need in needs if need.shots]
    useful = _useful(open_needs)
    choices = [tuple(sorted(need.shots & useful)) for need in open_needs]
    return tuple(sorted(_cover(choices, (), tuple(_greedy(choices)))))


def _useful(needs: Sequence[Need]) -> frozenset[Shot]:
    """The shots without those that another one can stand in for."""
    serves: dict[frozenset[int], Shot] = {}
    for shot in sorted({shot for need in needs for shot in need.shots}):
        served = frozenset(i for i, need in enumerate(needs) if shot in need.shots)
        serves.setdefault(served, shot)
    return frozenset(shot for served, shot in serves.items() if not any(served < other for other in serves))


def _greedy(choices: Sequence[tuple[Shot, ...]]) -> list[Shot]:
    """A cover that is good enough to start from: each time the shot that serves most."""
    taken: list[Shot] = []
    left = list(choices)
    while left:
        shots = sorted({shot for choice in left for shot in choice})
        best = max(shots, key=lambda shot: sum(shot in choice for choice in left))
        taken.append(best)
        left = [choice for choice in left if best not in choice]
    return taken


def _cover(
    choices: Sequence[tuple[Shot, ...]], taken: tuple[Shot, ...], best: tuple[Shot, ...]
) -> tuple[Shot, ...]:
    """Branch on the need with the fewest shots left; give up a branch that can't beat the best cover."""
    left = [choice for choice in choices if not set(choice) & set(taken)]
    if not left:
        return taken if len(taken) < len(best) else best
    if len(taken) + _at_least(left) >= len(best):
        return best
    for shot in min(left, key=len):
        best = _cover(left, (*taken, shot), best)
    return best


def _at_least(choices: Sequence[tuple[Shot, ...]]) -> int:
    """Needs that share no shot with each other need a shot each: a lower bound."""
    count, used = 0, set[Shot]()
    for choice in sorted(choices, key=len):
        if not used & set(choice):
            count, used = count + 1, used | set(choice)
    return count
