"""The words and forms by which a field of a watermark's block is known: a table, to be added to.

Labels in simplified and traditional Chinese and in English, as the market's cameras print them. Forms are for
fields that are printed without a label.
"""

import re

from pipeline.evidence import FieldKind

_LABELS: tuple[tuple[FieldKind | None, str], ...] = (
    # What belongs to the time is named too, so that its words are no other field's value.
    (
        None,
        "(?:拍摄|拍攝|打卡|施工|记录|記錄|工作|现场|現場)?(?:时间|時間|日期)|date(?: ?& ?time)?|time|gmt|utc",
    ),
    (
        FieldKind.COORDINATES,
        "经纬度?|經緯度?|坐标|座標|gps(?: ?(?:坐标|座標))?|coord(?:inate)?s?",
    ),
    (FieldKind.ALTITUDE, "海拔(?:高度)?|高程|altitude|alt|elevation|elev"),
    (
        FieldKind.PLACE,
        "(?:拍摄|拍攝|施工|工作|打卡|当前|當前|所在|详细|詳細|服务|服務|现场|現場)?(?:地点|地點|地址|位置)|施工区域|施工區域|定位"
        "|location|address|addr|place|site",
    ),
    (
        FieldKind.NAME,
        "姓名|(?:拍摄|拍攝|打卡|施工|记录|記錄|巡检|巡檢|巡查|检查|檢查"
        "|维修|維修|服务|服務|操作|作业|作業|拍照|安装"
        "|安裝)(?:人员|人員|人|者|员|員|师傅)"
        "|负责人|負責人|责任人|責任人|工程师|工程師|name|(?:photo|photographed|taken|captured|recorded) ?by"
        "|photographer|technician|staff|engineer",
    ),
    (
        FieldKind.PROJECT,
        "(?:项目|項目|工程|专案|專案)(?:名称|名稱|编号|編號)?|(?:工单|工單|任务|任務|订单|訂單)(?:号|號|编号|編號|名称|名稱)?"
        "|project(?: ?name)?|work ?order(?: ?no)?|job(?: ?no)?|wo|task",
    ),
    (FieldKind.WEATHER, "天气|天氣|weather"),
    (FieldKind.TEMPERATURE, "温度|溫度|气温|氣溫|temp(?:erature)?"),
    (
        FieldKind.CODE,
        "(?:照片|图片|圖片)?(?:防伪|防偽|验证|驗證|校验|校驗|核验|核驗)(?:编?码|編?碼|编号|編號|号|號)?"
        "|(?:photo|verification|verify|security|anti-?counterfeit(?:ing)?) ?(?:code|id|no)|code",
    ),
    (
        FieldKind.REMARKS,
        "备注|備註|備注|说明|說明|描述|(?:施工|工作|巡检|巡檢|服务|服務)?(?:内容|內容)|notes?|remarks?|comments?|description|memo",
    ),
)
_LABEL = re.compile(
    "|".join(f"(?P<k{index}>{pattern})" for index, (_, pattern) in enumerate(_LABELS)), re.IGNORECASE
)
_COLON = re.compile(r"\s*[:;：；]\s*")
_BLANKS_IN_CHINESE = re.compile(r"(?<=[㐀-鿿])\s+(?=[㐀-鿿])")

WEATHER_WORDS = re.compile(
    r"晴(?:转多云|轉多雲|间多云)?|多云(?:转晴|转阴)?|多雲(?:轉晴|轉陰)?|阴(?:天|转晴|转雨)?|陰(?:天|轉晴)?"
    r"|[小中大暴阵陣]雨|雷阵雨|雷陣雨|雨夹雪|雨夾雪|[小中大暴]雪|雾霾?|霧霾?|霾|沙尘|沙塵|浮尘|浮塵"
    r"|\b(?:partly |mostly )?(?:sunny|cloudy|clear|overcast|rainy?"
    r"|drizzle|showers?|snow|fog(?:gy)?|haz[ey]|mist|thunderstorm)\b",
    re.IGNORECASE,
)
TEMPERATURE = re.compile(
    r"(?P<number>-?\d{1,3}(?:\.\d)?)\s*"
    r"(?:[°º˚]\s*(?P<unit>[CFc])|(?P<sign>[℃℉])|(?P<plain>C)(?![A-Za-z]))"
)
ALTITUDE = re.compile(r"(?P<number>-?\d{1,4}(?:\.\d{1,2})?)\s*(?:m\b|米|公尺)", re.IGNORECASE)
PLACE = re.compile(
    r"[㐀-鿿]{2,}(?:省|市|区|區|县|縣|镇|鎮|乡|鄉|村|街|路|道|巷|弄|里|号|號|栋|棟|苑|园|園|城|大厦"
    r"|大廈|广场|廣場|小区|小區|花园|花園|中心)"
    r"|\b(?:road|rd|street|st|avenue|ave|lane|district|province|building|block|drive|highway|boulevard|blvd)\b"
    r"|[A-Z][a-z]+, [A-Z][a-z]+(?:, [A-Z][a-z]+)?",
)
CODE_WORD = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{10,16}(?![A-Za-z0-9])")
BRAND = re.compile(
    r"今日水印|水印相机|水印相機|马克|馬克|元道|经纬相机|經緯相機"
    r"|timemark|time ?stamp ?camera|gps ?map ?camera|相机|相機"
    r"|已验证|已驗證|真实|真實|防篡改|防竄改|^打卡$|verified|foolproof",
    re.IGNORECASE,
)


_WEEKDAY = re.compile(
    r"(?:星期|周|週|礼拜|禮拜)\s?[一二三四五六日天]|(?<![a-z])(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*",
    re.IGNORECASE,
)


def weekday_words(text: str) -> str:
    """The words of a weekday in a text that names one; the text where they are not found."""
    match = _WEEKDAY.search(text)
    return match[0] if match else text


def split_label(text: str) -> tuple[FieldKind | None, str, str] | None:
    """(kind, label, value) of a line that starts with a label; kind is None for the time's own labels.

    A label is followed by a colon, or stands alone, or (in Chinese, as in two-column tables) by a blank; a
    code may follow it with nothing between. None where the line starts with no label.
    """
    joined = _BLANKS_IN_CHINESE.sub("", text.strip())
    match = _LABEL.match(joined)
    if match is None or match.lastgroup is None:
        return None
    rest = joined[match.end() :]
    colon = _COLON.match(rest)
    kind = _LABELS[int(match.lastgroup[1:])][0]
    bare_code = kind is FieldKind.CODE and CODE_WORD.fullmatch(rest) is not None
    if colon is None and rest and not bare_code and not (rest[0].isspace() and not match[0].isascii()):
        return None
    return kind, match[0], (rest[colon.end() :] if colon else rest).strip()
