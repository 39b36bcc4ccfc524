"""What is said of a layout, in Chinese and English, for auditors and for the technician it concerns."""

from collections.abc import Mapping, Sequence

from pipeline.layout.judgement import JudgedLayout
from pipeline.layout.rows import Pair, RowOrder
from pipeline.layout.values import ClothFailure, ClothSize, Interval, MeasuredCloth
from pipeline.rules import BilingualText

FAILURES: Mapping[ClothFailure, BilingualText] = {
    ClothFailure.NO_CLOTH: BilingualText("没有看到垫布", "no cloth is seen"),
    ClothFailure.NO_EDGES: BilingualText("垫布的边缘看不清", "the cloth's edges can't be made out"),
    ClothFailure.NOT_STRAIGHT: BilingualText(
        "垫布的边不直（有折叠或卷起）", "the cloth's sides aren't straight (folded or rolled up)"
    ),
    ClothFailure.TOO_FEW_CORNERS: BilingualText(
        "垫布的边角被遮挡太多", "too much of the cloth's sides is covered"
    ),
    ClothFailure.OUTSIDE_PICTURE: BilingualText(
        "垫布没有完整拍入画面", "the cloth reaches out of the picture"
    ),
    ClothFailure.TOO_SMALL: BilingualText("垫布在画面中太小", "the cloth is too small in the picture"),
    ClothFailure.SEVERAL_CLOTHS: BilingualText("画面中有多块垫布", "there are several cloths in the picture"),
    ClothFailure.TOO_FLAT_A_VIEW: BilingualText(
        "拍摄角度太低", "the picture was taken from too low an angle"
    ),
    ClothFailure.NO_RECTANGLE: BilingualText(
        "看到的轮廓不像平铺的矩形", "the outline seen is not that of a rectangle lying flat"
    ),
}

FROM_ABOVE = BilingualText(
    "请把垫布平铺，从上方斜拍，使四角都在画面内",
    "Lay the cloth flat and take it from above, all four corners in the picture",
)
IN_ORDER = BilingualText(
    "请把工具由大到小排成一列，从上方拍摄",
    "Lay the tools in one row from large to small and take the picture from above",
)
SIDE_BY_SIDE = BilingualText(
    "请把工具并排平行摆放，互不接触", "Lay the tools side by side, parallel, without touching"
)
ON_THE_CLOTH = BilingualText(
    "请把所有工具放在垫布上再拍", "Lay every tool on the cloth before taking the picture"
)

_READ_FROM: Mapping[str, BilingualText] = {
    "right": BilingualText("从左数", "from the left"),
    "left": BilingualText("从右数", "from the right"),
    "down": BilingualText("从上数", "from the top"),
    "up": BilingualText("从下数", "from the bottom"),
}


def not_measured(failure: ClothFailure) -> BilingualText:
    why = FAILURES[failure]
    return BilingualText(f"无法测量：{why.zh}", f"Can't be measured: {why.en}")


def by_nominal(size: ClothSize, cloth: MeasuredCloth) -> BilingualText:
    """What the centimetres rest on."""
    if cloth.is_nominal:
        named = f"{size.long_cm:g}×{size.short_cm:g}"
        return BilingualText(
            f"（按垫布标称{named}厘米换算）", f" (centimetres by the cloth's nominal {named})"
        )
    return BilingualText(
        f"（假定垫布长边为{size.long_cm:g}厘米）", f" (if the cloth's long side is {size.long_cm:g} cm)"
    )


def without_outline(count: int) -> BilingualText:
    return BilingualText(
        f"（另有{count}件未能描出轮廓，未计入）", f" (not counting {count} without an outline)"
    )


def aspect(value: float, interval: Interval) -> str:
    return f"{value:.2f} : 1 ({interval[0]:.2f}–{interval[1]:.2f})"


def read_from(order: RowOrder) -> BilingualText:
    """From which side a row is counted, as the cloth is seen in the picture."""
    x, y = order.direction
    if abs(x) >= abs(y):
        return _READ_FROM["right" if x > 0 else "left"]
    return _READ_FROM["down" if y > 0 else "up"]


def pair(judged: JudgedLayout, order: RowOrder, found: Pair) -> BilingualText:
    """Two tools of a row, the later of which is longer."""
    first, second = (order.ranked.index(index) + 1 for index in (found.first, found.second))
    lengths = [judged.layout.tools[index].length_cm for index in (found.first, found.second)]
    error = found.error_cm
    return BilingualText(
        f"第{second}件（{lengths[1]:.1f}厘米）比第{first}件（{lengths[0]:.1f}厘米）长{found.excess_cm:.1f}±{error:.1f}厘米",
        f"no. {second} ({lengths[1]:.1f} cm) is {found.excess_cm:.1f}±{error:.1f} cm longer than "
        f"no. {first} ({lengths[0]:.1f} cm)",
    )


def numbers(judged: JudgedLayout, indexes: Sequence[int]) -> BilingualText:
    """Tools by their place in the row; one that isn't of the row by its length."""
    ranked = judged.order.ranked if judged.order else ()
    named = [
        BilingualText(f"第{ranked.index(i) + 1}件", f"no. {ranked.index(i) + 1}")
        if i in ranked
        else _by_length(judged.layout.tools[i].length_cm)
        for i in sorted(indexes, key=lambda i: ranked.index(i) if i in ranked else len(ranked) + i)
    ]
    return BilingualText("、".join(name.zh for name in named), ", ".join(name.en for name in named))


def _by_length(length_cm: float) -> BilingualText:
    return BilingualText(f"{length_cm:.1f}厘米的一件", f"the one of {length_cm:.1f} cm")
