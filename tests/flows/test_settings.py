"""Settings: where they come from, and what is refused."""

from pathlib import Path

import pytest

from flows.settings import CONFIG_VARIABLE, Settings, load_settings
from pipeline.errors import SettingsError


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"VISITPROOF_{name.upper()}", raising=False)
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.store_endpoint is None
    assert settings.results_url == f"sqlite:///{tmp_path}/.visitproof/results.db"


def test_environment_overrules_the_file_and_arguments_overrule_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "other.toml"
    config.write_text('chunk_size = 3\nstore_bucket = "from-file"\nfetch_threads = 2\n')
    monkeypatch.setenv("VISITPROOF_STORE_BUCKET", "from-env")
    monkeypatch.setenv("VISITPROOF_FETCH_THREADS", "5")
    settings = load_settings(config, fetch_threads=7)
    assert (settings.chunk_size, settings.store_bucket, settings.fetch_threads) == (3, "from-env", 7)


def test_the_file_of_the_working_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "visitproof.toml").write_text("chunk_size = 5\n")
    assert load_settings().chunk_size == 5


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("chunk_sise = 3", "'chunk_sise'; nearest valid: 'chunk_size'"),
        ("chunk_size = 0", "setting chunk_size (VISITPROOF_CHUNK_SIZE)"),
        ('store_endpoint = "minio:9000"', "store_endpoint is set without store_access_key"),
        ("chunk_size =", "can't be read as TOML"),
    ],
)
def test_a_mistake_in_the_file_stops_at_start(tmp_path: Path, text: str, complaint: str) -> None:
    config = tmp_path / "visitproof.toml"
    config.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert complaint in str(caught.value)


def test_a_misspelt_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISITPROOF_STORE_ENPOINT", "minio:9000")
    with pytest.raises(SettingsError, match="VISITPROOF_STORE_ENDPOINT"):
        load_settings()


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "nowhere.toml"))
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load_settings()


def test_secrets_don_t_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISITPROOF_STORE_ENDPOINT", "minio:9000")
    monkeypatch.setenv("VISITPROOF_STORE_ACCESS_KEY", "open-sesame")
    monkeypatch.setenv("VISITPROOF_STORE_SECRET_KEY", "very-hidden")
    monkeypatch.setenv("VISITPROOF_DATABASE_URL", "postgresql://me:password@db/results")
    shown = repr(load_settings())
    assert not any(secret in shown for secret in ("open-sesame", "very-hidden", "password"))


def test_a_wrong_value_is_not_repeated_in_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISITPROOF_STORE_TLS", "hunter2")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_operations_page_lists_every_setting_with_its_meaning() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"| `{name}` | " in page
        assert f" | {field.description} |" in page
