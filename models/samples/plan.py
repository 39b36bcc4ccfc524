"""The plan of the sample visits: datasets/samples/visits.yaml, read strictly.

Times in the plan are wall times of the visit's zone; days count from the day that is asked for.
"""

from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from models.stamps import STYLES
from pipeline.errors import SettingsError
from pipeline.results import Leaning, Outcome
from pipeline.rules import Grade
from pipeline.visit import MediaKind, ServiceType, Stage

SAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "samples"
PLAN_FILE = SAMPLES_FOLDER / "visits.yaml"
SCENES_FOLDER = SAMPLES_FOLDER / "scenes"

Clock = Annotated[time, Field(strict=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CameraPlan(_Part):
    """What the phone writes into its files."""

    make: str
    model: str


class MediaPlan(_Part):
    """One file of a visit: which scene it shows, when it was taken, and what is wrong with it.

    scenes: rendered pictures by file name; a photo shows one, a video runs through all of them.
    at: when it was taken, `day` days from the visit's.
    stamp: the style of its watermark, None for a picture without one.
    stamp_days: the watermark's date is this many days off, as with a wrongly set camera.
    exif, gps: whether the file carries them.
    uploaded_after_min: minutes from taking to upload.
    cut_to_share: only this share of the file's bytes arrived.
    """

    file: str
    stage: Stage | None
    at: Clock
    scenes: tuple[str, ...] = Field(min_length=1)
    day: int = 0
    stamp: Literal[*STYLES] | None = None  # type: ignore[valid-type]
    stamp_days: int = 0
    exif: bool = True
    gps: bool = False
    uploaded_after_min: float = Field(default=2.0, ge=0)
    cut_to_share: float | None = Field(default=None, gt=0, lt=1)

    @property
    def kind(self) -> MediaKind:
        return MediaKind.VIDEO if self.file.endswith(".mp4") else MediaKind.PHOTO


class ReusedPlan(_Part):
    """A file that was handed in before: the same bytes as `file` of the visit `visit`."""

    file: str
    stage: Stage | None
    reused_from: str
    reused_file: str
    at: Clock
    uploaded_after_min: float = Field(default=2.0, ge=0)


class ExemptionPlan(_Part):
    recorded_by: str
    at: Clock


class ExpectedPlan(_Part):
    """What is true of the visit: outcomes per item, of which any is right, the grades, and the flag.

    leanings: the way in which an item leans, should a person be asked to confirm it.
    """

    grades: tuple[Grade, ...] = Field(min_length=1)
    flagged: bool | None = None
    items: dict[str, tuple[Outcome, ...]]
    leanings: dict[str, Leaning] = {}


class VisitPlan(_Part):
    """One visit. `shows` says in words what it is a sample of."""

    visit_id: str
    shows: str
    service_type: ServiceType
    order: str
    technician: str
    number: str
    team: str
    city: str
    window: tuple[Clock, Clock]
    place: str
    latitude: float
    longitude: float
    camera: CameraPlan
    media: tuple[MediaPlan | ReusedPlan, ...] = Field(min_length=1)
    refusal: ExemptionPlan | None = None
    expected: ExpectedPlan


def load_plan(path: Path = PLAN_FILE) -> tuple[VisitPlan, ...]:
    """The sample visits in order. Raises SettingsError, naming the file, where it can't be understood."""
    try:
        data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return TypeAdapter(tuple[VisitPlan, ...]).validate_python(data["visits"])
    except (OSError, YAMLError, KeyError, TypeError, ValidationError) as error:
        raise SettingsError(f"{path}: {error}") from error
