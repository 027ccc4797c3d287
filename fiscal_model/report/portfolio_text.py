"""What the choice from the project library comes to, in sentences: in the chapter on projects and on the screen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fiscal_model.analysis.affordability.choose_projects import Portfolio
from fiscal_model.report.text_table import text_table
from fiscal_model.report.wording import money, percent


def portfolio_sentences(found: Portfolio) -> list[str]:
    """Say which projects start, or that none is paid and what would be needed; then what leaves with the land and what money is worth.

    Nothing without candidates.
    """
    rows, chosen = found.projects, found.chosen
    if rows.empty:
        return []
    sure = f"各年同时付得起的未来不少于{percent(found.asked)}"
    must = f"必须安排的{'、'.join(found.unpaid)}按此付不起，须先落实资金。" if found.unpaid else ""
    if chosen.empty:
        near = rows.loc[rows["alone"].idxmax()]
        needs = f"，要达到要求，支出年份每年须另有财力{money(near['extra'])}" if np.isfinite(near["extra"]) else ""
        return [
            f"{must}按{sure}的要求，{len(rows)}个储备项目没有一个可以列入：最接近的是{near['name']}，单独安排也只在{percent(near['alone'])}的未来付得起"
            f"{needs}。列入储备项目须先有新的财力、上级补助或列明的压减。"
        ]
    listed = "、".join(f"{row['name']}（{row['start']}年开始）" for _, row in chosen.iterrows())
    said = [
        f"{must}按{sure}的要求，{len(rows)}个储备项目中可以列入{len(chosen)}个：{listed}；"
        f"另抽未来复核，付得起的占{percent(found.held_afresh)}，经平衡规则执行不压减、无缺口的占{percent(found.balanced_afresh)}。"
    ]
    leaving = "、".join(chosen.loc[chosen["leaves_with_land"], "name"])
    dear = int(np.argmax(found.price))
    parts = [*([f"土地收入减半时退出的是{leaving}"] if leaving else []),
             *([f"多一万元财力价值最大的是{found.years[dear]}年（{found.price[dear]:.2f}万元）"] if found.price[dear] > 0 else [])]  # fmt: skip
    return [*said, *([f"{'；'.join(parts)}。"] if parts else [])]


def given_beyond(found: Portfolio, given: float, scenario: str) -> list[str]:
    """Say that the plan, which knows one future, gives candidates more (万元) than that; nothing where it does not."""
    sure = float(found.totals.sum())
    if given <= sure + 0.5:
        return []
    return [
        f"规划平衡后安排储备项目{money(given)}，按“{scenario}”测算，比达到上述把握的多{money(given - sure)}，动工前须先落实多出部分的财力。"
    ]


def way_in(row: Mapping) -> str:
    """Say what would bring a project in that was left out: money a year, a subsidy, a smaller size, a later start."""
    parts = []
    if np.isfinite(row["extra"]):
        parts.append(f"支出年份每年另有财力{money(row['extra'])}")
    if np.isfinite(row["subsidy"]) and row["subsidy"] > 0:
        part = "全部" if row["subsidy"] >= row["county"] else f"的{money(row['subsidy'])}"
        parts.append(f"县级资金{part}另有来源（上级补助等）")
    if np.isfinite(row["fits"]):
        parts.append(f"规模压到{percent(row['fits'])}" if row["fits"] > 0 else "缩小规模无济于事")
    if np.isfinite(row["delay"]):
        parts.append(f"推迟到{row['delay']:.0f}年" if row["delay"] else "规划期内推迟无济于事")
    return "；".join(parts) or "—"


def portfolio_text(found: Portfolio) -> str:
    """Say the choice on the screen: sentences, projects, money by year."""
    if found.projects.empty:
        return "项目库里没有规划期开始的储备项目（projects、project_costs 表，状态为 candidate），没有可选的"
    rows = [
        (row["name"], row["category"].label, money(row["county"]), f"{row['start']}年" if row["start"] else "未入选",
         "是" if row["must"] else "否", row["reason"] or "—", "—" if row["start"] else way_in(row))
        for row in found.projects.to_dict("records")
    ]  # fmt: skip
    heads = ("项目", "类别", "县级资金", "开始年份", "必须安排", "未入选的原因", "怎样才能入选")
    by_year = [(name, *(f"{value:,.0f}" for value in values)) for name, values in
               (("入选项目的县级资金", found.totals), (f"财力：{1 - found.asked:.0%}分位", found.money[0]), ("财力：中位", found.money[1]))]  # fmt: skip
    worth = ("每多一万元的价值", *(f"{value:.2f}" for value in found.price))
    tables = [
        text_table("储备项目组合", heads, rows, left=7),
        text_table("各年资金（万元）", ("项目", *map(str, found.years)), [*by_year, worth]),
    ]
    return "\n\n".join([*portfolio_sentences(found), *tables])
