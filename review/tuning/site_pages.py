"""What the site's tuning pages are rendered with: words, and where the pictures of a card come from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from review.site import Site
from review.tuning.background import Background, NamedVisits, item_title, standing_name
from review.tuning.cards import Card, PictureRef
from review.tuning.dial import MOST_FLIPS, script_data, share_text, shown_stop
from review.tuning.release_view import confidence_on, today_of
from review.tuning.views import EvaluationView, place_of
from review.visit_files import numbered
from storage.results import ResultStore


@dataclass(frozen=True, slots=True)
class ChartSources:
    """A chart's two widths as addresses; shown: the class by which the page as a file shows one language."""

    wide: str
    narrow: str
    alt: str
    shown: str = ""


PictureSrc = Callable[[Card, PictureRef], str | None]


def background_of(site: Site, named: NamedVisits) -> Background:
    """What is known of some visits today. Raises StorageError, RulesError."""
    return background_on(today_of(site), site.results, site.rules_folder, named)


def background_on(
    day: date, results: ResultStore, rules_folder: Path | None, named: NamedVisits
) -> Background:
    """What is known of some visits, and which thresholds are in force for the visits of a day."""
    visits = results.shown_visits
    confidence = confidence_on(day, results, rules_folder)
    return Background(visits.reports(named.shown), visits.hidden(named.mentioned), confidence)


def visit_pictures(background: Background) -> PictureSrc:
    """Addresses of visits' pictures: those of the visit's own page, behind the same door."""
    numbers = {visit_id: numbered(report) for visit_id, report in background.reports.items()}

    def src(card: Card, ref: PictureRef) -> str | None:
        number = numbers.get(card.visit_id or "", {}).get(ref.media_key)
        if number is None or card.visit_id is None:
            return None
        second = f"&s={ref.second:g}" if ref.second is not None else ""
        return f"/visits/{quote(card.visit_id, safe='')}/media/{number}/picture?size=thumb{second}"

    return src


def evaluation_pictures(
    evaluation_id: int, of_set: EvaluationView | None, background: Background
) -> PictureSrc:
    """Addresses of an evaluation's pictures: a visit's own, else by their place in the evaluation.

    of_set: None where the pictures of labelled sets are not to be had.
    """
    of_visit = visit_pictures(background)
    places = place_of(of_set.pictures) if of_set is not None else {}

    def src(card: Card, ref: PictureRef) -> str | None:
        if card.visit_id is not None:
            return of_visit(card, ref)
        place = places.get((ref.media_key, ref.second))
        return f"/tuning/evaluations/{evaluation_id}/pictures/{place}" if place is not None else None

    return src


def page_words(tab: str, picture_src: PictureSrc) -> dict[str, Any]:
    """What every tuning template needs; `tab` is the path of the open one."""
    return {
        "tab": tab,
        "picture_src": picture_src,
        "pictures_shown": True,
        "linked": True,
        "item_title": item_title,
        "standing_name": standing_name,
        "script_data": script_data,
        "share_text": share_text,
        "shown_stop": shown_stop,
        "most_flips": MOST_FLIPS,
    }
