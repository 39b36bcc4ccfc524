"""What the pages call things, in Chinese and English: one table per kind of name."""

from collections.abc import Mapping
from itertools import pairwise

from pipeline.checks.words import decided_by
from pipeline.evidence import FailureReason, FieldKind, WatermarkStatus
from pipeline.results import FlagReason, Leaning, Outcome, Strength
from pipeline.rules import BilingualText, Grade
from pipeline.time_evidence import ClockReading, ClockSource, ZoneBasis, ZoneEvidence
from pipeline.visit import ManifestFindingCode, MediaKind, ServiceType, Stage

OUTCOMES: Mapping[Outcome, BilingualText] = {
    Outcome.PASS: BilingualText("通过", "Pass"),
    Outcome.FAIL: BilingualText("不通过", "Fail"),
    Outcome.MISSING: BilingualText("缺少证据", "Missing"),
    Outcome.UNREADABLE: BilingualText("无法辨认", "Unreadable"),
    Outcome.CONFIRM: BilingualText("待人工确认", "Please confirm"),
    Outcome.EXEMPT: BilingualText("豁免", "Exempt"),
    Outcome.NOT_APPLICABLE: BilingualText("不适用", "Not applicable"),
    Outcome.NOT_CHECKED: BilingualText("未检查", "Not checked"),
}

OUTCOME_SIGNS: Mapping[Outcome, str] = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.MISSING: "○",
    Outcome.UNREADABLE: "≈",
    Outcome.CONFIRM: "?",
    Outcome.EXEMPT: "⊘",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.NOT_CHECKED: "…",
}
"""A shape for each outcome, so that colour is never the only signal."""

LEANINGS: Mapping[Leaning, BilingualText] = {
    Leaning.FOR: BilingualText("看来符合", "Looks right"),
    Leaning.AGAINST: BilingualText("看来不符", "Looks wrong"),
}

GRADES: Mapping[Grade, BilingualText] = {
    Grade.EXCELLENT: BilingualText("优秀", "Excellent"),
    Grade.GOOD: BilingualText("良好", "Good"),
    Grade.PASS: BilingualText("合格", "Pass"),
    Grade.FAIL: BilingualText("不合格", "Fail"),
}

FLAG_REASONS: Mapping[FlagReason, BilingualText] = {
    FlagReason.GRADE_FAIL: BilingualText("等级为不合格", "The grade is “fail”"),
    FlagReason.CRITICAL_FAIL: BilingualText("关键项不通过", "A critical item failed"),
    FlagReason.CRITICAL_MISSING: BilingualText("关键项缺少证据", "A critical item has no evidence"),
    FlagReason.CRITICAL_UNREADABLE: BilingualText("关键项无法辨认", "A critical item is unreadable"),
    FlagReason.AUTHENTICITY: BilingualText("真实性存疑", "Authenticity is in doubt"),
    FlagReason.NEAR_THRESHOLD: BilingualText("判定接近界限", "Decided close to its threshold"),
    FlagReason.CONFIRM_AGAINST: BilingualText("疑似不符，请确认", "Looks wrong, please confirm"),
    FlagReason.MEDIA_FAILURE: BilingualText("文件无法查看", "A file could not be looked at"),
    FlagReason.MANIFEST: BilingualText("清单有问题", "The manifest is at odds with the store"),
}

FAILURES: Mapping[FailureReason, BilingualText] = {
    FailureReason.EMPTY: BilingualText("空文件", "Empty file"),
    FailureReason.NOT_FOUND: BilingualText("文件不存在", "No such file"),
    FailureReason.TOO_MANY_BYTES: BilingualText("文件过大", "Too many bytes"),
    FailureReason.TOO_MANY_PIXELS: BilingualText("像素过多", "Too many pixels"),
    FailureReason.TIMED_OUT: BilingualText("处理超时", "Took too long"),
    FailureReason.UNSUPPORTED_FORMAT: BilingualText("格式不支持", "Unsupported format"),
    FailureReason.TRUNCATED: BilingualText("文件不完整", "Truncated file"),
    FailureReason.CORRUPT: BilingualText("文件已损坏", "Corrupt file"),
    FailureReason.CHECKSUM_MISMATCH: BilingualText("校验值不符", "Not the bytes that were promised"),
}

