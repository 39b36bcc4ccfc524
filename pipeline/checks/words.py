"""The words of the reports: stages, labels, files and figures in Chinese and English.

A report is read by an auditor and by the technician it concerns, so it says plainly what was seen and
what would have passed, and blames nobody.
"""

from collections.abc import Iterable, Mapping, Sequence

from pipeline.rules import BilingualText
from pipeline.time_evidence import ChoiceBasis, ClockReading, StampChoice
from pipeline.visit import Stage

_MOST_FILES_NAMED = 4

STAGES: Mapping[Stage, BilingualText] = {
    Stage.NOTICE: BilingualText("公告", "notice"),
    Stage.DEPARTURE: BilingualText("出发", "departure"),
    Stage.ARRIVAL: BilingualText("到达", "arrival"),
    Stage.ENTRY: BilingualText("入户", "entry"),
    Stage.BEFORE: BilingualText("施工前", "before work"),
    Stage.DURING: BilingualText("施工中", "during work"),
    Stage.AFTER: BilingualText("施工后", "after work"),
    Stage.CLEANUP: BilingualText("清场", "clean-up"),
    Stage.ACCEPTANCE: BilingualText("验收", "acceptance"),
}

LABELS: Mapping[str, BilingualText] = {
    "badge": BilingualText("工牌", "work badge"),
    "shoe_cover": BilingualText("鞋套", "shoe cover"),
    "shoe": BilingualText("未套鞋套的鞋", "shoe without a cover"),
    "work_cloth": BilingualText("垫布", "work cloth"),
    "tool": BilingualText("工具", "tool"),
    "person": BilingualText("人员", "person"),
    "document": BilingualText("单据", "document"),
    "tool_bag": BilingualText("工具包", "tool bag"),
    "gas_meter": BilingualText("燃气表", "gas meter"),
}

_CAPTIONS: Mapping[str, BilingualText] = {
    **LABELS,
    "time_watermark": BilingualText("时间水印", "time watermark"),
    "no_watermark": BilingualText("无时间水印", "no time watermark"),
    "no_time": BilingualText("无时间", "no time"),
    "exif": BilingualText("拍摄时间", "EXIF time"),
    "container": BilingualText("视频容器时间", "container time"),
    "gps": BilingualText("GPS时间", "GPS time"),
    "exif_digitized": BilingualText("数字化时间", "time of digitizing"),
    "exif_modified": BilingualText("修改时间", "time of the last change"),
    "not_opened": BilingualText("无法打开", "can't be opened"),
    "metadata": BilingualText("元数据", "metadata"),
    "stamp_weekday": BilingualText("星期与日期不符", "weekday does not fit the date"),
    "stamp_name": BilingualText("水印姓名不符", "another name in the stamp"),
    "stamp_place": BilingualText("水印坐标不在工单地点", "stamp's coordinates elsewhere"),
    "stamp_gps": BilingualText("水印坐标与GPS不符", "stamp's coordinates against GPS"),
    "stamp_datum": BilingualText("坐标系不一致", "another datum"),
    "code_reused": BilingualText("验证码重复", "code used twice"),
    "code_form": BilingualText("验证码形式可疑", "odd code"),
    "editor": BilingualText("编辑软件", "editor"),
    "editor_tables": BilingualText("编辑软件的量化表", "editor's JPEG tables"),
    "screen": BilingualText("截屏", "screenshot"),
    "modified": BilingualText("拍摄后被修改", "changed after taking"),
    "thumbnail_other": BilingualText("缩略图不同", "another thumbnail"),
    "thumbnail_bare": BilingualText("缩略图无水印", "thumbnail without the stamp"),
    "used_before": BilingualText("曾经使用", "used before"),
    "looks_used": BilingualText("与曾用影像相似", "looks like one used before"),
    "not_seen": BilingualText("未看到", "not seen here"),
    "nothing_left": BilingualText("无遗留", "nothing left"),
}
"""What a reference to a picture points at: the name of a detector label, of a clock, or of a finding."""


def caption(name: str) -> str:
    """What stands beside a picture, in both languages."""
    words = _CAPTIONS.get(name) or label(name)
    return f"{words.zh} {words.en}"


def label(name: str) -> BilingualText:
    """A detector label in words; one that is not in the table stands as it is."""
    return LABELS.get(name, BilingualText(name, name.replace("_", " ")))


def labels(names: Iterable[str]) -> BilingualText:
    return listed(label(name) for name in names)


def stages(names: Sequence[Stage]) -> BilingualText:
    """Stages as a list; an empty one means every stage."""
    return listed(STAGES[name] for name in names) if names else BilingualText("任一步骤", "any stage")


def listed(texts: Iterable[BilingualText]) -> BilingualText:
    every = tuple(texts)
    return BilingualText("、".join(text.zh for text in every), ", ".join(text.en for text in every))


def files(names: Sequence[str]) -> BilingualText:
    """File names, the first few by name and the rest as a number."""
    first, rest = names[:_MOST_FILES_NAMED], len(names) - _MOST_FILES_NAMED
    if rest <= 0:
        return BilingualText("、".join(first), ", ".join(first))
    return BilingualText("、".join(first) + f"等{len(names)}个文件", ", ".join(first) + f" and {rest} more")


def counted(count: int, noun: str) -> str:
    """English only: 1 picture, 2 pictures."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def minutes(value: float) -> str:
    """Minutes with their unit in both languages; tenths below ten."""
    return f"{value:.0f} 分钟 min" if abs(value) >= 10 else f"{round(value, 1):g} 分钟 min"


def clock(reading: ClockReading) -> BilingualText:
    """A clock as it stands in its file, and whether its zone was assumed."""
    if not reading.zone_assumed:
        return BilingualText(reading.shown, reading.shown)
    return BilingualText(f"{reading.shown}（时区取自工单）", f"{reading.shown} (zone assumed from the visit)")


def decided_by(choice: StampChoice) -> BilingualText:
    """What decided between several readings of a stamp."""
    files_named = files(choice.files)
    told = listed(
        BilingualText(f"{_BASES[basis].zh}{files_named.zh}", f"{_BASES[basis].en} {files_named.en}".strip())
        for basis in choice.bases
    )
    return BilingualText(f"由{told.zh}确定", f"decided by {told.en}")


_BASES: Mapping[ChoiceBasis, BilingualText] = {
    ChoiceBasis.EXIF: BilingualText("EXIF拍摄时间", "the EXIF time"),
    ChoiceBasis.CONTAINER: BilingualText("视频容器时间", "the container's time"),
    ChoiceBasis.GPS: BilingualText("GPS时间", "the GPS time"),
    ChoiceBasis.UPLOAD: BilingualText(
        "上传时间（另一读法在上传之后）", "the upload: the other lies after it"
    ),
    ChoiceBasis.OTHER_PICTURES: BilingualText("本次其他照片的水印", "the stamps of"),
}


def duration(seconds: float) -> BilingualText:
    """A length of time in the unit that people would use."""
    for size, zh, en in ((86400.0, "天", "d"), (3600.0, "小时", "h"), (60.0, "分钟", "min")):
        if seconds >= size:
            value = f"{round(seconds / size, 1):g}"
            return BilingualText(f"{value}{zh}", f"{value} {en}")
    return BilingualText(f"{seconds:.0f}秒", f"{seconds:.0f} s")


def sentences(texts: Iterable[BilingualText]) -> BilingualText:
    """Several findings one after the other."""
    every = tuple(texts)
    return BilingualText("；".join(text.zh for text in every), "; ".join(text.en for text in every))
