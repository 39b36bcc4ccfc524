"""`layout`: cloth and tools of local pictures, measured, a line or a few sentences each, and a drawing."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import typer

from flows.cli.friendly import err, out, print_json_line
from flows.cli.looking import open_file
from flows.layout_lines import layout_line, unseen_line
from flows.lines import Json
from flows.settings import Settings
from models.isolation import IsolatedOpener
from models.opening import MediaOpener
from pipeline.checks.layouts import assessed
from pipeline.errors import RulesError
from pipeline.evidence import FrameEvidence, MediaFailure, Metadata
from pipeline.layout.demands import LayoutDemands, demands_of
from pipeline.ports import Detector, LayoutReader, Pixels
from pipeline.punctuality import Truth
from pipeline.results import PictureLayout
from pipeline.rules import RuleSet
from pipeline.visit import ServiceType
from storage.rule_files import load_rule_sets

_SIGNS = {Truth.HOLDS: "✓", Truth.BREAKS: "✗", Truth.UNKNOWN: "≈"}

StatedFocal = Callable[[Metadata, int, int], float | None]


@dataclass(frozen=True, slots=True)
class Looked:
    """One file's line, the photo that was looked at, and its layout where the cloth could be measured."""

    line: Json
    layout: PictureLayout | None = None
    photo: Pixels | None = None


@dataclass(frozen=True, slots=True)
class LayoutLooker:
    """Looks at files by the rules of one service type."""

    opener: MediaOpener
    detector: Detector
    reader: LayoutReader
    stated_focal_px: StatedFocal
    rules: RuleSet
    demands: LayoutDemands

    def look(self, file: Path) -> Looked:
        """Of a video, its first sampled frame. A file that can't be opened gets a line that says why."""
        opened = open_file(file, self.opener)
        if isinstance(opened, MediaFailure):
            return Looked(unseen_line(file, opened))
        photo = opened.pictures[0].pixels
        height, width = photo.shape[:2]
        (detections,) = self.detector.detect([photo])
        seen = self.reader.read(photo, detections, self.stated_focal_px(opened.metadata, width, height))
        layout = assessed(FrameEvidence(None, detections, None, layout=seen), self.rules)
        assert layout is not None  # noqa: S101  # a looker has rules that ask for a cloth
        line = layout_line(file, layout, self.demands)
        return Looked(line, layout.drawn(str(file), None), photo)


def measure_layouts(
    settings: Settings, files: Sequence[Path], service: ServiceType, as_json: bool, picture: Path | None
) -> None:
    """Print what `layout` says of each file; draw the only one where a picture is asked for.

    Raises RulesError where the rules of this service type ask for no cloth.
    """
    if picture is not None and len(files) != 1:
        raise typer.BadParameter("draws one file: name one", param_hint="--out")
    rules = load_rule_sets(settings.rules_folder)[service]
    demands = demands_of(rules)
    if demands is None:
        raise RulesError(f"the rules of {service.value} ask for no cloth: choose another --service")
    with closing(IsolatedOpener(settings.limits)) as opener:
        looker = _looker(settings, opener, rules, demands)
        for file in files:
            looked = looker.look(file)
            print_json_line(looked.line) if as_json else _print(looked.line)
            if picture is not None:
                _draw(looked, picture)


def _looker(settings: Settings, opener: MediaOpener, rules: RuleSet, demands: LayoutDemands) -> LayoutLooker:
    from models.detector import load_detector
    from models.layout_reader import ClothLayoutReader, stated_focal_px

    detector = load_detector(settings.detector_name, settings.detector_backend)
    return LayoutLooker(
        opener,
        detector,
        ClothLayoutReader(),
        lambda metadata, width, height: stated_focal_px(metadata.raw, width, height),
        rules,
        demands,
    )


def _draw(looked: Looked, picture: Path) -> None:
    if looked.layout is None or looked.photo is None:
        err.print(f"{picture} is not written: there is no measured cloth to draw", markup=False)
        return
    from review.layout_drawing import draw
    from review.layout_picture import as_png

    picture.write_bytes(as_png(draw(looked.layout), looked.photo))


def _print(line: Json) -> None:
    failure, cloth = line["failure"], line["cloth"]
    said = f"{failure['reason']}: {failure['detail']}" if failure else ""
    if cloth:
        low, high = cloth["aspect_interval"]
        said = f"cloth {cloth['aspect']:.2f} : 1 ({low:.2f} to {high:.2f}), {len(line['tools'])} tools"
    _say(f"{line['file']}: {said}")
    for found in line["findings"]:
        sign = _SIGNS[Truth(found["truth"])]
        _say(f"  {sign} {found['item']}: {found['zh']} / {found['en']} [{found['measured']}]")


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
