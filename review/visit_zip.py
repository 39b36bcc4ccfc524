"""Everything about a visit in one zip: what was seen, judged and decided, with a list of digests.

Equal inputs give equal bytes: no time of packing stands in it.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from typing import IO

from pipeline.results import VisitReport
from review.retake_text import retakes_of, retakes_text
from review.site import Site
from review.trail import Trail, trail_as_json
from review.visit_pdf import visit_pdf
from storage.codec import canonical_json, evidence_to_json, report_digest, report_to_json

MANIFEST_NAME = "manifest.json"
_NO_TIME = (1980, 1, 1, 0, 0, 0)

Part = tuple[str, bytes]


def write_zip(file: IO[bytes], site: Site, report: VisitReport, trail: Trail, with_pictures: bool) -> None:
    """Write report, decisions, evidence, PDF and, if asked for, reduced pictures; last the manifest.

    Raises SettingsError where PDFs can't be printed, StorageError.
    """
    digests: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _parts(site, report, trail, with_pictures):
            digests[name] = hashlib.sha256(data).hexdigest()
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), data, zipfile.ZIP_DEFLATED)
        manifest = {"visit_id": report.visit_id, "report_digest": report_digest(report), "sha256": digests}
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        archive.writestr(zipfile.ZipInfo(MANIFEST_NAME, _NO_TIME), text, zipfile.ZIP_DEFLATED)


def _parts(site: Site, report: VisitReport, trail: Trail, with_pictures: bool) -> Iterator[Part]:
    yield "report.json", report_to_json(report).encode()
    yield "decisions.json", canonical_json(trail_as_json(trail)).encode()
    yield "retakes.txt", retakes_text(report, retakes_of(report, trail.latest)).encode()
    yield "report.pdf", visit_pdf(report, trail, site.pictures)
    keys = sorted(entry.media_key for entry in report.timeline)
    seen = site.results.evidence.of_objects(keys, report.observer_digest)
    for number, key in enumerate(keys, start=1):
        name = f"{number:03d}-{_plain(key)}"
        if key in seen:
            yield f"evidence/{name}.json", evidence_to_json(seen[key]).encode()
        picture = site.pictures.picture(key, None) if with_pictures else None
        if picture is not None:
            yield f"pictures/{name}.jpg", picture


def _plain(key: str) -> str:
    """A file's name that unpacks anywhere and leads nowhere else."""
    name = key.rsplit("/", 1)[-1]
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
