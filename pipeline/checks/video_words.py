"""What is said of a video whose clock and frames part: what, at which second, by how much."""

from collections.abc import Sequence

from pipeline.checks import words
from pipeline.rules import BilingualText
from pipeline.times import WallTime
from pipeline.video_clock import Break, BreakKind, Still

_MOST_NAMED = 3


def broken(
    name: str, breaks: Sequence[Break], shown: tuple[WallTime | None, WallTime | None]
) -> BilingualText:
    """The breaks in order of time; `shown` is what the clock says before and after the first."""
    said = [_of(found) for found in breaks[:_MOST_NAMED]]
    if len(breaks) > _MOST_NAMED:
        rest = len(breaks) - _MOST_NAMED
        said.append(BilingualText(f"另有{rest}处", f"and {rest} more"))
    before, after = (_text(wall) for wall in shown)
    told = words.sentences(said)
    return BilingualText(
        f"{name}：{told.zh}（前后时钟显示 {before} 与 {after}）",
        f"{name}: {told.en} (the clock shows {before} before and {after} after)",
    )


def stands_still(name: str, still: Still) -> BilingualText:
    return BilingualText(
        f"{name}：{still.from_s:.1f}至{still.until_s:.1f}秒画面静止而时钟在走，请人工查看是否定格",
        f"{name}: from {still.from_s:.1f} s to {still.until_s:.1f} s the picture stands while its clock "
        "runs; look whether it was frozen",
    )


def _text(wall: WallTime | None) -> str:
    """The time of day: what day it was is not this item's business, and may not have been legible."""
    return "?" if wall is None else wall.isoformat().partition("T")[2]


def _of(found: Break) -> BilingualText:
    at = f"{found.at_s:.1f} ± {max(0.1, found.uncertainty_s):.1f}"
    by = f"{abs(found.shift_s):.1f}"
    lasts = f"{found.at_s:.1f}", f"{found.until_s:.1f}"
    speed = f"{found.speed:.2f}" if found.speed is not None else "?"
    match found.kind:
        case BreakKind.CUT:
            return BilingualText(
                f"{at}秒处时钟向前跳{by}秒（剪掉了一段）",
                f"at {at} s the clock leaps {by} s ahead: something was cut out",
            )
        case BreakKind.JUMP_BACK:
            return BilingualText(
                f"{at}秒处时钟倒退{by}秒（接入了更早的片段）",
                f"at {at} s the clock falls back {by} s: an earlier part was put in",
            )
        case BreakKind.LOOP:
            return BilingualText(
                f"{at}秒处时钟倒退{by}秒，同样的时间再次出现（片段重复）",
                f"at {at} s the clock falls back {by} s and shows times again: a part is repeated",
            )
        case BreakKind.CLOCK_STANDS:
            return BilingualText(
                f"{lasts[0]}至{lasts[1]}秒时钟停住（多停{by}秒）",
                f"from {lasts[0]} s to {lasts[1]} s the clock stands, {by} s too long",
            )
        case BreakKind.SPEED:
            return BilingualText(
                f"{lasts[0]}至{lasts[1]}秒画面变速，时钟走速为{speed}倍（相差{by}秒）",
                f"from {lasts[0]} s to {lasts[1]} s the clock runs at {speed} times its speed, {by} s in all",
            )
