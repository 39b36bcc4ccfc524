"""What `dataset check` and `dataset convert` do and print."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from flows.cli.friendly import err, out
from flows.dataset_check import CheckTools, SetCheck, check_set, write_sheet
from flows.labelled_sets import read_object_set
from flows.looks import looks
from flows.settings import Settings
from models.detector import load_detector
from models.object_labels import write_coco, write_yolo
from pipeline.errors import DatasetError
from pipeline.evidence import MediaFailure
from pipeline.tuning.doubts import SURE
from pipeline.tuning.labelled_sets import LabelFormat, SetKind
from pipeline.tuning.set_findings import FindingCode, SetFinding
from storage.labelled_sets import read_set

_MOST_SHOWN = 20
"""Findings of one kind on a terminal; --json has them all."""
_NAMES = {
    FindingCode.UNREADABLE_FILE: "unreadable files 无法读取的文件",
    FindingCode.BAD_LABEL_LINE: "label lines not understood 无法理解的标注行",
    FindingCode.UNKNOWN_CLASS: "unknown classes 未知类别",
    FindingCode.OUTSIDE_PICTURE: "boxes outside the picture 超出画面的框",
    FindingCode.EMPTY_BOX: "boxes without an area 没有面积的框",
    FindingCode.LABEL_WITHOUT_PICTURE: "labels without a picture 有标注无图片",
    FindingCode.PICTURE_WITHOUT_LABEL: "pictures without labels 有图片无标注",
    FindingCode.CLASS_WITHOUT_EXAMPLES: "classes without examples 没有样例的类别",
    FindingCode.SOURCE_ON_BOTH_SIDES: "sources on both sides 跨划分的来源",
    FindingCode.NEAR_DUPLICATE: "near-duplicates across splits 跨划分的近似图片",
    FindingCode.NO_DATA_CARD: "no data card 没有数据卡",
    FindingCode.DISPUTED: "disputed truths 有争议的真值",
    FindingCode.DISAGREES_WITH_MODEL: "labels a confident model disagrees with 与模型相左的标注",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`dataset check` as it was typed."""

    folder: Path
    as_json: bool
    out: Path | None
    model: str | None
    ask_model: bool
    sure: float | None


def run(settings: Settings, wanted: Wanted) -> None:
    """Raises DatasetError, RegistryError; exits with 1 where the set has a fault."""
    objects = read_set(wanted.folder).kind is SetKind.OBJECTS
    name = wanted.model or settings.detector_name
    detector = load_detector(name, settings.detector_backend) if wanted.ask_model and objects else None
    with progress_bar("looking 查看") as progress:
        tools = CheckTools(
            detector,
            settings.data_folder,
            settings.limits,
            progress,
            SURE if wanted.sure is None else wanted.sure,
        )
        check = check_set(wanted.folder, tools)
    sheet = write_sheet(wanted.folder, check, wanted.out, settings.limits) if wanted.out else None
    if wanted.as_json:
        out.file.write(json.dumps(as_json(check), ensure_ascii=False, indent=1) + "\n")
    else:
        show(check)
    if sheet is not None:
        err.print(f"contact sheet 拼图: {sheet}", markup=False, highlight=False, soft_wrap=True)
    if check.faults:
        raise typer.Exit(1)


def convert(settings: Settings, folder: Path, to: str, target: Path) -> None:
    """Raises DatasetError where a label or picture can't be read: nothing would be lost in silence."""
    labelled = read_object_set(folder)
    broken = [one for one in labelled.findings if one.code is FindingCode.BAD_LABEL_LINE]
    if broken:
        raise DatasetError(f"{broken[0].subject}: {broken[0].text.en}; then convert again")
    boxes = {one.media_key: one.boxes for one in labelled.pictures}
    if _format(to) is LabelFormat.YOLO:
        written = f"{write_yolo(target, boxes)} files"
    else:
        written = (
            f"{write_coco(target, boxes, _sizes(settings, folder, list(boxes)), labelled.head.classes)} boxes"
        )
    out.print(f"{written}: {target}", markup=False, highlight=False, soft_wrap=True)


def _format(name: str) -> LabelFormat:
    try:
        return LabelFormat(name)
    except ValueError as error:
        names = ", ".join(LabelFormat)
        raise typer.BadParameter(f"no format {name!r}; wanted {names}", param_hint="--to") from error


def _sizes(settings: Settings, folder: Path, keys: list[str]) -> dict[str, tuple[int, int]]:
    paths = {folder / key: key for key in keys}
    sizes = {}
    for path, look in looks(paths, None, settings.data_folder, settings.limits, lambda _done, _all: None):
        if isinstance(look, MediaFailure):
            raise DatasetError(f"{path}: {look.detail}; COCO's format needs its size")
        sizes[paths[path]] = (look.width_px, look.height_px)
    return sizes


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, told how many of how many are done."""
    with Progress(console=err, transient=True) as bars:
        bar = bars.add_task(words, total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)


def as_json(check: SetCheck) -> dict[str, Any]:
    """The check as plain values; see docs/datasets.md."""
    return {
        "schema_version": 1,
        "name": check.head.name,
        "version": check.head.version,
        "kind": check.head.kind.value,
        "items": check.items,
        "sources": check.sources,
        "splits": {split.value: count for split, count in check.by_split},
        "faults": len(check.faults),
        "findings": [_finding(one) for one in check.findings],
    }


def _finding(finding: SetFinding) -> dict[str, Any]:
    return {
        "code": finding.code.value,
        "fault": finding.code.is_fault,
        "subject": finding.subject,
        "other": finding.other or None,
        "box": list(finding.box.as_tuple()) if finding.box else None,
        "zh": finding.text.zh,
        "en": finding.text.en,
    }


def show(check: SetCheck) -> None:
    """The check on a terminal: kinds with their number, then each finding by name."""
    splits = ", ".join(f"{split.value} {count}" for split, count in check.by_split)
    out.print(
        f"{check.head.name} {check.head.version} ({check.head.kind.value}): "
        f"{check.items} items 条, {check.sources} sources 个来源; {splits}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    counted = Counter(one.code for one in check.findings)
    for code in FindingCode:
        if counted[code]:
            _show_kind(code, [one for one in check.findings if one.code is code])
    if not check.faults:
        out.print("no fault found 未发现问题", style="green")


def _show_kind(code: FindingCode, findings: list[SetFinding]) -> None:
    style = "bold red" if code.is_fault else "cyan"
    out.print(Text(f"{_NAMES[code]}: {len(findings)}", style))
    table = Table(box=None, show_header=False, pad_edge=True)
    for number, finding in enumerate(findings[:_MOST_SHOWN], start=1):
        table.add_row(str(number), Text(finding.subject), Text(f"{finding.text.en}\n{finding.text.zh}"))
    out.print(table)
    if len(findings) > _MOST_SHOWN:
        out.print(f"  … {len(findings) - _MOST_SHOWN} more in --json 其余见 --json")
