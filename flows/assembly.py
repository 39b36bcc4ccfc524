"""Puts the parts together as the settings say: store, results, rules and, at first use, the models."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from zoneinfo import ZoneInfo

from flows.settings import Settings
from models.stage_times import StageClock
from pipeline.errors import RegistryError, RulesError
from pipeline.ports import MediaObserver
from pipeline.rules import RuleSet
from pipeline.visit import ServiceType
from storage import embedded
from storage.objects import MinioObjectStore
from storage.releases import RulesByDay
from storage.results import ResultStore
from storage.rule_files import load_rule_sets
from storage.settings import StoreSettings


@dataclass(frozen=True, slots=True)
class Services:
    """What verifying needs from outside. `observer` makes its models at the first call and keeps them.

    rules: for the days on which no release is in force. releases: from which day on which rules are.
    """

    settings: Settings
    store: MinioObjectStore
    results: ResultStore
    rules: Mapping[ServiceType, RuleSet]
    observer: Callable[[], MediaObserver]
    releases: RulesByDay = ()

    def rules_for(self, service_type: ServiceType, day: date) -> RuleSet:
        """The rules for a kind of visit on its day. Raises RulesError where there are none."""
        found = self.rules_on(day).get(service_type)
        if found is None:
            raise RulesError(
                f"no rule set for service type {service_type.value!r} on {day}: add one to the rules folder, "
                "or release rules that have one"
            )
        return found

    def rules_on(self, day: date) -> Mapping[ServiceType, RuleSet]:
        """The rules of every kind of visit on a day: those that were released, else the folder's."""
        return _released_on(day, self.releases) or self.rules


@contextmanager
def open_services(
    settings: Settings, observer: Callable[[], MediaObserver] | None = None
) -> Iterator[Services]:
    """Everything open while the block runs; rules first, so that a typo in them costs no waiting.

    `observer` replaces the one that the settings ask for. Raises RulesError, SettingsError, StorageError, and
    RegistryError for a released detector that is not registered so.
    """
    rules = load_rule_sets(settings.rules_folder)
    with ExitStack() as opened:
        store = opened.enter_context(open_store(settings))
        results = opened.enter_context(open_results(settings))
        releases = results.releases.rules_by_day() if settings.use_releases else ()
        serving = settings.model_copy(update={"detector_name": detector_in_force(settings, results)})
        observe = observer or cache(partial(make_observer, serving))
        yield Services(settings, store, results, rules, observe, releases)


@contextmanager
def open_store(settings: Settings) -> Iterator[MinioObjectStore]:
    """The S3 bucket that the settings name, or the embedded server's while the block runs."""
    if settings.store_endpoint is None:
        with embedded.serve(settings.data_folder / "store", settings.store_bucket) as served:
            yield MinioObjectStore(served)
    else:
        store = MinioObjectStore(_store_settings(settings, settings.store_endpoint))
        store.ensure_bucket()
        yield store


@contextmanager
def open_results(settings: Settings) -> Iterator[ResultStore]:
    """The results database, brought up to date."""
    with closing(ResultStore(settings.results_url)) as results:
        yield results


def today(settings: Settings) -> date:
    """The day that it is where nights go by."""
    return datetime.now(ZoneInfo(settings.nightly_time_zone)).date()


def rules_in_force(settings: Settings, results: ResultStore) -> tuple[Mapping[ServiceType, RuleSet], bool]:
    """Today's rules, and whether they were released rather than read from the folder.

    Raises RulesError, StorageError.
    """
    releases = results.releases.rules_by_day() if settings.use_releases else ()
    released = _released_on(today(settings), releases)
    return released or load_rule_sets(settings.rules_folder), bool(released)


def _released_on(day: date, releases: RulesByDay) -> Mapping[ServiceType, RuleSet] | None:
    begun = [rules for span, rules in releases if span.from_day <= day]
    return begun[-1] if begun else None


def detector_in_force(settings: Settings, results: ResultStore) -> str | None:
    """The name of the detector that serves today: the one in the settings, else the released one; None for
    the registry's default.

    Raises RegistryError where the registered weights are not the ones that were released.
    """
    if settings.detector_name is not None or not settings.use_releases:
        return settings.detector_name
    model = results.releases.model_in_force(today(settings))
    if model is None:
        return None
    from models.registry import load_registry

    entry = load_registry().entry(model.name)
    if entry.sha256 != model.sha256:
        raise RegistryError(
            f"detector {model.name!r} was released as version {model.version} with sha256 {model.sha256}; "
            f"registered is version {entry.version} with {entry.sha256}: release that one, or go back"
        )
    return model.name


def _store_settings(settings: Settings, endpoint: str) -> StoreSettings:
    access_key, secret_key = settings.store_access_key, settings.store_secret_key
    # `Settings` refuses an endpoint without its keys.
    assert access_key is not None  # noqa: S101
    assert secret_key is not None  # noqa: S101
    return StoreSettings(
        endpoint=endpoint,
        access_key=access_key.get_secret_value(),
        secret_key=secret_key,
        bucket=settings.store_bucket,
        region=settings.store_region,
        secure=settings.store_tls,
    )


def make_observer(settings: Settings, clock: StageClock | None = None) -> MediaObserver:
    """Loads the models that the settings name; `clock` is told of every stage.

    Raises RegistryError for missing weights, SettingsError for a missing OCR engine.
    """
    # Models and OCR engines take seconds to import: not for commands that never look at a picture.
    from models.detector import load_detector
    from models.layout_reader import ClothLayoutReader
    from models.observer import Observer
    from models.text_reader import RapidTextReader
    from models.video_clock import VideoClockReader
    from models.watermark_reader import ENGINE_LONG_SIDE_PX, WatermarkReader

    text_reader = RapidTextReader(threads=settings.ocr_threads, long_side=ENGINE_LONG_SIDE_PX)
    detector = load_detector(settings.detector_name, settings.detector_backend)
    return Observer(
        detector,
        WatermarkReader(text_reader),
        text_reader,
        settings.limits,
        clock=clock,
        video_clock=VideoClockReader(text_reader),
        layout_reader=ClothLayoutReader(),
    )
