"""The commands and their options. What they do is imported when one runs, so that `--help` stays quick."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.dataset_commands import dataset
from flows.cli.friendly import FriendlyGroup, GlobalOptions, set_up_logging
from flows.cli.release_commands import model, rules
from flows.cli.tuning import tune
from flows.cli.user_commands import users
from pipeline.visit import ServiceType

_EPILOG = """
Examples:

  visitproof demo

  visitproof upload ./visits/2024-05-12/V-0001 && visitproof verify V-0001 --html report.html

  visitproof nightly --date 2024-05-12

  visitproof read-time photos/*.jpg --json | jq .watermark.taken_at
"""

app = typer.Typer(
    name="visitproof",
    cls=FriendlyGroup,
    help="Verifies home-service visits from their photos and videos (上门服务核验).",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(users)
app.add_typer(dataset)
app.add_typer(rules)
app.add_typer(model)
app.add_typer(tune)

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Photos or videos.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output, and nothing else there.")]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="PATH", help="Write the report as a self-contained page.")
]
Pdf = Annotated[
    Path | None, typer.Option("--pdf", metavar="PATH", help="Write report and decisions for a file, on A4.")
]
VisitId = Annotated[str, typer.Argument(metavar="VISIT_ID", show_default=False)]


@app.callback()
def _options(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings file (TOML); see docs/operations.md.")
    ] = None,
    data_folder: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where everything local lies.  [default: ./.visitproof]"),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say what is being done.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Everything, and a traceback for errors.")] = False,
) -> None:
    set_up_logging(verbose, debug)
    ctx.obj = GlobalOptions(config, data_folder)


@app.command()
def demo(
    ctx: typer.Context,
    seed: Annotated[int, typer.Option(help="Seed of the sample visits.")] = 1,
) -> None:
    """Make sample visits, put them into the store, verify them, and print the table."""
    from flows.cli.nights import run_demo

    run_demo(ctx.obj.settings(), seed)


@app.command()
def upload(
    ctx: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="A folder with visit.json, or one with such folders in it."),
    ],
) -> None:
    """Put local visits into the store. What is there already is not sent again."""
    from flows.cli.verdicts import upload_folder

    upload_folder(ctx.obj.settings(), folder)


@app.command()
def verify(
    ctx: typer.Context,
    visit: Annotated[
        str,
        typer.Argument(
            metavar="FOLDER_OR_VISIT_ID", help="A local visit, uploaded first, or one that is in the store."
        ),
    ],
    as_json: AsJson = False,
    html: Html = None,
) -> None:
    """Verify one visit and print its report."""
    from flows.cli.verdicts import verify_one

    verify_one(ctx.obj.settings(), visit, as_json, html)


@app.command()
def nightly(
    ctx: typer.Context,
    date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The visits of this day.  [default: yesterday]")
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(metavar="PREFIX", help="All visits whose key begins so, e.g. visits/2024-05."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="DIR", help="Write a page per visit and an index there.")
    ] = None,
) -> None:
    """Verify a night's visits as a Prefect flow. Run it again and it goes on where it stopped."""
    from flows.cli.nights import run_nightly

    run_nightly(ctx.obj.settings(), date, prefix, html)


@app.command()
def report(
    ctx: typer.Context, visit_id: VisitId, as_json: AsJson = False, html: Html = None, pdf: Pdf = None
) -> None:
    """Print the newest report of a visit that was verified before."""
    from flows.cli.verdicts import show_report

    show_report(ctx.obj.settings(), visit_id, as_json, html, pdf)


@app.command("read-time")
def read_time(ctx: typer.Context, files: Files, as_json: AsJson = False) -> None:
    """Read the burned-in time (时间水印) and the EXIF time of files.

    A file that can't be read is reported in its line and does not change the exit code.
    """
    from flows.cli.looking import read_times

    read_times(ctx.obj.settings(), files, as_json)


@app.command()
def detect(ctx: typer.Context, files: Files, as_json: AsJson = False) -> None:
    """Show what the detector sees in files, down to its low floor.

    A file that can't be read is reported in its line and does not change the exit code.
    """
    from flows.cli.looking import detect_objects

    detect_objects(ctx.obj.settings(), files, as_json)


@app.command()
def layout(
    ctx: typer.Context,
    files: Files,
    as_json: AsJson = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PNG", help="Draw photo and top view, of one file.")
    ] = None,
    service: Annotated[
        ServiceType, typer.Option(help="Whose rules say what is demanded.")
    ] = ServiceType.METER_REPLACEMENT,
) -> None:
    """Measure work cloth and tools (垫布与工具): shape, lengths, order, neatness; see docs/layout.md.

    A file that can't be read or measured is reported in its line and does not change the exit code.
    """
    from flows.cli.layouts import measure_layouts

    measure_layouts(ctx.obj.settings(), files, service, as_json, out)


labels_app = typer.Typer(help="What auditors decided, as labels.", no_args_is_help=True)
app.add_typer(labels_app, name="labels")


@labels_app.command("export")
def labels_export(
    ctx: typer.Context,
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Decisions from this day on.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="And up to this day.")] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the files go.")] = Path("labels"),
) -> None:
    """Write overturned and confirmed items as JSON Lines, with a data card."""
    from flows.cli.labelling import run_export

    run_export(ctx.obj.settings(), since, until, out)


@app.command()
def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8080,
) -> None:
    """Serve the auditors' site (审核页面) until it is stopped."""
    from flows.cli.serving import serve as serve_site

    serve_site(ctx.obj.settings(), host, port)


@app.command()
def doctor(ctx: typer.Context) -> None:
    """Say what is missing on this machine, and how to get it."""
    from flows.cli.checkup import run_doctor

    run_doctor(ctx.obj.settings())


def main() -> None:
    """The console script."""
    app()
