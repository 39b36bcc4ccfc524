"""An evaluation as one HTML file that needs nothing beside it, in both languages.

Charts stand in it, pictures only where they were asked for: by default no picture leaves the store. Its
content policy lets no other script run than the one it came with, and nothing be loaded.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from pipeline.rules import BilingualText
from review import charts
from review.language import Language
from review.pictures import PictureSource
from review.tuning.cards import PictureRef
from review.tuning.dial import MOST_FLIPS, Dial, chart_alt, draw, script_data, share_text, shown_stop
from review.tuning.site_pages import ChartSources
from review.tuning.views import EvaluationView

THUMB_PX = 240
_SHOWN = {Language.CHINESE: "zh", Language.ENGLISH: "en"}


def render_file(view: EvaluationView, pictures: PictureSource | None = None) -> str:
    """The page; with pictures where there is a source of them. Equal inputs give equal pages."""
    template = _environment().get_template("tuning/file.html")
    return template.render(
        view=view,
        charts_of=_charts_of,
        picture_src=lambda _card, ref: _picture_uri(pictures, ref),
        pictures_shown=pictures is not None,
        linked=False,
    )


def _charts_of(dial: Dial) -> list[ChartSources]:
    alt = chart_alt(dial)
    return [
        ChartSources(
            data_uri("image/svg+xml", draw(dial, language, charts.WIDE)),
            data_uri("image/svg+xml", draw(dial, language, charts.NARROW)),
            language.of(alt),
            _SHOWN[language],
        )
        for language in Language
    ]


def _picture_uri(pictures: PictureSource | None, ref: PictureRef) -> str | None:
    jpeg = pictures.picture(ref.media_key, ref.second, THUMB_PX) if pictures else None
    return data_uri("image/jpeg", jpeg) if jpeg else None


def data_uri(kind: str, data: bytes) -> str:
    """Some bytes as an address that holds them."""
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = _static("tuning.js")
    style = "".join(_static(name) for name in ("site.css", "tuning.css", "tuning-file.css"))
    environment.globals.update(
        # Both are ours and stand in elements where escapes would be taken literally.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=b64encode(sha256(script.encode()).digest()).decode("ascii"),
        say=lambda zh, en: _both(BilingualText(zh, en)),
        both=_both,
        plain=_plain,
        say_plain=lambda zh, en: _plain(BilingualText(zh, en)),
        script_data=script_data,
        share_text=share_text,
        shown_stop=shown_stop,
        most_flips=MOST_FLIPS,
    )
    return environment


def _static(name: str) -> str:
    return files("review").joinpath("static", name).read_text(encoding="utf-8")


def _both(text: BilingualText) -> Markup:
    """Both languages; the style sheet shows the one that was chosen, or both."""
    zh = Markup('<span class="zh" lang="zh-Hans">{}</span>').format(text.zh)
    if text.zh == text.en:
        return escape(text.zh)
    return zh + Markup(' <span class="en" lang="en">{}</span>').format(text.en)


def _plain(text: BilingualText) -> str:
    return text.zh if text.zh == text.en else f"{text.zh} · {text.en}"
