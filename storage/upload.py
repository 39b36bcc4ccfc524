"""A local visit folder into the store: checked first, resumable, the manifest last."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.errors import ManifestError, ObjectNotFound
from pipeline.ports import ObjectStore
from pipeline.visit import ManifestFinding, ManifestFindingCode
from storage.manifest import ParsedManifest, parse_manifest
from storage.manifest_model import MANIFEST_NAME
from storage.transfer import etag_of_file
from storage.visits import MANIFEST_LIMIT_BYTES, visit_folder

_TYPES = {".heic": "image/heic", ".heif": "image/heif", ".webp": "image/webp", ".mov": "video/quicktime"}


class UploadProgress(Protocol):
    """Told about each file as it is done; `index` counts from 1."""

    def __call__(self, name: str, size_bytes: int, skipped: bool, index: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class UploadSummary:
    """What an upload did. `sent` and `skipped` are names below the visit's folder."""

    visit_id: str
    manifest_key: str
    sent: tuple[str, ...]
    skipped: tuple[str, ...]
    sent_bytes: int
    findings: tuple[ManifestFinding, ...]


def upload_visit(store: ObjectStore, folder: Path, progress: UploadProgress | None = None) -> UploadSummary:
    """Put a folder with visit.json and the media that it lists under visits/<date>/<visit_id>/.

    Objects that are already there with the same content are skipped, so an upload that broke off goes on
    where it stopped. The manifest comes last: a visit that is half there is never taken for a whole one.
    Raises ManifestError before anything is sent, StorageError.
    """
    manifest = _checked_manifest(folder)
    target = visit_folder(manifest.day, manifest.visit_id)
    names = (*(item.key for item in manifest.media if (folder / item.key).is_file()), MANIFEST_NAME)
    sent: list[str] = []
    skipped: list[str] = []
    sent_bytes = 0
    for index, name in enumerate(names, start=1):
        size_bytes = (folder / name).stat().st_size
        is_there = _is_there(store, target + name, folder / name)
        if not is_there:
            store.put_file(target + name, folder / name, content_type(name))
            sent_bytes += size_bytes
        (skipped if is_there else sent).append(name)
        if progress is not None:
            progress(name, size_bytes, is_there, index, len(names))
    return UploadSummary(
        visit_id=manifest.visit_id,
        manifest_key=target + MANIFEST_NAME,
        sent=tuple(sent),
        skipped=tuple(skipped),
        sent_bytes=sent_bytes,
        findings=(*manifest.findings, *_differences(manifest, folder)),
    )


def content_type(name: str) -> str:
    """The media type that a file's name stands for."""
    known = _TYPES.get(Path(name).suffix.lower()) or mimetypes.guess_type(name)[0]
    return known or "application/octet-stream"


def _checked_manifest(folder: Path) -> ParsedManifest:
    path = folder / MANIFEST_NAME
    if not path.is_file():
        raise ManifestError(
            f"{path} is not there: a visit's folder holds {MANIFEST_NAME} and the media it lists"
        )
    if path.stat().st_size > MANIFEST_LIMIT_BYTES:
        raise ManifestError(f"{path} has more than {MANIFEST_LIMIT_BYTES} bytes: a manifest is a small file")
    try:
        manifest = parse_manifest(path.read_bytes(), MANIFEST_NAME)
    except ManifestError as error:
        raise ManifestError(f"{folder}: {error}") from error
    for item in manifest.media:
        if not (folder / item.key).resolve().is_relative_to(folder.resolve()):
            raise ManifestError(
                f"{path}: {item.key} is a link that leads out of the folder: copy the file into it"
            )
    return manifest


def _is_there(store: ObjectStore, key: str, path: Path) -> bool:
    try:
        found = store.stat(key)
    except ObjectNotFound:
        return False
    return found.size_bytes == path.stat().st_size and found.etag == etag_of_file(path)


def _differences(manifest: ParsedManifest, folder: Path) -> Iterator[ManifestFinding]:
    listed = {item.key for item in manifest.media}
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(listed - here):
        yield ManifestFinding(ManifestFindingCode.MEDIA_MISSING, name, f"listed, but not in {folder}")
    for name in sorted(here - listed - {MANIFEST_NAME}):
        yield ManifestFinding(ManifestFindingCode.MEDIA_NOT_LISTED, name, "not listed: not uploaded")
