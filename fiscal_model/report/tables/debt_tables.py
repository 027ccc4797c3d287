"""Tables 19 and 21 of the annex: limits and stocks of legal debt, what falls due and out of which money it is paid."""

from __future__ import annotations

import numpy as np

from fiscal_model.model.projection import Plan
from fiscal_model.report.declaration import Content, Line, table
from fiscal_model.report.layout import statement
from fiscal_model.report.standing import nobody_knows_who_pays
from fiscal_model.report.wording import UNVERIFIED
from fiscal_model.words.vocabulary import DebtKind

INTEREST_RULE = "一般债务付息列一般公共预算，专项债务付息列政府性基金预算；专项债券利息不得用新发债券支付。"

PAYER = {DebtKind.GENERAL: "（一般公共预算负担）", DebtKind.SPECIAL: ""}
_STOCKS = """
  debt_{kind}_opening_stock
  debt_{kind}_refinanced
  debt_{kind}_issued_new
  debt_{kind}_swapped
  debt_{kind}_other_change
  debt_{kind}_repaid
*debt_{kind}_stock
  debt_limit_{kind}_stock
  debt_{kind}_headroom"""

debt_table = statement(
    "19",
    "debt",
    "政府债务限额和余额",
    "".join(_STOCKS.format(kind=kind) for kind in DebtKind) + "\n*debt_stock",
    lambda plan: (
        f"测算口径：{plan.basis.grain['debt']}。",
        "年末余额＝年初余额＋再融资＋新增＋置换＋其他增减－还本；限额空间＝限额－余额。",
        _limit_rule(plan),
        *_taken(plan),
    ),
)

_FIGURES = {
    "limit": "限额", "repaid": "还本", "refinanced": "再融资", "issued_new": "新增", "other_change": "其他增减",
    "interest": "付息",
}  # fmt: skip
"""What the first plan year may take from the approved budget, by its name in `LegalDebt.taken`."""


def _taken(plan: Plan) -> tuple[str, ...]:
    """Which figures of the first year are the approved budget's, and how the later years go on from them."""
    listed, every = [], set[str]()
    for kind, debt in plan.basis.debt.legal.items():
        if names := [word for name, word in _FIGURES.items() if name in debt.taken]:
            listed.append(f"{kind.label}的{'、'.join(names)}")
            every |= debt.taken
    if not listed:
        return ()
    said = f"{plan.years[0]}年{'，'.join(listed)}照批准的预算数（情景另有设定的照情景）。"
    if "repaid" in every:
        said += "没有债券台账，存量债务首年到期数照预算数，其余各年按推算的期限结构同比例调整，合计仍等于存量。"
    if "interest" in every:
        said += "首年付息预算数与年初余额之比作为存量债务以后各年的利率。"
    if "other_change" in every:
        said += "其他增减不是发行收入，照公布数计入余额，以后各年按0计列；增加的部分按新增债券的期限和利率付息还本。"
    return (said,)


def _limit_rule(plan: Plan) -> str:
    """Where the limits come from, kind by kind."""
    assumed, said = plan.basis.assumed, []
    for kind in DebtKind:
        name = f"limit_growth_{kind}"
        if f"debt_limit_{kind}_stock" in plan.unavailable:
            said.append(f"{kind.label}限额未公布，没有测算")
            continue
        taken = "、".join(
            f"{year}年" for year, known in zip(plan.years, assumed.is_published(name), strict=True) if known
        )
        rule = (
            "照情景"
            if assumed.is_chosen(name).all()
            else f"按本地历年{'限额变动' if name in assumed.off_balances else '新增发行'}的年均数每年增加（设计，所用年份见附表30）"
        )
        said.append(f"{kind.label}限额{taken + '照公布数，以后' if taken else ''}{rule}")
    return f"{'；'.join(said)}；置换债券另增同额限额。限额不随情景的新增发行变化，以上级核定为准。"


