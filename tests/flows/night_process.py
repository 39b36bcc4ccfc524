"""The nightly flow in a process of its own, with the fake observer: something that a test can kill.

usage: night_process.py DATA_FOLDER DIARY SECONDS_PER_FILE STUMBLES
The first STUMBLES looks at a file end in a lost connection. Prints one JSON object.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from flows.assembly import open_services
from flows.night_summary import as_markdown
from flows.prefect_setup import prepare_prefect
from flows.settings import load_settings
from pipeline.errors import StorageError
from tests.flows.fakes import DAY, FakeObserver


def main() -> None:
    data_folder, diary, seconds, stumbles = sys.argv[1:]
    settings = load_settings(data_folder=data_folder, chunk_size=3, chunk_retry_delay_s=0.1)
    prepare_prefect(settings.data_folder)
    from flows.nightly import nightly_flow
    from flows.verify import verify_flow

    left = int(stumbles)

    def before_each(key: str) -> None:
        nonlocal left
        time.sleep(float(seconds))
        if left:
            left -= 1
            raise StorageError(f"{key!r}: lost the connection")

    observer = FakeObserver(Path(diary), before_each=before_each)
    summary = nightly_flow(lambda: open_services(settings, lambda: observer))(DAY)
    digest = verify_flow(lambda: open_services(settings, lambda: observer))(summary.rows[0].visit_id)
    print(
        json.dumps(
            {
                "counts": asdict(summary.counts),
                "visits": [row.visit_id for row in summary.rows],
                "markdown": as_markdown(summary),
                "digest_alone": digest,
            }
        )
    )


if __name__ == "__main__":
    main()
