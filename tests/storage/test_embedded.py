"""The embedded S3 server: real processes, started, stopped, killed and started again."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from storage.embedded import serve
from storage.objects import MinioObjectStore

ROOT = Path(__file__).resolve().parents[2]
SERVE_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from storage.embedded import serve
from storage.objects import MinioObjectStore
with serve(Path(sys.argv[1])) as settings:
    MinioObjectStore(settings).put("kept/before-the-kill", b"data", "text/plain")
    print(settings.endpoint, flush=True)
    time.sleep(600)
"""


def answers(endpoint: str) -> bool:
    host, _, port = endpoint.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def listening_addresses(port: int) -> set[str]:
    """Local addresses, in hex, of IPv4 and IPv6 sockets that listen on a port."""
    lines = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()
    ]
    local = [fields[1].split(":") for fields in lines if fields[3] == "0A"]
    return {address for address, hex_port in local if int(hex_port, 16) == port}


def test_a_folder_is_served_again_with_its_objects_and_keys(tmp_path: Path) -> None:
    with serve(tmp_path / "store", "night") as first:
        MinioObjectStore(first).put("a/b", b"data", "text/plain")
        assert listening_addresses(int(first.endpoint.partition(":")[2])) == {"0100007F"}
    assert not answers(first.endpoint)
    with serve(tmp_path / "store", "night") as second:
        assert second == first
        assert MinioObjectStore(second).fetch("a/b", 10) == b"data"
    assert (tmp_path / "store" / "server.json").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_is_left_alone(tmp_path: Path) -> None:
    with serve(tmp_path / "store") as first:
        MinioObjectStore(first).put("a/b", b"data", "text/plain")
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", int(first.endpoint.partition(":")[2])))
        taker.listen()
        with serve(tmp_path / "store") as second:
            assert second.endpoint != first.endpoint
            assert MinioObjectStore(second).fetch("a/b", 10) == b"data"


def test_two_folders_side_by_side_and_one_folder_only_once(tmp_path: Path) -> None:
    with serve(tmp_path / "one") as one, serve(tmp_path / "two") as two:
        assert one.endpoint != two.endpoint
        assert one.secret_key != two.secret_key
        with (
            pytest.raises(StorageError, match="is being served by another process"),
            serve(tmp_path / "one", patience_s=0.2),
        ):
            pass


def test_the_server_ends_with_a_killed_parent_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    parent = subprocess.Popen(
        [sys.executable, "-c", SERVE_UNTIL_KILLED, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        endpoint = parent.stdout.readline().strip()
        assert answers(endpoint)
        parent.send_signal(signal.SIGKILL)
    with serve(folder) as settings:
        assert MinioObjectStore(settings).fetch("kept/before-the-kill", 10) == b"data"
    assert not answers(endpoint)


def test_a_server_that_can_not_start_shows_its_log(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    (folder / "filerldb2").write_text("not a database")
    began = time.monotonic()
    with pytest.raises(StorageError, match=r"did not come up.*server\.log") as caught, serve(folder):
        pass
    assert "filerldb2" in str(caught.value)
    assert time.monotonic() - began < 60


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text("{")
    with pytest.raises(StorageError, match=r"server\.json"), serve(tmp_path):
        pass


def test_no_setting_of_ours_reaches_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "from-outside")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "from-outside")
    monkeypatch.setenv("S3_BUCKET", "from-outside")
    with serve(tmp_path / "store") as settings:
        assert settings.access_key != "from-outside"
        MinioObjectStore(settings).put("a", b"b", "text/plain")
