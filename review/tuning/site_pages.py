"""What the site's tuning pages are rendered with: words, and where the pictures of a card come from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from review.site import Site
from review.tuning.background import Background, item_title, standing_name
from review.tuning.cards import Card, PictureRef
from review.tuning.dial import MOST_FLIPS, script_data, share_text, shown_stop
from review.tuning.release_view import confidence_today
from review.visit_files import numbered


@dataclass(frozen=True, slots=True)
class ChartSources:
    """A chart's two widths as addresses; shown: the class by which the page as a file shows one language."""

    wide: str
    narrow: str
    alt: str
    shown: str = ""


PictureSrc = Callable[[Card, PictureRef], str | None]


def background_of(site: Site, visit_ids: Iterable[str]) -> Background:
    """What is known of some visits. Raises StorageError."""
    ids = tuple(dict.fromkeys(visit_ids))
    visits = site.results.shown_visits
    return Background(visits.reports(ids), visits.hidden(ids), confidence_today(site))


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
