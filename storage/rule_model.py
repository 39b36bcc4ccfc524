"""The shape of rule files: standard.yaml, and one file per service type that changes what differs."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pipeline.visit import ServiceType, Stage
from storage.nearest import did_you_mean

Name = TypeVar("Name", bound=StrEnum)

STANDARD_FILE = "standard.yaml"


def _named(names: type[Name]) -> Callable[[object], Name]:
    def convert(value: object) -> Name:
        try:
            return names(value)  # type: ignore[arg-type]  # anything may stand in a file
        except ValueError as error:
            raise ValueError(f"no such name; {did_you_mean(str(value), names)}") from error

    return convert


def _service_types(value: object) -> object:
    return tuple(ServiceType) if value == "all" else value


Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=0, le=100)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1)]
Source = Literal["A", "B", "C", "D"]
StageName = Annotated[Stage, BeforeValidator(_named(Stage))]
ServiceName = Annotated[ServiceType, BeforeValidator(_named(ServiceType))]
ServiceNames = Annotated[tuple[ServiceName, ...], BeforeValidator(_service_types), Field(strict=False)]
Stages = Annotated[tuple[StageName, ...], Field(strict=False)]
Sources = Annotated[tuple[Source, ...], Field(strict=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WordsModel(_Part):
    zh: Words
    en: Words


class CutoffsModel(_Part):
    """Least scores of the three better grades."""

    excellent: Points
    good: Points
    passing: Points = Field(alias="pass")

    @model_validator(mode="after")
    def _descending(self) -> "CutoffsModel":
        if not self.excellent > self.good > self.passing:
            raise ValueError("wanted excellent > good > pass")
        return self


class ItemModel(_Part):
    """One item, whole: as standard.yaml has it."""

    title: WordsModel
    clause: WordsModel
    sources: Sources
    weight: Weight
    critical: bool
    stages: Stages
    applies_to: ServiceNames
    except_for: ServiceNames = ()
    unproven: bool
    params: dict[str, Number]
    two_people: bool = False
    applies: bool | None = None

    def applies_in(self, service_type: ServiceType) -> bool:
        if self.applies is not None:
            return self.applies
        return service_type in self.applies_to and service_type not in self.except_for


class StandardModel(_Part):
    """standard.yaml: the whole catalogue, with a value for everything."""

    version: Words
    confidence: dict[str, Share]
    cutoffs: CutoffsModel
    near_threshold: Share
    spot_check_share: Share
    blind_share: Share
    items: dict[str, ItemModel]


class WordsPatch(_Part):
    zh: Words | None = None
    en: Words | None = None


class CutoffsPatch(_Part):
    excellent: Points | None = None
    good: Points | None = None
    passing: Points | None = Field(default=None, alias="pass")


class ItemPatch(_Part):
    """What a file changes about one item; `applies` overrules applies_to and except_for."""

    title: WordsPatch | None = None
    clause: WordsPatch | None = None
    sources: Sources | None = None
    weight: Weight | None = None
    critical: bool | None = None
    stages: Stages | None = None
    applies_to: ServiceNames | None = None
    except_for: ServiceNames | None = None
    unproven: bool | None = None
    params: dict[str, Number] = {}
    two_people: bool | None = None
    applies: bool | None = None


class PatchModel(_Part):
    """A customer's standard.yaml: any part of the catalogue, over the one that ships."""

    version: Words
    confidence: dict[str, Share] = {}
    cutoffs: CutoffsPatch | None = None
    near_threshold: Share | None = None
    spot_check_share: Share | None = None
    blind_share: Share | None = None
    items: dict[str, ItemPatch] = {}


class ServiceModel(PatchModel):
    """The file of one service type."""

    extends: Literal["standard.yaml"]
    name: Words
    service_type: ServiceName
    objects: Annotated[tuple[str, ...], Field(strict=False)]


def valid_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand where an unknown one, the last of `location`, was found."""
    item: dict[str, Any] = {"title": WordsModel, "clause": WordsModel}
    match location:
        case ("items", _, ("title" | "clause") as name, _):
            model = item[name]
        case ("items", _, _):
            model = ItemModel if model is StandardModel else ItemPatch
        case ("cutoffs", _):
            model = CutoffsModel
    return [field.alias or name for name, field in model.model_fields.items()]
