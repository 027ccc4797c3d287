"""Table 02-6: how wide the interval of own revenue is, by what."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from fiscal_model.law.rules import rule_table
from fiscal_model.model.compute import own_revenue_at
from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Column, Content, table
from fiscal_model.report.wording import percent
from fiscal_model.words.spans import spans

LEVEL = 0.8
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)


@table(
    "02-6", "interval_widths", "自有收入预测区间宽度表", "年度",
    [
        Column("本地历史", "own", "ratio"), Column("同类地区", "comparable", "ratio"), Column("公布下限", "floor", "ratio"),
        Column("采用", "used", "ratio"), Column("区间下限（80%）", "low"), Column("预测数", "middle"),
        Column("区间上限（80%）", "high"),
    ],
    label="{year}年",
    row_id="width_{year}",
)  # fmt: skip
def widths_table(plan: Plan) -> Content:
    """The place's own width, that of comparable places, the floor, what is used, and the interval that it makes."""
    own = plan.basis.revenue.own
    columns = {
        **{name: _half(getattr(own.widths, name)) for name in ("own", "comparable", "floor")},
        "used": _half(own.forecast.deviation),
        "low": own_revenue_at(plan.basis, 0.5 - LEVEL / 2),
        "middle": own_revenue_at(plan.basis, 0.5),
        "high": own_revenue_at(plan.basis, 0.5 + LEVEL / 2),
    }
    records = [
        {"year": year, **{name: values[at] for name, values in columns.items()}} for at, year in enumerate(plan.years)
    ]
    return Content(records, (_mixed(plan), *_measured(plan), *_moved(plan)))


def _half(deviation: np.ndarray) -> np.ndarray:
    """By how much the upper end of the interval lies above its centre, as a fraction."""
    return np.expm1(Z * deviation)


def _mixed(plan: Plan) -> str:
    widths = plan.basis.revenue.own.widths
    return (
        f"宽度为80%区间上限高出预测数的幅度。本地{widths.known_years}年有数的历史占{percent(widths.own_share)}，"
        f"同类地区占{percent(1 - widths.own_share)}，按对数合并，合并的结果不窄于国家级预算机构公布的误差记录。"
    )


def _measured(plan: Plan) -> list[str]:
    """What the widths of comparable places rest on; that no county could be measured where it matters."""
    rows = rule_table("revenue_widths")
    sizes = sorted({float(row["least_size"]) for row in rows})
    at = plan.basis.revenue.own.widths.position
    mine = next(row for row in rows if float(row["least_size"]) == sizes[at] and row["horizon"] == "1")
    high = f"{sizes[at + 1]:g}亿元以下" if at + 1 < len(sizes) else ""
    size = high if at == 0 else f"{sizes[at]:g}亿元以上" + (f"、{high}" if high else "")
    found = [
        f"同类地区：年收入{size}（{mine['money_of']}年规模）的{mine['places']}个地级市，{mine['first_target']}—{mine['last_target']}年"
        "公布数滚动回测，为本模型自行测算，不是公布数。"
    ]
    return found + (["县级没有成套的公开历史可测，规模小于所测地级市的县借用最小一档，可能偏窄。"] if at == 0 else [])


def _moved(plan: Plan) -> list[str]:
    """Why what is used differs from the mixture, where it does."""
    own = plan.basis.revenue.own
    if np.allclose(own.forecast.deviation, own.widths.used):
        return []
    found = ["采用的宽度还计入了本地以往规划的误差、当年已知月份或第二意见，见附表02-1、02-2。"]
    years = own.below_floor
    return found + ([f"{spans(years)}年已有部分月份的实际数，宽度因此可以小于公布下限。"] if years else [])
