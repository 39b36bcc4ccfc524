"""Where does the stamp say that the picture was taken, and does that fit the work order and the file's GPS?

Watermark cameras print WGS-84, GCJ-02 or BD-09 and do not say which: the datum that fits best counts, so that
none is blamed for its datum. A place's name can't be held against coordinates without a map, and is not.
"""

from collections.abc import Iterable, Iterator

from pipeline.checks.context import CheckContext
from pipeline.checks.marks import Stamp
from pipeline.datums import Datum, DatumFit, datum_fits
from pipeline.evidence import FieldKind, WatermarkField
from pipeline.results import Remark, Strength
from pipeline.rules import BilingualText
from pipeline.visit import GeoPoint, Stage

_ELSEWHERE = frozenset({Stage.NOTICE, Stage.DEPARTURE})
"""Stages whose pictures need not be taken where the work is."""


def places(context: CheckContext, read: Iterable[Stamp]) -> Iterator[Remark]:
    """`stamp_place`: the printed coordinates are not where the work order is. `stamp_gps`: not where the
    file's GPS is. `stamp_datum`: one visit's stamps fit different datums, as from different apps."""
    located = [(stamp, *found) for stamp in read if (found := _printed(stamp)) is not None]
    for stamp, field, point in located:
        site = context.visit.work_order.location
        if site is not None and stamp.view.stage not in _ELSEWHERE:
            limit = context.param("place_tolerance_m")
            yield from _apart(context, "stamp_place", stamp, field, datum_fits(point, site), limit)
        evidence = stamp.view.evidence
        gps = evidence.metadata.gps_point if evidence else None
        if gps is not None:
            limit = context.param("gps_tolerance_m")
            yield from _apart(context, "stamp_gps", stamp, field, datum_fits(point, gps), limit)
    yield from _mixed(context, located)


def named_datum(context: CheckContext, point: GeoPoint, place: GeoPoint) -> DatumFit | None:
    """The one datum by which printed degrees lie at a place; None where none does, or more than one."""
    fits = [fit for fit in datum_fits(point, place) if fit.distance_m <= context.param("datum_tolerance_m")]
    return fits[0] if len(fits) == 1 else None


def _printed(stamp: Stamp) -> tuple[WatermarkField, GeoPoint] | None:
    field = stamp.field(FieldKind.COORDINATES)
    if field is None or not field.value:
        return None
    latitude, longitude = (float(part) for part in field.value.split(","))
    return field, GeoPoint(latitude, longitude)


_WHAT = {
    "stamp_place": BilingualText("工单地点", "the place of the work order"),
    "stamp_gps": BilingualText("文件GPS位置", "the file's own GPS position"),
}


def _apart(
    context: CheckContext,
    kind: str,
    stamp: Stamp,
    field: WatermarkField,
    fits: tuple[DatumFit, ...],
    limit_m: float,
) -> Iterator[Remark]:
    best = fits[0]
    if best.distance_m <= limit_m:
        return
    strong = best.distance_m > context.param("place_far_m")
    gap, what = distance_text(best.distance_m), _WHAT[kind]
    each = ", ".join(f"{fit.datum.value} {distance_text(fit.distance_m)}" for fit in fits)
    text = BilingualText(
        f"水印坐标 {field.value} 距{what.zh} {gap}（按各坐标系：{each}）",
        f"the stamp's coordinates {field.value} are {gap} from {what.en} (by datum: {each})",
    )
    strength = Strength.STRONG if strong else Strength.MEDIUM
    yield stamp.remark(kind, strength, text, (gap, f"≤ {distance_text(limit_m)}"), field.box)


def _mixed(context: CheckContext, located: list[tuple[Stamp, WatermarkField, GeoPoint]]) -> Iterator[Remark]:
    site = context.visit.work_order.location
    if site is None:
        return
    named = [(stamp, field, named_datum(context, point, site)) for stamp, field, point in located]
    known = [(stamp, field, fit.datum) for stamp, field, fit in named if fit is not None]
    first: Datum | None = known[0][2] if known else None
    for stamp, field, datum in known:
        if datum is not first and first is not None:
            text = BilingualText(
                f"水印坐标属{datum.value}，同次其他影像属{first.value}，像出自不同的相机软件",
                f"the stamp's coordinates are {datum.value}, others of this visit {first.value}: "
                "as if from different camera apps",
            )
            yield stamp.remark("stamp_datum", Strength.WEAK, text, (datum.value, first.value), field.box)


def distance_text(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"
