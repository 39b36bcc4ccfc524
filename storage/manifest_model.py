"""The shape of visit.json: the door through which other people's files come in.

What is wrong with a required thing stops the visit (`ManifestError`); what is merely unknown, a key or a
stage, is kept aside and becomes a finding, because it must not cost a technician the whole visit.
"""

import re
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pipeline.visit import ExemptionKind, MediaKind, ServiceType, Stage
from storage.nearest import nearest

SCHEMA_VERSION = 1
MANIFEST_NAME = "visit.json"

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")
_TIME_NOTE = "ISO 8601; without an offset it is local time in the window's zone."


def _safe_name(name: str) -> str:
    if "/" in name or name in (".", "..") or _UNSAFE.search(name) or name != name.strip():
        raise ValueError(
            "wanted one folder name: no slash, no backslash, no control character, no outer blank"
        )
    return name


def _safe_key(key: str) -> str:
    if _UNSAFE.search(key) or any(part in ("", ".", "..") for part in key.split("/")):
        raise ValueError(
            "wanted a path below the visit's folder (photos/01.jpg): no leading slash, no '..', no backslash"
        )
    if key == MANIFEST_NAME:
        raise ValueError("the manifest itself is no media file")
    return key


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        hint = nearest(name, available_timezones())
        raise ValueError(
            f"no such time zone; nearest valid: {hint}" if hint else "wanted an IANA name: Asia/Shanghai"
        )
    return name


def _within_calendar(moment: datetime) -> datetime:
    # A day at either end is left free, so that no change of zone can leave the calendar.
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError("wanted a year between 0002 and 9998")
    return moment


Text = Annotated[str, Field(min_length=1, max_length=500)]
Moment = Annotated[datetime, AfterValidator(_within_calendar)]


class _Part(BaseModel):
    # Extra keys are allowed in, so that they can be reported by their path.
    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class TechnicianModel(_Part):
    """Who came, as printed on the work badge."""

    name: Text
    number: Text
    team: Text | None = Field(default=None, description="Team or station; auditors filter by it.")


class WindowModel(_Part):
    """The agreed time of arrival, from `start` to `end`, in the zone of the visit's place."""

    start: Moment = Field(description=f"Earliest agreed arrival. {_TIME_NOTE}")
    end: Moment = Field(description=f"Latest agreed arrival. {_TIME_NOTE}")
    zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        description="IANA name.", examples=["Asia/Shanghai"]
    )

    def aware(self, moment: datetime) -> datetime:
        """A time of this manifest in the window's zone, which is also its own where it states none."""
        zone = ZoneInfo(self.zone)
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)

    @model_validator(mode="after")
    def _in_order(self) -> "WindowModel":
        if self.aware(self.end) < self.aware(self.start):
            raise ValueError(
                f"the window ends ({self.end}) before it starts ({self.start}); wanted start <= end"
            )
        return self


class LocationModel(_Part):
    """Where the visit takes place, WGS-84 degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class WorkOrderModel(_Part):
    """What was ordered."""

    number: Text
    service_type: ServiceType
    window: WindowModel
    location: LocationModel | None = None
    city: Text | None = Field(default=None, description="City or branch; auditors filter by it.")
    delay_announced_at: Moment | None = Field(
        default=None, description=f"When the customer was told of a delay. {_TIME_NOTE}"
    )


class ExemptionModel(_Part):
    """Why evidence can't be demanded. Without both who and when it exempts nothing and is a finding."""

    kind: ExemptionKind
    recorded_by: str | None = Field(default=None, description="Who declared it.")
    recorded_at: Moment | None = Field(default=None, description=f"When. {_TIME_NOTE}")


class HazardModel(_Part):
    """A hazard that the technician declared."""

    description: Text
    declared_at: Moment | None = Field(default=None, description=_TIME_NOTE)


class MediaModel(_Part):
    """One photo or video."""

    key: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_safe_key)] = Field(
        description="Path below the visit's folder.", examples=["photos/01.jpg"]
    )
    kind: MediaKind
    stage: str | None = Field(
        default=None,
        description="Placed by its time where none is given; an unknown stage is a finding.",
        json_schema_extra={"anyOf": [{"enum": [stage.value for stage in Stage]}, {"type": "null"}]},
    )
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = Field(
        default=None, description="Hex SHA-256 of the file; checked when it is fetched."
    )
    uploaded_at: Moment | None = Field(
        default=None, description=f"The store's own time where none is given. {_TIME_NOTE}"
    )


class ManifestModel(_Part):
    """The manifest of one visit: `visits/<date>/<visit_id>/visit.json`."""

    model_config = ConfigDict(title="VisitProof visit manifest")

    schema_version: int = Field(default=SCHEMA_VERSION, ge=1, le=SCHEMA_VERSION)
    visit_id: Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_safe_name)] = Field(
        description="Unique among all visits, and the name of the visit's folder."
    )
    work_order: WorkOrderModel
    technician: TechnicianModel
    media: tuple[MediaModel, ...] = Field(strict=False)
    exemptions: tuple[ExemptionModel, ...] = Field(default=(), strict=False)
    hazards: tuple[HazardModel, ...] = Field(default=(), strict=False)
    schema_reference: str | None = Field(default=None, alias="$schema", description="For editors; not read.")


def manifest_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of visit.json."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ManifestModel.model_json_schema()}
