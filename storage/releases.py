"""Releases of rules and models, kept for good; what may be done is decided by `pipeline.tuning.releasing`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from pipeline.auditing import Person
from pipeline.errors import ReleaseError
from pipeline.rules import RuleSet
from pipeline.tuning.releases import Release, ReleaseKind, Span, Step, StepKind, in_force, spans
from pipeline.tuning.releasing import check_approval, check_proposal, check_rejection, way_back
from pipeline.visit import ServiceType
from storage.codec import canonical_json
from storage.database import Database
from storage.evaluations import evaluation_of
from storage.release_rows import body_of, release_of, releases_of, rule_sets_in, steps_of
from storage.rule_codec import files_of, released_body
from storage.rule_folder import RuleFolder
from storage.tuning_tables import ReleaseRow, ReleaseStepRow

RulesByDay = tuple[tuple[Span, Mapping[ServiceType, RuleSet] | None], ...]
"""What is in force from which day on, with its rules, days in order; None where no release is."""


@dataclass(frozen=True, slots=True)
class ReleasedModel:
    """Registered weights as they were released."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants something done about releases, when, by which way (`site`, `shell: root`) and why.

    today: the day of `at` in the zone that nights go by. retroactive: days that are over may be meant.
    """

    person: Person
    at: datetime
    today: date
    via: str
    comment: str = ""
    retroactive: bool = False


class ReleaseStore:
    """Releases. Each method is one transaction. Raises StorageError; ReleaseError where something may not
    be done or there is no such release."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- doing something --------------------------------------------------------------------------------

    def propose_rules(self, folder: RuleFolder, evaluation_id: int, asked: Asked) -> Release:
        """Keep a folder of rules as a version that waits for approval; it must rest on a replay of it."""
        body = released_body(folder.files, folder.rule_sets)
        return self._propose(ReleaseKind.RULES, folder.version, folder.digest, body, evaluation_id, asked)

    def propose_model(self, model: ReleasedModel, evaluation_id: int, asked: Asked) -> Release:
        """Keep registered weights as a release that waits for approval; it must rest on a comparison in
        which they are the challenger. Its version is `name version`."""
        version, body = f"{model.name} {model.version}", canonical_json(asdict(model))
        return self._propose(ReleaseKind.MODEL, version, model.sha256, body, evaluation_id, asked)

    def approve(self, release_id: int, from_day: date, asked: Asked) -> Step:
        """Put a release in force for the visits from a day on; by another person than proposed it."""
        with self._database.writing() as connection:
            release = release_of(connection, release_id)
            steps = steps_of(connection, release.kind)
            check_approval(release, steps, asked.person, from_day, asked.today, asked.retroactive)
            return _add(connection, release.kind, steps, StepKind.APPROVE, release_id, from_day, asked)

    def reject(self, release_id: int, asked: Asked) -> Step:
        """Decline what was proposed; the proposer may, too."""
        with self._database.writing() as connection:
            release = release_of(connection, release_id)
            steps = steps_of(connection, release.kind)
            check_rejection(release, steps, asked.person)
            return _add(connection, release.kind, steps, StepKind.REJECT, release_id, None, asked)

    def back(self, kind: ReleaseKind, from_day: date, asked: Asked, to: int | None = None) -> Step:
        """Put an earlier release in force again: `to`, or the one before the newest; none where there was
        none before it."""
        with self._database.writing() as connection:
            steps = steps_of(connection, kind)
            target = way_back(steps, to, asked.person, from_day, asked.today, asked.retroactive)
            return _add(connection, kind, steps, StepKind.BACK, target, from_day, asked)

    # ---- looking ------------------------------------------------------------------------------------------

    def all(self, kind: ReleaseKind) -> tuple[Release, ...]:
        """All that was ever proposed, oldest first."""
        with self._database.reading() as connection:
            return releases_of(connection, kind)

    def get(self, release_id: int) -> Release:
        with self._database.reading() as connection:
            return release_of(connection, release_id)

    def of_version(self, kind: ReleaseKind, version: str) -> Release:
        """The release of that version; its number will do, too."""
        known = self.all(kind)
        found = [one for one in known if one.version == version]
        found = found or [one for one in known if str(one.release_id) == version]
        if not found:
            names = "、".join(one.version for one in known) or "无"
            names_en = ", ".join(repr(one.version) for one in known) or "none"
            raise ReleaseError(
                f"没有版本 {version}；已有：{names}", f"no release {version!r}; known: {names_en}"
            )
        return found[0]

    def steps(self, kind: ReleaseKind) -> tuple[Step, ...]:
        """What was done about releases of a kind, oldest first; `pipeline.tuning.releases` reads them."""
        with self._database.reading() as connection:
            return steps_of(connection, kind)

    def files(self, release_id: int) -> Mapping[str, str]:
        """File name -> text of a release of rules."""
        with self._database.reading() as connection:
            return files_of(body_of(connection, release_id))

    def rule_sets(self, release_id: int) -> Mapping[ServiceType, RuleSet]:
        """The rules of a release, as they were approved. Raises RulesError where this program needs more."""
        with self._database.reading() as connection:
            return rule_sets_in(connection, release_of(connection, release_id))

    def rules_by_day(self) -> RulesByDay:
        """Raises RulesError where this program asks for more than a release has."""
        with self._database.reading() as connection:
            found = spans(steps_of(connection, ReleaseKind.RULES))
            wanted = {span.release_id for span in found if span.release_id is not None}
            loaded = {one: rule_sets_in(connection, release_of(connection, one)) for one in sorted(wanted)}
        return tuple((span, loaded[span.release_id] if span.release_id else None) for span in found)

    def in_force(self, kind: ReleaseKind, day: date) -> Release | None:
        """The release for the visits of a day."""
        with self._database.reading() as connection:
            release_id = in_force(steps_of(connection, kind), day)
            return release_of(connection, release_id) if release_id is not None else None

    def model_in_force(self, day: date) -> ReleasedModel | None:
        """The weights that were released for a day."""
        with self._database.reading() as connection:
            release_id = in_force(steps_of(connection, ReleaseKind.MODEL), day)
            body = body_of(connection, release_id) if release_id is not None else None
        return ReleasedModel(**json.loads(body)) if body is not None else None

    def _propose(
        self, kind: ReleaseKind, version: str, digest: str, body: str, evaluation_id: int, asked: Asked
    ) -> Release:
        row = {
            "kind": kind.value,
            "version": version,
            "digest": digest,
            "body": body,
            "evaluation_id": evaluation_id,
            "proposed_by": asked.person.user_id,
            "proposed_at": asked.at,
            "comment": asked.comment,
            "via": asked.via,
        }
        try:
            with self._database.writing() as connection:
                evaluation = evaluation_of(connection, evaluation_id)
                known = releases_of(connection, kind)
                check_proposal(kind, version, digest, asked.person, known, evaluation)
                made = connection.execute(insert(ReleaseRow).values(row).returning(ReleaseRow.id))
                return release_of(connection, made.scalar_one())
        except IntegrityError as error:
            raise _overtaken() from error


def _add(
    connection: Connection,
    kind: ReleaseKind,
    steps: tuple[Step, ...],
    word: StepKind,
    release_id: int | None,
    from_day: date | None,
    asked: Asked,
) -> Step:
    row = {
        "kind": kind.value,
        "previous": steps[-1].step_id if steps else 0,
        "word": word.value,
        "release_id": release_id,
        "from_day": from_day.isoformat() if from_day else None,
        "user_id": asked.person.user_id,
        "decided_at": asked.at,
        "comment": asked.comment,
        "via": asked.via,
    }
    try:
        connection.execute(insert(ReleaseStepRow).values(row))
    except IntegrityError as error:
        raise _overtaken() from error
    return steps_of(connection, kind)[-1]


def _overtaken() -> ReleaseError:
    return ReleaseError(
        "其他人刚刚同时操作了发布：请重新查看后再试",
        "somebody else was quicker: look again and then try anew",
    )