@table("21", "debt_service", "再融资与偿债来源", "项目")
def refinancing_table(plan: Plan) -> Content:
    """Principal, interest and fees by kind and year, and the money they are paid from."""
    service = np.array([_own_service(plan, kind) for kind in DebtKind])
    known = np.isfinite(service).any(axis=0)
    rows = [
        *(row for kind in DebtKind for row in _rows_of(plan, kind)),
        Line("own_service", "自有资金偿债合计", np.where(known, np.nansum(service, axis=0), np.nan), 0,
             " + ".join(f"{kind}_own_service" for kind in DebtKind)),
        Line("refinancing_dependence", "借新还旧依赖度（合计）", plan.line("refinancing_dependence"), kind="ratio"),
    ]  # fmt: skip
    notes = (
        INTEREST_RULE,
        "自有资金＝还本－再融资＋付息＋费用。一般债务由一般公共预算负担；专项债务先由政府性基金收入和项目收益负担，"
        "不足部分由一般公共预算调入补助，仍不足的列为基金缺口。",
        *(f"{said}。" for said in nobody_knows_who_pays(plan)),
        f"新发债券利率按期限查利率曲线，再融资比重、期限、费用率为假设，见附表30；利率曲线为外省发行数据，{UNVERIFIED}。",
        *_taken(plan),
        *(
            caution.message + "。"
            for caution in plan.cautions
            if caution.code.endswith(("_new_issue_cut", "_held_back"))
        ),
    )
    return Content(rows, notes)


def _own_service(plan: Plan, kind: DebtKind) -> np.ndarray:
    interest, fees = plan.line(f"interest_{kind}"), plan.line(f"issue_fees_{kind}")
    return plan.line(f"principal_{kind}_own") + np.nan_to_num(interest) + np.nan_to_num(fees)


def _rows_of(plan: Plan, kind: DebtKind) -> list[Line]:
    """One kind: what falls due, what refinancing covers, what own money covers and out of which budget."""
    due, refinanced, own, interest, fees = (
        f"debt_{kind}_repaid", f"debt_{kind}_refinanced", f"principal_{kind}_own", f"interest_{kind}", f"issue_fees_{kind}",
    )  # fmt: skip
    rows = [
        Line(due, f"{kind.label}到期本金", plan.line(due), 0, f"{refinanced} + {own}"),
        Line(refinanced, "再融资债券偿还", plan.line(refinanced)),
        Line(own, "自有资金偿还本金", plan.line(own)),
        Line(interest, f"{kind.label}付息", plan.line(interest)),
        Line(fees, "发行费和兑付手续费", plan.line(fees)),
        Line(f"{kind}_own_service", f"{kind.label}自有资金偿债{PAYER[kind]}", _own_service(plan, kind), 0,
             f"{own} + {interest} + {fees}"),
    ]  # fmt: skip
    if kind is DebtKind.SPECIAL:
        subsidy, gap = plan.line("fund_transfer_in"), plan.line("fund_debt_gap")
        paid = _own_service(plan, kind) - subsidy - np.nan_to_num(gap)
        rows += [
            Line("special_from_funds", "其中：政府性基金收入和项目收益", paid, 1,
                 "special_own_service - fund_transfer_in - fund_debt_gap"),
            Line("fund_transfer_in", "其中：一般公共预算调入补助", subsidy),
            Line("fund_debt_gap", "其中：基金缺口（来源未落实）", gap),
        ]  # fmt: skip
    cut, repaid = plan.basis.debt.paths[kind].cut, plan.line(due)
    if cut.max() > 0.5:
        rows.append(Line(f"{kind}_cut", "因限额没有安排的新增债券", cut))
    if (held_back := plan.basis.debt.paths[kind].held_back).max() > 0.5:
        rows.append(Line(f"{kind}_held_back", "按额度测试没有安排的新增债券", held_back))
    share = np.divide(plan.line(refinanced), repaid, out=np.full(repaid.shape, np.nan), where=repaid > 0)
    return [*rows, Line(f"{kind}_dependence", f"借新还旧依赖度（{kind.label}）", share, kind="ratio")]