STRENGTHS: Mapping[Strength, BilingualText] = {
    Strength.WEAK: BilingualText("弱", "weak"),
    Strength.MEDIUM: BilingualText("中", "medium"),
    Strength.STRONG: BilingualText("强", "strong"),
}

FIELDS: Mapping[FieldKind, BilingualText] = {
    FieldKind.PLACE: BilingualText("地点", "Place"),
    FieldKind.COORDINATES: BilingualText("坐标", "Coordinates"),
    FieldKind.ALTITUDE: BilingualText("海拔", "Altitude"),
    FieldKind.NAME: BilingualText("姓名", "Name"),
    FieldKind.PROJECT: BilingualText("项目", "Project"),
    FieldKind.WEATHER: BilingualText("天气", "Weather"),
    FieldKind.TEMPERATURE: BilingualText("温度", "Temperature"),
    FieldKind.CODE: BilingualText("验证码", "Code"),
    FieldKind.REMARKS: BilingualText("备注", "Remarks"),
    FieldKind.WEEKDAY: BilingualText("星期", "Weekday"),
}

STAGES: Mapping[Stage, BilingualText] = {
    Stage.NOTICE: BilingualText("通知", "Notice"),
    Stage.DEPARTURE: BilingualText("出发", "Departure"),
    Stage.ARRIVAL: BilingualText("到达", "Arrival"),
    Stage.ENTRY: BilingualText("入户", "Entry"),
    Stage.BEFORE: BilingualText("作业前", "Before"),
    Stage.DURING: BilingualText("作业中", "During"),
    Stage.AFTER: BilingualText("作业后", "After"),
    Stage.CLEANUP: BilingualText("清场", "Clean-up"),
    Stage.ACCEPTANCE: BilingualText("验收", "Acceptance"),
}

SERVICES: Mapping[ServiceType, BilingualText] = {
    ServiceType.REPAIR: BilingualText("维修", "Repair"),
    ServiceType.CLEANING: BilingualText("清洁", "Cleaning"),
    ServiceType.INSTALLATION: BilingualText("安装", "Installation"),
    ServiceType.SURVEY: BilingualText("勘察报价", "Survey"),
    ServiceType.RENOVATION: BilingualText("翻新", "Renovation"),
    ServiceType.METER_READING: BilingualText("抄表", "Meter reading"),
    ServiceType.SAFETY_INSPECTION: BilingualText("安检", "Safety inspection"),
    ServiceType.METER_REPLACEMENT: BilingualText("换表", "Meter replacement"),
    ServiceType.GAS_ACTIVATION: BilingualText("置换通气", "Gas activation"),
    ServiceType.NO_ANSWER: BilingualText("到访不遇", "Nobody at home"),
}

CLOCKS: Mapping[ClockSource, BilingualText] = {
    ClockSource.WATERMARK: BilingualText("水印", "Watermark"),
    ClockSource.EXIF: BilingualText("EXIF", "EXIF"),
    ClockSource.CONTAINER: BilingualText("视频容器", "Container"),
    ClockSource.GPS: BilingualText("卫星", "GPS"),
    ClockSource.EXIF_DIGITIZED: BilingualText("数字化", "Digitized"),
    ClockSource.EXIF_MODIFIED: BilingualText("修改", "Last change"),
    ClockSource.UPLOAD: BilingualText("上传", "Upload"),
}

KINDS: Mapping[MediaKind, BilingualText] = {
    MediaKind.PHOTO: BilingualText("照片", "Photo"),
    MediaKind.VIDEO: BilingualText("视频", "Video"),
}

