"""What a media file says of itself."""

from pathlib import Path

from models.container_tags import video_metadata
from models.exif_tags import photo_metadata
from pipeline.evidence import Metadata
from pipeline.visit import MediaKind


def read_metadata(path: Path, kind: MediaKind) -> Metadata:
    """EXIF of a photo or container tags of a video. Raises nothing for the file's content."""
    return photo_metadata(path) if kind is MediaKind.PHOTO else video_metadata(path)
