"""What tables of the plan ask of departments, and which tables answer each task, by hand from the rows of 云水."""

from __future__ import annotations

import re

from fiscal_model.law.rules import rules
from fiscal_model.report.all_ledgers import declared_ledgers
from fiscal_model.report.ledgers.department_asks import ASKS
from fiscal_model.report.tables.annex import declared_tables
from fiscal_model.report.writers.ledger_volume import write_ledger_document
from fiscal_model.report.writers.progress_note import progress_parts


def test_every_task_names_tables_of_the_annex():
    numbers = {each.number for each in declared_tables().values()}
    said = rules("ledger_safeguards")["annex_tables"]["value"]
    assert len(said) == 12 and set(re.split("、|至", "、".join(said))) <= numbers


def test_what_tables_of_the_plan_ask_of_departments(plan_of):
    """第一中学: 180 + 240 - 60 = 360 of its own in 2026; a loan of 2600 was due in 2025; a policy ended in 2024."""
    rows = declared_ledgers()["department_list"].find(plan_of("yunshui")).set_index(["ledger", "item"])
    assert rows.loc[("10-1 财政资金统筹来源", "县第一中学")].tolist() == [
        "县教育局", "结转和自有收入360万元，先用再申请财政拨款", "2026年",
    ]  # fmt: skip
    overdue = rows.loc[("25-1 财政暂付款台账", "县自来水公司管网改造借款")]
    assert overdue.tolist() == ["县供水供热公司", "逾期未还2,600万元，催收", "2025-12-31"]
    policy = rows.loc[("44-1 支出政策库：到期清理、同类整合", "小微企业房租补贴办法")]
    assert policy.tolist() == ["县工业和信息化局", "到期退出，延续的重新评估", "2024年"]
    # Within its date, and overdue: the former is asked by the table, the latter by a ledger of findings.
    assert ("08-7 整改台账", "高龄津贴预算安排不足") in rows.index
    assert ("08-7 整改台账", "财政暂付款超过两年未清理") not in rows.index
    # What is due is a day or a year, never money.
    assert rows["due"].str.fullmatch(r"\d{4}年|\d{4}-\d\d-\d\d|—").all()
    titled = {f"{each.number} {each.title}" for each in declared_tables().values()}
    assert all(any(title.startswith(each.table) for title in titled) for each in ASKS)


def test_the_task_without_a_topic_is_named_with_its_tables(plan_of):
    ministry = progress_parts(plan_of("yunshui"), ())[1]
    assert ministry.paragraphs[0].startswith("任务四　深化零基预算改革：测算见附表11-3至11-8；职责4项")


def test_the_volume_prints_every_row_of_the_list(plan_of, tmp_path):
    import docx

    plan = plan_of("yunshui")
    listed = declared_ledgers()["department_list"](plan)
    write_ledger_document(tmp_path / "ledgers.docx", plan, (listed,))
    table = docx.Document(str(tmp_path / "ledgers.docx")).tables[-1]
    assert len(listed.rows) > 120 and len(table.rows) == len(listed.rows) + 1
