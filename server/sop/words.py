"""The instructions that come with the house, in both languages. A company writes its own over them."""


def _list(*lines):
    """Numbered lines."""
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))


def _q(en, zh, right, *choices):
    return {"en": en, "zh": zh, "choices": [{"en": one, "zh": other} for one, other in choices], "right": right}


DEFAULTS = {
    "receive": {
        "en": _list(
            "Scan or choose the document.",
            "Scan each item, then lot and expiry if asked.",
            "Count pieces, not cartons: mind the pack size.",
            "Damaged goods: choose “damaged” and take a photo.",
            "Hand in. Somebody else checks; you never check your own receipt.",
        ),
        "zh": _list(
            "扫描或选择单据。",
            "逐件扫描；提示时录入批次与有效期。",
            "按件数录入而非箱数，注意包装规格。",
            "破损品选“破损”并拍照。",
            "提交。由他人复核，不得复核自己的收货。",
        ),
        "questions": [
            _q(
                "A carton holds 24 pieces and there are 2 cartons. What do you enter?",
                "一箱 24 件，共 2 箱。应录入多少？",
                1,
                ("2", "2"),
                ("48 pieces", "48 件"),
                ("Whatever the delivery note says", "按送货单上的数填写"),
            ),
            _q(
                "One box is crushed. What do you do?",
                "有一盒被压坏，怎么办？",
                2,
                ("Leave it out", "不录入"),
                ("Receive it as good", "按良品收货"),
                ("Enter it as damaged, with a photo", "按破损录入并拍照"),
            ),
            _q(
                "Who checks your receipt?",
                "谁来复核您的收货？",
                0,
                ("Somebody else, on another device", "他人用另一台设备复核"),
                ("I do, at the end", "自己最后复核"),
                ("Nobody", "不用复核"),
            ),
        ],
    },
    "check": {
        "en": _list(
            "Count yourself, as if nobody had before you.",
            "Do not ask the first person for their figures.",
            "Scan each item; enter what you find.",
            "If you differ, both statements are kept and a third person looks.",
        ),
        "zh": _list(
            "当作无人清点过，自己独立清点。",
            "不要询问前一人的数量。",
            "逐件扫描，录入实际数量。",
            "若不一致，两份记录都保留，由第三人核对。",
        ),
        "questions": [
            _q(
                "May you ask the picker how many there should be?",
                "可以问拣货人应有多少件吗？",
                1,
                ("Yes, it is faster", "可以，更快"),
                ("No, I count blind", "不可以，须盲点"),
                ("Only if I am unsure", "拿不准时可以"),
            ),
            _q(
                "You find one piece less. What do you enter?",
                "您少点到一件，录入多少？",
                0,
                ("What I found", "实际点到的数量"),
                ("What is on the paper", "单据上的数量"),
                ("Nothing", "不录入"),
            ),
            _q(
                "May you check what you picked yourself?",
                "可以复核自己拣的货吗？",
                2,
                ("Yes", "可以"),
                ("Only small orders", "小单可以"),
                ("Never", "不可以"),
            ),
        ],
    },
    "putaway": {
        "en": _list(
            "Scan the item or pallet.",
            "Go to the suggested bin and scan the bin.",
            "Another bin: scan it a second time to use it.",
            "Oldest to the front; heavy goods below.",
        ),
        "zh": _list(
            "扫描物料或托盘。",
            "到推荐库位并扫描库位码。",
            "换用其他库位须再扫一次确认。",
            "先到期的放前面，重货放下层。",
        ),
        "questions": [
            _q(
                "When is a putaway done?",
                "何时算上架完成？",
                1,
                ("When the goods are on the shelf", "货放上架即可"),
                ("When the bin was scanned too", "扫描库位码之后"),
                ("At the end of the shift", "下班时统一录入"),
            ),
            _q(
                "The suggested bin is full. What do you do?",
                "推荐库位已满，怎么办？",
                2,
                ("Put it on the floor", "放在地上"),
                ("Put it elsewhere and tell nobody", "随便放，不登记"),
                ("Scan another bin twice and use that", "另一库位扫两次后使用"),
            ),
            _q(
                "Where do goods that expire first belong?",
                "先到期的货放哪里？",
                0,
                ("In front", "前面"),
                ("Behind", "后面"),
                ("Anywhere", "随意"),
            ),
        ],
    },
    "pick": {
        "en": _list(
            "Take the list and follow its order.",
            "Scan the bin, then the item.",
            "Take the lot that is shown first.",
            "Too few? Say “short” and how many you found. Never take from another bin unscanned.",
            "Bin empty? Say so.",
        ),
        "zh": _list(
            "领取拣货单，按顺序拣货。",
            "先扫库位，再扫物料。",
            "按提示优先批次拣货。",
            "数量不足：报“缺货”并录入实际数量；不得未扫描就从其他库位拿货。",
            "拣空后确认空库位。",
        ),
        "questions": [
            _q(
                "What do you scan first?",
                "先扫描什么？",
                0,
                ("The bin", "库位"),
                ("The item", "物料"),
                ("Nothing, I know the place", "不用扫，我认得"),
            ),
            _q(
                "There are 3, you need 5. What do you do?",
                "只有 3 件，需要 5 件，怎么办？",
                1,
                ("Pick 3 and say 5", "拣 3 件报 5 件"),
                ("Pick 3, say short, enter what is there", "拣 3 件，报缺货并录入实际数量"),
                ("Take 2 from the next bin without scanning", "从旁边库位拿 2 件不扫描"),
            ),
            _q(
                "Which lot do you take?",
                "拣哪个批次？",
                2,
                ("The nearest", "最近的"),
                ("The newest", "最新的"),
                ("The one that is shown first", "系统优先提示的"),
            ),
        ],
    },
    "ship": {
        "en": _list(
            "Only what two people agreed on leaves.",
            "Compare the label with the order.",
            "Confirm the shipment when it is on the truck, not before.",
        ),
        "zh": _list(
            "只发两人核对一致的货。",
            "核对标签与订单。",
            "装车后再确认发货，不得提前。",
        ),
        "questions": [
            _q(
                "Some goods on the dock were never checked. What do you do?",
                "发货口有未复核的货物，怎么办？",
                1,
                ("Send them along", "一并发出"),
                ("Leave them: only what two people agree on leaves", "留下：只有双人一致的货物才能发出"),
                ("Send them and note it", "先发出再备注"),
            ),
            _q(
                "The label says another order number. What do you do?",
                "箱上标签是另一张单号，怎么办？",
                0,
                ("Stop and have it checked again", "停下并重新复核"),
                ("Change the label", "换一张标签"),
                ("Send it, the driver knows", "照发，司机知道"),
            ),
            _q(
                "When do you press “It leaves”?",
                "什么时候按“发货”？",
                2,
                ("In the morning, for the whole day", "早上一次按完全天的"),
                ("When the picking is done", "拣货完成时"),
                ("When the goods are really loaded", "货物真正装车时"),
            ),
        ],
    },
    "count": {
        "en": _list(
            "Scan the bin, then what is in it.",
            "Count with your own eyes: nobody tells you the figure.",
            "Piles: enter 12+12+5 with the + key.",
            "Open cartons: count the pieces.",
            "Empty? Confirm it: empty is a statement too.",
            "Something not on the list belongs to the count as well.",
        ),
        "zh": _list(
            "先扫库位，再扫库位内的物料。",
            "亲自清点，系统不会提示账面数。",
            "分堆清点用 + 键：12+12+5。",
            "开封箱按件清点。",
            "库位为空要确认“空库位”。",
            "清单外的货也要录入。",
        ),
        "questions": [
            _q(
                "Work goes on while you count. What do you do about it?",
                "盘点时仍在作业，怎么办？",
                0,
                ("Count what lies here now", "清点此刻在库位上的货"),
                ("Wait until everything stands still", "等全部停工再盘"),
                ("Add what was just picked", "把刚拣走的加上"),
            ),
            _q(
                "The bin is empty. What do you do?",
                "库位是空的，怎么办？",
                1,
                ("Go on, there is nothing to enter", "直接跳过"),
                ("Confirm that it is empty", "确认空库位"),
                ("Enter what ought to be there", "录入应有的数量"),
            ),
            _q(
                "You remember last week's figure. What do you enter?",
                "您记得上周的数量，录入多少？",
                2,
                ("Last week's, it hardly changes", "上周的数，变化不大"),
                ("Somewhere between both", "取中间值"),
                ("What I count now", "现在点到的数量"),
            ),
        ],
    },
    "move": {
        "en": _list(
            "Scan the bin you take from, then the item.",
            "Enter how many.",
            "Scan the bin you put it into. No move without both scans.",
        ),
        "zh": _list(
            "先扫来源库位，再扫物料。",
            "录入数量。",
            "扫描目的库位。缺一不可。",
        ),
        "questions": [],
    },
    "transfer": {
        "en": _list(
            "Ship only what was approved.",
            "Note the seal number and take a photo.",
            "On arrival count what came, not what the paper says.",
        ),
        "zh": _list(
            "只发已批准的货。",
            "记录封签号并拍照。",
            "到货按实际清点，不照抄单据。",
        ),
        "questions": [],
    },
    "scrap": {
        "en": _list(
            "Scan item and bin, enter how many.",
            "Choose the true reason.",
            "Take a photo. Above a limit somebody else approves first.",
        ),
        "zh": _list(
            "扫描物料与库位，录入数量。",
            "选择真实原因。",
            "拍照；超过限额须先经他人批准。",
        ),
        "questions": [],
    },
    "return": {
        "en": _list(
            "Look at each piece before it goes back to the shelf.",
            "Damaged or opened goods go to the damaged place.",
            "Name the order it came from.",
        ),
        "zh": _list(
            "逐件检验后再上架。",
            "破损或拆封的放不良品区。",
            "注明原订单号。",
        ),
        "questions": [],
    },
    "produce": {
        "en": _list(
            "Report what you use and what you make, when it happens.",
            "Scan the lot of every material.",
            "Waste is reported too, with its reason.",
        ),
        "zh": _list(
            "领用与产出随时报工。",
            "每种物料都扫批次。",
            "废料也要报，并注明原因。",
        ),
        "questions": [],
    },
}
