"""What the pages of the auditors' site work on; `create_app` is given one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from review.pictures import PictureSource
from storage.results import ResultStore


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """How the site behaves.

    behind_tls: browsers reach it by https, so cookies are marked Secure.
    """

    behind_tls: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """The results, the pictures, the settings and a clock (aware times)."""

    results: ResultStore
    pictures: PictureSource
    now: Callable[[], datetime]
    settings: SiteSettings = field(default_factory=SiteSettings)


def get_site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


SiteOf = Annotated[Site, Depends(get_site)]
"""A route's parameter `site: SiteOf`."""
