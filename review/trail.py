"""What happened to a visit after it was judged: decisions and the objection, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.auditing import Decision, ItemWord, Objection, Person, Role
from review.site import Site


@dataclass(frozen=True, slots=True)
class TrailLine:
    """A decision or an objection.

    by: whose it is; a technician sees the role only, so that nobody is called to account by name for what the
    company decided. superseded: a later decision says otherwise. on_older: the report has changed since.
    broken: its digest does not follow from what it says and what came before.
    """

    at: datetime
    by: str | None
    role: Role | None
    decision: Decision | None = None
    objection: Objection | None = None
    superseded: bool = False
    on_older: bool = False
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Trail:
    lines: tuple[TrailLine, ...]
    objection: Objection | None

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return tuple(line.decision for line in self.lines if line.decision is not None)

    @property
    def latest(self) -> Decision | None:
        return self.decisions[-1] if self.decisions else None


def trail_of(site: Site, visit_id: str, current_digest: str, reader: Person) -> Trail:
    """The trail as `reader` may see it."""
    decisions = site.results.decisions.of_visit(visit_id)
    objection = site.results.decisions.objection(visit_id)
    broken = site.results.decisions.broken_links(visit_id) if decisions else ()
    names = reader.role is not Role.TECHNICIAN
    lines = [
        TrailLine(
            at=decision.decided_at,
            by=decision.user_name if names else None,
            role=_role(site, decision.user_id),
            decision=decision,
            superseded=_says_otherwise(decision, decisions[place + 1 :]),
            on_older=decision.report_digest != current_digest,
            broken=decision.decision_id in broken,
        )
        for place, decision in enumerate(decisions)
    ]
    if objection is not None:
        lines.append(
            TrailLine(objection.objected_at, objection.user_name, Role.TECHNICIAN, objection=objection)
        )
    return Trail(tuple(sorted(lines, key=lambda line: line.at)), objection)


def trail_as_json(trail: Trail) -> list[dict[str, Any]]:
    """The trail as plain values."""
    return [_decision(line, line.decision) if line.decision else _objection(line) for line in trail.lines]


def _role(site: Site, user_id: int) -> Role | None:
    user = site.results.users.by_id(user_id)
    return user.person.role if user is not None else None


def _says_otherwise(decision: Decision, later: Sequence[Decision]) -> bool:
    return bool(later) and _said(later[-1]) != _said(decision)


def _said(decision: Decision) -> tuple[object, ...]:
    turned = {item.item_id: item.outcome_after for item in decision.items if item.word is ItemWord.OVERTURN}
    return decision.verdict, decision.report_digest, tuple(sorted(turned.items()))


def _decision(line: TrailLine, decision: Decision) -> dict[str, Any]:
    return {
        "kind": "decision",
        "decision_id": decision.decision_id,
        "at": line.at.isoformat(),
        "by": line.by,
        "role": line.role,
        "verdict": decision.verdict,
        "items": [
            {
                "item_id": item.item_id,
                "word": item.word,
                "outcome_before": item.outcome_before,
                "outcome_after": item.outcome_after,
                "reason": item.reason,
                "comment": item.comment,
            }
            for item in decision.items
        ],
        "comment": decision.comment,
        "blind": decision.blind,
        "report_digest": decision.report_digest,
        "supersedes": decision.supersedes,
        "superseded": line.superseded,
        "on_older_report": line.on_older,
        "broken": line.broken,
        "digest": decision.digest,
    }


def _objection(line: TrailLine) -> dict[str, Any]:
    text = line.objection.text if line.objection else ""
    return {"kind": "objection", "at": line.at.isoformat(), "by": line.by, "role": line.role, "text": text}
