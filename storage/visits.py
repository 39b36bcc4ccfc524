"""Visits in the store: `visits/<date>/<visit_id>/visit.json` and the media beside it."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.errors import ManifestError, MediaError, ObjectNotFound
from pipeline.ports import ObjectInfo, ObjectStore
from pipeline.visit import ManifestFinding, ManifestFindingCode, MediaItem, Visit
from storage.manifest import ParsedManifest, parse_manifest
from storage.manifest_model import MANIFEST_NAME

ROOT = "visits/"
MANIFEST_LIMIT_BYTES = 4 * 1024 * 1024

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VisitRef:
    """A visit's place in the store, before its manifest was read.

    twins: manifest keys of other folders that carry the same visit id.
    """

    visit_id: str
    day: date
    manifest_key: str
    twins: tuple[str, ...] = ()


def visit_folder(day: date, visit_id: str) -> str:
    """The folder of a visit, ending in a slash."""
    return f"{ROOT}{day.isoformat()}/{visit_id}/"


def list_visits(store: ObjectStore, prefix: str = ROOT) -> list[VisitRef]:
    """The visits of a date (2026-11-20) or under a prefix (visits/2026-11-), by day and id.

    Lists folders, never the objects in them; so a folder whose upload is not finished is listed too, and
    `load_visit` says so. Raises StorageError.
    """
    folders = sorted(_visit_folders(store, _full_prefix(prefix)))
    refs = [ref for folder in folders if (ref := _ref(folder)) is not None]
    return with_twins(refs)


def with_twins(refs: Sequence[VisitRef]) -> list[VisitRef]:
    """The same visits, each knowing the others that carry its id."""
    keys = defaultdict(list)
    for ref in refs:
        keys[ref.visit_id].append(ref.manifest_key)
    return [
        replace(ref, twins=tuple(key for key in keys[ref.visit_id] if key != ref.manifest_key))
        for ref in refs
    ]


def load_visit(store: ObjectStore, manifest_key: str, twins: Iterable[str] = ()) -> Visit:
    """A visit as ordered and uploaded: its manifest held against what lies in its folder.

    twins: manifests that carried the same id when they were last seen; those still there become findings.
    Media that are listed and not there stay in `media`, so that each becomes a MediaFailure by name.
    Raises ManifestError if it can't be understood or lies in the wrong place, StorageError.
    """
    folder, folder_id, day = _place(manifest_key)
    manifest = parse_manifest(_manifest_bytes(store, manifest_key), manifest_key)
    if manifest.visit_id != folder_id:
        raise ManifestError(
            f"{manifest_key}: visit_id = {manifest.visit_id!r}, its folder is {folder_id!r}: make them equal"
        )
    stored = {found.key: found for found in store.list_objects(folder) if found.key != manifest_key}
    findings = (
        *manifest.findings,
        *_differences(manifest, stored, folder),
        *_twin_findings(store, folder_id, twins),
    )
    return Visit(
        visit_id=manifest.visit_id,
        day=day,
        key=manifest_key,
        work_order=manifest.work_order,
        technician=manifest.technician,
        media=tuple(_joined(item, stored.get(item.key)) for item in manifest.media),
        exemptions=manifest.exemptions,
        hazards=manifest.hazards,
        findings=findings,
    )


def _full_prefix(prefix: str) -> str:
    try:
        return f"{ROOT}{date.fromisoformat(prefix).isoformat()}/"
    except ValueError:
        return prefix if prefix.startswith(ROOT) else f"{ROOT}{prefix}"


def _visit_folders(store: ObjectStore, prefix: str) -> Iterator[str]:
    """Folders two levels below visits/, whichever level the prefix ends at."""
    depth = prefix.count("/")
    if depth == 1:
        for day_folder in store.list_folders(prefix):
            yield from store.list_folders(day_folder)
    elif depth == 2:
        yield from store.list_folders(prefix)
    else:
        yield "/".join(prefix.split("/")[:3]) + "/"


def _ref(folder: str) -> VisitRef | None:
    key = folder + MANIFEST_NAME
    try:
        _, visit_id, day = _place(key)
    except ManifestError as error:
        _log.warning("not a visit: %s", error)
        return None
    return VisitRef(visit_id, day, key)


def _place(manifest_key: str) -> tuple[str, str, date]:
    """Folder, folder's name and day of a manifest key. Raises ManifestError for another layout."""
    parts = manifest_key.split("/")
    try:
        root, day, visit_id, name = parts
        if (f"{root}/", name) != (ROOT, MANIFEST_NAME) or not visit_id:
            raise ValueError(manifest_key)
        return f"{root}/{day}/{visit_id}/", visit_id, date.fromisoformat(day)
    except ValueError as error:
        raise ManifestError(
            f"{manifest_key}: a manifest lies at {ROOT}<YYYY-MM-DD>/<visit_id>/{MANIFEST_NAME}"
        ) from error


def _manifest_bytes(store: ObjectStore, key: str) -> bytes:
    try:
        return store.fetch(key, MANIFEST_LIMIT_BYTES)
    except ObjectNotFound as error:
        raise ManifestError(
            f"{key} is not there: the upload was not finished; upload the visit again"
        ) from error
    except MediaError as error:
        raise ManifestError(f"{error}: a manifest is a small file; split the visit") from error


def _differences(
    manifest: ParsedManifest, stored: dict[str, ObjectInfo], folder: str
) -> Iterator[ManifestFinding]:
    listed = {item.key for item in manifest.media}
    for item in manifest.media:
        if item.key not in stored:
            name = item.key.removeprefix(folder)
            yield ManifestFinding(ManifestFindingCode.MEDIA_MISSING, name, "listed, but not in the store")
    for key in sorted(stored.keys() - listed):
        name = key.removeprefix(folder)
        yield ManifestFinding(
            ManifestFindingCode.MEDIA_NOT_LISTED, name, "in the store, but not listed: not judged"
        )


def _twin_findings(store: ObjectStore, visit_id: str, twins: Iterable[str]) -> Iterator[ManifestFinding]:
    for twin in twins:
        try:
            store.stat(twin)
        except ObjectNotFound:
            continue  # it was moved or removed since, so there is no doubt left about the id
        yield ManifestFinding(ManifestFindingCode.DUPLICATE_VISIT_ID, visit_id, f"also the id of {twin}")


def _joined(item: MediaItem, found: ObjectInfo | None) -> MediaItem:
    if found is None:
        return item
    from_store = item.uploaded_at is None
    return replace(
        item,
        size_bytes=found.size_bytes,
        uploaded_at=found.modified_at if from_store else item.uploaded_at,
        uploaded_at_from_store=from_store,
    )
