"""What was ordered and what was uploaded: a visit, before anybody looked at its pictures."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class ServiceType(StrEnum):
    """Kinds of visit, named as in the standard."""

    REPAIR = "repair"
    CLEANING = "cleaning"
    INSTALLATION = "installation"
    SURVEY = "survey"
    RENOVATION = "renovation"
    METER_READING = "meter_reading"
    SAFETY_INSPECTION = "safety_inspection"
    METER_REPLACEMENT = "meter_replacement"
    GAS_ACTIVATION = "gas_activation"
    NO_ANSWER = "no_answer"


class Stage(StrEnum):
    """Stages of a visit, in the order in which they must happen."""

    NOTICE = "notice"
    DEPARTURE = "departure"
    ARRIVAL = "arrival"
    ENTRY = "entry"
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    CLEANUP = "cleanup"
    ACCEPTANCE = "acceptance"

    @property
    def rank(self) -> int:
        """Position in the order of stages, 0 for the first."""
        return _RANKS[self]


_RANKS = {stage: rank for rank, stage in enumerate(Stage)}


class MediaKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"


class ExemptionKind(StrEnum):
    """Why evidence can't be demanded."""

    REFUSED_FILMING = "refused_filming"


class ManifestFindingCode(StrEnum):
    """What a manifest and the store disagree about; each becomes a line of the report."""

    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_STAGE = "unknown_stage"
    MEDIA_MISSING = "media_missing"
    MEDIA_NOT_LISTED = "media_not_listed"
    MEDIA_LISTED_TWICE = "media_listed_twice"
    DUPLICATE_VISIT_ID = "duplicate_visit_id"
    EXEMPTION_WITHOUT_RECORD = "exemption_without_record"


@dataclass(frozen=True, slots=True)
class ManifestFinding:
    """Something odd about the manifest that did not stop the visit."""

    code: ManifestFindingCode
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Technician:
    """Who came. `team` is None where the manifest names none."""

    name: str
    number: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """WGS-84 degrees. Raises ValueError outside the globe."""

    latitude_deg: float
    longitude_deg: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude_deg <= 90 and -180 <= self.longitude_deg <= 180):
            raise ValueError(f"not on the globe: {self.latitude_deg}, {self.longitude_deg}")


@dataclass(frozen=True, slots=True)
class AppointmentWindow:
    """The agreed time of arrival. `zone` is an IANA name; start and end are aware."""

    start: datetime
    end: datetime
    zone: str

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an appointment window needs aware times")
        if self.end < self.start:
            raise ValueError("the appointment window ends before it starts")
        ZoneInfo(self.zone)

    @property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class WorkOrder:
    number: str
    service_type: ServiceType
    window: AppointmentWindow
    location: GeoPoint | None = None
    delay_announced_at: datetime | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """A recorded reason for missing evidence: who declared it and when.

    `recorded_by` or `recorded_at` is None where the manifest claims an exemption without a record,
    which is itself a finding and exempts nothing.
    """

    kind: ExemptionKind
    recorded_by: str | None
    recorded_at: datetime | None

    @property
    def is_recorded(self) -> bool:
        return bool(self.recorded_by) and self.recorded_at is not None


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard that the technician declared."""

    description: str
    declared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One uploaded file. `key` is the full object key.

    `uploaded_at` comes from the manifest, or from the store where `uploaded_at_from_store` says so.
    `stage` is None where the manifest gives none. `sha256` is what the manifest promised, if it did.
    """

    key: str
    kind: MediaKind
    stage: Stage | None = None
    sha256: str | None = None
    uploaded_at: datetime | None = None
    size_bytes: int | None = None
    uploaded_at_from_store: bool = False

    @property
    def name(self) -> str:
        """The key's last part, for people."""
        return self.key.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as ordered and uploaded. `key` is the manifest's object key."""

    visit_id: str
    day: date
    key: str
    work_order: WorkOrder
    technician: Technician
    media: tuple[MediaItem, ...]
    exemptions: tuple[Exemption, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    findings: tuple[ManifestFinding, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return self.work_order.window.tzinfo
