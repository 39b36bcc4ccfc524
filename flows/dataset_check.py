"""What is wrong with a labelled set, from its files to labels that a confident model disagrees with."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flows.labelled_sets import ObjectSet, read_object_set
from flows.lines import kind_of_file
from flows.looks import Look, looks
from models.doubt_sheet import MOST_TILES, DoubtTile, doubt_tile, png_sheet
from models.isolation import IsolatedOpener
from models.limits import Limits
from pipeline.errors import MediaError
from pipeline.evidence import MediaFailure
from pipeline.labels import Split
from pipeline.ports import Detector, Pixels
from pipeline.rules import BilingualText
from pipeline.tuning.doubts import Doubt, doubts
from pipeline.tuning.labelled_sets import LabelledPicture, SeenPicture, SetKind
from pipeline.tuning.matching import clipped
from pipeline.tuning.set_findings import (
    FindingCode,
    SetFinding,
    box_findings,
    class_findings,
    near_duplicate_findings,
    source_findings,
)
from storage.labelled_sets import CARD_FILE, SetModel, read_set
from storage.truth_tables import Truths, read_times, read_visits

SHEET_FILE = "doubtful-labels.png"


@dataclass(frozen=True, slots=True)
class SetCheck:
    """What was found. items: pictures or truths; sources: whose. doubts: numbered from 1 as on the sheet."""

    head: SetModel
    items: int
    sources: int
    by_split: tuple[tuple[Split, int], ...]
    findings: tuple[SetFinding, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def faults(self) -> tuple[SetFinding, ...]:
        return tuple(finding for finding in self.findings if finding.code.is_fault)


@dataclass(frozen=True, slots=True)
class CheckTools:
    """detector: None leaves the model's word out. folder: where looks are kept."""

    detector: Detector | None
    folder: Path
    limits: Limits
    progress: Callable[[int, int], None]
    sure: float


def check_set(folder: Path, tools: CheckTools) -> SetCheck:
    """Raises DatasetError where the folder is no labelled set."""
    head = read_set(folder)
    match head.kind:
        case SetKind.OBJECTS:
            return _check_objects(read_object_set(folder), tools)
        case SetKind.TIMES:
            return _check_times(folder, head, read_times(folder), tools)
        case SetKind.VISITS:
            return _check_visits(folder, head, read_visits(folder))


def _check_objects(labelled: ObjectSet, tools: CheckTools) -> SetCheck:
    seen, unreadable, hashes = _look(labelled.folder, labelled.pictures, tools)
    places = [(one.media_key, one.source, one.split) for one in labelled.pictures]
    splits = {one.media_key: one.split for one in labelled.pictures}
    as_detector = {one.media_key: one for one in labelled.of(None)}
    doubtful = doubts(
        [SeenPicture(as_detector[key], look.detections) for key, look in seen.items()], tools.sure
    )
    findings = (
        *_card_findings(labelled.folder),
        *labelled.findings,
        *unreadable,
        *box_findings(labelled.pictures),
        *class_findings(labelled.pictures, labelled.head.classes),
        *source_findings(places),
        *near_duplicate_findings(hashes, splits),
        *(doubt.finding for doubt in doubtful),
    )
    return SetCheck(labelled.head, len(places), *_spread(places), findings, doubtful)


def _check_times(folder: Path, head: SetModel, truths: Truths, tools: CheckTools) -> SetCheck:
    places = [(one.media_key, one.source, one.split) for one in truths.times]
    there = [one for one in truths.times if (folder / one.media_key).is_file()]
    pictures = [LabelledPicture(one.media_key, one.source, one.split, (), frozenset()) for one in there]
    _, unreadable, hashes = _look(folder, pictures, tools)
    absent = [_absent(one.media_key) for one in truths.times if one not in there]
    splits = {one.media_key: one.split for one in there}
    findings = (
        *_card_findings(folder),
        *truths.findings,
        *absent,
        *unreadable,
        *source_findings(places),
        *near_duplicate_findings(hashes, splits),
    )
    return SetCheck(head, len(places), *_spread(places), findings)


