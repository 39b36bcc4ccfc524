"""Was a picture used before? Exact bytes by sha256, near-copies by the distance of perceptual hashes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MediaUse:
    """One use of a picture in a visit. `perceptual_hash` is 64 bits as 16 hex digits."""

    visit_id: str
    media_key: str
    sha256: str
    perceptual_hash: str
    first_seen_at: datetime


def hamming_distance(first: str, second: str) -> int:
    """Bits in which two hex-coded hashes of equal length differ. Raises ValueError on unequal lengths."""
    if len(first) != len(second):
        raise ValueError(f"hashes of unequal length: {first!r}, {second!r}")
    return (int(first, 16) ^ int(second, 16)).bit_count()
