"""The scene kinds, each by three functions: draw a plan, build it, choose a camera."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from models.training.scenes import (
    cloth_scene,
    document_scene,
    door_scene,
    feet_scene,
    meter_scene,
    person_scene,
)
from models.training.scenes.render import Shot
from models.training.scenes.stage import Stage


@dataclass(frozen=True, slots=True)
class SceneKind:
    """A plan is the kind's own dataclass; the same random source runs through all three."""

    random_plan: Callable[[Random], Any]
    build: Callable[[Any, Random], Stage]
    random_shot: Callable[[Any, Random], Shot]


KINDS: dict[str, SceneKind] = {
    "cloth": SceneKind(cloth_scene.random_plan, cloth_scene.build, cloth_scene.random_shot),
    "feet": SceneKind(feet_scene.random_plan, feet_scene.build, feet_scene.random_shot),
    "person": SceneKind(person_scene.random_plan, person_scene.build, person_scene.random_shot),
    "meter": SceneKind(meter_scene.random_plan, meter_scene.build, meter_scene.random_shot),
    "door": SceneKind(door_scene.random_plan, door_scene.build, door_scene.random_shot),
    "document": SceneKind(document_scene.random_plan, document_scene.build, document_scene.random_shot),
}