def _check_visits(folder: Path, head: SetModel, truths: Truths) -> SetCheck:
    places = [(f"{one.visit_id} {one.item_id}", one.source, one.split) for one in truths.visits]
    disputed = [_disputed(one.visit_id, one.item_id) for one in truths.visits if one.disputed]
    findings = (*_card_findings(folder), *truths.findings, *source_findings(places), *disputed)
    return SetCheck(head, len(places), *_spread(places), findings)


def _look(
    folder: Path, pictures: Sequence[LabelledPicture], tools: CheckTools
) -> tuple[dict[str, Look], list[SetFinding], dict[str, str]]:
    """By media key what was seen; the files that can't be looked at; perceptual hashes."""
    seen: dict[str, Look] = {}
    unreadable = []
    keys = {folder / one.media_key: one.media_key for one in pictures}
    for path, look in looks(keys, tools.detector, tools.folder, tools.limits, tools.progress):
        if isinstance(look, MediaFailure):
            unreadable.append(_unreadable(keys[path], look))
        else:
            seen[keys[path]] = look
    return seen, unreadable, {key: look.perceptual_hash for key, look in seen.items()}


def _spread(
    places: Sequence[tuple[str, str, Split]],
) -> tuple[int, tuple[tuple[Split, int], ...]]:
    """How many sources, and how many items in each split."""
    counted = [(split, sum(one is split for _, _, one in places)) for split in Split]
    return len({source for _, source, _ in places}), tuple(counted)


def write_sheet(folder: Path, check: SetCheck, out: Path, limits: Limits) -> Path | None:
    """The most doubtful labels as a contact sheet under `out`; None where there are none."""
    if not check.doubts:
        return None
    boxes = {
        one.media_key: tuple(clipped(box) for box in one.boxes) for one in read_object_set(folder).pictures
    }
    tiles = []
    with closing(IsolatedOpener(limits)) as opener:
        for number, doubt in enumerate(check.doubts[:MOST_TILES], start=1):
            pixels = _pixels(folder / doubt.media_key, opener)
            if pixels is not None:
                tiles.append(doubt_tile(DoubtTile(number, doubt, boxes[doubt.media_key], pixels)))
    if not tiles:
        return None
    out.mkdir(parents=True, exist_ok=True)
    path = out / SHEET_FILE
    path.write_bytes(png_sheet(tiles))
    return path


def _pixels(path: Path, opener: IsolatedOpener) -> Pixels | None:
    """None where the file is gone or damaged since it was looked at."""
    kind = kind_of_file(path)
    if isinstance(kind, MediaFailure):
        return None
    try:
        return opener.open(path, kind).pictures[0].pixels
    except MediaError:
        return None


def _card_findings(folder: Path) -> list[SetFinding]:
    if (folder / CARD_FILE).is_file():
        return []
    text = BilingualText(
        "没有数据卡：写明来源、许可、标注方法与局限（见 docs/datasets.md）",
        "no data card: say where it is from, under what licence, how it was labelled and what it lacks "
        "(docs/datasets.md)",
    )
    return [SetFinding(FindingCode.NO_DATA_CARD, CARD_FILE, text)]


def _unreadable(key: str, failure: MediaFailure) -> SetFinding:
    text = BilingualText(
        f"无法读取（{failure.reason.value}）：换一个完好的文件，或连同标注一起删去",
        f"can't be read ({failure.reason.value}: {failure.detail}); put a sound file there, or delete it and "
        "its labels",
    )
    return SetFinding(FindingCode.UNREADABLE_FILE, key, text)


def _absent(key: str) -> SetFinding:
    text = BilingualText(
        "有真值而没有图片：放回图片，或删去这一行",
        "a truth without a picture: put the picture back, or delete the line",
    )
    return SetFinding(FindingCode.LABEL_WITHOUT_PICTURE, key, text)


def _disputed(visit_id: str, item_id: str) -> SetFinding:
    text = BilingualText(
        f"{item_id}：审核员说法不一，不计入任何数字；请第三人裁定",
        f"{item_id}: auditors said different things, so it counts nowhere; let a third person decide",
    )
    return SetFinding(FindingCode.DISPUTED, visit_id, text)
