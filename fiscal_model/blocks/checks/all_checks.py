"""The accounting checks V1-V26 on a place's observed figures: each passes, fails, cautions, or says what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from fiscal_model.blocks.checks import accounting, bond_checks, certificates, plausibility, register_checks
from fiscal_model.inputs import monthly_totals as months
from fiscal_model.inputs.approvals import approvals_match
from fiscal_model.inputs.found import Found, Spot
from fiscal_model.inputs.history import History, read_history
from fiscal_model.inputs.place import Place
from fiscal_model.law.limits import as_percent, limit, reserve_band
from fiscal_model.words.errors import Fault

Outcome = Literal["ok", "fault", "caution", "not_run"]
OUTCOMES = {"ok": "通过", "fault": "错误", "caution": "提示", "not_run": "未做"}


@dataclass(frozen=True)
class Check:
    """One check's outcome."""

    # id, title: ``V1`` and its Chinese name
    id: str
    title: str
    outcome: Outcome  # A fault forbids a plan; a caution is printed in it
    details: tuple[str, ...] = ()  # What was found, or what is missing for the check to run
    spots: tuple[Spot, ...] = ()  # Of a fault: the row to look at first, one for each detail


def run_checks(place: Place, history: History | None = None) -> tuple[Check, ...]:
    """Run every check the place's data allow. V1 to V26 in order (docs/method.md)."""
    history = history or read_history(place)
    checks = (_outcome(number, title, lacking, check(place, history)) for number, title, lacking, check in _CHECKS)
    return tuple(replace(check, details=tuple(map(place.in_its_words, check.details))) for check in checks)


def faults_of(place: Place, checks: tuple[Check, ...]) -> list[Fault]:
    """Turn failed checks into faults, so that no plan is made of figures that contradict each other."""
    remedy = "请核对原表；单位、口径、漏行是最常见的原因"
    return [
        Fault(place.files[spot.table], f"{check.id} {check.title}：{detail}", remedy, spot.line)
        for check in checks
        if check.outcome == "fault"
        for detail, spot in zip(check.details, check.spots, strict=True)
    ]


def _outcome(number: str, title: str, lacking: str, found: Found) -> Check:
    if found.faults:
        said, spots = zip(*found.faults, strict=True)
        return Check(number, title, "fault", said, spots)
    if found.cautions:
        return Check(number, title, "caution", found.cautions)
    if not found.looked_at:
        return Check(number, title, "not_run", (f"缺少数据：{lacking}",))
    return Check(number, title, "ok", (f"核对 {found.looked_at} 处",))


_INTEREST_BAND = "至".join(as_percent(limit(f"interest_rate_{end}")) for end in ("low", "high"))
_CHECKS: tuple[tuple[str, str, str, Callable[[Place, History], Found]], ...] = (
    ("V1", "各本预算收支两边相等", "收支各项和结转", accounting.sides_equal),
    ("V2", "上年结转下年等于下年上年结转", "连续两年的结转", accounting.carry_over_continues),
    ("V3", "预算稳定调节基金滚存", "连续两年的基金余额、安排和动用", accounting.stabilization_rolls),
    ("V4", "债务余额不超过限额", "debt 表的余额和限额", accounting.stock_within_limit),
    ("V5", "债务余额滚存", "debt 表的年初、发行、还本、年末", accounting.debt_rolls),
    ("V6", "债券台账与债务余额一致", "bonds 表和 debt 表余额", bond_checks.bonds_match_stock),
    ("V7", "调出与调入对应", "基金、国资调出和一般公共预算调入", accounting.transfers_match),
    ("V8", "税收加非税等于收入", "税收、非税和收入合计", accounting.taxes_add_up),
    ("V9", "下级科目相加等于上级科目", "ledger 表的多级科目", accounting.codes_add_up),
    ("V10", "各类转移支付相加等于上级补助", "三类转移支付和补助合计", accounting.transfers_add_up),
    ("V11", "三保分类相加等于合计", "三保分类和合计", accounting.guarantees_add_up),
    ("V12", "三保安排不低于需求", "guarantee_items 表", plausibility.guarantees_arranged),
    ("V13", "各级负担比例相加为1", "guarantee_items 表", plausibility.shares_add_up),
    ("V14", f"预备费在{reserve_band()}之间", "预算的预备费和支出", plausibility.reserve_within_law),
    ("V15", "单位和数位合理", "任何一张表", plausibility.units_agree),
    ("V16", "年度连续", "历年收入和支出", plausibility.years_complete),
    ("V17", "增长异常", "连续两年的收入和支出", plausibility.growth_plausible),
    ("V18", f"平均利率在{_INTEREST_BAND}之间", "付息和年初余额", plausibility.rates_plausible),
    ("V19", "口径一致", "任何一张带口径的表", plausibility.scope_present),
    ("V20", "每个数都有来源和版本", "任何一张表", plausibility.sources_given),
    ("V21", "税源台账与入库数相符", "taxpayers 或 collections 表和 ledger 表", register_checks.tax_registers_fit),
    ("V22", "分月收入与全年数相符", "monthly 表的整年月份和全年数", months.months_fit),
    ("V23", "债券台账与还本付息相符", "bonds 表覆盖的年份和 231、232、233 科目", bond_checks.bonds_match_payments),
    ("V24", "批准预算与公布数一致", "approved_budget 表和同一版本的 ledger 或 totals", approvals_match),
    ("V25", "债券要素合理", "bonds 表", bond_checks.bond_terms_plausible),
    (
        "V26",
        "新开始的项目有评估意见书",
        "projects 表在规划期新开始、超过小额免评数的项目",
        certificates.starts_certified,
    ),
)
