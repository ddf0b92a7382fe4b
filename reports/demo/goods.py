"""What the company sells, as data."""

from typing import NamedTuple

TEA = ("50 g", "100 g", "250 g", "200 g 礼盒 gift tin")


class Family(NamedTuple):
    """Goods that differ in their specification only; `price` is that of the first one, before tax."""

    shelf: str
    name: str
    drawing: str
    price: int
    weight_g: int
    specs: tuple[str, ...]


# code of the shelf: parent, name, percent of tax, supplier
SHELVES = {
    "TG": ("茶 Tea", "绿茶 Green tea", 9, "云岭茶业 Cloud Ridge Tea"),
    "TO": ("茶 Tea", "乌龙茶 Oolong", 9, "岩上茶厂 Over-the-Rock Tea"),
    "TB": ("茶 Tea", "红茶 Black tea", 9, "云岭茶业 Cloud Ridge Tea"),
    "TP": ("茶 Tea", "普洱与白茶 Pu'er and white tea", 9, "南山老茶 South Hill Old Tea"),
    "TH": ("茶 Tea", "花草茶 Herbal tea", 9, "南山老茶 South Hill Old Tea"),
    "WP": ("茶具 Teaware", "茶壶 Teapots", 13, "白泥陶坊 White Clay Pottery"),
    "WC": ("茶具 Teaware", "茶杯 Cups", 13, "白泥陶坊 White Clay Pottery"),
    "WA": ("茶具 Teaware", "配件 Accessories", 13, "竹里工坊 Bamboo Lane Workshop"),
    "KC": ("厨房 Kitchen", "锅具 Cookware", 13, "铁匠铺 Smithy Cookware"),
    "KK": ("厨房 Kitchen", "刀与砧板 Knives and boards", 13, "铁匠铺 Smithy Cookware"),
    "KT": ("厨房 Kitchen", "餐具 Tableware", 13, "白泥陶坊 White Clay Pottery"),
    "KS": ("厨房 Kitchen", "收纳 Storage", 13, "竹里工坊 Bamboo Lane Workshop"),
    "HT": ("家居 Home", "布艺 Textiles", 13, "棉麻织造 Cotton & Linen Mill"),
    "HF": ("家居 Home", "香氛 Fragrance", 13, "山房香事 Hill House Fragrance"),
    "HL": ("家居 Home", "灯具 Lighting", 13, "光屿灯饰 Isle of Light"),
    "HV": ("家居 Home", "花器 Vases", 13, "白泥陶坊 White Clay Pottery"),
}
SUPPLIERS = {
    "云岭茶业 Cloud Ridge Tea": 6,
    "岩上茶厂 Over-the-Rock Tea": 8,
    "南山老茶 South Hill Old Tea": 10,
    "白泥陶坊 White Clay Pottery": 14,
    "竹里工坊 Bamboo Lane Workshop": 9,
    "铁匠铺 Smithy Cookware": 12,
    "棉麻织造 Cotton & Linen Mill": 15,
    "山房香事 Hill House Fragrance": 7,
    "光屿灯饰 Isle of Light": 21,
}
GLAZES = ("青瓷 celadon", "月白 moon white", "天目 tenmoku", "粗陶 stoneware")
DYES = ("苔绿 moss", "米白 ecru", "靛蓝 indigo", "赭石 ochre")
FAMILIES = [
    Family("TG", "龙井绿茶 Longjing", "leaves", 58, 70, TEA),
    Family("TG", "碧螺春 Biluochun", "tin", 64, 70, TEA),
    Family("TG", "云雾毛尖 Maojian", "leaves", 42, 70, TEA),
    Family("TG", "茉莉花茶 Jasmine green", "tin", 36, 70, TEA),
    Family("TO", "铁观音 Tieguanyin", "tin", 49, 70, TEA),
    Family("TO", "大红袍 Dahongpao", "leaves", 78, 70, TEA),
    Family("TO", "冻顶乌龙 Dongding oolong", "leaves", 66, 70, TEA),
    Family("TO", "凤凰单丛 Phoenix Dancong", "tin", 82, 70, TEA),
    Family("TB", "祁门红茶 Keemun", "tin", 45, 70, TEA),
    Family("TB", "滇红 Yunnan black", "leaves", 39, 70, TEA),
    Family("TB", "正山小种 Lapsang Souchong", "tin", 52, 70, TEA),
    Family("TP", "熟普洱茶饼 Ripe pu'er cake", "cake", 88, 220, ("100 g", "200 g", "357 g", "357 g × 7")),
    Family("TP", "生普洱茶饼 Raw pu'er cake", "cake", 96, 220, ("100 g", "200 g", "357 g", "357 g × 7")),
    Family("TP", "白毫银针 Silver needle", "leaves", 98, 70, TEA),
    Family("TH", "桂花茶 Osmanthus tea", "leaves", 29, 60, TEA),
    Family("TH", "杭白菊 Chrysanthemum", "jar", 26, 60, TEA),
    Family("WP", "紫砂壶 Clay teapot", "teapot", 268, 520, ("180 ml", "220 ml", "280 ml", "350 ml")),
    Family("WP", "瓷茶壶 Porcelain teapot", "teapot", 168, 560, GLAZES),
    Family("WP", "铸铁壶 Cast-iron kettle", "kettle", 398, 1900, ("0.8 L", "1.2 L", "1.6 L", "2 L")),
    Family("WC", "品茗杯 Tasting cup", "cup", 38, 90, GLAZES),
    Family("WC", "盖碗 Gaiwan", "cup", 118, 260, GLAZES),
    Family("WC", "马克杯 Mug", "cup", 59, 320, GLAZES),
    Family("WC", "六杯套装 Set of six cups", "tray", 198, 740, GLAZES),
    Family("WA", "茶筅 Tea whisk", "whisk", 68, 60, ("80 本 prongs", "100 本 prongs", "120 本 prongs")),
    Family("WA", "竹茶盘 Bamboo tea tray", "tray", 158, 1500, ("S", "M", "L", "XL")),
    Family("WA", "茶叶罐 Tea caddy", "jar", 88, 340, GLAZES),
    Family("KC", "铸铁锅 Cast-iron pot", "pot", 459, 4200, ("20 cm", "22 cm", "24 cm", "26 cm")),
    Family("KC", "铁炒锅 Iron wok", "pan", 229, 1800, ("28 cm", "30 cm", "32 cm", "34 cm")),
    Family("KC", "平底锅 Frying pan", "pan", 149, 1100, ("20 cm", "24 cm", "28 cm")),
    Family("KC", "砂锅 Clay pot", "pot", 119, 2300, ("1.5 L", "2.5 L", "4 L")),
    Family("KK", "菜刀 Cleaver", "knife", 189, 420, ("17 cm", "18 cm", "20 cm")),
    Family("KK", "主厨刀 Chef's knife", "knife", 219, 280, ("16 cm", "18 cm", "21 cm", "24 cm")),
    Family("KK", "榉木砧板 Beech board", "board", 98, 1600, ("30 cm", "36 cm", "42 cm")),
    Family("KT", "饭碗 Rice bowl", "bowl", 29, 240, GLAZES),
    Family("KT", "面碗 Noodle bowl", "bowl", 45, 480, GLAZES),
    Family("KT", "餐盘 Dinner plate", "plate", 49, 560, GLAZES),
    Family("KT", "小碟 Small dish", "plate", 19, 120, GLAZES),
    Family("KT", "木筷 Chopsticks", "chopsticks", 39, 120, ("鸡翅木 wenge", "楠竹 bamboo", "红檀 rosewood")),
    Family("KS", "密封罐 Storage jar", "jar", 42, 620, ("0.5 L", "1 L", "1.5 L", "2 L")),
    Family("KS", "竹篮 Bamboo basket", "basket", 76, 480, ("S", "M", "L")),
    Family("HT", "亚麻茶巾 Linen tea towel", "cloth", 35, 110, DYES),
    Family("HT", "棉麻桌布 Table cloth", "cloth", 169, 620, DYES),
    Family("HT", "靠垫 Cushion", "cushion", 129, 780, DYES),
    Family("HT", "盖毯 Throw", "cloth", 259, 1250, DYES),
    Family("HF", "香薰蜡烛 Scented candle", "candle", 88, 420, ("桂花 osmanthus", "雪松 cedar", "白茶 white tea")),
    Family("HF", "线香 Incense sticks", "chopsticks", 46, 90, ("沉香 agarwood", "檀香 sandalwood", "艾草 mugwort")),
    Family("HL", "纸灯 Paper lamp", "lamp", 199, 900, ("S", "M", "L")),
    Family("HL", "夜灯 Night light", "lamp", 99, 350, ("暖光 warm", "柔光 soft")),
    Family("HV", "细颈花瓶 Bud vase", "vase", 79, 430, GLAZES),
    Family("HV", "大花瓶 Tall vase", "vase", 189, 1650, GLAZES),
]
