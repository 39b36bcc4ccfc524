"""What reports were judged from, kept so that visits can be judged again without the store.

Of each report: the visit as it was loaded, which evidence was seen under which key, why nobody could look
at the others, and what other visits had used before. Evidence itself stays where it is, once per file.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, select

from pipeline.errors import StorageError
from pipeline.evidence import MediaEvidence, MediaFailure, Observation
from pipeline.fingerprint import MediaUse
from pipeline.judging_inputs import VisitInputs
from pipeline.report import JUDGING_VERSION
from pipeline.rules import BilingualText
from pipeline.stamp_codes import CodeUse
from pipeline.tuning.replay import Skipped
from pipeline.tuning.replaying import ReplayCase, RuleSets
from pipeline.visit import Visit
from storage.codec import Document, canonical_json, evidence_from_json
from storage.database import Database
from storage.kept_verdicts import kept_verdicts
from storage.number_queries import is_current
from storage.tables import EvidenceRow, JudgingInputsRow, ReportRow

INPUTS_VERSION = 1
_BATCH = 200
_NAMES_PER_QUERY = 5000


@dataclass(frozen=True, slots=True)
class StoredInputs:
    """`VisitInputs` with the digests of evidence (media key -> sha256) in the place of the evidence."""

    visit: Visit
    evidence: Mapping[str, str]
    failures: Mapping[str, MediaFailure]
    earlier_uses: Mapping[str, tuple[MediaUse, ...]]
    earlier_codes: Mapping[str, tuple[CodeUse, ...]]
    spot_check_seed: int
    observer_digest: str


_INPUTS = Document("judging inputs", INPUTS_VERSION, TypeAdapter(StoredInputs))


def inputs_to_json(inputs: VisitInputs) -> str:
    """Without the evidence, which is kept under its digests."""
    seen = inputs.observations
    stored = StoredInputs(
        visit=inputs.visit,
        evidence={key: found.sha256 for key, found in seen.items() if isinstance(found, MediaEvidence)},
        failures={key: found for key, found in seen.items() if isinstance(found, MediaFailure)},
        earlier_uses={key: uses for key, uses in inputs.earlier_uses.items() if uses},
        earlier_codes={key: uses for key, uses in inputs.earlier_codes.items() if uses},
        spot_check_seed=inputs.spot_check_seed,
        observer_digest=inputs.observer_digest,
    )
    return canonical_json(_INPUTS.dump(stored))


def inputs_from_json(text: str | bytes) -> StoredInputs:
    """Raises StorageError for anything that `inputs_to_json` did not write."""
    return _INPUTS.load(text)


def keep(connection: Connection, database: Database, report_id: int, inputs: VisitInputs) -> None:
    """Keep what a report was judged from; equal inputs made it the same report, so the first ones stay."""
    row = {"report_id": report_id, "judging_version": JUDGING_VERSION, "body": inputs_to_json(inputs)}
    connection.execute(database.insert(JudgingInputsRow).values(row).on_conflict_do_nothing())


class InputsTable:
    """Stored visits, as replays and sweeps take them. Raises StorageError if the database is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def are_kept(self, visit_id: str, input_digest: str) -> bool:
        """Whether the report that these inputs gave can be judged again."""
        query = select(JudgingInputsRow.report_id).join(ReportRow, ReportRow.id == JudgingInputsRow.report_id)
        query = query.where(ReportRow.visit_id == visit_id, ReportRow.input_digest == input_digest)
        with self._database.reading() as connection:
            return connection.execute(query).one_or_none() is not None

    def cases(self, since: date | None, until: date | None, old: RuleSets) -> Iterator[ReplayCase | Skipped]:
        """The visits of some days, both included, each by its current report, in order of day and id.

        old: a report that was judged by these very rules, and by this version of the program, brings its
        verdict along. What can't be read is named as skipped, and the others follow.
        """
        with self._database.reading() as connection:
            heads = connection.execute(_heads(since, until)).all()
        for start in range(0, len(heads), _BATCH):
            yield from self._batch(heads[start : start + _BATCH], old)

    def _batch(self, heads: Sequence[Row[Any]], old: RuleSets) -> Iterator[ReplayCase | Skipped]:
        known = {head.id: head for head in heads if head.judging_version is not None}
        with self._database.reading() as connection:
            bodies = _bodies(connection, known)
            inputs = {report_id: _read(bodies[report_id]) for report_id in known}
            evidence = _evidence(
                connection, [one for one in inputs.values() if isinstance(one, StoredInputs)]
            )
            verdicts = kept_verdicts(connection, known.values(), old)
        for head in heads:
            stored = inputs.get(head.id)
            if stored is None:
                yield _never_kept(head)
                continue
            try:
                yield ReplayCase(_whole(stored, evidence), verdicts.get(head.id))
            except StorageError as error:
                yield _unreadable(head, error)


