"""What stands in a scene and which of it has a label."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import bpy

LABELS = (
    "badge",
    "shoe_cover",
    "shoe",
    "work_cloth",
    "tool",
    "person",
    "document",
    "tool_bag",
    "gas_meter",
)
Fact = str | float | bool | list[list[float]]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something labelled: the objects it consists of, told apart in the picture by `index`."""

    label: str
    index: int
    objects: tuple[bpy.types.Object, ...]
    wearer: int | None = None
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(slots=True)
class Stage:
    """The scene being built: things so far, and what is true of the picture as a whole."""

    things: list[Thing] = field(default_factory=list)
    shows: dict[str, Fact] = field(default_factory=dict)
    anchors: dict[str, tuple[tuple[float, float, float], ...]] = field(default_factory=dict)

    def add(
        self, label: str, objects: Sequence[bpy.types.Object], *, wearer: int | None = None, **facts: Fact
    ) -> Thing:
        """Label `objects` as one thing; a worn thing counts as a part of its wearer's outline too."""
        if label not in LABELS:
            raise ValueError(f"no such label: {label!r}; known: {', '.join(LABELS)}")
        thing = Thing(label, len(self.things) + 1, tuple(objects), wearer, dict(facts))
        for item in objects:
            item.pass_index = thing.index
        self.things.append(thing)
        return thing

    def indices(self, thing: Thing) -> tuple[int, ...]:
        """The thing's own index and those of what it wears."""
        return (thing.index, *(t.index for t in self.things if t.wearer == thing.index))


def clear() -> None:
    """An empty Blender file."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
