"""The recipes of the sample visits' pictures: what each shows and from where it is taken.

A technician, a home and a cloth stay the same through a visit; seeds start at `FIRST_SEED`, so that none
is shared with the training pictures. The lower left is left free for the watermark.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from models.training.scenes.cloth import ClothStyle
from models.training.scenes.cloth_scene import ClothPlan
from models.training.scenes.document_scene import DocumentPlan
from models.training.scenes.door_scene import DoorPlan
from models.training.scenes.feet_scene import FeetPlan
from models.training.scenes.meter import MeterStyle
from models.training.scenes.meter_scene import MeterPlan
from models.training.scenes.person_scene import PersonPlan
from models.training.scenes.render import Shot
from models.training.scenes.sample_people import HOMES, TECHNICIANS

FIRST_SEED = 1_000_000
VISITS_FIRST = ("v1", "v2", "v4", "v6", "v8", "v3", "v7", "v5")
IN_ORDER = (
    ("pipe_wrench", 0.8),
    ("hammer", 0.9),
    ("adjustable", 0.95),
    ("pliers", 0.95),
    ("screwdriver", 0.7),
)
TOOLS_SHOT = Shot((-0.08, -0.44, 0.58), (-0.05, -0.045, 0.0), lens_mm=26)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One picture; those with the same `view` share light and small chances: only the plan differs."""

    visit: str
    name: str
    stage: str
    kind: str
    plan: Any
    shot: Shot
    view: int


class Visit:
    """Recipes of one visit, numbered as they are asked for."""

    def __init__(self, visit: str, technician: str) -> None:
        self.visit, self.home, self.who = visit, HOMES[visit], TECHNICIANS[technician]
        self.base = FIRST_SEED + int(visit[1:]) * 1000
        self.recipes: list[Recipe] = []

    def add(
        self, name: str, stage: str, kind: str, plan: Any, shot: Shot, *, view: int | None = None
    ) -> None:
        seed = self.base + (len(self.recipes) if view is None else view)
        self.recipes.append(Recipe(self.visit, f"{self.visit}_{name}", stage, kind, plan, shot, seed))

    def person(
        self, *, covered: bool, turn: float, arms: tuple[str, str] = ("relaxed", "down")
    ) -> PersonPlan:
        wear = replace(self.who.style.footwear, covered=covered)
        style = replace(self.who.style, footwear=wear)
        return PersonPlan(self.home.inside, style, self.who.badge, arms, turn, "full", ("logo",))

    def notice(self) -> None:
        plan = DoorPlan(self.home.landing, self.who.badge.company, notice=True, look="near")
        self.add("notice", "notice", "door", plan, Shot((-0.35, -0.62, 1.45), (-0.08, 0.5, 1.33)))

    def arrival(self, name: str = "arrival", turn: float = 6.0) -> None:
        plan = DoorPlan(
            self.home.landing, self.who.badge.company, person=self.person(covered=False, turn=turn)
        )
        self.add(name, "arrival", "door", plan, Shot((-0.45, -2.3, 1.5), (-0.25, 0.2, 1.12), lens_mm=27))

    def entry(self, *, covered: bool = True) -> None:
        person = self.person(covered=covered, turn=-8.0)
        plan = DoorPlan(self.home.inside, self.who.badge.company, person=person, bag_seed=self.home.door_seed)
        self.add("entry", "entry", "door", plan, Shot((-0.5, -2.45, 1.42), (-0.22, 0.2, 0.9), lens_mm=26))

    def tools(
        self,
        name: str,
        cloth: ClothStyle,
        *,
        order: str = "row",
        tools: tuple[tuple[str, float], ...] = IN_ORDER,
    ) -> None:
        plan = ClothPlan(self.home.inside, cloth, tools, order, on_floor=False)
        self.add(name, "before", "cloth", plan, TOOLS_SHOT, view=500)

    def cleanup(self) -> None:
        plan = ClothPlan(self.home.inside, None, (), "row", on_floor=False)
        self.add("cleanup", "cleanup", "cloth", plan, TOOLS_SHOT, view=500)

    def at_meter(
        self,
        name: str,
        stage: str,
        *,
        old: bool,
        covered: bool = True,
        full: bool = False,
        arms: tuple[str, str] = ("reach", "down"),
    ) -> None:
        turn = {"before": -10.0, "during": -32.0}.get(stage, -4.0)
        person = self.person(covered=covered, turn=turn, arms=arms)
        plan = MeterPlan(self.home.inside, self._meter(old=old), (-0.18, 1.42), person=person)
        shot = (
            Shot((-0.2, -3.05, 1.35), (0.05, -0.3, 1.0), lens_mm=27)
            if full
            else Shot((-0.3, -2.0, 1.45), (0.08, -0.2, 1.22), lens_mm=26)
        )
        self.add(name, stage, "meter", plan, shot)

    def _meter(self, *, old: bool) -> MeterStyle:
        return MeterStyle(self.base + old, old)

    def meters_only(self, name: str, stage: str) -> None:
        plan = MeterPlan(
            self.home.inside, self._meter(old=False), (-0.05, 1.4), removed=self._meter(old=True)
        )
        self.add(name, stage, "meter", plan, Shot((-0.3, -1.0, 1.5), (0.0, 0.2, 1.16), lens_mm=26))

    def feet(self, name: str, stage: str, *, covered: bool) -> None:
        wear = replace(self.who.style.footwear, covered=covered)
        plan = FeetPlan(self.home.inside, wear, looking_down=True)
        self.add(name, stage, "feet", plan, Shot((-0.06, 0.1, 1.25), (-0.06, 0.16, 0.0), lens_mm=35))

    def acceptance(self, *, signed: bool = True) -> None:
        table = replace(self.home.inside, counter="wood")
        plan = DocumentPlan(table, self.who.badge.company, "服务验收单", signed, clipboard=False)
        self.add(
            "acceptance",
            "acceptance",
            "document",
            plan,
            Shot((-0.05, -0.28, 0.42), (-0.035, -0.015, 0.0), lens_mm=26),
        )