WATERMARKS: Mapping[WatermarkStatus, BilingualText] = {
    WatermarkStatus.READ: BilingualText("已读出", "Read"),
    WatermarkStatus.AMBIGUOUS: BilingualText("有多种读法", "Ambiguous"),
    WatermarkStatus.UNREADABLE: BilingualText("无法辨认", "Unreadable"),
    WatermarkStatus.ABSENT: BilingualText("没有时间水印", "No time watermark"),
}

MANIFEST_FINDINGS: Mapping[ManifestFindingCode, BilingualText] = {
    ManifestFindingCode.UNKNOWN_KEY: BilingualText("未知字段", "Unknown key"),
    ManifestFindingCode.UNKNOWN_STAGE: BilingualText("未知阶段", "Unknown stage"),
    ManifestFindingCode.MEDIA_MISSING: BilingualText("清单列出的文件不存在", "Listed, but not in the store"),
    ManifestFindingCode.MEDIA_NOT_LISTED: BilingualText("文件未列入清单", "In the store, but not listed"),
    ManifestFindingCode.MEDIA_LISTED_TWICE: BilingualText("文件重复列出", "Listed twice"),
    ManifestFindingCode.DUPLICATE_VISIT_ID: BilingualText("上门编号重复", "Two visits with one id"),
    ManifestFindingCode.EXEMPTION_WITHOUT_RECORD: BilingualText(
        "豁免没有记录", "An exemption without a record"
    ),
}

STAGE_UNKNOWN = BilingualText("阶段不明", "Stage unknown")
NOT_SCORED = BilingualText("不计分", "Not scored")


def service_name(service_type: str) -> BilingualText:
    """The name of a service type as a report spells it; an unknown one stays as it is."""
    known = service_type in tuple(ServiceType)
    return SERVICES[ServiceType(service_type)] if known else BilingualText(service_type, service_type)


def stage_name(stage: Stage | None) -> BilingualText:
    return STAGES[stage] if stage is not None else STAGE_UNKNOWN


def zone_name(zone: ZoneEvidence) -> BilingualText:
    """An offset and how it is known: UTC+08:00, assumed from the visit."""
    sign, minutes = "-" if zone.utc_offset_min < 0 else "+", abs(zone.utc_offset_min)
    offset = f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}" if minutes else "UTC"
    if zone.by is not None:
        by = CLOCKS[zone.by]
        return BilingualText(f"{offset}（由{by.zh}证实）", f"{offset} (measured: {by.en} agrees)")
    known = _ZONE_BASES[zone.basis]
    return BilingualText(f"{offset}（{known.zh}）", f"{offset} ({known.en})")


_ZONE_BASES: Mapping[ZoneBasis, BilingualText] = {
    ZoneBasis.STATED: BilingualText("文件自带", "stated by the file"),
    ZoneBasis.MEASURED: BilingualText("已证实", "measured"),
    ZoneBasis.ASSUMED: BilingualText("取自工单，未证实", "assumed from the visit"),
}


def reading_choice(reading: ClockReading) -> BilingualText | None:
    """For a stamp with several readings: which there are, and what decided; None for any other clock."""
    if reading.choice is None:
        return None
    readings, by = " / ".join(reading.choice.alternatives), decided_by(reading.choice)
    return BilingualText(f"有多种读法（{readings}），{by.zh}", f"several readings ({readings}), {by.en}")


_UNITS = ((86400, "天", "d"), (3600, "小时", "h"), (60, "分", "min"), (1, "秒", "s"))


def duration(seconds: float) -> BilingualText:
    """A length of time in its two largest units, rounded to the smaller: 1 天 2 小时, 1 d 2 h."""
    length = abs(seconds)
    for (large, large_zh, large_en), (small, small_zh, small_en) in pairwise(_UNITS):
        count, rest = divmod(round(length / small), large // small)
        if count:
            return BilingualText(
                f"{count} {large_zh}" + (f" {rest} {small_zh}" if rest else ""),
                f"{count} {large_en}" + (f" {rest} {small_en}" if rest else ""),
            )
    return BilingualText(f"{length:.0f} 秒", f"{length:.0f} s")
