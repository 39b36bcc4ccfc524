"""The table of styles: who paints them, in which languages, and in which forms they print a time."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.stamps import chinese_apps, plain, record_tables, western_apps
from models.stamps import writing as forms
from models.stamps.sheet import Sheet
from models.stamps.writing import Language, Moment, clock_forms, pick, written
from pipeline.times import Precision, WallTime

_ALL = tuple(Language)
_CHINESE = (Language.ZH_HANS, Language.ZH_HANT)


@dataclass(frozen=True, slots=True)
class Style:
    """One camera's way to print.

    precision: to what the clock is printed, unless forms are varied and `may_vary`.
    dates_zh, dates_en: forms, the usual ones first. twelve_hours: whether it usually prints AM and PM.
    short_weekday: how often a varied form shortens the weekday.
    """

    paint: Callable[[Sheet], None]
    languages: tuple[Language, ...] = _ALL
    precision: Precision = Precision.MINUTE
    dates_zh: tuple[str, ...] = forms.DATES_ZH
    dates_en: tuple[str, ...] = forms.DATES_EN
    twelve_hours: bool = False
    may_vary: bool = True
    short_weekday: float = 0.3

    @property
    def has_block(self) -> bool:
        """Whether it prints a watermark camera's block of fields beside the time."""
        return self.paint.__module__ != plain.__name__

    def moment(self, time: WallTime, language: Language, rng: random.Random, varied: bool) -> Moment:
        """A time in this style's words; with `varied`, in any form that the app can be set to."""
        dates = self.dates_zh if language.is_chinese else self.dates_en
        date_form, short = pick(rng, dates), varied and rng.random() < self.short_weekday
        seconds = self.precision is Precision.SECOND
        twelve = self.twelve_hours
        if varied and self.may_vary:
            seconds, twelve = (
                rng.random() < (0.6 if seconds else 0.2),
                rng.random() < (0.7 if twelve else 0.2),
            )
        if self.precision is Precision.DATE:
            return written(time, date_form, "", language, short)
        clock_form = rng.choice(clock_forms(language, seconds and time.second is not None, twelve))
        return written(time, date_form, clock_form, language, short)


_PLAIN_DATES = forms.DATES_PLAIN
_LATIN = (Language.EN,)

STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "today": Style(chinese_apps.today),
        "today_badge": Style(chinese_apps.today_badge, _CHINESE),
        "mark": Style(chinese_apps.mark),
        "mark_patrol": Style(record_tables.mark_patrol),
        "engineering": Style(record_tables.engineering),
        "yuandao": Style(
            record_tables.yuandao,
            _CHINESE,
            Precision.SECOND,
            (*forms.DATES_ZH[:1], *forms.DATES_ZH),
            short_weekday=0,
        ),
        "timemark": Style(
            western_apps.timemark, (Language.EN,), dates_en=(*forms.DATES_EN, *forms.DATES_DAY_FIRST)
        ),
        "timestamp": Style(
            western_apps.timestamp,
            precision=Precision.SECOND,
            dates_zh=(forms.DATES_ZH[4], *forms.DATES_ZH),
            dates_en=(*forms.DATES_EN[2:], *forms.DATES_PLAIN),
        ),
        "gps_map": Style(
            western_apps.gps_map,
            _LATIN,
            dates_en=(*forms.DATES_DAY_FIRST[:2], *forms.DATES_MONTH_FIRST),
            twelve_hours=True,
        ),
        "plain": Style(plain.plain, _LATIN, Precision.SECOND, dates_en=_PLAIN_DATES),
        "thin": Style(plain.thin, _LATIN, Precision.SECOND, dates_en=_PLAIN_DATES),
        "orange": Style(plain.orange, _LATIN, dates_en=_PLAIN_DATES[1:], may_vary=False),
        "film": Style(plain.film, _LATIN, Precision.DATE, dates_en=_PLAIN_DATES),
        "cctv": Style(plain.cctv, _ALL, Precision.SECOND, _PLAIN_DATES, _PLAIN_DATES, short_weekday=0),
        "black_bar": Style(
            plain.black_bar, _LATIN, Precision.SECOND, dates_en=_PLAIN_DATES[1:2], twelve_hours=True
        ),
        "pixel_strip": Style(
            plain.pixel_strip, _LATIN, Precision.SECOND, dates_en=_PLAIN_DATES, twelve_hours=True
        ),
    }
)
