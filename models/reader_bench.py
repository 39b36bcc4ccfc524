"""Times the watermark reader beside one whole-picture pass of RapidOCR, in one run over the same pictures.

    python -m models.reader_bench --pictures FOLDER [--threads 2] [--json]

Both get decoded pixels and as many threads; the whole-picture pass is RapidOCR as it comes (finding, turning
and reading every line), which is what one would write first. Per picture the two take turns. Prints medians
in milliseconds, of all pictures and of those with and without a legible time, and their ratios.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidocr import RapidOCR

from models.frames import open_photo
from models.limits import Limits
from models.text_reader import RapidTextReader
from models.watermark_reader import ENGINE_LONG_SIDE_PX, WatermarkReader
from pipeline.evidence import WatermarkStatus
from pipeline.ports import Pixels

_LEGIBLE = (WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds that one picture took, and whether the reader found a legible time."""

    reader_s: float
    whole_pass_s: float
    legible: bool


def measure(pictures: Sequence[Path], threads: int) -> Iterator[Timing]:
    """One timing a picture; the engines are warmed up on the first."""
    reader = WatermarkReader(RapidTextReader(threads=threads, long_side=ENGINE_LONG_SIDE_PX))
    whole = RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        }
    )
    for index, path in enumerate(pictures):
        pixels = open_photo(path, Limits()).pixels
        if index == 0:
            reader.read(pixels)
            whole(_bgr(pixels))
        start = time.perf_counter()
        reading = reader.read(pixels)
        between = time.perf_counter()
        whole(_bgr(pixels))
        yield Timing(between - start, time.perf_counter() - between, reading.status in _LEGIBLE)


def summary(timings: Sequence[Timing]) -> dict[str, float]:
    """Medians in milliseconds, and the reader's as a share of the whole pass's."""
    reader = statistics.median(timing.reader_s for timing in timings) * 1000
    whole = statistics.median(timing.whole_pass_s for timing in timings) * 1000
    return {
        "n": len(timings),
        "reader_ms": round(reader),
        "whole_pass_ms": round(whole),
        "ratio": round(reader / whole, 3),
    }


def summaries(timings: Sequence[Timing]) -> dict[str, dict[str, float]]:
    """`summary` of all, and of those with and without a legible time as far as there are any."""
    groups = {
        "all": list(timings),
        "legible": [timing for timing in timings if timing.legible],
        "none": [timing for timing in timings if not timing.legible],
    }
    return {name: summary(group) for name, group in groups.items() if group}


def _bgr(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[..., ::-1])


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the watermark reader beside a whole-picture pass.")
    parser.add_argument("--pictures", type=Path, required=True, help="folder of photos")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    found = summaries(list(measure(sorted(arguments.pictures.iterdir()), arguments.threads)))
    if arguments.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(
            f"{name:8} n {row['n']:3}  reader {row['reader_ms']:5} ms  whole pass {row['whole_pass_ms']:5} ms"
            f"  ratio {row['ratio']}"
        )


if __name__ == "__main__":
    main()
