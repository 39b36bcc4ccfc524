"""The mean of two checkpoints of one run: often better on other sources than either (weight averaging)."""

from pathlib import Path
from typing import Any


def average(first: Path, second: Path, target: Path) -> None:
    """Write weights half-way between two ultralytics checkpoints of the same network, in 16 bits."""
    import torch

    one, other = (_network(torch.load(path, weights_only=False)) for path in (first, second))
    mixed = one.state_dict()
    for name, value in other.state_dict().items():
        if value.is_floating_point():
            mixed[name] = (mixed[name] + value) / 2
    one.load_state_dict(mixed)
    torch.save({"model": one.half(), "ema": None, "epoch": -1, "optimizer": None, "train_args": {}}, target)


def _network(checkpoint: dict[str, Any]) -> Any:
    """The averaged weights where the run was still going, else the stripped ones."""
    return (checkpoint.get("ema") or checkpoint["model"]).float()
