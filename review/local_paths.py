"""Paths of this site: a visit's page, and one that comes from outside, to go back to."""

from urllib.parse import quote


def local_path(wanted: str) -> str:
    """A path of this site with its query, `/` in the place of anything that leads elsewhere.

    Browsers drop tabs and line ends from an address, read a backslash as a slash, and take what begins with
    two slashes for another host (WHATWG URL, 4.4).
    """
    is_path = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if is_path and "\\" not in wanted and wanted.isprintable() else "/"


def visit_path(visit_id: str) -> str:
    """The path of a visit's page."""
    return f"/visits/{quote(visit_id, safe='')}"
