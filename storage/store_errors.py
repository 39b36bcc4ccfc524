"""What went wrong between us and an S3 server: is it worth a retry, and what should a person do?"""

import socket
import ssl
from xml.etree.ElementTree import ParseError

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError, LocationValueError, SSLError

from pipeline.errors import ObjectCorrupted, ObjectNotFound, StorageError
from storage.settings import StoreSettings

_GARBLED = (UnicodeDecodeError, ParseError, InvalidResponseError)
RAW_ERRORS = (MinioException, HTTPError, ConnectionError, TimeoutError, socket.gaierror, *_GARBLED)
"""What the SDK and the connection below it raise; other OSErrors are about local files."""

_PASSING_CODES = frozenset(
    {"InternalError", "OperationAborted", "RequestTimeout", "ServiceUnavailable", "SlowDown", "SlowDownRead"}
)
_KEY_CODES = frozenset(
    {
        "AccessDenied",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "InvalidTokenId",
        "AuthorizationHeaderMalformed",
    }
)
_MISSING_CODES = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchVersion"})


class NotAsPromised(ObjectCorrupted):
    """The object arrived as it was stored, but it is not what the caller was promised: no retry helps."""


def is_worth_retrying(error: BaseException) -> bool:
    """Connections that break, servers that say 5xx and bytes that arrive damaged; nothing else."""
    if isinstance(error, ObjectCorrupted):
        return not isinstance(error, NotAsPromised)
    if isinstance(error, S3Error):
        return error.code in _PASSING_CODES or error.response.status >= 500
    if isinstance(error, ServerError):
        return error.status_code >= 500
    # A page of some gateway in between, in place of an answer.
    if isinstance(error, _GARBLED):
        return True
    return _is_lost_connection(error)


def explain(error: Exception, settings: StoreSettings, key: str) -> StorageError:
    """The error of this project that an SDK error stands for. `key` may be a prefix, or empty: the bucket."""
    subject = repr(key) if key else "the bucket itself"
    if isinstance(error, S3Error):
        return _explain_answer(error, settings, subject)
    if _is_lost_connection(error):
        return StorageError(
            f"{subject}: lost the connection to {settings.place} ({_innermost(error)}): "
            "check that the server runs and can be reached, then run again"
        )
    if isinstance(error, SSLError | ssl.SSLError):
        return StorageError(
            f"{subject}: no TLS connection to {settings.place} ({_innermost(error)}): check the certificate, "
            "or whether this server speaks TLS at all"
        )
    return StorageError(f"{subject}: {settings.place} answered with something that is not S3: {error}")


def _explain_answer(error: S3Error, settings: StoreSettings, subject: str) -> StorageError:
    if error.code in _MISSING_CODES:
        return ObjectNotFound(f"{subject}: not in {settings.place}: check the key, or upload it again")
    if error.code == "NoSuchBucket":
        return StorageError(
            f"{subject}: there is no {settings.place}: create it, or name another in the settings"
        )
    if error.code in _KEY_CODES:
        return StorageError(
            f"{subject}: {settings.place} refused access ({error.code}): check the access key, "
            "the secret key and the rights that they carry"
        )
    return StorageError(f"{subject}: {settings.place} answered {error.code}: {error.message}")


def _is_lost_connection(error: BaseException) -> bool:
    if isinstance(error, SSLError | ssl.SSLError | LocationValueError):
        return False
    return isinstance(error, HTTPError | ConnectionError | TimeoutError | socket.gaierror)


def _innermost(error: BaseException) -> str:
    """The first cause's own words: urllib3 wraps it in sentences that name no culprit."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return f"{type(error).__name__}: {error}"
