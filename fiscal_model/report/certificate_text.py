"""An assessment on paper: the certificate of one page, and the five forms behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import numpy as np

from fiscal_model.analysis.affordability.assess import Assessment
from fiscal_model.analysis.affordability.gate import CONDITIONAL, PASSED, REFUSED
from fiscal_model.report.assessment_text import binding_text, flip_text, odds_text, value_text
from fiscal_model.report.method_text import Part
from fiscal_model.words.proposal_words import CostPart
from fiscal_model.words.table import ReportRow, ReportTable, Value
from fiscal_model.words.vocabulary import YesNo

TITLE = "财政承受能力评估意见书"
FORMS = "财政承受能力评估表"
_MEANS = {
    PASSED: "可以按程序报批，入项目库、编列预算时注明本意见书编号。",
    CONDITIONAL: "条件落实之前不得安排预算；落实后按程序报批，入项目库、编列预算时注明本意见书编号。",
    REFUSED: "不得安排预算；按下列办法改进的，可以重新申报评估。",
}
_SIGNERS = (
    "测算人",
    "复核人",
    "预算部门",
    "债务管理部门",
    "国库部门",
    "绩效管理部门",
    "集体审议（日期、文号）",
    "县政府常务会议（日期、文号）",
)
_AHEAD = 6
"""Years that a form shows one by one; what comes after is one column."""


def write_certificate(found: Assessment, place: str, folder: Path) -> tuple[Path, Path]:
    """Write the certificate and the forms behind it as Word documents into a folder; equal input gives equal bytes."""
    from fiscal_model.report.writers.short_document import write_short_document

    code = re.sub(r"[^\w-]", "_", found.proposal.proposal_code)
    said = (place, f"编号：{found.certificate}")
    return (
        write_short_document(folder / f"评估意见书-{code}.docx", (TITLE, *said), certificate(found, place), TITLE),
        write_short_document(folder / f"评估表-{code}.docx", (FORMS, *said), forms(found), FORMS),
    )


def certificate(found: Assessment, place: str) -> tuple[Part, ...]:
    """Return the certificate as one part: what was asked, the answer, its ground, conditions, what would change it, signatures."""
    proposal, trial = found.proposal, found.trial
    within = {year: value for year, value in zip(trial.years, trial.cost, strict=True) if year in found_years(found)}
    paid = "、".join(f"{year}年{value:,.1f}" for year, value in within.items() if value >= 0.05) or "规划期内没有"
    conditions = "；或者".join(each.said for each in found.conditions) or "没有"
    flips = "；".join(flip_text(each) for each in found.flip_point.values() if each is not None) or "在测算范围内不改变"
    rows = [
        ("申报单位、事项", f"{proposal.department or '（未填）'}：{proposal.name}（{proposal.proposal_code}，{proposal.kind.label}）"),
        ("依据", proposal.legal_basis or "申报没有填写"),
        ("本级负担（万元）", f"{paid}；全周期{trial.cost.sum():,.1f}，全部投入{trial.burden.whole.sum():,.1f}"),
        ("评估结论", f"{found.outcome}（{found.score:.1f}分）。{_MEANS[found.outcome]}"),
        ("主要理由", binding_text(found)),
        ("改进的办法" if found.outcome == REFUSED else "条件", conditions),
        ("结论何时改变", flips),
        ("风险", odds_text(found)),
        ("资料不足", "、".join(found.unknown) or "没有"),
        ("有效期", f"自审定之日起{found.method.valid_months}个月；规划数、事项内容或资金来源变化的，重新评估"),
        ("评估办法", f"{found.method.name}（{found.method.version}），摘要{found.digest[:16]}；权重和分界是本级设计，不是上级规定"),
        *((name, "") for name in _SIGNERS),
    ]  # fmt: skip
    table = ReportTable(
        "", "certificate", f"{place}：{proposal.name}", "", "项目", ("内容",), tuple(ReportRow(name, (said,), "text", 0) for name, said in rows)
    )  # fmt: skip
    return (Part("", (), (table,)),)


def found_years(found: Assessment) -> tuple[int, ...]:
    """Return the plan years of an assessment."""
    return found.trial.years[: len(found.odds.by_year_with["uncommitted_resources"])]


def forms(found: Assessment) -> tuple[Part, ...]:
    """Return the five forms: application, calculation, effect on the money, tests, opinion."""
    numbers = count(1)
    made = (
        ("申报表", (), (_application(found),)),
        ("测算表", _calculation_said(found), (_calculation(found),)),
        ("财力影响表", _money_said(found), (_money(found),)),
        ("指标评分表", (), (_tests(found),)),
        ("评估意见", (f"{found.outcome}。{_MEANS[found.outcome]}", *(f"条件：{each.said}（放进去重算：{each.outcome}，{each.score:.1f}分）。" for each in found.conditions)), ()),
    )  # fmt: skip
    return tuple(Part(f"表{at}　{name}", said, tables) for at, (name, said, tables) in zip(numbers, made, strict=False))


def _application(found: Assessment) -> ReportTable:
    proposal = found.proposal
    rows = [
        ("事项编号、名称", f"{proposal.proposal_code} {proposal.name}"),
        ("种类、刚性", f"{proposal.kind.label}；{proposal.rigidity.label if proposal.rigidity else '—'}"),
        ("申报单位、优先级", f"{_given(proposal.department)}；{proposal.priority}"),
        ("起止年度", f"{proposal.start_year}—{proposal.end_year or '长期'}"),
        ("依据", _given(proposal.legal_basis)),
        ("退出条款", _given(proposal.exit_clause)),
        ("受益人数、人均标准", f"{_given(proposal.beneficiaries, '人')}；{_given(proposal.unit_cost, '元/人·年')}"),
        ("可研估算、初设概算、核定概算（万元）", "；".join(_given(each) for each in (proposal.feasibility_estimate, proposal.design_estimate, proposal.approved_estimate))),
        ("审批手续齐全", _yes(proposal.approvals)),
        ("负面清单条目", _given(proposal.negative_item)),
        ("施工单位垫资、变相举债", f"{_yes(proposal.advance_funding)}；{_yes(proposal.hidden_debt)}"),
        *((f"{each.year}年资金来源：{each.funding.label}", f"{each.amount:,.1f}万元，{each.evidence.label}{'，' + each.document if each.document else ''}") for each in proposal.sources[:12]),
        *((f"{each.year}年指名压减：{each.named}", f"{each.amount:,.1f}万元，{each.decided:%Y-%m-%d}{'，' + each.document if each.document else ''}") for each in proposal.offsets),
    ]  # fmt: skip
    rest = len(proposal.sources) - 12
    notes = (f"其余{rest}年的资金来源见申报材料",) if rest > 0 else ()
    table = tuple(ReportRow(name, (said,), "text", 0) for name, said in rows)
    return ReportTable("", "application", "申报表", "", "项目", ("内容",), table, notes)


def _given(value: object, unit: str = "") -> str:
    if value in (None, ""):
        return "—"
    return f"{value:,g}{unit}" if isinstance(value, int | float) else str(value)


def _yes(value: YesNo | None) -> str:
    return "—" if value is None else "是" if value == YesNo.YES else "否"


def _calculation_said(found: Assessment) -> tuple[str, ...]:
    proposal, burden = found.proposal, found.trial.burden
    said = []
    if burden.life.running_assumed:
        sector = found.method.running_share(proposal.sector)
        said.append(f"申报没有填写运行支出，按{sector.label}每年占总投资{sector.share:.1%}估计（设计值，未经核实）。")
    if burden.priced.any():
        said.append("提标扩面部分由三保测算按人数、标准、分担比例重新计价。")
    if burden.bonds:
        said.append("债券本息由债务测算按利率、期限和再融资比例计算；自有资金还本付息计入负担。")
    return tuple(said)


def _calculation(found: Assessment) -> ReportTable:
    trial, burden = found.trial, found.trial.burden
    one_off = sum(each.amount for each in found.proposal.costs if each.part == CostPart.ONE_OFF)
    rows: list[tuple[str, np.ndarray]] = [
        ("全部投入（不论谁出）", burden.whole),
        ("本级：一次性支出", burden.one_off),
        ("本级：运行支出", burden.running),
        ("本级：三保提标", burden.priced),
        ("本级：一般债券本息", burden.service),
        ("本级：基金付不出的专项债券本息", trial.taken_over),
        ("其中由一次性财力支付，不占当年财力", burden.one_time),
        ("本级一般公共预算负担合计", trial.cost),
        ("政府性基金负担", trial.fund_cost),
    ]
    return _by_year("calculation", "测算表", found, rows, (f"申报的一次性支出合计{one_off:,.1f}万元",))


def _money_said(found: Assessment) -> tuple[str, ...]:
    ahead = found_years(found)[-1]
    return (
        (f"{ahead}年以后的财力按{ahead}年的水平不变，不假定增长；压力情景见评估办法。",)
        if found.trial.years[-1] > ahead
        else ()
    )


def _money(found: Assessment) -> ReportTable:
    trial = found.trial
    money, stressed = trial.money, trial.stressed
    rows = [
        ("全部延续性支出之后的未安排财力", money.uncommitted),
        ("指名压减，依法可计的", money.offsets),
        ("排在前面的事项带来的压减", money.offsets_before),
        ("排在前面的事项占用", -money.before),
        ("可以用的财力", money.money),
        ("本事项负担", trial.cost),
        ("付清以后剩余", money.money - trial.cost),
        ("压力情景下可以用的财力", stressed.money),
        ("压力情景下付清以后剩余", stressed.money - trial.cost),
        ("可统筹基金的未安排资金", money.fund),
    ]
    return _by_year("money", "财力影响表", found, rows, ())


def _tests(found: Assessment) -> ReportTable:
    rows = []
    for held in (*found.gates, *found.tests):
        mark = {True: "满足", False: "不满足", None: "资料不足"}[held.passes]
        score = (
            "否决条件" if held.weight is None else "—" if held.score is None else f"{held.score:.1f}×{held.weight:g}%"
        )
        rows.append(
            ReportRow(
                f"{held.id.partition('.')[0]} {held.label}", (value_text(held), held.said, mark, score), "text", 0
            )
        )
    rows.append(ReportRow("得分、结论", ("", "", found.outcome, f"{found.score:.1f}"), "text", 0, total=True))
    return ReportTable("", "tests", "指标评分表", "", "条件和指标", ("结果", "要求", "判断", "得分"), tuple(rows))


def _by_year(
    id: str, title: str, found: Assessment, rows: Iterable[tuple[str, np.ndarray]], notes: tuple[str, ...]
) -> ReportTable:
    years = found.trial.years
    shown, summed = min(len(years), _AHEAD), len(years) > _AHEAD and id != "money"
    columns = [f"{year}年" for year in years[:shown]] + [f"{years[shown]}年以后"] * summed

    def cells(values: np.ndarray) -> tuple[Value, ...]:
        given = np.broadcast_to(values, (len(years),)) + 0.0
        return tuple(
            None if np.isnan(each) else float(each) for each in [*given[:shown], *[given[shown:].sum()] * summed]
        )

    kept = [(name, values) for name, values in rows if np.nan_to_num(values).any() or name in _ALWAYS]
    made = tuple(ReportRow(name, cells(values), "tenth", 0, total=name in _ALWAYS) for name, values in kept)
    return ReportTable("", id, title, "万元", "项目", tuple(columns), made, notes)


_ALWAYS = ("可以用的财力", "本事项负担", "付清以后剩余", "本级一般公共预算负担合计")
