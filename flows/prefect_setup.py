"""Prefect's own settings, which must stand in the environment before `prefect` is imported anywhere."""

import logging
import os
from pathlib import Path

OFFLINE = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "DO_NOT_TRACK": "1",
}
"""Nothing about anybody's visits is told to anybody. Workers get these too (`flows.deployments`)."""

_DEFAULTS = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    # What we warn of stands in the run's log, too.
    "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,models,storage",
    # A cold start took 9 to 18 s here; Prefect's own patience of 20 s is too short for a busy machine.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}


def prepare_prefect(data_folder: Path) -> None:
    """Telemetry off, logs quiet and, unless PREFECT_HOME is set, Prefect's state in the data folder.

    What is set already stays, PREFECT_API_URL above all: with it runs go to that server, without it to a
    server of their own that lives as long as the process.
    """
    os.environ.update(OFFLINE)
    home = (data_folder / "prefect").resolve()
    for name, value in {**_DEFAULTS, "PREFECT_HOME": str(home)}.items():
        os.environ.setdefault(name, value)
    # Prefect makes the folder itself, but not the folders above it.
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    # Alembic tells at INFO what it does with Prefect's own database.
    logging.getLogger("alembic").setLevel(logging.WARNING)
