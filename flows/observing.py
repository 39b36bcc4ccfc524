"""Observing one visit: each file fetched and looked at once; what was seen is kept for later nights."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.assembly import Services
from models.fingerprints import sha256_of
from models.limits import Limits
from pipeline.errors import MediaError, ObjectCorrupted, ObjectNotFound
from pipeline.evidence import FailureReason, MediaEvidence, MediaFailure, Observation
from pipeline.fingerprint import MediaUse
from pipeline.ports import EvidenceStore, MediaObserver, ObjectStore
from pipeline.stamp_codes import CodeUse, code_uses
from pipeline.visit import MediaItem, MediaKind, Visit

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A media file on disk, for as long as its visit is being looked at."""

    item: MediaItem
    path: Path
    sha256: str


def observe_visit(services: Services, visit: Visit) -> Mapping[str, Observation]:
    """Media key -> what was seen in it, or why nobody could look.

    A file that is missing, too large or damaged is a MediaFailure and the others go on. Nothing is fetched
    that was looked at before by an equal observer, and no bytes are observed twice. Raises StorageError.
    """
    etags = _etags(services.store, visit)
    observations = {item.key: _recalled(services, item, etags.get(item.key)) for item in visit.media}
    wanting = [item for item in visit.media if observations[item.key] is None]
    if wanting:
        observations |= _observe_items(services, wanting, etags)
    return {key: seen for key, seen in observations.items() if seen is not None}


def record_seen(services: Services, visit: Visit, observations: Mapping[str, Observation]) -> None:
    """Keep which pictures, and which verification codes, a visit used. Raises StorageError."""
    services.results.record_uses(visit.visit_id, media_uses(visit, observations))
    services.results.stamp_codes.record(visit.visit_id, stamp_codes(visit, observations))


def stamp_codes(visit: Visit, observations: Mapping[str, Observation]) -> tuple[CodeUse, ...]:
    """Which verification codes stand on a visit's pictures."""
    return code_uses(visit.visit_id, ((item, observations[item.key]) for item in visit.media))


def media_uses(visit: Visit, observations: Mapping[str, Observation]) -> tuple[MediaUse, ...]:
    """Which pictures a visit used, and when it did so first."""
    return tuple(
        MediaUse(visit.visit_id, item.key, seen.sha256, seen.perceptual_hash, item.uploaded_at)
        for item in visit.media
        if isinstance(seen := observations[item.key], MediaEvidence) and item.uploaded_at is not None
    )


def _etags(store: ObjectStore, visit: Visit) -> Mapping[str, str]:
    folder = visit.key.rpartition("/")[0] + "/"
    return {found.key: found.etag for found in store.list_objects(folder)}


def _recalled(services: Services, item: MediaItem, etag: str | None) -> Observation | None:
    observer_digest = services.observer().digest
    known = services.results.seen_objects.get(item.key, etag, observer_digest) if etag is not None else None
    if isinstance(known, MediaFailure) or known is None:
        return known
    return _kept(services.results.evidence, item, known, observer_digest)


def _observe_items(
    services: Services, items: Sequence[MediaItem], etags: Mapping[str, str]
) -> dict[str, Observation]:
    observer = services.observer()
    with TemporaryDirectory(prefix="visitproof-") as folder:
        fetched = _fetch_all(services, items, Path(folder))
        failures = {each.key: each for each in fetched if isinstance(each, MediaFailure)}
        files = [each for each in fetched if isinstance(each, _Fetched)]
        observations = {**failures, **_observe_files(observer, services.results.evidence, files)}
    for key, seen in observations.items():
        if key in etags and not _may_end_otherwise(seen):
            known = seen.sha256 if isinstance(seen, MediaEvidence) else seen
            services.results.seen_objects.put(key, etags[key], observer.digest, known)
    return observations


def _may_end_otherwise(seen: Observation) -> bool:
    """Whether the same object may come to another end next time: another day or manifest."""
    passing = (FailureReason.TIMED_OUT, FailureReason.NOT_FOUND, FailureReason.CHECKSUM_MISMATCH)
    return isinstance(seen, MediaFailure) and seen.reason in passing


def _fetch_all(services: Services, items: Sequence[MediaItem], folder: Path) -> list[_Fetched | MediaFailure]:
    fetch = partial(_fetch, services.store, services.settings.limits)
    paths = [folder / f"{index:04d}" for index in range(len(items))]
    with ThreadPoolExecutor(services.settings.fetch_threads, thread_name_prefix="fetch") as pool:
        return list(pool.map(fetch, items, paths))


def _fetch(store: ObjectStore, limits: Limits, item: MediaItem, path: Path) -> _Fetched | MediaFailure:
    limit_bytes = limits.max_video_bytes if item.kind is MediaKind.VIDEO else limits.max_photo_bytes
    try:
        store.fetch_to_file(item.key, path, limit_bytes)
    except ObjectNotFound:
        detail = "the manifest lists it, the store does not have it; upload the visit again"
        return MediaFailure(item.key, FailureReason.NOT_FOUND, detail)
    except ObjectCorrupted as error:
        return MediaFailure(item.key, FailureReason.CHECKSUM_MISMATCH, str(error))
    except MediaError as error:
        return MediaFailure(item.key, error.reason, error.detail)
    return _as_promised(_Fetched(item, path, sha256_of(path)))


def _as_promised(file: _Fetched) -> _Fetched | MediaFailure:
    promised = file.item.sha256
    if promised is None or promised.lower() == file.sha256:
        return file
    detail = f"the manifest promises sha256 {promised}, the file has {file.sha256}; upload the right one"
    return MediaFailure(file.item.key, FailureReason.CHECKSUM_MISMATCH, detail)


def _observe_files(
    observer: MediaObserver, evidence: EvidenceStore, files: Sequence[_Fetched]
) -> dict[str, Observation]:
    known = {file.item.key: _kept(evidence, file.item, file.sha256, observer.digest) for file in files}
    new = _first_of_equal_bytes(file for file in files if known[file.item.key] is None)
    fresh = dict(zip(new, observer.observe([(file.item, file.path) for file in new.values()]), strict=True))
    for observation in fresh.values():
        if isinstance(observation, MediaEvidence):
            evidence.put(observation)
    return {file.item.key: known[file.item.key] or _of(file.item, fresh[_bytes_of(file)]) for file in files}


def _kept(
    evidence: EvidenceStore, item: MediaItem, sha256: str, observer_digest: str
) -> MediaEvidence | None:
    """Evidence of equal bytes, if they are the promised ones and were observed as the same kind of media."""
    if item.sha256 is not None and item.sha256.lower() != sha256:
        return None
    kept = evidence.get(sha256, observer_digest)
    return kept if kept is not None and kept.kind is item.kind else None


_Bytes = tuple[str, MediaKind]


def _bytes_of(file: _Fetched) -> _Bytes:
    return file.sha256, file.item.kind


def _first_of_equal_bytes(files: Iterable[_Fetched]) -> dict[_Bytes, _Fetched]:
    """One file of each content: a picture that a visit holds twice is looked at once."""
    first: dict[_Bytes, _Fetched] = {}
    for file in files:
        first.setdefault(_bytes_of(file), file)
    return first


def _of(item: MediaItem, observation: Observation) -> Observation:
    """The observation under this item's key, where it was made under that of a file of equal bytes."""
    if isinstance(observation, MediaFailure):
        return MediaFailure(item.key, observation.reason, observation.detail)
    return observation
