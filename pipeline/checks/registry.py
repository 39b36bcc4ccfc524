"""Which check decides which item: every row of the standard stands here, with the parameters it needs.

The rule loader compares `params` with the rule set, so that a misspelt parameter stops at start and not
in the middle of a night.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.checks import (
    attire,
    authenticity,
    consistency,
    documents,
    door,
    frames,
    genuine,
    identity,
    remarks,
    stamped,
    times,
    tools,
    video,
    workspace,
)
from pipeline.checks.context import CheckContext
from pipeline.checks.softening import EXPLAINED_PARAMS
from pipeline.results import CheckResult


@dataclass(frozen=True, slots=True)
class Check:
    """How an item is decided, and the parameters that its rule must give."""

    decide: Callable[[CheckContext], CheckResult]
    params: frozenset[str] = frozenset()


COMMON_PARAMS = frozenset({"exempt_when_filming_refused"})
"""Parameters that any item may give."""


def _check(decide: Callable[[CheckContext], CheckResult], *params: str) -> Check:
    return Check(decide, frozenset(params))


CHECKS: Mapping[str, Check] = {
    "time.watermark": _check(
        stamped.watermark, "min_confidence", "min_confidence_small", "small_long_side_px"
    ),
    "time.consistent": _check(
        consistency.consistent,
        "tolerance_s",
        "gps_tolerance_s",
        "upload_tolerance_s",
        "constant_offset_max_min",
        *EXPLAINED_PARAMS,
    ),
    "time.window": _check(times.window, "before_window_min", "after_window_min", "soften_explained"),
    "time.punctual": _check(door.punctual, "early_min", "max_delay_min", "tolerance_s", "soften_explained"),
    "time.order": _check(times.order, "tolerance_min", "soften_explained"),
    "time.notice": _check(times.notice, "min_days", "soften_explained"),
    "frame.complete": _check(frames.frame_complete, "every_stage"),
    "badge.visible": _check(attire.badge_visible, "every_stage"),
    "badge.position": _check(
        attire.badge_position, "min_inside_person_share", "middle_share", "wrong_side_fails"
    ),
    "badge.identity": _check(identity.badge_identity, "min_text_confidence", "mismatch_min_edits"),
    "shoe_cover.worn": _check(attire.shoe_cover_worn, "every_stage", "min_covers", "same_foot_overlap_share"),
    "uniform.worn": _check(remarks.uniform_worn),
    "cloth.laid": _check(
        workspace.cloth_laid,
        "every_stage",
        "cloth_long_cm",
        "cloth_short_cm",
        "aspect_tolerance_share",
        "shape_fails",
    ),
    "tools.on_cloth": _check(
        workspace.tools_on_cloth, "min_outline_share", "min_inside_share", "in_hand_share"
    ),
    "tools.order": _check(
        tools.tools_order,
        "min_tools",
        "length_tolerance_cm",
        "max_rows",
        "length_tolerance_share",
        "max_pairs_out_of_order",
        "max_row_deviation_share",
    ),
    "tools.neat": _check(
        tools.tools_neat, "min_tools", "max_angle_deg", "min_gap_cm", "elongated_ratio", "max_overlap_share"
    ),
    "tools.bag_placed": _check(workspace.bag_placed, "every_stage"),
    "protection.laid": _check(remarks.protection_laid),
    "object.visible": _check(workspace.object_visible, "every_stage"),
    "site.clean": _check(workspace.site_clean),
    "parts.shown": _check(remarks.parts_shown),
    "document.signed": _check(documents.document_signed, "every_stage"),
    "notice.left": _check(documents.notice_left, "every_stage"),
    "wait.kept": _check(door.wait_kept, "min_wait_min", "tolerance_s", "soften_explained"),
    "hazard.reported": _check(documents.hazard_reported, "every_stage"),
    "departure.checked": _check(documents.departure_checked, "every_stage"),
    "bag.marked": _check(remarks.bag_marked),
    "shoes.dark_flat": _check(remarks.shoes_dark_flat),
    "leaflet.given": _check(documents.leaflet_given, "every_stage"),
    "rag.brought": _check(remarks.rag_brought),
    "kit.five": _check(remarks.kit_five),
    "window.opened": _check(remarks.window_opened),
    "booth.set": _check(remarks.booth_set),
    "conduct.clean": _check(remarks.conduct_clean),
    "unique.media": _check(
        authenticity.unique, "max_hash_distance", "max_hash_distance_within_visit", "min_hash_ones"
    ),
    "authentic.media": _check(genuine.authentic, *genuine.PARAMS),
    "video.unbroken": _check(video.unbroken, "tolerance_s", "max_blind_s", "max_unread_s", "max_still_s"),
}

SUMMING_ITEMS = frozenset({"kit.five"})
"""Items that look at the outcomes of others, and so come after them."""


def required_params(item_id: str) -> frozenset[str]:
    """The parameters that an item's rule must give; empty for an item that has no check."""
    check = CHECKS.get(item_id)
    return check.params if check else frozenset()
