"""Tables 27-1 to 27-6: how firm the county's grade is, what would change it, where its points come from."""

from __future__ import annotations

from fiscal_model.analysis.rating.rating_board import rating_board
from fiscal_model.analysis.rating.rating_levers import LIFT, NEAR, levers
from fiscal_model.analysis.rating.rating_outlook import outlook
from fiscal_model.analysis.rating.rating_scores import GRADES
from fiscal_model.analysis.rating.rating_sensitivity import fill_gaps, judge_plan, weigh_at_random
from fiscal_model.analysis.rating.second_opinion import STANDS, second_opinion
from fiscal_model.analysis.risk.simulate import Fan
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Spread, table
from fiscal_model.report.wording import BAND_WORDS, percent
from fiscal_model.words.vocabulary import QUALITIES

_NONE = "—"


@table(
    "27-1", "rating_board", "指标红橙黄绿看板和得分来源", "指标",
    [Column("指数", "index", "text"), Column("数值", "value", "thousandth"),
     Column("颜色", lambda record: BAND_WORDS.get(record["band"], "缺数据"), "text"),
     Column("得分贡献", "given", "tenth"), Column("失分", "lost", "tenth"),
     Column("分色依据", lambda record: f"{'分档线' if record['banded'] else '按得分'}（{QUALITIES[record['quality']]}）", "text")],
    row_id="id", unit="",
)  # fmt: skip
def board_table(plan: Plan) -> Content:
    """Every indicator's colour, what it gives to the county's points and what it takes."""
    least = "、".join(f"{BAND_WORDS[band]} {points:g} 分" for band, points in rules("rating")["board"].items())
    notes = (
        f"有分档线的指标按 data/rules/indicators.toml 分色，其余按指标得分分色（至少{least}，不到的为红；设计）。",
        "评级的，得分贡献合计为综合得分，得分贡献与失分合计为 100 分；所在指数缺必需数据的不计。",
    )
    return Content([vars(each) for each in rating_board(plan)], notes)


@table(
    "27-2", "rating_weights", "评级对权重的敏感性", "权重的取法",
    [Column("评级不变的比例", "kept", "ratio"), Column("只按得分不变的比例", "kept_by_score", "ratio"),
     Column("得分10%分位", "low", "tenth"), Column("得分90%分位", "high", "tenth"), Spread("values", "ratio")],
    row_id="id", unit="",
)  # fmt: skip
def weights_table(plan: Plan) -> Content:
    """Under how many random weightings the grade stays, and how many give each grade."""
    rule = rules("rating")["weightings"]
    rows = [{**vars(each), "values": [each.chances.get(grade, 0.0) for grade in GRADES]}
            for each in weigh_at_random(judge_plan(plan))]  # fmt: skip
    notes = (
        f"每种取法随机抽取 {int(rule['count']):,} 组权重（种子 {int(rule['seed'])}），指标得分不变，否决项照样封顶。",
        f"围绕现行权重：狄利克雷分布，均值为现行权重，集中度 {rule['concentration']:g}（设计）；权重任意组合：各种权重组合机会相等，是最宽的检验。",
    )
    return Content(rows, notes, [f"评为“{grade}”" for grade in GRADES])


@table(
    "27-3", "rating_missing", "评级对缺数据的敏感性", "指数",
    [Column("所缺指标", lambda record: "、".join(record["missing"]) or _NONE, "text"),
     Column("无从判断的否决项", lambda record: "、".join(record["gates"]) or _NONE, "text"),
     Column("两端得分之差", "span", "tenth"), Column("都取满分端：得分", "highest", "tenth"), Column("都取满分端：评级", "good", "text"),
     Column("都取零分端：得分", "lowest", "tenth"), Column("都取零分端：评级", "bad", "text"),
     Column("影响评级", lambda record: "缺此不评级" if record["needed"] else "是" if record["decides"] else "否", "text")],
    row_id="id", unit="",
)  # fmt: skip
def missing_table(plan: Plan) -> Content:
    """What each index lacks, and the grade with it at either end."""
    rows = [{**vars(each), "decides": each.decides} for each in fill_gaps(plan)]
    notes = (
        "满分端、零分端为 data/rules/rating.toml 的满分线和零分线；无从判断的否决项，满分端按未触及、零分端按触及计算。",
        "其余各项不变；别的指数还缺必需数据的，只补这一项仍不评级，能不能定级看合计一行。",
    )
    return Content(rows, notes)


