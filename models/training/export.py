"""From a training run to one archive that serves: the same network for OpenVINO and for ultralytics.

The weights are stored in 16 bits (half the size) and computed in 32. The archive's times are fixed, so
the same network gives the same bytes and the same sha256.
"""

import hashlib
import shutil
import zipfile
from pathlib import Path

import openvino
from ruamel.yaml import YAML

from models.registry import WeightsEntry
from models.ultralytics_detector import import_yolo

MEMBERS = ("openvino.xml", "openvino.bin", "ultralytics.pt")
LARGEST_BYTES = 15_000_000
_EPOCH = (1980, 1, 1, 0, 0, 0)


def export(weights: Path, target: Path, input_px: int, work: Path) -> str:
    """Write the archive `target` from ultralytics weights; gives its sha256. `work` is a scratch folder.

    Raises ValueError if the archive grows over LARGEST_BYTES.
    """
    yolo = import_yolo()
    work.mkdir(parents=True, exist_ok=True)
    source = work / MEMBERS[2]
    shutil.copyfile(weights, source)
    _strip(source)
    folder = yolo(str(source)).export(format="openvino", imgsz=input_px, dynamic=True, device="cpu")
    graph = openvino.Core().read_model(str(next(Path(folder).glob("*.xml"))))
    openvino.save_model(graph, str(work / MEMBERS[0]), compress_to_fp16=True)
    _pack(target, [work / name for name in MEMBERS])
    if target.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{target} has {target.stat().st_size} bytes, allowed are {LARGEST_BYTES}")
    return hashlib.sha256(target.read_bytes()).hexdigest()


def _strip(checkpoint: Path) -> None:
    """Leave the averaged weights in 16 bits; the optimizer's state is of no use for serving."""
    from ultralytics.utils.torch_utils import strip_optimizer

    strip_optimizer(str(checkpoint))


def _pack(target: Path, files: list[Path]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in files:
            archive.writestr(zipfile.ZipInfo(path.name, _EPOCH), path.read_bytes())


def register(entry: WeightsEntry, registry: Path, default: bool) -> None:
    """Write an entry into the registry file, in place of one of the same name; `default` makes it serve."""
    yaml = YAML()
    data = yaml.load(registry.read_text(encoding="utf-8")) if registry.is_file() else None
    data = data or {"default": entry.name, "weights": []}
    others = [one for one in data["weights"] if one["name"] != entry.name]
    data["weights"] = [*others, entry.model_dump(mode="json")]
    if default:
        data["default"] = entry.name
    with registry.open("w", encoding="utf-8") as target:
        yaml.dump(data, target)
