"""Task 11: what the county's firms own and owe together, and how they fare from quarter to quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note


@ledger(
    "51-4", "firm_balances", "县属企业合并家底", "firm_accounts",
    ["assets", "liabilities", Column("净资产", "equity", "number"), Column("资产负债率", "ratio", "ratio"),
     Column("抵销资产", "assets_out", "number"), "due_to_firms", Column("合并资产", "assets_whole", "number"),
     Column("合并负债", "liabilities_whole", "number"), "minority_interest", Column("归县净资产", "own", "number")],
    label="firm", at_stake="liabilities",
    totals=("assets", "liabilities", "equity", "assets_out", "due_to_firms", "assets_whole", "liabilities_whole", "minority_interest", "own"),
    said="{total}户企业中{count}户负债过高，负债{at_stake}万元：{names}。",
    fine="{total}户企业的资产负债率都在警戒线以内。",
    notes=lambda plan, found: (_consolidated(found), rule_note("ledger_assets", "debt_ratio")),
)  # fmt: skip
def firm_balances(plan: Plan) -> pd.DataFrame:
    """Each firm at its last quarter; claims, debts and shares between firms are taken out."""
    rows = plan.basis.place.rows("firm_accounts").sort_values(["year", "quarter"]).groupby("firm", sort=False).tail(1)
    out = rows["due_from_firms"] + rows["invested_in_firms"]
    rows = rows.assign(
        equity=rows["assets"] - rows["liabilities"], ratio=rows["liabilities"] / rows["assets"], assets_out=out,
        assets_whole=rows["assets"] - out, liabilities_whole=rows["liabilities"] - rows["due_to_firms"],
    )  # fmt: skip
    own = rows["assets_whole"] - rows["liabilities_whole"] - rows["minority_interest"]
    limit = rules("ledger_assets")["debt_ratio"]["value"]
    doubt = np.select(
        [rows["equity"] <= 0, rows["ratio"] > limit], ["资不抵债，清理重组", "负债率过高，压降债务或注资"], ""
    )
    return rows.assign(own=own, doubt=doubt)


def _consolidated(found: pd.DataFrame) -> str:
    """Say the group's ratio; claims and debts between firms that differ leave a rest in it."""
    sums = found[["assets_whole", "liabilities_whole", "due_from_firms", "due_to_firms"]].sum()
    rest = sums["due_from_firms"] - sums["due_to_firms"]
    said = f"合并资产负债率{sums['liabilities_whole'] / sums['assets_whole']:.1%}（各户最近一季）。"
    return said + (f"企业间应收与应付相差{rest:,.2f}万元，请对账。" if abs(rest) > 0.005 else "")


@ledger(
    "51-5", "firm_quarters", "县属企业分季监测", "firm_accounts",
    [Column("户数", "firms", "count"), "assets", "liabilities", Column("资产负债率", "ratio", "ratio"), "revenue",
     Column("收入同比", "growth", "move"), "profit"],
    label="{year}年{quarter}季度", stub="季度",
    said="{total}个季度中{count}个有异常：{names}。",
    fine="{total}个季度报送齐全，收入没有下降，没有亏损。",
)  # fmt: skip
def firm_quarters(plan: Plan) -> pd.DataFrame:
    """Sums of all firms by quarter, beside the same quarter a year before where the same number of firms reported."""
    rows = plan.basis.place.rows("firm_accounts")
    grouped = rows.groupby(["year", "quarter"])
    found = grouped[["assets", "liabilities", "revenue", "profit"]].sum().assign(firms=grouped.size()).reset_index()
    before = found.assign(year=found["year"] + 1)[["year", "quarter", "revenue", "firms"]]
    found = found.merge(before, on=["year", "quarter"], how="left", suffixes=("", "_before"))
    same = found["firms"] == found["firms_before"]
    growth = np.where(same, found["revenue"] / found["revenue_before"].where(same) - 1, np.nan)
    doubt = np.select(
        [found["firms"] < rows["firm"].nunique(), found["profit"] < 0, growth < 0],
        ["有企业没有报送，催报", "合计亏损，查明原因", "收入同比下降，查明原因"], "",
    )  # fmt: skip
    return found.assign(ratio=found["liabilities"] / found["assets"], growth=growth, doubt=doubt)
