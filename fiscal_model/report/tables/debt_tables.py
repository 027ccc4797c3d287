"""Tables 19 and 21 of the annex: limits and stocks of legal debt, what falls due and out of which money it is paid."""

from __future__ import annotations

import numpy as np

from fiscal_model.model.projection import Plan
from fiscal_model.report.layout import number_or_none, statement
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import DebtKind

INTEREST_RULE = "一般债务付息列一般公共预算，专项债务付息列政府性基金预算；专项债券利息不得用新发债券支付。"

PAYER = {DebtKind.GENERAL: "（一般公共预算负担）", DebtKind.SPECIAL: ""}


def debt_table(plan: Plan) -> ReportTable:
    """Table 19: stocks, flows, limits and headroom of debt."""
    layout = "\n".join(
        f"  debt_{kind}_opening_stock\n  debt_{kind}_refinanced\n  debt_{kind}_issued_new\n  debt_{kind}_swapped\n"
        f"  debt_{kind}_other_change\n  debt_{kind}_repaid\n*debt_{kind}_stock\n  debt_limit_{kind}_stock\n"
        f"  debt_{kind}_headroom"
        for kind in DebtKind
    )
    notes = (
        f"测算口径：{plan.basis.grain['debt']}。",
        "年末余额＝年初余额＋再融资＋新增＋置换＋其他增减－还本；限额空间＝限额－余额。",
    )
    return statement(plan, "19", "debt", "政府债务限额和余额", f"{layout}\n*debt_stock", notes)


def refinancing_table(plan: Plan) -> ReportTable:
    """Table 21: principal, interest and fees by kind and year, and the money they are paid from."""
    rows: list[ReportRow] = []
    for kind in DebtKind:
        rows += _rows_of(plan, kind, len(rows))
    service = [at for at, row in enumerate(rows) if row.line.endswith("_own_service")]
    total = tuple(_added([rows[at].values[column] for at in service]) for column in range(len(plan.years)))
    rows.append(ReportRow("自有资金偿债合计", total, "money", 0, "own_service", _plus(service), True))
    rows.append(_ratio("借新还旧依赖度（合计）", plan.line("refinancing_dependence"), "refinancing_dependence"))
    notes = (
        INTEREST_RULE,
        "自有资金＝还本－再融资＋付息＋费用。一般债务由一般公共预算负担；专项债务先由政府性基金收入和项目收益负担，"
        "不足部分由一般公共预算调入补助，仍不足的列为基金缺口。",
        f"新发债券利率按期限查利率曲线，再融资比重、期限、费用率为假设，见附表30；利率曲线为外省发行数据，{UNVERIFIED}。",
        *(caution.message + "。" for caution in plan.cautions if caution.code.endswith("_new_issue_cut")),
    )
    columns = tuple(f"{year}年" for year in plan.years)
    return ReportTable("21", "debt_service", "再融资与偿债来源", "万元", "项目", columns, tuple(rows), notes)


def _rows_of(plan: Plan, kind: DebtKind, start: int) -> list[ReportRow]:
    """One kind: what falls due, what refinancing covers, what own money covers and out of which budget."""
    name, path = kind.label, plan.basis.debt.paths[kind]
    refinanced, own = plan.line(f"debt_{kind}_refinanced"), plan.line(f"principal_{kind}_own")
    interest, fees = plan.line(f"interest_{kind}"), plan.line(f"issue_fees_{kind}")
    service = own + np.nan_to_num(interest) + np.nan_to_num(fees)
    repaid = plan.line(f"debt_{kind}_repaid")
    rows = [
        _money(f"{name}到期本金", repaid, f"debt_{kind}_repaid", 0, _plus([start + 1, start + 2])),
        _money("再融资债券偿还", refinanced, f"debt_{kind}_refinanced"),
        _money("自有资金偿还本金", own, f"principal_{kind}_own"),
        _money("付息", interest, f"interest_{kind}"),
        _money("发行费和兑付手续费", fees, f"issue_fees_{kind}"),
        _money(
            f"{name}自有资金偿债{PAYER[kind]}",
            service,
            f"{kind}_own_service",
            0,
            _plus([start + 2, start + 3, start + 4]),
        ),
    ]
    if kind is DebtKind.SPECIAL:
        subsidy, gap = plan.line("fund_transfer_in"), plan.line("fund_gap")
        paid = service - np.nan_to_num(subsidy) - np.nan_to_num(gap)
        known = np.isfinite(subsidy)
        rows += [
            _money(
                "其中：政府性基金收入和项目收益",
                np.where(known, paid, np.nan),
                f"{kind}_from_funds",
                parts=((start + 5, 1), (start + 7, -1), (start + 8, -1)),
            ),
            _money("其中：一般公共预算调入补助", subsidy, "fund_transfer_in"),
            _money("其中：基金缺口（来源未落实）", gap, "fund_gap"),
        ]
    if path.cut.max() > 0.5:
        rows.append(_money("因限额没有安排的新增债券", path.cut, f"{kind}_cut"))
    share = np.divide(refinanced, repaid, out=np.full(repaid.shape, np.nan), where=repaid > 0)
    rows.append(_ratio(f"借新还旧依赖度（{name}）", share, f"{kind}_dependence"))
    return rows


def _money(
    label: str, values: np.ndarray, line: str, level: int = 1, parts: tuple[tuple[int, int], ...] = ()
) -> ReportRow:
    shown = tuple(number_or_none(value) for value in values)
    return ReportRow(label, shown, "money", level, line, parts, level == 0)


def _ratio(label: str, values: np.ndarray, line: str) -> ReportRow:
    return ReportRow(label, tuple(number_or_none(value) for value in values), "ratio", 1, line)


def _plus(rows: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple((row, 1) for row in rows)


def _added(values: list[Value]) -> Value:
    numbers = [value for value in values if isinstance(value, float)]
    return float(sum(numbers)) if numbers else None
