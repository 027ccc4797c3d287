"""Tables 29-4 to 29-6: how far each driver may go, the most likely joint shock, what would show it first."""

from __future__ import annotations

from fiscal_model.analysis.risk.likely_break import CHECKED, FARTHEST
from fiscal_model.analysis.risk.red_lines import RED_LINES
from fiscal_model.analysis.risk.reverse_stress import change_text, reverse_stress, size_text
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, Line, Spread, table
from fiscal_model.report.wording import odds_percent
from fiscal_model.words.drivers import DRIVERS_BY_ID

COUNTED = 0.01
"""Drivers that are less of a joint shock are not printed."""


@table(
    "29-4", "reverse_stress", "反向压力测试（单个因素变动到何处突破）", "因素",
    [Column("突破线", "", "text"), Column("从规划第一年起一直保持", "", "text"),
     Column("相当于累计意外的倍数", "", "text"), Column("首次突破", "", "text"), Spread(kind="text")],
    unit="",
)  # fmt: skip
def reverse_stress_table(plan: Plan) -> Content:
    """How far each driver may go until a line is crossed: staying there, and in one year only."""
    found = reverse_stress(plan)
    rows = []
    for line, beyond in found.already.items():
        for each in found.lasting(line):
            same = [one for one in found.breaks if (one.line, one.driver) == (line, each.driver)]
            if all(one.status in ("holds", "no_help") for one in same):
                continue
            single = [size_text(found.break_of(line, each.driver, year)) for year in plan.years]
            times = f"{each.deviations:.1f}" if each.deviations <= 100 else "—"
            since = f"{beyond[0]}年（规划）" if beyond else f"{each.crossed_in}年" if each.crossed_in else "—"
            rows.append(
                Line(
                    f"{line}.{each.driver}",
                    DRIVERS_BY_ID[each.driver].label,
                    single,
                    lead=(RED_LINES[line], size_text(each), times, since),
                )
            )
    notes = (
        "其他因素都按规划，已定的债券、项目和措施不变，每种情形重新平衡；每个临界值都在线前、线后各重算一次。没有列出的因素单独变动不会突破，规划已经突破的靠它"
        "补不上：收入试到零和翻一番，支出同样，利率试到10个百分点，再融资试到全部，突发支出试到等于第一年全部支出。",
        "倍数是变动除以该因素到突破那年累计意外的标准差（data/rules/risk.toml，本地有记录的用本地的），越小越容易发生；超过100倍的不印。",
        "基金的缺口是基金自己的：土地出让收入少了，只有按规划假设由一般公共预算承担的偿债部分转到一般公共预算，其余不补。",
    )
    return Content(rows, notes, [f"只{year}年" for year in plan.years])


@table(
    "29-5", "likely_break", "最可能打破规划的共同冲击", "因素",
    [Column("突破线", "", "text"), Column("在冲击中的份量", "", "text"), Spread(kind="text")], unit="",
)  # fmt: skip
def likely_break_table(plan: Plan) -> Content:
    """The shortest joint shock that crosses each line, by driver and year, with what the sampled paths say of it."""
    rows = []
    for line, found in reverse_stress(plan).likely.items():
        if found is None:
            continue
        lead = (RED_LINES[line], f"离规划{found.length:.2f}个标准差，{found.year}年突破")
        chances = f"一阶近似{odds_percent(found.chance)}，抽样{odds_percent(found.sampled_share)}"
        rows.append(Line(line, "突破的可能性", ["", *[""] * (len(plan.years) - 2), chances], 0, lead=lead))
        rows += [
            Line(
                f"{line}.{name}",
                DRIVERS_BY_ID[name].label,
                [change_text(name, float(each)) for each in found.drivers[name]],
                lead=(RED_LINES[line], f"{share:.0%}"),
            )
            for name, share in sorted(found.shares.items(), key=lambda each: -each[1])
            if share >= COUNTED
        ]
    notes = (
        f"在各因素意外的联合正态分布上，找离规划最近、刚好突破的一组变动（各因素比规划高低多少）；份量合计为一，不足{COUNTED:.0%}的不列。规划已经突破的线和{FARTHEST:.0f}个标准差以内都不突破的线没有这一项。",
        f"可能性是规划期内突破的概率：一阶近似只算沿这一组变动的方向，抽样为{CHECKED:,}条正态路径中任何一年突破的比例。厚尾、事件在附表29。",
    )
    return Content(rows, notes)


@table(
    "29-6", "first_signs", "先兆：哪个数先到警戒值", "看哪个数",
    [Column("突破线", "broken", "text"), Column("看到什么时候", "until", "text"), Column("规划进度", "planned"),
     Column("警戒值", "trigger"), Column("占全年", "share", "ratio"), Column("若一直如此，首次突破", "crossed", "text")],
    label="label", row_id="id",
)  # fmt: skip
def first_signs_table(plan: Plan) -> Content:
    """Figures that bureaus print, with the value from which on each line is coming."""
    rows = [
        vars(sign)
        | {
            "id": f"{line}.{sign.driver}",
            "broken": RED_LINES[line],
            "until": f"{sign.year}年{sign.month}月底",
            "crossed": f"{sign.crossed_in}年",
        }
        for line, signs in reverse_stress(plan).signs.items()
        for sign in signs
    ]
    notes = (
        "同一条线上按容易发生的先后列。警戒值是规划进度乘以表29-4的临界变动：累计数低于它，而且以后各年也这样少，就会突破。",
        "有三年以上完整分月数的，取往年累计占全年的平均份额，从3月起第一个使这样的短收超出往年进度波动（1.64个标准差）的月份；没有的看全年。",
    )
    return Content(rows, notes)
