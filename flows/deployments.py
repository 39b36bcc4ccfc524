"""Registers the flows with a Prefect server: `python -m flows.deployments`, with PREFECT_API_URL set.

`nightly` gets its cron schedule from the settings, `tune` too where there are labelled sets to evaluate;
`verify-visit` waits to be asked. All run in processes that a worker starts: `prefect worker start --pool
visitproof`. docs/operations.md tells the whole story.
"""

import os
from typing import Any, cast
from uuid import UUID

from flows.prefect_setup import OFFLINE, prepare_prefect
from flows.settings import Settings, load_settings
from pipeline.errors import SettingsError

WORK_POOL = "visitproof"


def main() -> None:
    """Register the deployments and say how to go on."""
    settings = load_settings()
    if not os.environ.get("PREFECT_API_URL"):
        raise SettingsError("set PREFECT_API_URL to the server's address, as http://127.0.0.1:4200/api")
    prepare_prefect(settings.data_folder)
    for name, deployment_id in register(settings).items():
        print(f"{name}: {deployment_id}")
    print(f"start a worker: prefect worker start --pool {WORK_POOL}")


def register(settings: Settings) -> dict[str, UUID]:
    """Create or update the work pool and the deployments on the server; name -> id of each deployment."""
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.nightly import nightly
    from flows.tune import tune
    from flows.verify import verify_visit

    _ensure_work_pool()
    everywhere: dict[str, Any] = {
        "work_pool_name": WORK_POOL,
        # A worker imports the installed package: it needs no copy of the code and no working folder.
        "entrypoint_type": EntrypointType.MODULE_PATH,
        "job_variables": {"env": OFFLINE},
    }
    schedule = Cron(settings.nightly_cron, timezone=settings.nightly_time_zone)
    evaluations = Cron(settings.tune_cron, timezone=settings.nightly_time_zone)
    deployments = (
        # One night at a time: two would look at the same visits side by side.
        RunnerDeployment.from_flow(nightly, "nightly", schedule=schedule, concurrency_limit=1, **everywhere),
        RunnerDeployment.from_flow(
            tune,
            "nightly",
            schedule=evaluations if settings.tune_sets else None,
            concurrency_limit=1,
            **everywhere,
        ),
        RunnerDeployment.from_flow(verify_visit, "on-demand", **everywhere),
    )
    return {f"{each.flow_name}/{each.name}": cast(UUID, each.apply()) for each in deployments}


def _ensure_work_pool() -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="process"), overwrite=True)


if __name__ == "__main__":
    main()
