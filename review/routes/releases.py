"""Releases of rules and models: the list, one of them with what it changes, and the forms of two people."""

from collections.abc import Callable, Sequence
from datetime import date
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from pipeline.auditing import Permission, Person
from pipeline.errors import ReleaseError, RulesError
from pipeline.rules import BilingualText
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.tuning.releases import Release, ReleaseKind, ReleaseState, state_of
from review.access import needs
from review.problems import not_found
from review.rendering import render
from review.site import Site, SiteOf
from review.tuning.release_view import KINDS, STATES, STEPS, changes_of, kind_view, rests_on, today_of
from storage.releases import Asked
from storage.rule_folder import read_rule_folder

router = APIRouter(include_in_schema=False)
Looker = Annotated[Person, Depends(needs(Permission.SEE_NUMBERS))]
Releaser = Annotated[Person, Depends(needs(Permission.RELEASE))]
Words = Annotated[str, Form(max_length=2000)]

_PATH = "/tuning/releases"
_MOST_REPLAYS = 50
_BAD_NAME = RulesError("a rule file is named like repair.yaml: letters, digits, - and _ before .yaml")


@router.get(_PATH)
def releases(request: Request, site: SiteOf, person: Looker) -> Response:  # noqa: ARG001
    """Both kinds, with what is in force when."""
    return _list(request, site)


@router.post(_PATH)
def propose(
    request: Request,
    site: SiteOf,
    person: Releaser,
    evaluation_id: Annotated[int, Form()],
    files: Annotated[list[UploadFile], File()],
    comment: Words = "",
) -> Response:
    """Propose a folder of rule files, with the replay of exactly these rules."""
    try:
        release = _propose(site, files, evaluation_id, _asked(site, person, comment))
    except (ReleaseError, RulesError) as error:
        return _list(request, site, HTTPStatus.UNPROCESSABLE_ENTITY, _text(error))
    return _to(release)


@router.post(f"{_PATH}/back")
def back(
    request: Request,
    site: SiteOf,
    person: Releaser,
    kind: Annotated[ReleaseKind, Form()],
    from_day: Annotated[date, Form()],
    comment: Words = "",
) -> Response:
    """Put what was in force before in force again."""
    try:
        site.results.releases.back(kind, from_day, _asked(site, person, comment))
    except ReleaseError as error:
        return _list(request, site, HTTPStatus.UNPROCESSABLE_ENTITY, error.text)
    return RedirectResponse(_PATH, HTTPStatus.SEE_OTHER)


@router.get(_PATH + "/{release_id}")
def release(request: Request, site: SiteOf, person: Looker, release_id: int) -> Response:
    """One release: what it changes, what it rests on, what can be done."""
    return _page(request, site, person, _found(site, release_id))


@router.post(_PATH + "/{release_id}/approve")
def approve(
    request: Request,
    site: SiteOf,
    person: Releaser,
    release_id: int,
    from_day: Annotated[date, Form()],
    comment: Words = "",
) -> Response:
    """By another person than proposed it."""

    def do(asked: Asked) -> None:
        site.results.releases.approve(release_id, from_day, asked)

    return _done(request, site, person, release_id, comment, do)


@router.post(_PATH + "/{release_id}/reject")
def reject(
    request: Request, site: SiteOf, person: Releaser, release_id: int, comment: Words = ""
) -> Response:
    """Decline it; the proposer may, too."""

    def do(asked: Asked) -> None:
        site.results.releases.reject(release_id, asked)

    return _done(request, site, person, release_id, comment, do)


def _done(
    request: Request,
    site: Site,
    person: Person,
    release_id: int,
    comment: str,
    do: Callable[[Asked], None],
) -> Response:
    found = _found(site, release_id)
    try:
        do(_asked(site, person, comment))
    except ReleaseError as error:
        return _page(request, site, person, found, HTTPStatus.UNPROCESSABLE_ENTITY, error.text)
    return _to(found)


def _propose(site: Site, files: Sequence[UploadFile], evaluation_id: int, asked: Asked) -> Release:
    """As if the files lay in a folder. Raises ReleaseError, RulesError."""
    with TemporaryDirectory(prefix="visitproof-rules-") as name:
        folder = Path(name)
        for file in files:
            _write(folder, file)
        try:
            rules = read_rule_folder(folder)
        except RulesError as error:
            # Where it lies here is nobody's concern.
            raise RulesError(str(error).replace(f"{folder}/", "").replace(str(folder), "/")) from error
        return site.results.releases.propose_rules(rules, evaluation_id, asked)


def _write(folder: Path, file: UploadFile) -> None:
    stem, _, ending = (file.filename or "").rpartition(".")
    if ending != "yaml" or not stem.replace("-", "").replace("_", "").isalnum():
        raise _BAD_NAME
    (folder / f"{stem}.yaml").write_bytes(file.file.read())


def _text(error: ReleaseError | RulesError) -> BilingualText:
    return error.text if isinstance(error, ReleaseError) else BilingualText(str(error), str(error))


def _asked(site: Site, person: Person, comment: str) -> Asked:
    return Asked(person, site.now(), today_of(site), "site", comment.strip())


def _to(found: Release) -> Response:
    return RedirectResponse(f"{_PATH}/{found.release_id}", HTTPStatus.SEE_OTHER)


def _found(site: Site, release_id: int) -> Release:
    try:
        return site.results.releases.get(release_id)
    except ReleaseError as error:
        raise not_found() from error


def _list(
    request: Request, site: Site, status: HTTPStatus = HTTPStatus.OK, problem: BilingualText | None = None
) -> Response:
    return render(
        request,
        "tuning/releases.html",
        status,
        tab=_PATH,
        views=[kind_view(site, kind) for kind in ReleaseKind],
        kinds=KINDS,
        states=STATES,
        step_names=STEPS,
        replays=site.results.evaluations.newest(EvaluationKind.REPLAY, _MOST_REPLAYS),
        today=today_of(site),
        may_release=Permission.RELEASE,
        problem=problem,
    )


def _page(
    request: Request,
    site: Site,
    person: Person,
    found: Release,
    status: HTTPStatus = HTTPStatus.OK,
    problem: BilingualText | None = None,
) -> Response:
    steps = site.results.releases.steps(found.kind)
    state = state_of(found.release_id, steps)
    return render(
        request,
        "tuning/release.html",
        status,
        tab=_PATH,
        release=found,
        state=state,
        states=STATES,
        kinds=KINDS,
        step_names=STEPS,
        steps=[step for step in steps if step.release_id == found.release_id],
        view=kind_view(site, found.kind),
        base=rests_on(site, found, steps),
        changes=changes_of(site, found, steps),
        evaluation=site.results.evaluations.get(found.evaluation_id),
        is_own=person.user_id == found.proposed_by,
        can_approve=state in (ReleaseState.PROPOSED, ReleaseState.WITHDRAWN),
        can_reject=state is ReleaseState.PROPOSED,
        today=today_of(site),
        problem=problem,
    )
