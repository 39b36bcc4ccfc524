"""Rule sets from YAML: the shipped ones under pipeline/rulesets, and a customer's folder over them.

standard.yaml is the catalogue; a customer's own changes any part of it. The file of a service type changes
what differs there; a customer's replaces the shipped one of that service type. Names are valid only if the
shipped catalogue has them: a typo stops at start, with file, line and the nearest valid name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.errors import RulesError
from pipeline.rules import BilingualText, GradeCutoffs, ItemRule, RuleSet
from pipeline.visit import ServiceType
from storage.media_uses import LARGEST_DISTANCE
from storage.rule_codec import rule_set_digest
from storage.rule_model import STANDARD_FILE, ItemModel, PatchModel, ServiceModel, StandardModel, WordsModel
from storage.rule_source import RuleSource
from storage.validation import sentence

_GREATEST_PARAMS = {("unique.media", "max_hash_distance"): LARGEST_DISTANCE}


def load_rule_sets(folder: Path | None = None) -> dict[ServiceType, RuleSet]:
    """The rule set of every service type, with those of `folder` in the place of the shipped ones.

    Raises RulesError with the file, the line and the nearest valid name for the first thing that is wrong.
    """
    standard, services = _sources(folder)
    return {service: _rule_set(source, standard) for service, source in services.items()}


def shipped_version() -> str:
    """The version of the standard that comes with the project."""
    return _shipped().catalogue.version


def check_complete(rules: RuleSet, where: str) -> None:
    """Whether rules that were kept have all that this version of the program asks of them.

    Raises RulesError, naming what is lacking and `where`.
    """
    catalogue = _shipped().catalogue
    lacking = [f"confidence.{label}" for label in catalogue.confidence.keys() - rules.confidence.keys()]
    for item in rules.items:
        wanted = catalogue.items[item.item_id].params if item.item_id in catalogue.items else {}
        lacking += [f"items.{item.item_id}.params.{name}" for name in wanted.keys() - item.params.keys()]
    if lacking:
        raise RulesError(
            f"{where}: this version of the program also asks for {', '.join(sorted(lacking))}: propose the "
            "rules anew under a new version, or judge by the rules folder until then (use_releases = false)"
        )


def load_changed(folder: Path | None, change: Path) -> dict[ServiceType, RuleSet]:
    """The rule sets as they would be with `change`: another folder, or one file over those of `folder`.

    A file that names a service type takes the place of that type's file; any other changes the standard.
    Raises RulesError.
    """
    if change.is_dir():
        return load_rule_sets(change)
    if not change.is_file():
        raise RulesError(f"rules {change}: no such file or folder")
    standard, services = _sources(folder)
    source, catalogue = RuleSource(change), _shipped().catalogue
    if "service_type" in source.values:
        services |= _service_source(source, catalogue)
    else:
        standard = _over(standard, source, catalogue)
    return {service: _rule_set(own, standard) for service, own in services.items()}


def _sources(folder: Path | None) -> tuple[Mapping[str, Any], dict[ServiceType, RuleSource]]:
    """The standard and each service type's file, a customer's over the shipped."""
    shipped = _shipped()
    standard, services = shipped.standard, dict(shipped.services)
    if folder is not None:
        if not folder.is_dir():
            raise RulesError(f"rules folder {folder}: no such folder")
        standard = _customer_standard(folder, shipped)
        services |= _service_sources(folder, shipped.catalogue)
    return standard, services


@dataclass(frozen=True, slots=True)
class _Shipped:
    """The rule files that come with the project. They don't change while a program runs."""

    catalogue: StandardModel
    standard: Mapping[str, Any]
    services: Mapping[ServiceType, RuleSource]


@cache
def _shipped() -> _Shipped:
    folder = files("pipeline") / "rulesets"
    source = RuleSource(folder / STANDARD_FILE)
    catalogue = source.parse(StandardModel)
    return _Shipped(catalogue, source.values, _service_sources(folder, catalogue))


def _customer_standard(folder: Path, shipped: _Shipped) -> Mapping[str, Any]:
    if not (folder / STANDARD_FILE).is_file():
        return shipped.standard
    return _over(shipped.standard, RuleSource(folder / STANDARD_FILE), shipped.catalogue)


