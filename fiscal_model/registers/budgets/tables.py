"""The tables of balancing: what was approved, paid out and asked to be moved; pooled money, measures."""

from __future__ import annotations

from fiscal_model.registers.budgets.rows import (
    ApprovedBudgetRow,
    MeasureRow,
    PaymentRow,
    ProjectMoneyRow,
    ReallocationRow,
    UnitFundRow,
)
from fiscal_model.registers.schema import Table

BUDGET_TABLES: tuple[Table, ...] = (
    Table(
        "approved_budget",
        "批准预算",
        "人大批准的预算、调整预算和决算数，带日期和届次；批准后不再改动，用来核对规划、拨付和公开。",
        "人大及其常委会关于预算、预算调整和决算的决议及附表",
        ApprovedBudgetRow,
        ("year", "budget", "line_or_code", "kind", "approved_on"),
        ("amount",),
    ),
    Table(
        "payments",
        "拨付台账",
        "按月按科目的拨付数；有它，逐科目核对无预算、超预算拨付。",
        "预算管理一体化系统、总会计账、国库集中支付系统",
        PaymentRow,
        ("year", "month", "budget", "code", "project_code", "unit_name", "document", "superior_document"),
        ("amount",),
    ),
    Table(
        "reallocations",
        "调剂申请",
        "年度中的科目、级次、用途调剂和追加申请；逐笔判定是否属于预算调整、由谁批准。",
        "部门调剂申请、财政部门办理意见",
        ReallocationRow,
        ("request_id",),
        ("amount", "matching"),
    ),
    Table(
        "unit_funds",
        "单位资金",
        "单位的非财政拨款结转和收入，以及拟申请的县级财力；有它，先用单位自己的和同部门单位的钱。",
        "部门预算、单位会计账、结转结余资金台账",
        UnitFundRow,
        ("department", "unit_name", "year"),
        ("carried_over", "income", "earmarked", "requested"),
    ),
    Table(
        "project_money",
        "项目可用资金",
        "项目分年支出没有列入的上级、基金和国资资金；有它，先用这些钱，再用县级财力。",
        "上级下达文件、基金和国资预算安排",
        ProjectMoneyRow,
        ("project_code", "year", "money", "document"),
        ("amount",),
    ),
    Table(
        "measures",
        "增收节支措施",
        "带日期、责任部门和把握程度的措施；有它，规划计入各项措施，并比较有无每项措施的差别。",
        "增收节支方案、资产处置计划、部门承诺",
        MeasureRow,
        ("package_code", "target", "year"),
        ("amount",),
    ),
)
