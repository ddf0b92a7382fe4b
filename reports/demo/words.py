"""What people say, in their own languages; data, not translations."""

HAND_NOTES = [
    "客户来电：先别发货，要改地址 Customer called, address will change",
    "等财务确认到账 Waiting for the bank transfer",
    "赠品未到，一起发 Ship together with the gift",
]
WAIT_NOTE = "客户同意等货 The customer agrees to wait"
CANCEL_REASONS = [
    "客户改变主意 Changed her mind",
    "重复下单 Ordered twice",
    "地址无法送达 Address cannot be served",
    "客户未付款 Not paid",
]
WRITTEN_OFF = "盘点：破损报废 Stocktake: damaged, written off"
STOCKTAKE = "盘点差异 Stocktake"
HUBS = ["上海转运中心", "杭州转运中心", "广州转运中心", "武漢中轉站", "Hong Kong hub"]
FAILURES = [
    ("absent", "无人应答，电话未接"),
    ("absent", "門鈴沒人應，已留字條"),
    ("address", "门牌号不对，联系不上收件人"),
    ("refused", "客人說沒有訂過"),
    ("damaged", "外箱破损，带回"),
]
ORDER_NOTES = {
    "zh-hans": ["请放门卫处", "周末送货，谢谢", "送礼用，请勿放价格单", "送前请打电话"],
    "zh-hant": ["請放管理處", "平日下午送貨", "送禮用，請勿附價單", "送貨前請致電"],
    "en": ["Please leave it with the doorman", "It is a gift: no invoice in the box", "Please ring before delivery"],
}
RETURN_NOTES = {
    "zh-hans": {
        "damaged": ["收到时外箱压扁，里面有裂痕。", "打开发现碎了一角。"],
        "wrong": ["颜色和订的不一样。", "规格发错了，我订的是大号。"],
        "defect": ["用了一次就漏水。", "盖子合不上。"],
        "unwanted": ["买多了，未拆封。", "家人已经买了同款，未使用。"],
        "other": ["和图片感觉不太一样。"],
    },
    "zh-hant": {
        "damaged": ["收到時盒子凹了，杯口有缺角。", "開箱時已經破了。"],
        "wrong": ["顏色跟訂的不同。", "寄錯尺寸了。"],
        "defect": ["第一次使用就滲水。", "蓋子蓋不緊。"],
        "unwanted": ["買太多了，未開封。", "家人已經買了一樣的。"],
        "other": ["跟照片感覺不一樣。"],
    },
    "en": {
        "damaged": ["The box was crushed and one piece is chipped.", "It arrived with a crack."],
        "wrong": ["I ordered the other glaze.", "This is the smaller size."],
        "defect": ["It leaks at the spout.", "The lid does not close."],
        "unwanted": ["I bought too many; unopened.", "A gift that was not needed; unused."],
        "other": ["It looks different from the picture."],
    },
}
RETURN_ANSWERS = {
    "zh-hans": {
        "approved": "没问题，请把商品寄回上海仓，收到后两个工作日内处理。",
        "rejected": "很抱歉，已开封的茶叶无法退回。",
    },
    "zh-hant": {
        "approved": "沒問題，請將商品寄回，收到後兩個工作天內處理。",
        "rejected": "很抱歉，已開封的茶葉無法退回。",
    },
    "en": {
        "approved": "Of course. Please send it back; we settle it within two working days after it arrives.",
        "rejected": "We are sorry: tea that was opened cannot come back.",
    },
}
Talk = tuple[str, str, list[str]]
TALKS: dict[str, list[Talk]] = {
    "zh-hans": [
        (
            "inquiry",
            "怎么开发票？",
            [
                "你好，请问怎么开公司发票？",
                "您好，请把抬头和税号发给我们，当天开出。",
                "好的，已经发到邮箱，谢谢！",
                "收到，发票已寄出。",
            ],
        ),
        ("inquiry", "茶叶怎么保存", ["绿茶收到后要放冰箱吗？", "建议密封后冷藏，半年内喝完口感最好。"]),
        (
            "complaint",
            "包装有破损",
            [
                "快递盒子破了，里面的杯子没事，但送礼不好看。",
                "非常抱歉！我们给您补寄一个礼盒，今天发出。",
                "太好了，谢谢。",
                "不客气，祝您生活愉快。",
            ],
        ),
        (
            "complaint",
            "送货晚了一天",
            ["说好昨天到的，今天才收到。", "很抱歉让您久等，已向承运商反馈，并送您一张运费券。"],
        ),
        (
            "repair",
            "壶盖松动",
            [
                "紫砂壶的盖子有点松，可以修吗？",
                "可以的，请寄回，我们的师傅会免费调整。",
                "已寄出。",
                "已收到，预计一周修好。",
            ],
        ),
    ],
    "zh-hant": [
        ("inquiry", "可以自取嗎？", ["請問可以到門市自取嗎？", "您好，目前香港倉提供自取，下單時備註即可。"]),
        (
            "inquiry",
            "訂單何時到",
            ["請問我的訂單什麼時候會到？", "包裹今天已經派送，請留意電話。", "收到了，謝謝！", "謝謝您的支持。"],
        ),
        (
            "complaint",
            "少了一件",
            ["收到的包裹少了一個杯子。", "很抱歉，我們馬上核對並補寄。", "已收到補寄，謝謝。", "謝謝您的耐心。"],
        ),
        ("repair", "燈不亮", ["夜燈充電後還是不亮。", "請寄回讓我們檢查，運費由我們負擔。"]),
    ],
    "en": [
        (
            "inquiry",
            "How much caffeine is in it?",
            [
                "Hello, is the jasmine tea low in caffeine?",
                "Hello! It is a green tea, so about half of a coffee. Chrysanthemum has none.",
                "Lovely, thank you.",
                "You are welcome.",
            ],
        ),
        (
            "inquiry",
            "Delivery to a hotel",
            [
                "Can you deliver to a hotel reception next time?",
                "Yes, write the guest's name and the date of arrival in the note.",
            ],
        ),
        (
            "complaint",
            "One bowl chipped",
            [
                "One of the four bowls has a chip.",
                "We are sorry! A new one leaves today, keep the old one.",
                "It has arrived, great service.",
                "Glad to hear it.",
            ],
        ),
        (
            "repair",
            "Loose handle",
            ["The pan's handle came loose after a month.", "Please send it back, we fix it free of charge."],
        ),
    ],
}
COMMENTS = {
    "zh-hans": {
        "good": [
            "茶很香，包装也用心。",
            "物流快，下次还买。",
            "杯子比图片还好看。",
            "送朋友，很喜欢。",
            "客服很耐心。",
        ],
        "fair": ["东西不错，送货慢了点。", "还可以，颜色略有差别。"],
        "bad": ["比承诺的晚了，没人通知。", "盒子压坏了，不好送人。"],
    },
    "zh-hant": {
        "good": ["茶香很好，會回購。", "包裝很用心。", "送貨準時，謝謝。", "釉色很美。"],
        "fair": ["品質不錯，但等了幾天。", "普通，比想像中小。"],
        "bad": ["比承諾的日期晚了。", "杯口有小瑕疵。"],
    },
    "en": {
        "good": [
            "Beautiful teapot, quick delivery.",
            "The tea is wonderful.",
            "Well packed, nothing broken.",
            "Will order again.",
        ],
        "fair": ["Nice, but it took a while.", "Good quality, smaller than expected."],
        "bad": ["Later than promised and nobody told me.", "The box arrived dented."],
    },
}