def _over(standard: Mapping[str, Any], source: RuleSource, catalogue: StandardModel) -> Mapping[str, Any]:
    """A standard with what a file changes of it."""
    _check_names(source, source.parse(PatchModel), catalogue)
    merged = _merged(standard, source.values)
    _whole(source, merged)
    return merged


def _service_sources(folder: Traversable, catalogue: StandardModel) -> dict[ServiceType, RuleSource]:
    sources: dict[ServiceType, RuleSource] = {}
    for file in _service_files(folder):
        source = RuleSource(file)
        found = _service_source(source, catalogue)
        for service in found.keys() & sources.keys():
            other = sources[service].name
            source.refuse(("service_type",), f"{service.value} has a file already: {other}")
        sources |= found
    return sources


def _service_source(source: RuleSource, catalogue: StandardModel) -> dict[ServiceType, RuleSource]:
    model = source.parse(ServiceModel)
    _check_names(source, model, catalogue)
    return {model.service_type: source}


def _service_files(folder: Traversable) -> Iterator[Traversable]:
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yml"):
            raise RulesError(f"{file}: rule files end in .yaml: rename it, it would not be read")
        if file.name.endswith(".yaml") and file.name != STANDARD_FILE:
            yield file


def _check_names(source: RuleSource, model: PatchModel, catalogue: StandardModel) -> None:
    labels = list(catalogue.confidence)
    for label in model.confidence.keys() - catalogue.confidence.keys():
        source.refuse_name(("confidence", label), labels)
    for index, label in enumerate(model.objects if isinstance(model, ServiceModel) else ()):
        if label not in labels:
            source.refuse_name(("objects", index, label), labels)
    for item_id, item in model.items.items():
        if item_id not in catalogue.items:
            source.refuse_name(("items", item_id), list(catalogue.items))
        params = catalogue.items[item_id].params
        for name, value in item.params.items():
            location = ("items", item_id, "params", name)
            if name not in params:
                source.refuse_name(location, list(params))
            if value > (greatest := _GREATEST_PARAMS.get((item_id, name), value)):
                source.refuse(location, f"{name} = {value:g}: at most {greatest} can be looked up")


def _rule_set(source: RuleSource, standard: Mapping[str, Any]) -> RuleSet:
    """The merged rules of one service type."""
    service = source.parse(ServiceModel)
    own = {name: value for name, value in source.values.items() if name in StandardModel.model_fields}
    whole = _whole(source, _merged(standard, own))
    rules = RuleSet(
        name=service.name,
        version=f"{service.version}, standard {standard['version']}",
        digest="",
        service_type=service.service_type,
        items=tuple(
            _item_rule(item_id, item)
            for item_id, item in whole.items.items()
            if item.applies_in(service.service_type)
        ),
        confidence=dict(whole.confidence),
        objects=service.objects,
        cutoffs=GradeCutoffs(whole.cutoffs.excellent, whole.cutoffs.good, whole.cutoffs.passing),
        near_threshold=whole.near_threshold,
        spot_check_share=whole.spot_check_share,
        blind_share=whole.blind_share,
    )
    return replace(rules, digest=rule_set_digest(rules))


def _whole(source: RuleSource, values: Mapping[str, Any]) -> StandardModel:
    """A complete catalogue after a merge: each file was right by itself, but not so their sum may be."""
    try:
        return StandardModel.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        source.refuse(first["loc"], f"with {STANDARD_FILE}: {sentence(first)}")


def _item_rule(item_id: str, item: ItemModel) -> ItemRule:
    return ItemRule(
        item_id=item_id,
        title=_words(item.title),
        clause=_words(item.clause),
        sources=item.sources,
        weight=item.weight,
        critical=item.critical,
        stages=item.stages,
        unproven=item.unproven,
        params=dict(item.params),
        two_people=item.two_people,
    )


def _words(words: WordsModel) -> BilingualText:
    return BilingualText(words.zh, words.en)


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both, key by key: mappings are merged, everything else of `over` replaces what is under it."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged
