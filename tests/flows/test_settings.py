"""Settings: where they come from, and what is refused."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from flows.settings import CONFIG_VARIABLE, Settings, load_settings
from pipeline.auditing import Role
from pipeline.errors import SettingsError
from review.access_settings import AccessSettings


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


OIDC = {"OIDC_ISSUER": "https://idp.example", "OIDC_CLIENT_ID": "site", "OIDC_CLIENT_SECRET": "hidden"}


def set_variables(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"VISITPROOF_{name}", value)


def test_the_site_is_told_what_the_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    roles = '{"CN=审核,OU=质量": "qa_lead", "field": "technician"}'
    more = {"SITE_HOSTS": "review.example, 10.0.0.7", "SITE_TLS": "true", "SITE_IDLE_MINUTES": "5"}
    set_variables(monkeypatch, OIDC | more | {"OIDC_ROLES": roles, "OIDC_ROLE_CLAIM": "groups"})
    access = load_settings().access
    assert (access.hosts, access.tls) == (("review.example", "10.0.0.7"), True)
    assert (access.idle, access.lifetime) == (timedelta(minutes=5), timedelta(hours=12))
    assert access.oidc is not None
    assert access.oidc.roles == {"CN=审核,OU=质量": Role.QA_LEAD, "field": Role.TECHNICIAN}
    assert "hidden" not in repr(access)


def test_the_site_is_told_what_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "visitproof.toml").write_text(
        'site_hosts = ["review.example"]\noidc_issuer = "https://idp.example"\noidc_client_id = "a"\n'
        'oidc_client_secret = "b"\noidc_role_claim = "groups"\n[oidc_roles]\n"vp.qa" = "qa_lead"\n'
    )
    access = load_settings().access
    assert access.hosts == ("review.example",)
    assert access.oidc is not None
    assert access.oidc.roles == {"vp.qa": Role.QA_LEAD}


def test_nothing_set_is_passwords_only_on_this_machine() -> None:
    assert load_settings().access == AccessSettings()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"OIDC_CLIENT_SECRET": ""}, "without oidc_client_id and oidc_client_secret"),
        ({"OIDC_ISSUER": "http://idp.example"}, "must begin with https://"),
        ({"OIDC_ROLE_CLAIM": "groups"}, "without oidc_roles"),
        ({"OIDC_ROLES": "groups=auditor"}, "setting oidc_roles"),
        ({"OIDC_ROLES": '{"a": "boss"}'}, "setting oidc_roles"),
        ({"OIDC_DEFAULT_ROLE": "boss"}, "setting oidc_default_role"),
        ({"SITE_IDLE_MINUTES": "0"}, "setting site_idle_minutes"),
    ],
)
def test_half_a_company_sign_in_stops_at_start(
    monkeypatch: pytest.MonkeyPatch, changes: Mapping[str, str], complaint: str
) -> None:
    set_variables(monkeypatch, OIDC | changes)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert complaint in str(caught.value)
    assert "hidden" not in str(caught.value)


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
