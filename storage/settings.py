"""What the object store adapter must be told; the flows make it from the global settings."""

from dataclasses import dataclass

from pydantic import SecretStr

from pipeline.errors import SettingsError


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """How to reach one bucket of an S3 server.

    endpoint: `host` or `host:port`, without a scheme. secure: TLS.
    region: asked of the server where it is None.
    attempts: how often a call is tried in all; waits between them double up to `longest_wait_s` seconds.
    Raises SettingsError where the values can't work.
    """

    endpoint: str
    access_key: str
    secret_key: SecretStr
    bucket: str = "visitproof"
    region: str | None = None
    secure: bool = True
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 60.0
    attempts: int = 4
    first_wait_s: float = 0.2
    longest_wait_s: float = 5.0

    def __post_init__(self) -> None:
        if "://" in self.endpoint or "/" in self.endpoint or not self.endpoint:
            raise SettingsError(
                f"store endpoint {self.endpoint!r}: wanted host or host:port, without http:// and path; "
                "whether TLS is used is a setting of its own"
            )
        if not self.access_key or not self.secret_key.get_secret_value():
            raise SettingsError(f"store {self.endpoint}: set both the access key and the secret key")
        if self.attempts < 1:
            raise SettingsError(f"store {self.endpoint}: attempts must be at least 1, not {self.attempts}")

    @property
    def place(self) -> str:
        """Bucket and server, for messages; no keys."""
        return f"bucket {self.bucket!r} at {self.endpoint}"
