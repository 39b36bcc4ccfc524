"""The labelled set as files: JSON Lines, its schema's version in each line, and a data card."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.labels import Label, Split
from storage.codec import LABEL_VERSION, label_to_json
from storage.results import ResultStore

LABELS_NAME = "labels.jsonl"
CARD_NAME = "README.md"
HEAD_NAME = "dataset.yaml"
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass
class LabelCounts:
    """What was written."""

    labels: int = 0
    overturned: int = 0
    disputed: int = 0
    blind: int = 0
    visits: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    by_item: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    by_split: Counter[Split] = field(default_factory=Counter)

    def add(self, label: Label) -> None:
        self.labels += 1
        self.overturned += label.overturned
        self.disputed += label.disputed
        self.blind += label.words[-1].blind
        self.visits.add(label.visit_id)
        self.sources.add(label.source)
        self.by_item[label.item_id, label.outcome_by_system.value, label.right_outcome.value] += 1
        self.by_split[label.split] += 1


def export_labels(
    results: ResultStore, folder: Path, since: date | None, until: date | None, zone: str
) -> LabelCounts:
    """Write the labels of the decisions from `since` to `until`, both days included, as a labelled set.

    Raises StorageError.
    """
    begin = _midnight(since, zone) if since else _FIRST
    end = _midnight(until + timedelta(days=1), zone) if until else _LAST
    folder.mkdir(parents=True, exist_ok=True)
    counts = _write(folder / LABELS_NAME, results.labels.between(begin, end))
    (folder / CARD_NAME).write_text(data_card(counts, since, until, zone), encoding="utf-8")
    (folder / HEAD_NAME).write_text(_head(since, until), encoding="utf-8")
    return counts


def _head(since: date | None, until: date | None) -> str:
    """dataset.yaml: what makes the folder a labelled set of kind visits."""
    return (
        f'name: auditors-decisions\nversion: "{since or "beginning"} to {until or "now"}"\nkind: visits\n'
        "origins:\n  - {name: auditors' decisions, licence: internal}\n"
    )


def data_card(counts: LabelCounts, since: date | None, until: date | None, zone: str) -> str:
    """What the set is and isn't, in Markdown."""
    period = f"{since or 'the beginning'} to {until or 'now'} ({zone})"
    splits = ", ".join(f"{split.value} {counts.by_split[split]}" for split in Split)
    rows = [
        f"| {item_id} | {before} | {after} | {count} |"
        for (item_id, before, after), count in sorted(counts.by_item.items())
    ]
    return "\n".join(
        (
            "# Labels from auditors' decisions",
            "",
            f"`{LABELS_NAME}`: one label a line, schema `label.schema.json`, version {LABEL_VERSION}.",
            "",
            "| what | count |",
            "| --- | --- |",
            f"| period of the decisions | {period} |",
            f"| labels | {counts.labels} |",
            f"| overturned | {counts.overturned} |",
            f"| decided blind | {counts.blind} |",
            f"| disputed | {counts.disputed} |",
            f"| visits, technicians | {len(counts.visits)}, {len(counts.sources)} |",
            f"| splits | {splits} |",
            "",
            "Splits go by a hash of the technician, about 70 : 15 : 15 of them: all visits of one are in one",
            "split.",
            "",
            "**How they came about.** Auditors look at flagged visits and at spot checks: sighted labels are",
            "of what the system doubted and are no random sample; the blind ones of unflagged visits are.",
            "Sighted auditors saw the outcome that they judge. `cannot_tell` is left out; where two differ,",
            "`disputed` is true and all words are there. Users are numbers and roles, technicians a hash:",
            "pseudonyms, not anonymous.",
            "",
            "| item | by the system | right | labels |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        )
    )


def _write(path: Path, labels: Iterable[Label]) -> LabelCounts:
    counts = LabelCounts()
    with path.open("w", encoding="utf-8") as file:
        for label in labels:
            file.write(label_to_json(label) + "\n")
            counts.add(label)
    return counts


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
