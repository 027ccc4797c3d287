"""What a zero-based library may not hold: spending that grows by a fixed rate or with an indicator, policies without an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.library_terms import Linkage

_LINKED = {"gdp": "地区生产总值", "own_revenue": "一般公共预算收入"}


def growth_doubts(plan: Plan, asked: pd.DataFrame) -> pd.DataFrame:
    """Return what looks fixed or linked: project_code or policy_code, name, kind, said.

    ``asked``: county money by project code and year, years that are known.
    """
    place = plan.basis.place
    names = dict(zip(place.rows("projects")["project_code"], place.rows("projects")["name"], strict=True))
    paths = {line: pd.Series(plan.line(line), plan.years) for line in _LINKED}
    rows = [
        {"code": row.policy_code, "name": row.name, "kind": row.linkage.label, "said": f"条款：{row.clause}"}
        for row in place.rows("policies").itertuples(index=False)
        if isinstance(row.linkage, Linkage)
    ]
    rows += [
        {"code": code, "name": names[code], "kind": kind, "said": said}
        for code, money in asked.iterrows()
        for kind, said in regular_growth(money, paths)
    ]
    return pd.DataFrame(rows, columns=["code", "name", "kind", "said"])


def regular_growth(money: pd.Series, paths: Mapping[str, pd.Series]) -> Iterator[tuple[str, str]]:
    """Yield how a yearly amount grows if it does so by rule: at one rate, or year by year with an indicator.

    Examples
    --------
    >>> money = pd.Series([100.0, 105.0, 110.25, 115.7625], [2026, 2027, 2028, 2029])
    >>> list(regular_growth(money, {}))
    [('固定增幅', '2026—2029年每年都增长5.0%')]
    >>> list(regular_growth(pd.Series([100.0, 105.0, 108.0, 120.0], [2026, 2027, 2028, 2029]), {}))
    []
    """
    rule = rules("project_library")["growth"]
    money = money[money > 0]
    for years in np.split(money.index.to_numpy(), np.flatnonzero(np.diff(money.index) != 1) + 1):
        growth = money.loc[years].pct_change().dropna()
        if len(growth) < rule["rates"] or (growth.abs() <= rule["tolerance"]).all():
            continue
        span = f"{years[0]}—{years[-1]}年"
        if growth.max() - growth.min() <= rule["tolerance"]:
            yield "固定增幅", f"{span}每年都{'增长' if growth.mean() > 0 else '下降'}{abs(growth.mean()):.1%}"
        for line, path in paths.items():
            beside = path.pct_change().reindex(growth.index).dropna()
            if len(beside) >= rule["rates"] and (growth.loc[beside.index] - beside).abs().max() <= rule["tolerance"]:
                yield f"与{_LINKED[line]}同步", f"{span}的增幅与{_LINKED[line]}逐年相同"


def review_policies(place: Place, years: tuple[int, ...], money: Mapping[str, float]) -> pd.DataFrame:
    """Return each policy with its state, the money that its projects get in the plan, and what to do about it.

    ``money``: by project code, reviewed, all plan years.
    """
    policies = place.rows("policies").copy()
    of = place.rows("projects").groupby("policy_code")["project_code"].agg(list)
    policies["money"] = [sum(money.get(code, 0.0) for code in of.get(policy, [])) for policy in policies["policy_code"]]
    gap = rules("project_library")["review"]["years"]
    end = policies["end_year"].astype(float)
    looked = policies["reviewed"].astype(float).fillna(policies["start_year"].astype(float))
    policies["state"] = np.select(
        [end < years[0], end.notna(), looked + gap <= years[0]],
        ["已经到期", [f"{year:.0f}年到期" for year in end.fillna(0)], "没有期限，应当清理"],
        "没有期限",
    )
    live = policies[~(end < years[0])]
    policies["advice"] = [
        "；".join(_advice(row, live[live["policy_code"] != row.policy_code], years)) or "—"
        for row in policies.itertuples(index=False)
    ]
    return policies


def _advice(row: Any, others: pd.DataFrame, years: tuple[int, ...]) -> Iterator[str]:
    if row.state == "已经到期":
        yield "到期退出，需要延续的重新评估"
        return
    if row.state == "没有期限，应当清理":
        yield "清理评估，写明期限"
    if isinstance(row.linkage, Linkage):
        yield "取消挂钩条款"
    same = others.loc[(others["target_group"] == row.target_group) & (others["target_group"] != ""), "name"]
    if len(same):
        yield f"与“{'、'.join(same)}”对象相同，研究整合"
