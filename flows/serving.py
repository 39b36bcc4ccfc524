"""The auditors' site as a server, over the store and the results that the settings name."""

import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial

import uvicorn

from flows.assembly import open_results, open_store
from flows.pictures import FolderFiles, shared_pictures
from flows.settings import Settings
from flows.site_settings import LOOPBACK
from pipeline.errors import SettingsError
from review.app import create_app
from review.site import Site

_GRACE_S = 10
"""How long requests under way may take after somebody said stop."""


class WithoutQuery(logging.Filter):
    """Takes the query from uvicorn's access lines: filters name people, and logs hold keys only."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, path, *rest = record.args
            record.args = (client, method, str(path).partition("?")[0], *rest)
        return True


_WITHOUT_QUERY = WithoutQuery()


@contextmanager
def open_site(settings: Settings) -> Iterator[Site]:
    """The site over open stores while the block runs. Raises SettingsError, StorageError."""
    with ExitStack() as opened:
        store = opened.enter_context(open_store(settings))
        results = opened.enter_context(open_results(settings))
        pictures = opened.enter_context(shared_pictures(store, settings.limits))
        sets = settings.sets_folder
        of_sets = opened.enter_context(shared_pictures(FolderFiles(sets), settings.limits)) if sets else None
        now = partial(datetime.now, UTC)
        yield Site(
            results,
            pictures,
            now,
            settings.access,
            store=store,
            zone=settings.nightly_time_zone,
            rules_folder=settings.rules_folder,
            set_pictures=of_sets,
        )


def check_reachable(settings: Settings, host: str) -> None:
    """Raises SettingsError where the server would listen beyond this machine and answer to no name there."""
    if host not in (*LOOPBACK, "::1") and settings.site_hosts == LOOPBACK:
        raise SettingsError(
            f"--host {host} is reached from other machines, and site_hosts (VISITPROOF_SITE_HOSTS) names "
            "this one only: set it to the names and addresses that people type, separated by commas"
        )


def listen(host: str, port: int) -> socket.socket:
    """Take the port, before anything else is started. Raises SettingsError where it can't be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(
            f"can't listen on {host} port {port}: {error.strerror}: take another --port or stop that program"
        ) from error


def make_server(site: Site, settings: Settings) -> uvicorn.Server:
    """A server that believes forwarded addresses only of the proxies that the settings name."""
    access_log = logging.getLogger("uvicorn.access")
    access_log.setLevel(logging.INFO)
    access_log.addFilter(_WITHOUT_QUERY)
    config = uvicorn.Config(
        create_app(site),
        log_config=None,
        proxy_headers=bool(settings.site_proxies),
        forwarded_allow_ips=list(settings.site_proxies),
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=_GRACE_S,
    )
    return uvicorn.Server(config)


def run_until_stopped(server: uvicorn.Server, taken: socket.socket) -> None:
    """Serve on a port that was taken until SIGTERM or Ctrl-C.

    uvicorn raises the signal again when it has stopped: as an orderly exit, so that the stores are closed.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.run(sockets=[taken])
