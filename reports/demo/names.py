"""Parts of names and places; put together by dice they mean nobody."""

# family name, given names, the same in Latin letters
ZH_FAMILY = dict(
    zip(
        "林陈王李张刘黄吴周徐孙朱高罗郑梁谢宋唐许".strip(),
        "Lin Chen Wang Li Zhang Liu Huang Wu Zhou Xu Sun Zhu Gao Luo Zheng Liang Xie Song Tang Xu".split(),
        strict=True,
    )
)
ZH_GIVEN = {
    "美玲": "Meiling",
    "思远": "Siyuan",
    "雨桐": "Yutong",
    "子涵": "Zihan",
    "晓明": "Xiaoming",
    "佳怡": "Jiayi",
    "文博": "Wenbo",
    "若曦": "Ruoxi",
    "浩然": "Haoran",
    "静": "Jing",
    "嘉树": "Jiashu",
    "一诺": "Yinuo",
    "明轩": "Mingxuan",
    "诗雅": "Shiya",
    "海洋": "Haiyang",
    "秋月": "Qiuyue",
}
HANT_FAMILY = {
    "陳": "Chan",
    "黃": "Wong",
    "張": "Cheung",
    "李": "Lee",
    "何": "Ho",
    "劉": "Lau",
    "鄭": "Cheng",
    "葉": "Yip",
    "蔡": "Choi",
    "許": "Hui",
    "羅": "Law",
    "蘇": "So",
}
HANT_GIVEN = {
    "家豪": "Kaho",
    "詠詩": "Wingsze",
    "嘉欣": "Kayan",
    "志明": "Chiming",
    "曉晴": "Hiuching",
    "俊傑": "Chunkit",
    "慧儀": "Waiyee",
    "子軒": "Tszhin",
    "思穎": "Szewing",
    "樂怡": "Lokyi",
}
EN_GIVEN = "Alice Oliver Grace Henry Clara James Ruby Daniel Ivy Thomas Nora Simon Elena Marcus Hazel Peter".split()
EN_FAMILY = "Archer Bennett Cole Dalton Ellis Foster Gibson Harper Ingram Keller Lawson Mercer Norris Palmer".split()

# first part with Latin letters, second part
ZH_FIRMS = (
    {"听雨": "tingyu", "半山": "banshan", "南风": "nanfeng", "小满": "xiaoman", "木棉": "mumian", "云上": "yunshang"},
    ("茶馆", "咖啡", "餐厅", "民宿", "家居店", "酒店"),
)
HANT_FIRMS = (
    {"海旁": "harbourside", "山頂": "hilltop", "巷口": "alley", "榕樹": "banyan", "雅居": "ngakui"},
    ("茶室", "小館", "咖啡", "家品"),
)
EN_FIRMS = (
    {"Juniper": "juniper", "Fern & Clay": "fernclay", "Slow Kettle": "slowkettle", "Harbour": "harbour"},
    (" Tea Rooms", " Kitchen", " Home", " Café"),
)

# city, province, postcode prefix, districts, warehouse that serves it, share
CN_PLACES = [
    ("上海", "上海", "2000", ("静安区", "徐汇区", "长宁区", "浦东新区"), "SHA", 22),
    ("杭州", "浙江", "3100", ("西湖区", "上城区", "滨江区"), "SHA", 10),
    ("苏州", "江苏", "2150", ("姑苏区", "工业园区"), "SHA", 7),
    ("南京", "江苏", "2100", ("玄武区", "鼓楼区"), "SHA", 6),
    ("北京", "北京", "1000", ("东城区", "朝阳区", "海淀区"), "SHA", 10),
    ("武汉", "湖北", "4300", ("武昌区", "江岸区"), "SHA", 4),
    ("成都", "四川", "6100", ("锦江区", "武侯区"), "SZX", 7),
    ("深圳", "广东", "5180", ("南山区", "福田区", "罗湖区"), "SZX", 10),
    ("广州", "广东", "5100", ("天河区", "越秀区"), "SZX", 9),
    ("厦门", "福建", "3610", ("思明区", "湖里区"), "SZX", 5),
]
CN_STREETS = "青禾路 人民路 中山路 解放路 文化街 梧桐路 湖滨路 学府路 新华路 和平街".split()
HK_PLACES = [
    ("中環", "港島", ("皇后大道中", "威靈頓街", "士丹利街")),
    ("灣仔", "港島", ("軒尼詩道", "莊士敦道")),
    ("旺角", "九龍", ("彌敦道", "亞皆老街")),
    ("沙田", "新界", ("大圍道", "源禾路")),
]
TW_PLACES = [("台北市", "大安區", "106"), ("台中市", "西區", "403"), ("高雄市", "鹽埕區", "803")]
ABROAD = [
    ("Portland", "Oregon", "97205", "US", "+1 503-555-01{:02}"),
    ("Seattle", "Washington", "98101", "US", "+1 206-555-01{:02}"),
    ("London", "", "N1 9GU", "GB", "+44 20 7946 08{:02}"),
    ("Sydney", "NSW", "2010", "AU", "+61 2 5550 12{:02}"),
]
EN_STREETS = ("Mill Lane", "Station Road", "Maple Street", "Orchard Avenue", "Canal Street", "Church Row")
