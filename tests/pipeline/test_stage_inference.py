"""A file without a stage: placed by its neighbours in time and by what it shows, or not at all."""

import pytest

from pipeline.report import view_media
from pipeline.visit import Stage


def placed(
    bench, build, clock, label=None, staged=(("entry", "09:00"), ("before", "09:10"), ("acceptance", "10:00"))
):
    boxes = [build.box(label, 0.9)] if label else []
    seen = [build.photo(f"{s}-{c}", s, c) for s, c in staged] + [build.photo("x", None, clock, *boxes)]
    views = view_media(bench.visit("repair", seen), seen, bench.rules("repair"))
    return next((view.stage, view.stage_inferred) for view in views if view.name == "x")


@pytest.mark.parametrize(
    ("clock", "label", "stage"),
    [
        ("09:05", None, None),
        ("09:05", "work_cloth", Stage.BEFORE),
        ("09:05", "document", None),
        ("09:30", "document", Stage.ACCEPTANCE),
        ("09:30", "work_cloth", Stage.BEFORE),
        ("08:00", None, None),
        ("10:30", "document", None),
        ("09:00", None, None),
        ("09:00", "work_cloth", Stage.BEFORE),
        ("2026-05-12", None, None),
        (None, "work_cloth", None),
    ],
)
def test_between_stages(bench, build, clock, label, stage):
    assert placed(bench, build, clock, label) == (stage, stage is not None)


def test_between_two_of_one_stage(bench, build):
    staged = (("during", "09:00"), ("during", "09:40"))
    assert placed(bench, build, "09:20", staged=staged) == (Stage.DURING, True)


def test_a_given_stage_is_never_changed(bench, build):
    seen = [
        build.photo("a", "entry", "09:00"),
        build.photo("b", "after", "09:01"),
        build.photo("c", "entry", "09:02"),
    ]
    views = view_media(bench.visit("repair", seen), seen, bench.rules("repair"))
    assert [(view.stage, view.stage_inferred) for view in views] == [
        (Stage.ENTRY, False),
        (Stage.AFTER, False),
        (Stage.ENTRY, False),
    ]
