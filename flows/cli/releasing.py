"""`rules ...` and `model ...`: what is proposed, approved, gone back to.

Whoever has this shell has the database: `--by` names the person and is believed, as `visitproof user` is, and
the trail says that it was said in a shell, and by which account of the machine.
"""

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flows.assembly import open_results, today
from flows.cli.days import day_of
from flows.cli.friendly import out, print_json_line
from flows.cli.release_words import (
    change_table,
    in_force_words,
    release_as_json,
    release_table,
    told_lines,
    without_release,
)
from flows.settings import Settings
from pipeline.auditing import Person
from pipeline.errors import AccessError, ReleaseError
from pipeline.rules import RuleSet
from pipeline.tuning.releases import Release, ReleaseKind, Span, spans
from pipeline.tuning.rule_changes import rule_changes
from pipeline.visit import ServiceType
from storage.nearest import did_you_mean
from storage.releases import Asked, ReleasedModel
from storage.results import ResultStore
from storage.rule_files import load_rule_sets
from storage.rule_folder import read_rule_folder

SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants something, why, from which day on (None: today), and whether days that are over are meant."""

    by: str
    comment: str = ""
    from_day: str | None = None
    retroactive: bool = False


def list_releases(settings: Settings, kind: ReleaseKind, as_json: bool) -> None:
    """Every version with where it stands, and what is in force today."""
    with open_results(settings) as results:
        releases, steps = results.releases.all(kind), results.releases.steps(kind)
    if as_json:
        for release in releases:
            print_json_line(release_as_json(release, steps))
        return
    out.print(release_table(releases, steps))
    _say(in_force_words(settings, kind, releases, steps))


def show(settings: Settings, version: str, folder: Path | None) -> None:
    """One version of the rules; its files into `folder` where one is named."""
    with open_results(settings) as results:
        release = results.releases.of_version(ReleaseKind.RULES, version)
        steps = results.releases.steps(ReleaseKind.RULES)
        files = results.releases.files(release.release_id)
        evaluation = results.evaluations.get(release.evaluation_id)
    for line in told_lines(release, steps, evaluation):
        _say(line)
    _say("files: " + ", ".join(files))
    if folder is not None:
        _write(folder, files)


def propose_rules(settings: Settings, folder: Path, evaluation_id: int, wish: Wish) -> None:
    rules = read_rule_folder(folder)
    with open_results(settings) as results:
        release = results.releases.propose_rules(rules, evaluation_id, _asked(settings, results, wish))
    _say_proposed(release)


def propose_model(settings: Settings, name: str, evaluation_id: int, wish: Wish) -> None:
    from models.registry import load_registry

    entry = load_registry().entry(name)
    model = ReleasedModel(entry.name, entry.version, entry.sha256)
    with open_results(settings) as results:
        release = results.releases.propose_model(model, evaluation_id, _asked(settings, results, wish))
    _say_proposed(release)


def approve(settings: Settings, kind: ReleaseKind, release_id: int, wish: Wish) -> None:
    with open_results(settings) as results:
        release = _of_kind(results, kind, release_id)
        asked = _asked(settings, results, wish)
        before = _in_force_after(results, kind, asked)
        step = results.releases.approve(release_id, _first_day(wish, asked), asked)
    _say(f"version {release.version} is in force for visits from {step.from_day} on")
    for span in before:
        if step.from_day and span.from_day >= step.from_day:
            _say(f"called off: what was to be in force from {span.from_day} on")


def reject(settings: Settings, kind: ReleaseKind, release_id: int, wish: Wish) -> None:
    with open_results(settings) as results:
        release = _of_kind(results, kind, release_id)
        results.releases.reject(release_id, _asked(settings, results, wish))
    _say(f"version {release.version} is rejected")


def back(settings: Settings, kind: ReleaseKind, to: str | None, wish: Wish) -> None:
    with open_results(settings) as results:
        asked = _asked(settings, results, wish)
        target = results.releases.of_version(kind, to).release_id if to is not None else None
        step = results.releases.back(kind, _first_day(wish, asked), asked, target)
        release = results.releases.get(step.release_id) if step.release_id is not None else None
    what = f"version {release.version}" if release else without_release(settings, kind)
    _say(f"in force again for visits from {step.from_day} on: {what}")


def diff(settings: Settings, before: str, after: str) -> None:
    """Every value in which two versions differ."""
    with open_results(settings) as results:
        found = rule_changes(_named(results, before), _named(results, after))
    if not found:
        _say("no difference")
        return
    out.print(change_table(found, before, after))


def _named(results: ResultStore, name: str) -> Mapping[ServiceType, RuleSet]:
    """The rules of a version, of a folder, or those that ship."""
    if name == SHIPPED:
        return load_rule_sets()
    if Path(name).is_dir():
        return load_rule_sets(Path(name))
    release = results.releases.of_version(ReleaseKind.RULES, name)
    return results.releases.rule_sets(release.release_id)


def _asked(settings: Settings, results: ResultStore, wish: Wish) -> Asked:
    via = f"shell: {getpass.getuser()}"
    person = _person(results, wish.by)
    return Asked(person, datetime.now(UTC), today(settings), via, wish.comment, wish.retroactive)


def _person(results: ResultStore, name: str) -> Person:
    user = results.users.by_name(name)
    if user is None:
        names = [known.person.name for known in results.users.all()]
        hint = did_you_mean(name, names) if names else "there are no users yet: visitproof user add"
        raise AccessError(f"没有用户 {name}", f"no user {name!r}; {hint}")
    if user.disabled_at is not None:
        raise AccessError(f"用户 {name} 已停用", f"user {name!r} is disabled")
    return user.person


def _first_day(wish: Wish, asked: Asked) -> date:
    return day_of(wish.from_day, "--from") or asked.today


def _of_kind(results: ResultStore, kind: ReleaseKind, release_id: int) -> Release:
    release = results.releases.get(release_id)
    if release.kind is not kind:
        raise ReleaseError(
            f"发布 {release_id} 不是 {kind.value}", f"release {release_id} is one of {release.kind.value}"
        )
    return release


def _in_force_after(results: ResultStore, kind: ReleaseKind, asked: Asked) -> tuple[Span, ...]:
    """What is to come into force after today."""
    return tuple(span for span in spans(results.releases.steps(kind)) if span.from_day > asked.today)


def _say_proposed(release: Release) -> None:
    _say(
        f"release {release.release_id}, version {release.version}, waits for another person: "
        f"visitproof {release.kind.value} approve {release.release_id} --from DATE --by USER"
    )


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    _say(f"written to {folder}")


def _say(text: str) -> None:
    out.print(text.rstrip(), markup=False, highlight=False, soft_wrap=True)