def _heads(since: date | None, until: date | None) -> Select[Any]:
    query = select(
        ReportRow.id,
        ReportRow.visit_id,
        ReportRow.day,
        ReportRow.service_type,
        ReportRow.rule_digest,
        ReportRow.score,
        ReportRow.grade,
        ReportRow.flagged,
        ReportRow.spot_check,
        JudgingInputsRow.judging_version,
    ).outerjoin(JudgingInputsRow, JudgingInputsRow.report_id == ReportRow.id)
    if since is not None:
        query = query.where(ReportRow.day >= since.isoformat())
    if until is not None:
        query = query.where(ReportRow.day <= until.isoformat())
    return query.where(is_current()).order_by(ReportRow.day, ReportRow.visit_id)


def _bodies(connection: Connection, report_ids: Iterable[int]) -> Mapping[int, str]:
    query = select(JudgingInputsRow.report_id, JudgingInputsRow.body)
    query = query.where(JudgingInputsRow.report_id.in_(list(report_ids)))
    return dict(connection.execute(query).tuples().all())


def _read(body: str) -> StoredInputs | StorageError:
    try:
        return inputs_from_json(body)
    except StorageError as error:
        return error


# ---- evidence -----------------------------------------------------------------------------------------

_Name = tuple[str, str]
_Found = Mapping[_Name, MediaEvidence | StorageError]
"""By sha256 and observer digest; each is decoded once, however many visits hold the file."""


def _evidence(connection: Connection, inputs: Iterable[StoredInputs]) -> _Found:
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in inputs:
        wanted[one.observer_digest].update(one.evidence.values())
    found: dict[_Name, MediaEvidence | StorageError] = {}
    for observer, digests in wanted.items():
        names = sorted(digests)
        for start in range(0, len(names), _NAMES_PER_QUERY):
            query = select(EvidenceRow.sha256, EvidenceRow.body).where(
                EvidenceRow.observer_digest == observer,
                EvidenceRow.sha256.in_(names[start : start + _NAMES_PER_QUERY]),
            )
            rows = connection.execute(query).tuples().all()
            found |= {(sha256, observer): _decoded(body) for sha256, body in rows}
    return found


def _decoded(body: str) -> MediaEvidence | StorageError:
    try:
        return evidence_from_json(body)
    except StorageError as error:
        return error


def _whole(stored: StoredInputs | StorageError, evidence: _Found) -> VisitInputs:
    """Raises StorageError where the inputs, or evidence that they name, can't be had."""
    if isinstance(stored, StorageError):
        raise stored
    kinds = {item.key: item.kind for item in stored.visit.media}
    observations: dict[str, Observation] = dict(stored.failures)
    for key, sha256 in stored.evidence.items():
        found = evidence.get((sha256, stored.observer_digest))
        if isinstance(found, StorageError):
            raise StorageError(f"{key}: {found}")
        if found is None or found.kind is not kinds.get(key):
            raise StorageError(f"{key}: its evidence is not kept any more")
        observations[key] = found
    lacking = sorted(kinds.keys() - observations.keys())
    if lacking:
        raise StorageError(f"{lacking[0]}: it is not said what was seen in it")
    return VisitInputs(
        visit=stored.visit,
        observations=observations,
        earlier_uses=stored.earlier_uses,
        earlier_codes=stored.earlier_codes,
        spot_check_seed=stored.spot_check_seed,
        observer_digest=stored.observer_digest,
    )


# ---- what can't be replayed ---------------------------------------------------------------------------


def _never_kept(head: Row[Any]) -> Skipped:
    return Skipped(
        head.visit_id,
        head.day,
        BilingualText(
            f"判定于旧版程序，未保存判定依据：请运行 visitproof nightly --date {head.day}",
            f"judged before inputs were kept: run `visitproof nightly --date {head.day}`, which keeps them",
        ),
    )


def _unreadable(head: Row[Any], error: StorageError) -> Skipped:
    return Skipped(
        head.visit_id,
        head.day,
        BilingualText(
            f"判定依据无法读取（{error}）：请运行 visitproof verify {head.visit_id}",
            f"what it was judged from can't be read ({error}): run `visitproof verify {head.visit_id}`",
        ),
    )
