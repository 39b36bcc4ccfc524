"""visit.json into the values that the judging knows. Nothing here asks the store; `storage.visits` does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ValidationError

from pipeline.errors import ManifestError
from pipeline.visit import (
    AppointmentWindow,
    Exemption,
    GeoPoint,
    Hazard,
    ManifestFinding,
    ManifestFindingCode,
    MediaItem,
    Stage,
    Technician,
    WorkOrder,
)
from storage.manifest_model import ExemptionModel, ManifestModel, MediaModel, WindowModel, WorkOrderModel
from storage.nearest import did_you_mean
from storage.validation import path_of, sentences


@dataclass(frozen=True, slots=True)
class ParsedManifest:
    """What a manifest says, before anybody asked the store whether its media are there.

    Media keys are full object keys: the manifest's folder and the path that it names.
    """

    visit_id: str
    work_order: WorkOrder
    technician: Technician
    media: tuple[MediaItem, ...]
    exemptions: tuple[Exemption, ...]
    hazards: tuple[Hazard, ...]
    findings: tuple[ManifestFinding, ...]

    @property
    def day(self) -> date:
        """The day on which the appointment starts, in the zone of the visit."""
        window = self.work_order.window
        return window.start.astimezone(window.tzinfo).date()


def parse_manifest(data: bytes, key: str) -> ParsedManifest:
    """Read the bytes of visit.json that lie under `key`.

    Raises ManifestError with the path of each wrong field, its value and what would be valid.
    """
    try:
        model = ManifestModel.model_validate_json(data.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise ManifestError(f"{key}: {'; '.join(sentences(error))}") from error
    window = model.work_order.window
    media, listed_twice = _without_doubles(model.media)
    findings = (*_unknown_keys(model, ()), *_unknown_stages(model), *listed_twice, *_unrecorded(model))
    folder = key.rpartition("/")[0]
    return ParsedManifest(
        visit_id=model.visit_id,
        work_order=_work_order(model.work_order),
        technician=Technician(model.technician.name, model.technician.number, model.technician.team),
        media=tuple(_media_item(item, window, folder) for item in media),
        exemptions=tuple(_exemption(item, window) for item in model.exemptions),
        hazards=tuple(Hazard(item.description, _aware(item.declared_at, window)) for item in model.hazards),
        findings=findings,
    )


def _work_order(model: WorkOrderModel) -> WorkOrder:
    window = model.window
    place = model.location
    return WorkOrder(
        number=model.number,
        service_type=model.service_type,
        window=AppointmentWindow(window.aware(window.start), window.aware(window.end), window.zone),
        location=GeoPoint(place.latitude, place.longitude) if place else None,
        delay_announced_at=_aware(model.delay_announced_at, window),
        city=model.city,
    )


def _media_item(model: MediaModel, window: WindowModel, folder: str) -> MediaItem:
    return MediaItem(
        key=f"{folder}/{model.key}" if folder else model.key,
        kind=model.kind,
        stage=Stage(model.stage) if model.stage in tuple(Stage) else None,
        sha256=model.sha256.lower() if model.sha256 else None,
        uploaded_at=_aware(model.uploaded_at, window),
    )


def _exemption(model: ExemptionModel, window: WindowModel) -> Exemption:
    return Exemption(model.kind, model.recorded_by or None, _aware(model.recorded_at, window))


def _aware(moment: datetime | None, window: WindowModel) -> datetime | None:
    return window.aware(moment) if moment is not None else None


def _without_doubles(
    media: tuple[MediaModel, ...],
) -> tuple[tuple[MediaModel, ...], tuple[ManifestFinding, ...]]:
    """The first entry of each key, and a finding for each further one."""
    first: dict[str, MediaModel] = {}
    findings = []
    for item in media:
        if first.setdefault(item.key, item) is not item:
            detail = "listed more than once; the first entry counts"
            findings.append(ManifestFinding(ManifestFindingCode.MEDIA_LISTED_TWICE, item.key, detail))
    return tuple(first.values()), tuple(findings)


def _unknown_keys(value: object, path: tuple[str | int, ...]) -> Iterator[ManifestFinding]:
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _unknown_keys(item, (*path, index))
    elif isinstance(value, BaseModel):
        names = {field.alias or name for name, field in type(value).model_fields.items()}
        for extra in value.model_extra or ():
            detail = f"unknown key {extra!r}, not read; {did_you_mean(extra, names)}"
            yield ManifestFinding(ManifestFindingCode.UNKNOWN_KEY, path_of((*path, extra)), detail)
        for name in type(value).model_fields:
            yield from _unknown_keys(getattr(value, name), (*path, name))


def _unknown_stages(model: ManifestModel) -> Iterator[ManifestFinding]:
    for item in model.media:
        if item.stage is not None and item.stage not in tuple(Stage):
            detail = f"unknown stage {item.stage!r}; {did_you_mean(item.stage, Stage)}"
            yield ManifestFinding(ManifestFindingCode.UNKNOWN_STAGE, item.key, detail)


def _unrecorded(model: ManifestModel) -> Iterator[ManifestFinding]:
    for index, item in enumerate(model.exemptions):
        wanting = [name for name in ("recorded_by", "recorded_at") if not getattr(item, name)]
        if wanting:
            detail = (
                f"{item.kind.value} without {' and '.join(wanting)}: it exempts nothing until both are given"
            )
            subject = path_of(("exemptions", index))
            yield ManifestFinding(ManifestFindingCode.EXEMPTION_WITHOUT_RECORD, subject, detail)
