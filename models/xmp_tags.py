"""XMP (ISO 16684-1) of photos: what EXIF lacks, and the traces of programs that wrote a picture again.

A packet is RDF in XML. Only simple properties are read, wherever they stand. A packet with a document type,
which XMP never has, is not parsed at all, so no entity can be expanded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from models.metadata_notes import MAX_VALUE_CHARACTERS, Notes
from models.stated_times import parse_time
from pipeline.times import StatedTime

_MOST_BYTES = 1 << 20
_MOST_HISTORY = 10
_SPACES = {
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
}


@dataclass(frozen=True, slots=True)
class XmpTags:
    """raw: the properties that are read, as they stand in the packet, the first of each name.

    taken_at, gps_at: EXIF's own properties in XMP's clothes (exif:DateTimeOriginal, exif:GPSTimeStamp).
    """

    raw: tuple[tuple[str, str], ...] = ()
    taken_at: StatedTime | None = None
    gps_at: StatedTime | None = None
    created_at: StatedTime | None = None
    modified_at: StatedTime | None = None
    creator_tool: str | None = None
    history: tuple[str, ...] = ()


def read_xmp(packet: bytes, notes: Notes) -> XmpTags:
    """What a packet says; nothing, with a note, where it can't be read. Raises nothing for its content."""
    if not packet:
        return XmpTags()
    properties = list(_properties(packet, notes))
    first: dict[str, str] = {}
    for name, value in properties:
        first.setdefault(name, value)
    agents = dict.fromkeys(value for name, value in properties if name == "stEvt:softwareAgent")
    return XmpTags(
        raw=tuple(sorted((f"XMP {name}", value) for name, value in first.items() if name in _KEPT)),
        taken_at=_time(first, "exif:DateTimeOriginal", notes),
        gps_at=_time(first, "exif:GPSTimeStamp", notes),
        created_at=_time(first, "xmp:CreateDate", notes) or _time(first, "photoshop:DateCreated", notes),
        modified_at=_time(first, "xmp:ModifyDate", notes),
        creator_tool=first.get("xmp:CreatorTool"),
        history=tuple(agents)[:_MOST_HISTORY],
    )


_KEPT = frozenset(
    {
        "exif:DateTimeOriginal",
        "exif:GPSTimeStamp",
        "photoshop:DateCreated",
        "stEvt:softwareAgent",
        "xmp:CreateDate",
        "xmp:CreatorTool",
        "xmp:MetadataDate",
        "xmp:ModifyDate",
    }
)


def _properties(packet: bytes, notes: Notes) -> Iterator[tuple[str, str]]:
    text = packet.strip(b"\0 \r\n\t")
    # A byte of zero is that of UTF-16, in which a document type could hide.
    if len(text) > _MOST_BYTES or b"\0" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        notes.add("XMP is too large, not in UTF-8, or has a document type: not read")
        return
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - bounded, and without a document type
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        notes.add(f"XMP can't be read: {type(error).__name__}")
        return
    for element in root.iter():
        pairs = [(element.tag, element.text or ""), *element.attrib.items()]
        for tag, value in pairs:
            name = _short(tag) if isinstance(tag, str) else None
            if name is not None and value.strip():
                yield name, value.strip()[:MAX_VALUE_CHARACTERS]


def _short(tag: str) -> str | None:
    """`xmp:CreateDate` for `{http://ns.adobe.com/xap/1.0/}CreateDate`; None for other namespaces."""
    space, _, name = tag.removeprefix("{").partition("}")
    return f"{_SPACES[space]}:{name}" if space in _SPACES else None


def _time(properties: dict[str, str], name: str, notes: Notes) -> StatedTime | None:
    text = properties.get(name)
    if text is None:
        return None
    time = parse_time(text, needs_clock=name.startswith("exif:"))
    if time is None:
        notes.add(f"{name} is no date and time: {text!r}")
    return time
