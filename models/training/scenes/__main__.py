"""Command line of the renderer; see the package's docstring for the environment it needs."""

import argparse
import logging
import sys
from pathlib import Path

from models.training.scenes.dataset import render_dataset
from models.training.scenes.kinds import KINDS
from models.training.scenes.samples import render_samples

SAMPLES = Path("datasets/samples/scenes")


def main() -> int:
    options = _parser().parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    if options.command == "samples":
        made = render_samples(
            options.folder, tuple(options.only), threads=options.threads, draft=options.draft
        )
    else:
        seeds = range(options.first, options.first + options.count)
        made = render_dataset(options.folder, options.kinds, seeds, threads=options.threads)
    logging.getLogger(__name__).info("%d pictures rendered", made)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training.scenes")
    parser.add_argument("--threads", type=int, default=1, help="processor threads Cycles may use")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="training pictures with labels; goes on where it stopped")
    train.add_argument("folder", type=Path)
    train.add_argument("--first", type=int, default=0, help="first seed")
    train.add_argument("--count", type=int, default=200, help="seeds of each kind")
    train.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    samples = commands.add_parser(
        "samples", help="base pictures of the sample visits; renders what is missing"
    )
    samples.add_argument("folder", type=Path, nargs="?", default=SAMPLES)
    samples.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="render these again, as v1_entry"
    )
    samples.add_argument("--draft", action="store_true", help="small and quick, to look at the composition")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
