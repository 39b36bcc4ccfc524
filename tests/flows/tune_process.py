"""The flow `tune` in a process of its own, with a measurer that says what it is told.

usage: tune_process.py DATA_FOLDER SET_FOLDER WEBHOOK RECALL...
A run for each RECALL. Prints one JSON object a run: name and type of the state in which it ended, and why.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.assembly import open_results
from flows.prefect_setup import prepare_prefect
from flows.settings import load_settings
from flows.tuning_night import Measured
from pipeline.tuning.bounds import Figure, Measure
from pipeline.tuning.evaluations import EvaluationKind
from storage.evaluations import NewEvaluation


def main() -> None:
    data_folder, set_folder, webhook, *recalls = sys.argv[1:]
    settings = load_settings(data_folder=data_folder, tune_sets=set_folder, alert_webhook=webhook)
    prepare_prefect(settings.data_folder)
    from flows.tune import TuneServices, tune_flow

    left = [float(recall) for recall in recalls]

    def measure(folder: Path) -> Measured:
        new = NewEvaluation(EvaluationKind.DETECTOR, "badge", "{}", folder.name)
        return Measured(new, (Figure("badge", Measure.RECALL, left.pop(0), 0.5, 0.9, 40),))

    @contextmanager
    def services() -> Iterator[TuneServices]:
        with open_results(settings) as results:
            yield TuneServices(settings, results, measure)

    while left:
        state = tune_flow(services)(return_state=True)
        print(json.dumps({"name": state.name, "type": state.type.value, "message": state.message}))


if __name__ == "__main__":
    main()
