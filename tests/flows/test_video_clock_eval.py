"""What `make eval-video-clock` makes, and the figures that it prints of what came out."""

from collections import Counter

from flows.video_clock_eval import Counts, tasks
from flows.video_clock_figures import TAMPERINGS, table
from flows.video_clock_trial import Row
from models.tampered_videos import Tampering

COUNTS = Counts(untouched=20, tampered=16, to_the_minute=3, one_digit=4)


def row(group: str, tampering: Tampering, outcome: str, at_s: float = 5.0) -> Row:
    return {
        "group": group,
        "tampering": tampering.value,
        "outcome": outcome,
        "doubt": outcome in ("fail", "confirm"),
        "kinds": [tampering.value] if outcome == "fail" else [],
        "at_s": [at_s] if outcome == "fail" else [],
        "breaks_at_s": [4.0, 4.5],
        "looks": 20,
        "length_s": 30.0,
        "frames_decoded": 300,
        "follow_cpu_s": 1.5,
        "find_cpu_s": 0.5,
    }


def test_the_same_seed_makes_the_same_videos_balanced_by_kind() -> None:
    made = list(tasks(5, COUNTS))
    assert made == list(tasks(5, COUNTS))
    assert len({task.key for task in made}) == len(made)
    assert Counter(task.group for task in made) == {
        "untouched": 20,
        "tampered": 16,
        "to the minute": 3,
        "one digit": 4,
    }
    kinds = Counter(task.plan.tampering for task in made if task.group == "tampered")
    assert kinds == dict.fromkeys(TAMPERINGS, 2)
    assert [t.plan.shift_s for t in made if t.group == "one digit"] == [10, 60, 600, 3600]


def test_found_accused_and_unreadable_are_counted_apart() -> None:
    rows = [
        row("untouched", Tampering.NONE, "pass"),
        row("untouched", Tampering.NONE, "fail"),
        row("untouched", Tampering.NONE, "unreadable"),
        row("to the minute", Tampering.NONE, "unreadable"),
        row("tampered", Tampering.CUT, "fail"),
        row("tampered", Tampering.PICTURE_STANDS, "confirm"),
        row("tampered", Tampering.LOOP, "pass"),
        row("one digit", Tampering.CUT, "unreadable"),
    ]
    said = "\n".join(" ".join(line.split()) for line in table(rows))
    assert "untouched: accused 1/3" in said
    assert "untouched: unreadable 1/3" in said
    assert "to the minute: unreadable 1/1" in said
    assert "tampered: found 2/3" in said
    assert "tampered: passed 1/3" in said
    assert "cuts like a misread digit: found 0/1" in said
    assert "tampering by (median, 90 %, 99 %): [0.5, 0.5, 0.5] s" in said
    assert "40 frames looked at, 600 decoded, 3.0 CPU s" in said
