"""Tables 27-1 to 27-6: how firm the county's grade is, what would change it, where its points come from."""

from __future__ import annotations

from fiscal_model.analysis.rating.rating_board import rating_board
from fiscal_model.analysis.rating.rating_scores import GRADES
from fiscal_model.analysis.rating.rating_sensitivity import fill_gaps, judge_plan, weigh_at_random
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Spread, table
from fiscal_model.report.wording import BAND_WORDS
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
