"""`upload`, `verify` and `report`: one visit at a time, without Prefect."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from flows.assembly import Services, open_services, open_store
from flows.cli.friendly import err, out
from flows.cli.tables import print_report
from flows.judging import find_visit, kept_report, verify
from flows.pages import write_page, write_pdf
from flows.settings import Settings
from pipeline.errors import ManifestError
from pipeline.ports import ObjectStore
from pipeline.results import VisitReport
from storage.codec import report_to_json
from storage.manifest_model import MANIFEST_NAME
from storage.upload import UploadProgress, UploadSummary, upload_visit
from storage.visits import VisitRef, list_visits


def upload_folder(settings: Settings, folder: Path) -> None:
    """Upload one visit's folder, or all that lie directly below a folder. Goes on after one that fails."""
    failed = False
    with open_store(settings) as store:
        for visit_folder in visit_folders(folder):
            try:
                _say_uploaded(_upload(store, visit_folder))
            except ManifestError as error:
                failed = True
                err.print(f"not uploaded: {error}", markup=False)
    if failed:
        raise typer.Exit(1)


def verify_one(settings: Settings, visit: str, as_json: bool, html: Path | None) -> None:
    """Verify a visit of the store, or a local one after uploading it, and print the report."""
    with open_services(settings) as services:
        ref = _uploaded(services, Path(visit)) if Path(visit).is_dir() else find_visit(services, visit)
        with err.status(f"verifying {ref.visit_id}"):
            report = verify(services, ref).report
        _show(services, report, as_json, html)


def show_report(
    settings: Settings, visit_id: str, as_json: bool, html: Path | None, pdf: Path | None = None
) -> None:
    """Print the kept report of a visit; nothing is judged."""
    with open_services(settings) as services:
        report = kept_report(services, visit_id).report
        if pdf is not None:
            write_pdf(services, report, pdf)
            err.print(f"pdf: {pdf}", markup=False, highlight=False, soft_wrap=True)
        _show(services, report, as_json, html)


def visit_folders(folder: Path) -> list[Path]:
    """The folder itself if it is a visit's, else the visits directly below it. Raises ManifestError."""
    if (folder / MANIFEST_NAME).is_file():
        return [folder]
    found = sorted(path.parent for path in folder.glob(f"*/{MANIFEST_NAME}"))
    if not found:
        raise ManifestError(f"{folder}: neither it nor a folder in it holds a {MANIFEST_NAME}")
    return found


def _uploaded(services: Services, folder: Path) -> VisitRef:
    manifest_key = _upload(services.store, folder).manifest_key
    (ref,) = list_visits(services.store, manifest_key.removesuffix(MANIFEST_NAME))
    return ref


def _upload(store: ObjectStore, folder: Path) -> UploadSummary:
    with _progress(folder) as progress:
        return upload_visit(store, folder, progress)


@contextmanager
def _progress(folder: Path) -> Iterator[UploadProgress]:
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    sizes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    with Progress(*columns, console=err, transient=True) as bars:
        bar = bars.add_task(folder.name, total=sizes)

        def advance(name: str, size_bytes: int, skipped: bool, index: int, total: int) -> None:
            note = " (there already)" if skipped else ""
            bars.update(bar, advance=size_bytes, description=f"{folder.name} {index}/{total} {name}{note}")

        yield advance


def _say_uploaded(summary: UploadSummary) -> None:
    out.print(
        f"{summary.visit_id}: {len(summary.sent)} sent ({summary.sent_bytes} bytes), "
        f"{len(summary.skipped)} there already: {summary.manifest_key}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    for finding in summary.findings:
        err.print(f"  {finding.code.value}: {finding.subject}: {finding.detail}", markup=False)


def _show(services: Services, report: VisitReport, as_json: bool, html: Path | None) -> None:
    if html is not None:
        write_page(services, report, html)
        err.print(f"page: {html}", markup=False, highlight=False, soft_wrap=True)
    if as_json:
        typer.echo(report_to_json(report))
    else:
        print_report(report)
