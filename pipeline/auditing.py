"""What people say of reports: who may do what, their decisions, and what becomes of a visit by them.

A visit that a person must look at is a case. Decisions are only ever added: a later one supersedes an earlier
one and erases nothing. Every decision names the digest of the report that its auditor saw.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.results import Flag, FlagReason, Leaning, Outcome, ScoredItem, VisitReport
from pipeline.rules import BilingualText


class Role(StrEnum):
    """Who somebody is on the auditors' site."""

    AUDITOR = "auditor"
    QA_LEAD = "qa_lead"
    ADMINISTRATOR = "administrator"
    TECHNICIAN = "technician"


class Permission(StrEnum):
    """What a route asks for."""

    SEE_VISITS = "see_visits"
    SEE_OWN_VISITS = "see_own_visits"
    DECIDE = "decide"
    OBJECT = "object"
    SEE_NUMBERS = "see_numbers"
    EXPORT = "export"
    RELEASE = "release"
    MANAGE_USERS = "manage_users"


_AUDITOR = frozenset({Permission.SEE_VISITS, Permission.DECIDE, Permission.EXPORT})
_QA_LEAD = _AUDITOR | {Permission.SEE_NUMBERS, Permission.RELEASE}
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.AUDITOR: _AUDITOR,
    Role.QA_LEAD: _QA_LEAD,
    Role.ADMINISTRATOR: _QA_LEAD | {Permission.MANAGE_USERS},
    Role.TECHNICIAN: frozenset({Permission.SEE_OWN_VISITS, Permission.OBJECT}),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in. A technician's number is the one on the manifests of their visits."""

    user_id: int
    name: str
    display_name: str
    role: Role
    technician_number: str | None = None
    language: str | None = None

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]


class CaseState(StrEnum):
    """Where a case stands: to be decided, to be decided by a second person, waiting for retakes, decided."""

    OPEN = "open"
    SECOND = "second"
    RETAKE = "retake"
    CLOSED = "closed"


WAITING = (CaseState.OPEN, CaseState.SECOND)
"""The states of the queue: somebody has to do something now."""


class Verdict(StrEnum):
    """What an auditor decides about a visit."""

    ACCEPT = "accept"
    REJECT = "reject"
    RETAKE = "retake"
    HAND_OVER = "hand_over"


class ItemWord(StrEnum):
    """What an auditor says of an item's outcome; `cannot_tell` only of one that was asked blind."""

    CONFIRM = "confirm"
    OVERTURN = "overturn"
    CANNOT_TELL = "cannot_tell"


class BlindAnswer(StrEnum):
    """What an auditor who has not seen the outcome says: is what the item demands there?"""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"
    CANNOT_TELL = "cannot_tell"


ITEM_REASONS: Mapping[str, BilingualText] = {
    "visible": BilingualText("图中可见", "It can be seen in the picture"),
    "wrong_object": BilingualText("识别成了别的东西", "Something else was taken for it"),
    "not_visible": BilingualText("图中看不到", "It can't be seen in the picture"),
    "other_media": BilingualText("其他照片或视频可证明", "Another photo or video shows it"),
    "time_misread": BilingualText("时间读错", "The time was misread"),
    "clock_off": BilingualText("手机时钟不准，情有可原", "The phone's clock was off, innocently"),
    "site_forbade": BilingualText("现场条件不允许", "The site did not allow it"),
    "unclear_picture": BilingualText("图像不清，无法判断", "Too unclear to decide against the technician"),
    "other": BilingualText("其他（请说明）", "Other (say what)"),
}
"""Ready reasons for an overturned item; `other` needs own words."""


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """What a person said of one item.

    outcome_before: the report's. outcome_after: what it should have been; None for `cannot_tell`.
    reason: a key of ITEM_REASONS, empty where none was given. Raises ValueError where these don't hold
    together, or where an overturned item has no reason, or `other` no words.
    """

    item_id: str
    word: ItemWord
    outcome_before: Outcome
    outcome_after: Outcome | None
    reason: str = ""
    comment: str = ""

    def __post_init__(self) -> None:
        if (self.outcome_after is None) != (self.word is ItemWord.CANNOT_TELL):
            raise ValueError(f"{self.item_id}: only `cannot_tell` leaves the outcome open")
        if self.reason and self.reason not in ITEM_REASONS:
            raise ValueError(f"{self.item_id}: no such reason: {self.reason!r}")
        if self.word is ItemWord.OVERTURN and not self.reason:
            raise ValueError(f"{self.item_id}: an overturned item needs a reason")
        if self.reason == "other" and not self.comment.strip():
            raise ValueError(f"{self.item_id}: the reason `other` needs words")


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision before it is kept: what one person says of one visit, having seen one report.

    token: the page's own, so that a form sent twice is one decision.
    seen_decision: the newest decision on the visit that its author had seen; the draft supersedes it.
    """

    visit_id: str
    report_digest: str
    verdict: Verdict
    items: tuple[ItemDecision, ...]
    comment: str
    token: str
    seen_decision: int | None = None
    seconds_spent: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A kept decision. `digest` covers it and the digest of the one before it on the same visit, so that
    nothing in between can be taken away unseen. `supersedes` is the earlier decision that it replaces."""

    decision_id: int
    visit_id: str
    report_digest: str
    user_id: int
    user_name: str
    decided_at: datetime
    verdict: Verdict
    items: tuple[ItemDecision, ...]
    comment: str
    blind: bool
    supersedes: int | None
    seconds_spent: float | None
    digest: str