def _v1() -> Visit:
    visit = Visit("v1", "wen")
    visit.notice()
    visit.arrival()
    visit.entry()
    visit.at_meter("before_1", "before", old=True, arms=("point", "down"))
    visit.tools("before_2", ClothStyle("grey", "bordered", 0.35))
    visit.at_meter("during", "during", old=True, full=True)
    for number, (x, z) in enumerate(((-0.55, 1.3), (-0.35, 1.4), (-0.15, 1.48)), start=1):
        _video_frame(visit, number, x, z)
    visit.at_meter("after", "after", old=False, arms=("point", "down"))
    visit.cleanup()
    visit.acceptance()
    visit.meters_only("after_2", "after")
    visit.feet("during_2", "during", covered=True)
    return visit


def _video_frame(visit: Visit, number: int, x: float, z: float) -> None:
    """The camera walks past the technician at work; light and figure stay as they are."""
    person = visit.person(covered=True, turn=-28.0, arms=("reach", "relaxed"))
    plan = MeterPlan(visit.home.inside, visit._meter(old=True), (-0.18, 1.42), person=person)
    shot = Shot((x, -2.5, z), (0.06, -0.25, 1.06), lens_mm=27)
    visit.add(f"video_{number}", "during", "meter", plan, shot, view=600)


def _v2() -> Visit:
    visit = Visit("v2", "lu")
    visit.arrival()
    visit.entry(covered=False)
    visit.tools("before", ClothStyle("blue", "checked", 0.4))
    visit.at_meter("during", "during", old=True, covered=False, full=True)
    visit.at_meter("after", "after", old=True, covered=False)
    visit.cleanup()
    visit.acceptance()
    visit.at_meter("before_2", "before", old=True, covered=False)
    visit.feet("during_2", "during", covered=False)
    return visit


def _v3() -> Visit:
    visit = Visit("v3", "shen")
    visit.arrival()
    visit.entry()
    visit.at_meter("before", "before", old=False, arms=("relaxed", "down"))
    visit.feet("during", "during", covered=True)
    visit.at_meter("after", "after", old=False, full=True, arms=("down", "behind"))
    visit.acceptance()
    return visit


def _v4() -> Visit:
    visit = Visit("v4", "gu")
    visit.notice()
    visit.arrival()
    visit.entry()
    visit.tools("before", ClothStyle("green", "plain", 0.4), order="shuffled")
    visit.at_meter("during", "during", old=True, full=True)
    visit.at_meter("after", "after", old=False)
    visit.cleanup()
    visit.acceptance()
    visit.at_meter("before_2", "before", old=True, arms=("point", "down"))
    return visit


def _v5() -> Visit:
    visit = Visit("v5", "lu")
    visit.add(
        "arrival",
        "arrival",
        "door",
        DoorPlan(visit.home.landing, "顺和家修"),
        Shot((-0.4, -2.2, 1.5), (-0.2, 0.5, 1.1)),
    )
    visit.acceptance()
    return visit


def _v6() -> Visit:
    visit = Visit("v6", "gu")
    closed = DoorPlan(visit.home.landing, "城北燃气")
    visit.add("arrival_1", "arrival", "door", closed, Shot((-0.5, -2.1, 1.55), (-0.15, 0.5, 1.12)))
    card = replace(closed, visit_card="13:52")
    visit.add("card", "arrival", "door", card, Shot((0.02, -0.35, 1.32), (0.1, 0.5, 1.2)))
    with_card = replace(card, person=visit.person(covered=False, turn=-12.0))
    visit.add("arrival_2", "arrival", "door", with_card, Shot((-0.35, -2.4, 1.45), (-0.2, 0.2, 1.08)))
    return visit


def _v7() -> Visit:
    visit = Visit("v7", "wen")
    visit.arrival()
    visit.tools("before", ClothStyle("beige", "plain", 0.45))
    visit.at_meter("during", "during", old=False, full=True)
    visit.at_meter("after", "after", old=False, arms=("point", "down"))
    visit.acceptance()
    return visit


def _v8() -> Visit:
    visit = Visit("v8", "shen")
    visit.arrival()
    visit.entry()
    visit.tools("before", ClothStyle("navy", "striped", 0.35))
    visit.at_meter("during", "during", old=True, full=True)
    visit.at_meter("after", "after", old=True, arms=("point", "down"))
    visit.cleanup()
    visit.acceptance()
    visit.at_meter("before_2", "before", old=True)
    return visit


_VISITS: dict[str, Callable[[], Visit]] = {
    "v1": _v1,
    "v2": _v2,
    "v3": _v3,
    "v4": _v4,
    "v5": _v5,
    "v6": _v6,
    "v7": _v7,
    "v8": _v8,
}


def recipes() -> Iterator[Recipe]:
    """Every picture, the visits that matter most first."""
    for visit in VISITS_FIRST:
        yield from _VISITS[visit]().recipes
