"""What the pages of the auditors' site work on; `create_app` is given one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from pipeline.ports import ObjectStore
from review.access_settings import AccessSettings
from review.passwords import PasswordKeeper
from review.pictures import PictureSource
from storage.results import ResultStore


@dataclass(frozen=True, slots=True)
class Site:
    """The results, the pictures, a clock (aware times) and who may come in how.

    store: where the videos lie; None where there are none to stream. zone: IANA name; a release is in force
    by its days. rules_folder: what is judged by where no release is in force; None for what ships.
    set_pictures: pictures of labelled sets, by `set/path within it`; None where there are none to show.
    """

    results: ResultStore
    pictures: PictureSource
    now: Callable[[], datetime]
    access: AccessSettings = field(default_factory=AccessSettings)
    passwords: PasswordKeeper = field(default_factory=PasswordKeeper)
    store: ObjectStore | None = None
    zone: str = "Asia/Shanghai"
    rules_folder: Path | None = None
    set_pictures: PictureSource | None = None


def get_site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


SiteOf = Annotated[Site, Depends(get_site)]
"""A route's parameter `site: SiteOf`."""
