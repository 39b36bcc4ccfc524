"""Settings: environment (VISITPROOF_*) over a TOML file over defaults; an unknown name stops at start."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr, ValidationError, model_validator
from pydantic_settings import SettingsConfigDict

from flows.site_settings import Names, SiteSettings
from models.limits import Limits
from pipeline.errors import SettingsError
from storage.nearest import did_you_mean

ENV_PREFIX = "VISITPROOF_"
CONFIG_VARIABLE = ENV_PREFIX + "CONFIG"
DEFAULT_CONFIG = Path("visitproof.toml")
_LIMITS = Limits()
_LIMIT_NAMES = frozenset(field.name for field in fields(Limits))


class Settings(SiteSettings):
    """Everything that can be set, each field with what it means; docs/operations.md shows them as a table."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, validate_default=True
    )

    data_folder: Path = Field(
        Path(".visitproof"),
        description="where the embedded store, the SQLite database, reports and Prefect's state lie",
    )
    store_endpoint: str | None = Field(
        None, description="host:port of an S3 server; unset: an embedded one is started in the data folder"
    )
    store_access_key: SecretStr | None = Field(None, description="access key of the S3 server")
    store_secret_key: SecretStr | None = Field(None, description="secret key of the S3 server")
    store_region: str | None = Field(None, description="region of the bucket, where the server wants one")
    store_tls: bool = Field(True, description="speak TLS to the S3 server")
    store_bucket: str = Field("visitproof", description="bucket that holds visits/<date>/<visit_id>/")
    database_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL of the results; unset: SQLite in the data folder"
    )
    rules_folder: Path | None = Field(
        None,
        description="folder of rule sets (YAML) for days without released rules; unset: those that ship with "
        "the project",
    )
    sets_folder: Path | None = Field(
        None,
        description="folder of labelled sets, each in a folder of its name: where the site finds the "
        "pictures of a detector's mistakes; unset: they are named without a picture",
    )
    use_releases: bool = Field(
        True,
        description="where the database has released rules or a released detector in force, they come first; "
        "False: rules_folder, and the registry's default detector",
    )
    detector_name: str | None = Field(
        None, description="registered detector to use; unset: the released one, else the registry's default"
    )
    detector_backend: Literal["openvino", "ultralytics"] = Field(
        "openvino", description="what runs the detector; ultralytics needs the extra `train`"
    )
    chunk_size: PositiveInt = Field(8, description="visits per task of the nightly flow")
    chunk_retries: int = Field(
        3, ge=0, le=20, description="how often a chunk is tried again when the store or database fails"
    )
    chunk_retry_delay_s: PositiveFloat = Field(
        10.0, description="seconds before the first further try; doubled for each one after it"
    )
    fetch_threads: PositiveInt = Field(4, description="media files of a visit that are fetched side by side")
    max_photo_bytes: PositiveInt = Field(_LIMITS.max_photo_bytes, description="largest photo that is fetched")
    max_video_bytes: PositiveInt = Field(_LIMITS.max_video_bytes, description="largest video that is fetched")
    max_pixels: PositiveInt = Field(
        _LIMITS.max_pixels, description="largest picture, width x height, decoded"
    )
    max_photo_seconds: PositiveFloat = Field(
        _LIMITS.max_photo_seconds, description="seconds that opening one photo may take"
    )
    max_video_seconds: PositiveFloat = Field(
        _LIMITS.max_video_seconds, description="seconds that opening one video may take"
    )
    max_sampled_frames: PositiveInt = Field(
        _LIMITS.max_sampled_frames, description="frames that are looked at in one video"
    )
    ocr_threads: PositiveInt = Field(2, description="threads of the OCR engine for one picture")
    spot_check_seed: int = Field(20240501, description="seed of the random spot check (随机抽查)")
    nightly_cron: str = Field("30 2 * * *", description="when the deployed nightly flow runs")
    nightly_time_zone: str = Field(
        "Asia/Shanghai", description="IANA zone of the schedule and of `yesterday`"
    )
    tune_sets: Names = Field(
        (), description="folders of labelled sets that the flow `tune` evaluates each night, by commas"
    )
    tune_cron: str = Field("30 4 * * *", description="when the deployed flow `tune` runs")
    alert_webhook: SecretStr | None = Field(
        None, description="URL that gets a POST with JSON when a figure falls below its bound"
    )

    @model_validator(mode="after")
    def _an_endpoint_has_its_keys(self) -> Self:
        if self.store_endpoint and not (self.store_access_key and self.store_secret_key):
            raise ValueError(
                "store_endpoint is set without store_access_key and store_secret_key: set all three, or none "
                "for the embedded store"
            )
        return self

    @property
    def limits(self) -> Limits:
        """Limits per file; those that aren't settings keep their defaults."""
        ours = {name: getattr(self, name) for name in type(self).model_fields if name in _LIMIT_NAMES}
        return replace(_LIMITS, **ours)

    @property
    def results_url(self) -> str:
        """The database URL, password and all: hand it to the database, not to a log."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_folder / 'results.db').resolve()}"


def load_settings(config: Path | None = None, **overrides: Any) -> Settings:
    """Settings from `overrides`, the environment and a TOML file, in this order of authority.

    The file is `config`, else what VISITPROOF_CONFIG names, else ./visitproof.toml where it exists.
    Raises SettingsError, naming the setting, for unknown names and values that don't fit.
    """
    _refuse_unknown_variables(os.environ)
    in_file = _read_config(config)
    overruled = {name.lower() for name in os.environ}
    from_file = {name: value for name, value in in_file.items() if _variable(name).lower() not in overruled}
    try:
        return Settings(**{**from_file, **overrides})
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(error))) from None


def _read_config(config: Path | None) -> dict[str, Any]:
    named = config or (Path(os.environ[CONFIG_VARIABLE]) if os.environ.get(CONFIG_VARIABLE) else None)
    path = named or DEFAULT_CONFIG
    if named is None and not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: can't be read as TOML: {error}") from error
    _refuse_unknown(values, Settings.model_fields, where=f"{path}: ")
    return values


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = [_variable(name) for name in Settings.model_fields] + [CONFIG_VARIABLE]
    ours = [name.upper() for name in environment if name.upper().startswith(ENV_PREFIX)]
    _refuse_unknown(ours, known, where="environment: ")


def _refuse_unknown(names: Iterable[str], known: Iterable[str], where: str) -> None:
    choices = list(known)
    for name in names:
        if name not in choices:
            raise SettingsError(f"{where}unknown setting {name!r}; {did_you_mean(name, choices)}")


def _explain(error: ValidationError) -> list[str]:
    """One line a mistake; without the input, which may be a secret."""
    return [_explain_one(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()]


def _explain_one(name: str, message: str) -> str:
    return f"setting {name} ({_variable(name)}): {message}" if name else f"settings: {message}"


def _variable(name: str) -> str:
    return ENV_PREFIX + name.upper()
