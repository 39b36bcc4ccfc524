"""Training by ultralytics on the processor (or a GPU), resumable, from the COCO start or earlier weights."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.ultralytics_detector import import_yolo


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how large to train. `frozen_layers` counts from the network's start; 0 trains all."""

    epochs: int
    input_px: int
    batch: int = 16
    first_rate: float = 0.0008
    frozen_layers: int = 0
    threads: int = 2
    seed: int = 7
    device: str = "cpu"


def train(data: Path, start: Path, run: Path, schedule: Schedule) -> Path:
    """Train on `data` (a dataset.yaml) into `run`, and give the last (averaged) weights.

    A run that was stopped goes on from its last checkpoint: call again with the same `run`.
    """
    os.environ.setdefault("YOLO_OFFLINE", "true")
    # Threads that spin while they wait cost a shared machine a factor of five (measured); these sleep.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    last = run / "weights" / "last.pt"
    model = import_yolo()(str(last if last.is_file() else start))
    model.add_callback("on_train_epoch_start", lambda _: _use_threads(schedule.threads))
    model.add_callback("on_train_start", lambda trainer: _compute_loss_in_full(trainer.model))
    with _fast_arithmetic(schedule.device):
        if last.is_file():
            model.train(resume=True)
        else:
            model.train(**_arguments(data, run, schedule))
    return last


def _use_threads(count: int) -> None:
    """ultralytics takes one thread fewer than there are processors: one of two, which is 1.7 times slower."""
    import torch

    torch.set_num_threads(count)


def _fast_arithmetic(device: str) -> contextlib.AbstractContextManager[Any]:
    """16-bit convolutions where the processor has them (measured 1.6 times faster on AVX512-BF16)."""
    import torch

    has_bf16 = device == "cpu" and torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    return torch.autocast("cpu", torch.bfloat16) if has_bf16 else contextlib.nullcontext()


def _compute_loss_in_full(network: Any) -> None:
    """Keep 16 bits out of the loss: box corners rounded to 8 bits of mantissa teach sloppy boxes."""
    import torch

    criterion = network.init_criterion()

    def compute(predictions: Any, batch: Any) -> Any:
        with torch.autocast("cpu", enabled=False):
            return criterion(_in_full(predictions), batch)

    network.criterion = compute


def _in_full(values: Any) -> Any:
    """The same nest of tensors in 32 bits."""
    if isinstance(values, Mapping):
        return {key: _in_full(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(_in_full(value) for value in values)
    return values.float() if hasattr(values, "float") else values


def _arguments(data: Path, run: Path, schedule: Schedule) -> dict[str, Any]:
    """Augmentation is strong in colour and size, because the sources are few: grey benches, one college."""
    return {
        "data": str(data),
        "project": str(run.parent),
        "name": run.name,
        "exist_ok": True,
        "epochs": schedule.epochs,
        "imgsz": schedule.input_px,
        "batch": schedule.batch,
        "device": schedule.device,
        "workers": 1,
        "cache": "ram",
        "optimizer": "AdamW",
        "lr0": schedule.first_rate,
        "lrf": 0.05,
        "cos_lr": True,
        "warmup_epochs": 0.3,
        # ultralytics' default of 0.1 is meant for SGD: under Adam it spoils what the start weights know.
        "warmup_bias_lr": 0.0,
        "freeze": schedule.frozen_layers or None,
        "seed": schedule.seed,
        "deterministic": False,
        "val": False,
        "amp": False,
        "save_period": 1,
        "close_mosaic": max(1, schedule.epochs // 3),
        "hsv_h": 0.03,
        "hsv_s": 0.7,
        "hsv_v": 0.5,
        "degrees": 8.0,
        "scale": 0.6,
        "translate": 0.15,
        "fliplr": 0.5,
        "mosaic": 1.0,
        "plots": True,
        "verbose": True,
    }