OUTLOOKS = {"better": "向好", "same": "稳定", "worse": "向差", "unclear": "方向不明"}
"""Where a grade is heading, in Chinese."""


@table(
    "27-4", "rating_outlook", "评级展望和推动因素", "指标",
    [Column("首年数值", "first", "thousandth"), Column("末年数值", "last", "thousandth"), Column("首年得分贡献", "given_first", "number"),
     Column("末年得分贡献", "given_last", "number"), Column("得分变化", "moved", "number")],
    row_id="id", unit="",
)  # fmt: skip
def outlook_table(plan: Plan, fan: Fan) -> Content | None:
    """What moved the county's points between the first and the last plan year, and where its grade is heading."""
    found, rule = outlook(plan, fan.outlook), rules("rating")["outlook"]
    if found is None:
        return None
    rows = [{**vars(each), "moved": each.moved} for each in found.movers if round(each.moved, 2)]
    total = {"id": "total", "label": "综合得分（只用各该年的数评）", "level": 0, "first": None, "last": None,
             "given_first": found.points[0], "given_last": found.points[-1], "moved": found.points[-1] - found.points[0]}  # fmt: skip
    odds = "、".join(f"{OUTLOOKS[way]} {percent(share)}" for way, share in found.odds.items())
    notes = (
        f"展望：{OUTLOOKS[found.outlook]}。逐年评级为{'、'.join(f'“{grade}”' for grade in found.grades)}；模拟未来中{odds}。",
        f"规则（设计）：末年等级与首年相比定方向，同级的得分升降达到 {rule['points']:g} 分的同样算；"
        f"模拟未来中至少 {percent(rule['odds'])} 同向才作展望，不到的为方向不明。",
        "各年按当年的数单独评，基期和整个规划期的指标（社保、预算管理、支出功能占比）各年相同；没有变化的指标不列，各行相加为综合得分的变化。",
    )
    return Content([total, *rows], notes)


@table(
    "27-5", "rating_levers", "评级升一级、降一级的条件", "条件",
    [Column("方向", lambda record: "升一级" if record["way"] == LIFT else "降级", "text"), Column("现值", "now", "thousandth"),
     Column("须到", "needed", "thousandth"), Column("变动", "change", "thousandth"), Column("折合金额（万元）", "money", "change"),
     Column("年份", "when", "text"), Column("届时评级", "grade", "text")],
    row_id=lambda record: f"{record['way']}.{record['id']}", unit="",
)  # fmt: skip
def levers_table(plan: Plan) -> Content | None:
    """What alone would lift the grade by one, or lower it, and the money behind it."""
    found = levers(plan)
    rows = [{**vars(each), "money": each.money, "change": each.needed - each.now, "when": _when(plan, each.heaviest, each.amounts)}
            for each in found]  # fmt: skip
    notes = (
        "升一级：所列已触及的否决项须全部消除；得分还不到上一等级的，另须有一项指标达到所列数值。降级：任何一项出现即足够。",
        f"每次只动一项，其他不变；指标的临界值已在前后各 {percent(NEAR)} 处重算核对。金额为该指标分子须变动的数，年份为最多的一年，其他年份较少；同时改善其他指标的，实际需要的更少。",
        "三保支出不得为评级压减，不折金额；基期已成事实的指标（支出功能占比、预算偏离、库款）不列。没有临界值的否决项，该数一出现即触及。",
    )
    return Content(rows, notes) if found else None


def _when(plan: Plan, heaviest: int | None, amounts: object) -> str:
    if amounts is None:
        return _NONE
    return "每年" if heaviest is None else f"{plan.years[heaviest]}年"


@table(
    "27-6", "rating_second_opinion", "外国的第二意见（日本法，不参与评级）", "比率",
    [Spread("values", "ratio"), Column("早期健全化线", "early_said", "text"), Column("财政再生线", "rebuild", "ratio"),
     Column("判断", lambda record: STANDS[record["stands"]], "text"), Column("口径差异", "lacks", "text")],
    row_id="id", unit="",
)  # fmt: skip
def second_opinion_table(plan: Plan) -> Content | None:
    """Japan's two lines, only where the rule file asks for them."""
    rule = rules("rating")["second_opinion"]
    if not rule["shown"]:
        return None
    rows = [
        {**vars(each), "early_said": " 至 ".join(f"{one:.2%}" for one in sorted({*each.early}))}
        for each in second_opinion(plan)
    ]
    return Content(rows, (f"{rule['label']}。来源：{rule['source']}。外国法，只供比较，不是中国的规定。",))
