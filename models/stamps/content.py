"""What a watermark says beside the time, made from a seed so that its parts agree with each other."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.stamps.writing import Language
from pipeline.visit import GeoPoint

_CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_PLACES: tuple[tuple[str, str, str, float, float], ...] = (
    (
        "广东省广州市白云区环洲三路18号",
        "廣東省廣州市白雲區環洲三路18號",
        "18 Huanzhou 3rd Road, Guangzhou, Guangdong, China",
        23.1579,
        113.2121,
    ),
    (
        "北京市朝阳区建国路88号院5号楼",
        "北京市朝陽區建國路88號院5號樓",
        "88 Jianguo Road, Chaoyang, Beijing, China",
        39.9087,
        116.4717,
    ),
    (
        "上海市浦东新区张江路665弄",
        "上海市浦東新區張江路665弄",
        "665 Zhangjiang Road, Pudong, Shanghai, China",
        31.2036,
        121.5934,
    ),
    (
        "深圳市南山区科技园南路2号",
        "深圳市南山區科技園南路2號",
        "2 Keyuan South Road, Shenzhen, Guangdong, China",
        22.5333,
        113.9475,
    ),
    (
        "成都市武侯区人民南路四段27号",
        "成都市武侯區人民南路四段27號",
        "27 Renmin South Road, Chengdu, Sichuan, China",
        30.6283,
        104.0675,
    ),
    (
        "杭州市西湖区文三路阳光花园3栋",
        "杭州市西湖區文三路陽光花園3棟",
        "3 Sunshine Garden, Wensan Road, Hangzhou, China",
        30.2765,
        120.1302,
    ),
    (
        "武汉市江汉区解放大道690号",
        "武漢市江漢區解放大道690號",
        "690 Jiefang Avenue, Wuhan, Hubei, China",
        30.5833,
        114.2733,
    ),
    (
        "西安市雁塔区小寨东路126号",
        "西安市雁塔區小寨東路126號",
        "126 Xiaozhai East Road, Xi'an, Shaanxi, China",
        34.2244,
        108.9468,
    ),
    (
        "南京市鼓楼区中山北路200号",
        "南京市鼓樓區中山北路200號",
        "200 Zhongshan North Road, Nanjing, Jiangsu, China",
        32.0673,
        118.7706,
    ),
    (
        "乌鲁木齐市天山区人民路33号",
        "烏魯木齊市天山區人民路33號",
        "33 Renmin Road, Urumqi, Xinjiang, China",
        43.7928,
        87.6177,
    ),
    (
        "香港九龙旺角弥敦道688号",
        "香港九龍旺角彌敦道688號",
        "688 Nathan Road, Mong Kok, Kowloon, Hong Kong",
        22.3204,
        114.1698,
    ),
    (
        "台北市信义区松高路11号",
        "台北市信義區松高路11號",
        "11 Songgao Road, Xinyi District, Taipei, Taiwan",
        25.0396,
        121.5670,
    ),
    (
        "澳门新口岸宋玉生广场180号",
        "澳門新口岸宋玉生廣場180號",
        "180 Alameda Dr. Carlos, Macau",
        22.1899,
        113.5497,
    ),
    (
        "重庆市渝中区民权路28号",
        "重慶市渝中區民權路28號",
        "28 Minquan Road, Yuzhong District, Chongqing, China",
        29.5563,
        106.5772,
    ),
)
_NAMES = (
    ("张伟", "張偉", "Zhang Wei"),
    ("王小明", "王小明", "Wang Xiaoming"),
    ("李娜", "李娜", "Li Na"),
    ("刘洋", "劉洋", "Liu Yang"),
    ("陈建国", "陳建國", "Chen Jianguo"),
    ("黄志强", "黃志強", "Huang Zhiqiang"),
    ("欧阳海", "歐陽海", "Ouyang Hai"),
    ("赵敏", "趙敏", "Zhao Min"),
)
_PROJECTS = (
    ("阳光花园二期", "陽光花園二期", "Sunshine Garden Phase 2"),
    ("燃气表更换", "燃氣錶更換", "Gas meter replacement"),
    ("空调维修", "空調維修", "Air conditioner repair"),
    ("厨房翻新工程", "廚房翻新工程", "Kitchen renovation"),
    ("户内安检", "戶內安檢", "Indoor safety check"),
    ("水管改造", "水管改造", "Water pipe works"),
)
_REMARKS = (
    ("更换软管并试压", "更換軟管並試壓", "Hose replaced, tested"),
    ("阀门已关闭", "閥門已關閉", "Valve closed"),
    ("客户在场", "客戶在場", "Customer present"),
    ("现场已清理", "現場已清理", "Site cleaned"),
)
_WEATHER = (
    ("晴", "晴", "Sunny"),
    ("多云", "多雲", "Cloudy"),
    ("阴", "陰", "Overcast"),
    ("小雨", "小雨", "Rain"),
    ("雾", "霧", "Fog"),
    ("阵雨", "陣雨", "Showers"),
)


@dataclass(frozen=True, slots=True)
class Content:
    """What there is to print; a field that is None is left out of the block.

    `point` is printed as it stands; which datum it is in is for whoever makes it. `temperature_c` in degrees
    Celsius, `altitude_m` in metres.
    """

    place: str | None = None
    point: GeoPoint | None = None
    altitude_m: float | None = None
    name: str | None = None
    project: str | None = None
    weather: str | None = None
    temperature_c: int | None = None
    code: str | None = None
    remarks: str | None = None
    camera: str | None = None


def made_content(rng: random.Random, language: Language, fullness: float = 0.8) -> Content:
    """A content whose place and coordinates go together; each field is there with this probability."""
    column = list(Language).index(language)
    *names, latitude, longitude = rng.choice(_PLACES)
    point = GeoPoint(
        round(latitude + rng.uniform(-0.01, 0.01), 6), round(longitude + rng.uniform(-0.01, 0.01), 6)
    )
    whole = Content(
        place=str(names[column]),
        point=point,
        altitude_m=round(rng.uniform(2, 480), 1),
        name=rng.choice(_NAMES)[column],
        project=rng.choice(_PROJECTS)[column],
        weather=rng.choice(_WEATHER)[column],
        temperature_c=rng.randint(-8, 38),
        code=made_code(rng),
        remarks=rng.choice(_REMARKS)[column],
        camera=f"CAM{rng.randint(1, 16):02d}",
    )
    dropped = {name: None for name in Content.__dataclass_fields__ if rng.random() > fullness}
    return replace(whole, **dropped)


def made_code(rng: random.Random, length: int = 14) -> str:
    """A verification code without the letters and digits that are taken for each other."""
    return "".join(rng.choices(_CODE_ALPHABET, k=length))


def content_of(fields: Mapping[str, str]) -> Content:
    """Content from plain texts by name: place, name, project, weather, code, remarks, camera, and
    coordinates as "latitude,longitude". Raises ValueError for coordinates of another form."""
    texts = {name: text for name, text in fields.items() if name != "coordinates"}
    return Content(point=_point(fields["coordinates"]) if "coordinates" in fields else None, **texts)  # type: ignore[arg-type]


def _point(text: str) -> GeoPoint:
    latitude, longitude = (float(part) for part in text.split(","))
    return GeoPoint(latitude, longitude)
