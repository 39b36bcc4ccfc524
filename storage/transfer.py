"""Bytes on their way: a limit while they stream, checksums that prove them, files that appear whole."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol

from pipeline.errors import MediaError, ObjectCorrupted
from pipeline.evidence import FailureReason
from storage.store_errors import NotAsPromised

PART_BYTES = 16 * 1024 * 1024
"""Files above this size are sent in parts of it, which their ETag depends on."""

_CHUNK_BYTES = 256 * 1024
_PLAIN_MD5 = re.compile(r"[0-9a-f]{32}")


class Answer(Protocol):
    """The part of an HTTP answer that is needed here."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    def stream(self, amt: int) -> Iterator[bytes]: ...


def pour(answer: Answer, key: str, limit_bytes: int, sha256: str | None, target: IO[bytes]) -> None:
    """Stream an object into `target` and check it.

    Raises MediaError(TOO_MANY_BYTES) as soon as the announced or the received length is over the limit, and
    ObjectCorrupted if the bytes are not the ones that were stored.
    """
    _refuse_over_limit(key, int(answer.headers.get("content-length", 0)), limit_bytes)
    expected = _stored_digests(answer.headers)
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in (*expected, "sha256")}
    received = 0
    for chunk in answer.stream(_CHUNK_BYTES):
        received += len(chunk)
        _refuse_over_limit(key, received, limit_bytes)
        for digest in digests.values():
            digest.update(chunk)
        target.write(chunk)
    for name, wanted in expected.items():
        if (found := digests[name].hexdigest()) != wanted:
            raise ObjectCorrupted(f"{key!r}: its {name} is {found}, stored was {wanted}: upload it again")
    if sha256 is not None and (found := digests["sha256"].hexdigest()) != sha256.lower():
        raise NotAsPromised(f"{key!r}: its sha256 is {found}, promised was {sha256}: upload the right file")


def refuse_another(headers: Mapping[str, str], key: str, etag: str) -> None:
    """Raises ObjectCorrupted where an answer is not about the object with this ETag."""
    if (found := headers.get("etag", "").strip('"')) != etag:
        raise NotAsPromised(f"{key!r}: it was replaced meanwhile (ETag {found}, not {etag}): open it again")


def etag_of_file(path: Path) -> str:
    """The ETag that an S3 server without its own encryption gives this file when this project uploads it.

    The MD5 of the bytes, or for several parts the MD5 of the parts' MD5s and their number. Raises OSError.
    """
    parts = []
    with path.open("rb") as file:
        while part := file.read(PART_BYTES):
            parts.append(hashlib.md5(part, usedforsecurity=False))
    if len(parts) > 1:
        joined = b"".join(part.digest() for part in parts)
        return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(parts)}"
    return parts[0].hexdigest() if parts else hashlib.md5(usedforsecurity=False).hexdigest()


def sha256_of_file(path: Path) -> str:
    """Hex SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write beside `path`, which takes its place only when the block ends without an error."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False) as file:
        part = Path(file.name)
        try:
            yield file
            file.close()
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _stored_digests(headers: Mapping[str, str]) -> dict[str, str]:
    """Hash name -> hex digest that the bytes must have; empty where the store keeps none that is usable."""
    expected = {"sha256": headers.get("x-amz-meta-sha256", "")}
    etag = headers.get("etag", "").strip('"')
    # With KMS or customer keys the ETag of S3 is no MD5 of the content; with several parts it never is.
    encrypted = any(name.lower().startswith("x-amz-server-side-encryption") for name in headers)
    if _PLAIN_MD5.fullmatch(etag) and not encrypted:
        expected["md5"] = etag
    return {name: digest.lower() for name, digest in expected.items() if digest}


def _refuse_over_limit(key: str, size_bytes: int, limit_bytes: int) -> None:
    if size_bytes > limit_bytes:
        raise MediaError(
            FailureReason.TOO_MANY_BYTES, f"{key!r}: {size_bytes} bytes or more, the limit is {limit_bytes}"
        )
