"""What the site calls the values of `pipeline.auditing`, in Chinese and English."""

from collections.abc import Mapping
from datetime import datetime

from pipeline.auditing import BlindAnswer, CaseState, ItemWord, Role, Verdict
from pipeline.rules import BilingualText
from storage.case_values import CaseOrder, CaseView
from storage.number_values import GroupBy

ROLES: Mapping[Role, BilingualText] = {
    Role.AUDITOR: BilingualText("审核员", "Auditor"),
    Role.QA_LEAD: BilingualText("质量主管", "QA lead"),
    Role.ADMINISTRATOR: BilingualText("管理员", "Administrator"),
    Role.TECHNICIAN: BilingualText("服务人员", "Technician"),
}

STATES: Mapping[CaseState, BilingualText] = {
    CaseState.OPEN: BilingualText("待审核", "To be decided"),
    CaseState.SECOND: BilingualText("待第二人审核", "Waits for a second person"),
    CaseState.RETAKE: BilingualText("待补拍", "Waits for retakes"),
    CaseState.CLOSED: BilingualText("已审核", "Decided"),
}

VERDICTS: Mapping[Verdict, BilingualText] = {
    Verdict.ACCEPT: BilingualText("通过", "Accept"),
    Verdict.REJECT: BilingualText("不通过", "Reject"),
    Verdict.RETAKE: BilingualText("要求补拍", "Ask for retakes"),
    Verdict.HAND_OVER: BilingualText("转交第二人", "Hand to a second person"),
}

ITEM_WORDS: Mapping[ItemWord, BilingualText] = {
    ItemWord.CONFIRM: BilingualText("认可", "Confirmed"),
    ItemWord.OVERTURN: BilingualText("推翻", "Overturned"),
    ItemWord.CANNOT_TELL: BilingualText("无法判断", "Can't tell"),
}

BLIND_ANSWERS: Mapping[BlindAnswer, BilingualText] = {
    BlindAnswer.SHOWN: BilingualText("符合", "It is there"),
    BlindAnswer.NOT_SHOWN: BilingualText("不符合", "It is not"),
    BlindAnswer.CANNOT_TELL: BilingualText("无法判断", "Can't tell"),
}

CASE_VIEWS: Mapping[CaseView, BilingualText] = {
    CaseView.WAITING: BilingualText("待审核", "To be decided"),
    CaseView.RETAKE: BilingualText("待补拍", "Waits for retakes"),
    CaseView.CLOSED: BilingualText("已审核", "Decided"),
    CaseView.ALL: BilingualText("全部", "All"),
}

CASE_ORDERS: Mapping[CaseOrder, BilingualText] = {
    CaseOrder.SEVERITY: BilingualText("最严重的在前", "Gravest first"),
    CaseOrder.WAITING: BilingualText("等待最久的在前", "Longest waiting first"),
}

GROUPS: Mapping[GroupBy, BilingualText] = {
    GroupBy.TEAM: BilingualText("班组", "Team"),
    GroupBy.TECHNICIAN: BilingualText("服务人员", "Technician"),
    GroupBy.CITY: BilingualText("城市", "City"),
    GroupBy.SERVICE: BilingualText("服务", "Service"),
    GroupBy.DAY: BilingualText("日期", "Day"),
}


def waiting_time(since: datetime, now: datetime) -> BilingualText:
    """How long ago something began, as coarse as people care for."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return BilingualText(f"{minutes}分钟", f"{minutes} min")
    if minutes < 48 * 60:
        return BilingualText(f"{minutes // 60}小时", f"{minutes // 60} h")
    return BilingualText(f"{minutes // 1440}天", f"{minutes // 1440} days")
