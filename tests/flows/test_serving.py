"""The site as a server: what `visitproof serve` says, whom it believes, how it stops."""

import logging
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import httpx2
import pytest

from flows.serving import WithoutQuery, check_reachable, listen, make_server
from flows.settings import Settings
from pipeline.auditing import Role
from pipeline.errors import SettingsError
from review.passwords import PasswordKeeper
from review.site import Site
from storage.results import ResultStore
from storage.users import NewUser
from tests.databases import free_port
from tests.review.site_parts import NOON, PASSWORDS, NoPictures

PASSWORD = "correct horse battery"
PAGE = {"accept": "text/html"}


@contextmanager
def served(results: ResultStore, settings: Settings) -> Iterator[str]:
    """The site on a real port, in a thread; its URL."""
    site = Site(results, NoPictures(), lambda: NOON, settings.access, PASSWORDS)
    server = make_server(site, settings)
    taken = listen("127.0.0.1", 0)
    port = taken.getsockname()[1]
    thread = Thread(target=server.run, args=([taken],))
    thread.start()
    while not server.started:
        assert thread.is_alive()
        sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def results(tmp_path: Path) -> Iterator[ResultStore]:
    with closing(ResultStore(f"sqlite:///{tmp_path}/results.db")) as store:
        yield store


def wrong_password(url: str, forwarded_for: str) -> int:
    headers = PAGE | {"x-forwarded-for": forwarded_for}
    with httpx2.Client(base_url=url, headers=headers) as client:
        client.get("/sign-in")
        fields = {"name": "nobody", "password": "x", "csrf_token": client.cookies["visitproof_visitor"]}
        return client.post("/sign-in", data=fields).status_code


@pytest.mark.parametrize(("proxies", "statuses"), [(("127.0.0.1",), [401, 401]), ((), [401, 429])])
def test_only_a_proxy_that_the_settings_name_says_where_a_request_came_from(
    results: ResultStore, proxies: tuple[str, ...], statuses: list[int]
) -> None:
    settings = Settings(site_proxies=proxies, sign_in_attempts_per_address=1)
    with served(results, settings) as url:
        assert [wrong_password(url, address) for address in ("192.0.2.1", "192.0.2.2")] == statuses


def test_a_forwarded_scheme_counts_for_nobody_else_s_origin(results: ResultStore) -> None:
    with served(results, Settings()) as url:
        answer = httpx2.get(f"{url}/queue", headers=PAGE | {"x-forwarded-proto": "https", "host": "evil"})
    assert answer.status_code == 400
    assert "server" not in answer.headers


def test_listening_to_others_needs_names(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="VISITPROOF_SITE_HOSTS"):
        check_reachable(Settings(), "0.0.0.0")  # noqa: S104
    check_reachable(Settings(site_hosts=("review.example",)), "0.0.0.0")  # noqa: S104
    check_reachable(Settings(), "127.0.0.1")


def test_a_port_that_is_taken_is_said() -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port}: Address already in use"):
            listen("127.0.0.1", port)


def test_an_access_line_has_no_query() -> None:
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', None, None)
    record.args = ("127.0.0.1:1", "GET", "/queue?technician=T-7", "1.1", 200)
    assert WithoutQuery().filter(record)
    assert record.getMessage() == '127.0.0.1:1 - "GET /queue HTTP/1.1" 200'


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    program = Path(sys.executable).with_name("visitproof")
    command = [str(program), "--data-folder", str(folder), "serve", "--port", str(port)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def wait_for(url: str, process: subprocess.Popen[str]) -> None:
    begun = monotonic()
    while monotonic() - begun < 90:
        assert process.poll() is None
        try:
            httpx2.get(url)
        except httpx2.TransportError:
            sleep(0.2)
        else:
            return
    raise AssertionError(f"nobody answers at {url}")


@pytest.mark.slow
def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with closing(ResultStore(f"sqlite:///{tmp_path}/results.db")) as results:
        kept = PasswordKeeper().hash(PASSWORD, "lin")
        results.users.add(NewUser("lin", Role.AUDITOR, password_hash=kept), NOON)
    port = free_port()
    process = start(tmp_path, port)
    wait_for(f"http://127.0.0.1:{port}/sign-in", process)
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=PAGE) as client:
        assert client.get("/queue?technician=T-7").headers["location"].startswith("/sign-in?next=/queue")
        client.get("/sign-in")
        fields = {"name": "lin", "password": PASSWORD, "next": "/queue"}
        token = client.cookies["visitproof_visitor"]
        signed_in = client.post("/sign-in", data=fields | {"csrf_token": token})
        assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/queue")
        assert client.get("/queue?technician=T-7").status_code == 200
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out == ""
    assert f"http://127.0.0.1:{port}/" in err
    assert "GET /queue HTTP" in " ".join(err.split())
    assert not re.search(r"T-7|correct|Traceback|Warning", err)


@pytest.mark.slow
def test_without_users_it_says_how_to_add_one(tmp_path: Path) -> None:
    port = free_port()
    process = start(tmp_path, port)
    wait_for(f"http://127.0.0.1:{port}/sign-in", process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "visitproof user add NAME --role administrator" in " ".join(err.split())
    assert "Traceback" not in err
