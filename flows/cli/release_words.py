"""Releases in words, tables and JSON, for a terminal."""

from collections.abc import Iterator
from datetime import datetime

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from flows.assembly import today
from flows.settings import Settings
from pipeline.tuning.evaluations import Evaluation
from pipeline.tuning.releases import Release, ReleaseKind, Step, StepKind, spans, state_of
from pipeline.tuning.rule_changes import RuleChange
from pipeline.visit import ServiceType

_HEADS = ("id", "version", "state", "days", "evaluation", "proposed", "approved")


def release_table(releases: tuple[Release, ...], steps: tuple[Step, ...]) -> Table:
    """One line a version."""
    table = Table(*_HEADS, box=None, pad_edge=False)
    for release in releases:
        table.add_row(*_cells(release, steps))
    return table


def change_table(found: tuple[RuleChange, ...], before: str, after: str) -> Table:
    """One line a value."""
    table = Table("value", escape(before), escape(after), "service types", box=None, pad_edge=False)
    for one in found:
        table.add_row(Text(one.path), Text(one.before or "-"), Text(one.after or "-"), _services(one))
    return table


def told_lines(release: Release, steps: tuple[Step, ...], evaluation: Evaluation) -> Iterator[str]:
    """What there is to tell of one version."""
    yield f"release {release.release_id}, version {release.version}: {_state(release, steps)}"
    yield f"rests on evaluation {evaluation.evaluation_id} ({evaluation.kind.value}) {evaluation.subject}"
    who = f"{release.proposed_by_name} ({release.via})"
    yield f"{_moment(release.proposed_at)} proposed by {who} {release.comment}"
    yield from (_step_words(step) for step in steps if step.release_id == release.release_id)


def in_force_words(
    settings: Settings, kind: ReleaseKind, releases: tuple[Release, ...], steps: tuple[Step, ...]
) -> str:
    now = today(settings)
    begun = [span for span in spans(steps) if span.from_day <= now]
    versions = {release.release_id: release.version for release in releases}
    if not settings.use_releases:
        return f"in force: {without_release(settings, kind)}, by the setting use_releases = false"
    if not begun or begun[-1].release_id is None:
        return f"in force: {without_release(settings, kind)}; no release is"
    return f"in force: version {versions[begun[-1].release_id]}, for visits from {begun[-1].from_day} on"


def without_release(settings: Settings, kind: ReleaseKind) -> str:
    """What counts where no release does."""
    if kind is ReleaseKind.MODEL:
        return f"the detector {settings.detector_name or 'that the registry names'}"
    return f"the rules in {settings.rules_folder}" if settings.rules_folder else "the rules that ship"


def _state(release: Release, steps: tuple[Step, ...]) -> str:
    return state_of(release.release_id, steps).value


def _days(release: Release, steps: tuple[Step, ...]) -> str:
    """From when to when a release is in force, as `from 2026-11-20 until before 2026-11-24`."""
    found = spans(steps)
    ends = [*(str(span.from_day) for span in found[1:]), ""]
    return "; ".join(
        f"from {span.from_day}" + (f" until before {end}" if end else "")
        for span, end in zip(found, ends, strict=False)
        if span.release_id == release.release_id
    )


def _approved_by(release: Release, steps: tuple[Step, ...]) -> str:
    said = [one for one in steps if one.release_id == release.release_id and one.word is StepKind.APPROVE]
    return f"{said[-1].user_name}, {said[-1].decided_at:%Y-%m-%d}" if said else "-"


def _cells(release: Release, steps: tuple[Step, ...]) -> tuple[str | Text, ...]:
    return (
        str(release.release_id),
        Text(release.version),
        _state(release, steps),
        _days(release, steps) or "-",
        str(release.evaluation_id),
        Text(f"{release.proposed_by_name}, {release.proposed_at:%Y-%m-%d}"),
        Text(_approved_by(release, steps)),
    )


def release_as_json(release: Release, steps: tuple[Step, ...]) -> dict[str, object]:
    return {
        "id": release.release_id,
        "version": release.version,
        "digest": release.digest,
        "state": _state(release, steps),
        "evaluation": release.evaluation_id,
        "proposed_by": release.proposed_by_name,
        "proposed_at": release.proposed_at.isoformat(),
        "steps": [_step_as_json(step) for step in steps if step.release_id == release.release_id],
    }


def _step_as_json(step: Step) -> dict[str, object]:
    return {
        "word": step.word.value,
        "from": step.from_day.isoformat() if step.from_day else None,
        "by": step.user_name,
        "at": step.decided_at.isoformat(),
        "via": step.via,
        "comment": step.comment,
    }


def _step_words(step: Step) -> str:
    day = f" from {step.from_day}" if step.from_day else ""
    return (
        f"{_moment(step.decided_at)} {step.word.value}{day} by {step.user_name} ({step.via}) {step.comment}"
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _services(one: RuleChange) -> str:
    if len(one.services) == len(ServiceType):
        return "all"
    return ", ".join(service.value for service in one.services)
