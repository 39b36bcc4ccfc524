"""The registry of weights: what it accepts, and what stops at start, saying what to do."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from models.registry import REGISTRY_FILE, load_registry, member, settings_digest, unpacked
from pipeline.errors import RegistryError

ENTRY = """\
default: {default}
weights:
- name: first
  version: '1'
  file: first.zip
  sha256: {sha256}
  licence: AGPL-3.0
  labels: [badge, tool]
  input_px: 64
  floor: 0.05
  overlap: 0.6
  most: 300
{extra}"""


def write_registry(folder: Path, sha256: str | None = None, default: str = "first", extra: str = "") -> Path:
    archive = folder / "first.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("openvino.xml", "<net/>")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    path = folder / "registry.yaml"
    path.write_text(ENTRY.format(sha256=sha256 or found, default=default, extra=extra), encoding="utf-8")
    return path


def test_an_entry_is_found_by_name_and_by_default(tmp_path: Path) -> None:
    registry = load_registry(write_registry(tmp_path))
    assert registry.entry().name == registry.entry("first").name == "first"
    assert registry.entry().labels == ("badge", "tool")
    assert registry.entry().path == tmp_path / "first.zip"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"default": "frist"}, "nearest is 'first'"),
        ({"extra": "  input_size: 4\n"}, "input_size"),
        ({"sha256": "abc"}, "sha256"),
        ({"extra": "  floor: [\n"}, "registry.yaml"),
    ],
)
def test_a_registry_that_contradicts_itself_stops(tmp_path: Path, change: dict[str, str], told: str) -> None:
    with pytest.raises(RegistryError, match=told):
        load_registry(write_registry(tmp_path, **change))


def test_a_missing_registry_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="nowhere"):
        load_registry(tmp_path / "nowhere.yaml")


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"'frst'.*nearest is 'first'"):
        load_registry(write_registry(tmp_path)).entry("frst")


def test_altered_weights_stop_with_both_sums(tmp_path: Path) -> None:
    registry = load_registry(write_registry(tmp_path, sha256="a" * 64))
    with pytest.raises(RegistryError, match="registered is aaaa"):
        registry.entry()


def test_missing_weights_stop(tmp_path: Path) -> None:
    registry = load_registry(write_registry(tmp_path))
    (tmp_path / "first.zip").unlink()
    with pytest.raises(RegistryError, match="is missing"):
        registry.entry()


def test_members_are_read_and_unpacked_once(tmp_path: Path) -> None:
    entry = load_registry(write_registry(tmp_path)).entry()
    assert member(entry, "openvino.xml") == b"<net/>"
    path = unpacked(entry, "openvino.xml", tmp_path / "cache")
    assert path.read_bytes() == b"<net/>"
    assert unpacked(entry, "openvino.xml", tmp_path / "cache") == path


def test_a_member_that_is_not_there_is_named(tmp_path: Path) -> None:
    entry = load_registry(write_registry(tmp_path)).entry()
    with pytest.raises(RegistryError, match=r"ultralytics\.pt"):
        member(entry, "ultralytics.pt")


def test_a_digest_names_weights_backend_and_settings(tmp_path: Path) -> None:
    entry = load_registry(write_registry(tmp_path)).entry()
    other = entry.model_copy(update={"sha256": "1" * 64})
    digests = {
        settings_digest(entry, "openvino", {"floor": 0.05}),
        settings_digest(entry, "ultralytics", {"floor": 0.05}),
        settings_digest(entry, "openvino", {"floor": 0.1}),
        settings_digest(other, "openvino", {"floor": 0.05}),
    }
    assert len(digests) == 4


def test_the_shipped_weights_are_the_registered_ones_and_small() -> None:
    registry = load_registry()
    for name in registry.names:
        assert registry.entry(name).path.stat().st_size < 15_000_000
    assert {path.name for path in REGISTRY_FILE.parent.glob("*.zip")} == {e.file for e in registry.weights}