@dataclass(frozen=True, slots=True)
class Objection:
    """What a technician says against a decision, once per visit."""

    visit_id: str
    user_id: int
    user_name: str
    decision_id: int
    text: str
    objected_at: datetime


def blind_word(item: ScoredItem, answer: BlindAnswer, comment: str = "") -> ItemDecision:
    """What a blind answer says of the outcome that its auditor had not seen.

    The report's outcome is confirmed where it is on the same side as the answer, else overturned.
    """
    before = item.result.outcome
    if answer is BlindAnswer.CANNOT_TELL:
        return ItemDecision(item.result.item_id, ItemWord.CANNOT_TELL, before, None, "", comment)
    shown = answer is BlindAnswer.SHOWN
    if shown == says_fulfilled(item):
        return ItemDecision(item.result.item_id, ItemWord.CONFIRM, before, before, "", comment)
    after, reason = (Outcome.PASS, "visible") if shown else (Outcome.FAIL, "not_visible")
    return ItemDecision(item.result.item_id, ItemWord.OVERTURN, before, after, reason, comment)


def says_fulfilled(item: ScoredItem) -> bool:
    """Whether a report takes an item as fulfilled, if only until somebody confirms it."""
    return item.result.outcome is Outcome.PASS or item.result.leaning is Leaning.FOR


def state_after(verdict: Verdict, needs_second: bool) -> CaseState:
    """Where a case goes by a decision; `needs_second` says that one person's word is not enough for it."""
    if verdict is Verdict.RETAKE:
        return CaseState.RETAKE
    if verdict is Verdict.HAND_OVER or needs_second:
        return CaseState.SECOND
    return CaseState.CLOSED


def needs_second(report: VisitReport, draft: Draft, decided_by: int, earlier: Sequence[Decision]) -> bool:
    """Whether items of high stake were decided and no other person has said the same on this report.

    Of high stake is an item whose rule says `two_people` and that lost the visit its credit, or that the
    draft speaks of. Two people agree when verdict and words on these items are equal.
    """
    if draft.verdict not in (Verdict.ACCEPT, Verdict.REJECT):
        return False
    stakes = _stakes(report, draft.items)
    if not stakes:
        return False
    said = _said(draft.verdict, draft.items, stakes)
    others = (
        one for one in earlier if one.user_id != decided_by and one.report_digest == draft.report_digest
    )
    return all(_said(one.verdict, one.items, stakes) != said for one in others)


def _stakes(report: VisitReport, items: Iterable[ItemDecision]) -> frozenset[str]:
    spoken_of = {item.item_id for item in items}
    return frozenset(
        item.result.item_id
        for item in report.items
        if item.two_people and (item.credit == 0 or item.result.item_id in spoken_of)
    )


def _said(verdict: Verdict, items: Iterable[ItemDecision], stakes: frozenset[str]) -> tuple[object, ...]:
    """Verdict and the words on the items at stake; saying nothing of one is confirming it."""
    words = {item.item_id: item.outcome_after for item in items if item.word is ItemWord.OVERTURN}
    return verdict, tuple(sorted((item_id, words.get(item_id)) for item_id in stakes))


GRAVITY: Mapping[FlagReason, int] = {
    FlagReason.CRITICAL_FAIL: 90,
    FlagReason.AUTHENTICITY: 80,
    FlagReason.CRITICAL_MISSING: 70,
    FlagReason.CRITICAL_UNREADABLE: 60,
    FlagReason.CONFIRM_AGAINST: 50,
    FlagReason.MEDIA_FAILURE: 40,
    FlagReason.MANIFEST: 30,
    FlagReason.NEAR_THRESHOLD: 20,
    FlagReason.GRADE_FAIL: 10,
}
"""How much each reason weighs. The grade stands beside a flag anyway: what brought it about says more."""

BLIND_SEVERITY = 50
"""In the middle of the queue: where a blind case stands must not tell its verdict."""
_FAILED_SEVERITY = 45


def severity(report: VisitReport) -> int:
    """0..100, how much depends on somebody looking: the gravest flag, a little more for each further one."""
    if report.blind:
        return BLIND_SEVERITY
    reasons = {flag.reason for flag in report.flags}
    if not reasons:
        return 0
    least = _FAILED_SEVERITY if FlagReason.GRADE_FAIL in reasons else 0
    return min(100, max(least, *(GRAVITY[reason] for reason in reasons)) + len(reasons) - 1)


def gravest_flag(report: VisitReport) -> Flag | None:
    """The first thing to say about a visit; None where it is not flagged."""
    return max(report.flags, key=lambda flag: GRAVITY[flag.reason], default=None)


def subject_of(report: VisitReport, flag: Flag) -> BilingualText:
    """What a flag is about: an item's title, a file's name; empty where the reason says it all."""
    if flag.reason is FlagReason.GRADE_FAIL:
        return BilingualText("", "")
    titles = {item.result.item_id: item.title for item in report.items}
    name = flag.subject.rsplit("/", 1)[-1]
    return titles.get(flag.subject, BilingualText(name, name))
