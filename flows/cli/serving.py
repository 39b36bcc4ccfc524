"""`serve`: the auditors' site."""

from contextlib import closing

from flows.cli.friendly import err
from flows.serving import check_reachable, listen, make_server, open_site, run_until_stopped
from flows.settings import Settings
from flows.site_settings import LOOPBACK


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the site until it is stopped; on standard error what to know at the start."""
    check_reachable(settings, host)
    with closing(listen(host, port)) as taken, open_site(settings) as site:
        made = site.results.cases.rebuild()
        if made:
            _say(f"{made} visits that an older version judged are in the queue now")
        _say_where(settings, host, port)
        if not site.results.users.all():
            _say("nobody can sign in yet: visitproof user add NAME --role administrator")
        run_until_stopped(make_server(site, settings), taken)


def _say_where(settings: Settings, host: str, port: int) -> None:
    if settings.site_tls:
        _say(f"the site: https://{settings.site_hosts[0]}/, by a proxy to {host}:{port}")
        return
    name = f"[{host}]" if ":" in host else host
    _say(f"the site: http://{name}:{port}/  (stop it with Ctrl-C)")
    if host not in (*LOOPBACK, "::1"):
        _say("without TLS passwords travel in clear: put a proxy before it and set site_tls")


def _say(text: str) -> None:
    err.print(text, markup=False, highlight=False, soft_wrap=True)
