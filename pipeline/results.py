"""What judging yields: an outcome per item, each with its evidence, and the visit's report."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.evidence import MediaFailure, WatermarkField
from pipeline.geometry import BoundingBox
from pipeline.layout.assessment import Assessment
from pipeline.layout.judgement import JudgedLayout
from pipeline.rules import BilingualText, Grade
from pipeline.time_evidence import TimeEvidence
from pipeline.visit import ManifestFinding, MediaKind, Stage


class Outcome(StrEnum):
    """Outcome of an item; never one in the place of another, an auditor acts differently on each."""

    PASS = "pass"
    FAIL = "fail"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    CONFIRM = "confirm"
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not_applicable"
    NOT_CHECKED = "not_checked"


class Leaning(StrEnum):
    """Which way a `confirm` leans: a person is asked, but not without saying what was seen."""

    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """Where to look: the media file, the video second, the boxes in the picture, and what they show."""

    media_key: str
    label: str
    boxes: tuple[BoundingBox, ...] = ()
    presentation_s: float | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured value held against its threshold, in words that carry the unit.

    `nearness` is |value - threshold| as a share of the threshold where both are numbers, else None:
    under the rule set's `near_threshold` a person is asked to look.
    """

    value: str
    threshold: str
    nearness: float | None = None


class Strength(StrEnum):
    """How much a remark says by itself about a picture's genuineness."""

    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that speaks against a picture, by its kind's name, where it stands and what was measured.

    A remark decides nothing by itself; the rule set says how many of which strength put a visit in doubt.
    """

    kind: str
    strength: Strength
    text: BilingualText
    evidence: EvidenceRef
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one item for one visit.

    reason: what was seen, in both languages. remedy: what would have passed; None where it passed.
    doubt: authenticity is in question; flags the visit whatever the score.
    retake: stages at which a further photo could complete this item.
    remarks: what speaks against single pictures, strongest first.
    """

    item_id: str
    outcome: Outcome
    reason: BilingualText
    remedy: BilingualText | None = None
    evidence: tuple[EvidenceRef, ...] = ()
    measurement: Measurement | None = None
    leaning: Leaning | None = None
    doubt: bool = False
    retake: tuple[Stage, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.CONFIRM) != (self.leaning is not None):
            raise ValueError("a confirm, and only a confirm, leans one way")


@dataclass(frozen=True, slots=True)
class PictureLayout:
    """Cloth and tools of one picture as they were measured, to be drawn; width_px and height_px are those of
    the picture in which the cloth's corners are given."""

    media_key: str
    presentation_s: float | None
    width_px: int
    height_px: int
    judged: JudgedLayout
    assessments: tuple[Assessment, ...]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One media file on the visit's timeline; `fields` are what its watermark says beside the time."""

    media_key: str
    kind: MediaKind
    stage: Stage | None
    stage_inferred: bool
    times: TimeEvidence
    failure: MediaFailure | None
    fields: tuple[WatermarkField, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """A check result with what its rule gave for it: the credit (0..1) and the weight that counted.

    two_people: a decision on it needs a second person who agrees.
    """

    result: CheckResult
    title: BilingualText
    clause: BilingualText
    sources: tuple[str, ...]
    weight: float
    critical: bool
    credit: float | None
    two_people: bool = False


class FlagReason(StrEnum):
    """Why a person must look."""

    GRADE_FAIL = "grade_fail"
    CRITICAL_FAIL = "critical_fail"
    CRITICAL_MISSING = "critical_missing"
    CRITICAL_UNREADABLE = "critical_unreadable"
    AUTHENTICITY = "authenticity"
    NEAR_THRESHOLD = "near_threshold"
    CONFIRM_AGAINST = "confirm_against"
    MEDIA_FAILURE = "media_failure"
    MANIFEST = "manifest"


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason to look, with the item or file that gave it."""

    reason: FlagReason
    subject: str


@dataclass(frozen=True, slots=True)
class Retake:
    """One further photo to take, and the items that it would complete."""

    stage: Stage
    must_show: tuple[BilingualText, ...]
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """score: earned over applicable weight, 0..100. confirmed_score counts no unconfirmed sighting.

    Both are None where no weight applies (everything exempt).
    """

    score: float | None
    confirmed_score: float | None
    earned_weight: float
    applicable_weight: float
    grade: Grade
    grade_capped_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitReport:
    """The verdict on one visit. Holds no time of judging: equal inputs give an equal report.

    layouts: the pictures in which cloth and tools were measured, of those that an item points at.

    blind: an auditor decides on it before seeing this verdict. All spot checks are, and some flagged visits
    among them, so that being asked blind says nothing about the verdict.
    """

    visit_id: str
    day: str
    service_type: str
    work_order: str
    technician_name: str
    technician_number: str
    zone: str
    window_start: datetime
    window_end: datetime
    rule_set: str
    rule_version: str
    rule_digest: str
    observer_digest: str
    score: Score
    items: tuple[ScoredItem, ...]
    flags: tuple[Flag, ...]
    spot_check: bool
    timeline: tuple[TimelineEntry, ...]
    retakes: tuple[Retake, ...]
    manifest_findings: tuple[ManifestFinding, ...]
    technician_team: str | None = None
    city: str | None = None
    blind: bool = False
    layouts: tuple[PictureLayout, ...] = ()

    @property
    def is_flagged(self) -> bool:
        return bool(self.flags)
