"""Which tables of a place to fill first, and what each step buys: the order of the guide, the form and the readme."""

from __future__ import annotations

from fiscal_model.registers.ledgers.topics import topics

PLAN_STEPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("totals",), "够出第一份规划。至少 3 年的收入和支出，最好 8 到 10 年，预测区间才可靠"),
    (("debt",), "限额、余额和还本，用来算债务指标和还本付息"),
    (("ledger",), "收入改为按税种、支出改为按科目测算，四本预算和调入调出都能核对"),
    (("staff", "guarantee_items"), "“三保”改为按人数和标准测算，能看出缺口在哪一项"),
    (("standard_changes",), "已确定的提标按执行日期计入，年中提标按月算"),
    (
        ("staff_ages", "pay_items", "pay_events", "units", "quotas"),
        "退休高峰、调资、缴费和公用经费定额逐组、逐单位测算",
    ),
    (("population", "population_rates"), "学生、老人、参保人等对象按人口逐年推算，不再用一个增幅"),
    (("bonds",), "还本付息改为逐笔计算，到期高峰看得见"),
    (("hidden_debt", "temporary_payments", "carryovers"), "化债、暂付款消化和存量资金进入刚性支出与平衡"),
    (
        ("hidden_debt_plan", "swap_ledger", "platforms", "assets"),
        "化债分年分来源，核对置换闭环，看得见平台退出和资产变现赶不赶得上到期，并给出最省的化债安排",
    ),
    (
        ("special_projects", "special_project_flows", "special_project_bonds", "special_project_assets"),
        "专项债券项目的收支平衡、须补助的金额、备付金、新增额度和资产入账逐个项目看得见",
    ),
    (
        ("contingent_liabilities", "capital_calls"),
        "贴息、风险补偿、担保、周转金和基金出资的预期支出进入规划，最坏情形进入风险测算，看得见资金池够不够、担保超没超倍数",
    ),
    (("projects", "project_costs"), "项目排序、承受能力评估和年度上限"),
    (("macro",), "收入弹性、负债率和人均指标"),
    (("treasury", "insurance", "firms"), "库款保障、社保基金和国资收益"),
    (
        ("tax_bases", "collections", "taxpayers"),
        "有税基的税种按税基测算，分成比例据实推算，附加税随增值税，重点企业投产停产按年计入",
    ),
    (("monthly",), "当年收入按已有月份推算全年，规划第一年更准，区间更窄"),
    (("one_offs", "opinions"), "一次性因素不再带偏预测，税务部门的预测按以往准确度参与"),
    (("pay_dates", "findings"), "库款按工资发放日逐月测算，看得见发不出工资的月份；整改销号率和逾期一目了然"),
    (("approved_budget", "payments", "reallocations"), "人大批准的预算冻结在案，规划、拨付、调剂和公开期限都与它核对"),
    (("unit_funds", "project_money"), "先用上级资金和单位自己的钱，看得见每条统筹规则节约多少县级财力"),
    (("measures",), "增收节支措施带责任部门和把握程度计入规划，看得见每项措施值多少"),
    (("transfers", "parcels"), "上级补助按项目、土地收入按地块测算，提前下达数和已签合同直接进入预测"),
    (
        ("proposals", "proposal_costs", "proposal_sources", "proposal_offsets"),
        "拟新增的政策、提标、项目逐项做财政承受能力评估；登记在这里不改变规划",
    ),
    (
        (
            "policies",
            "spending_standards",
            "performance_indicators",
            "project_targets",
            "project_lines",
            "certificates",
        ),
        "零基预算：项目按数量×标准×负担比例核定，看得见哪些进入预算、暂缓、到期、退出；没有评估意见书的新项目逐个列出；登记在这里不改变规划",
    ),
)
"""Which tables of the plan to fill first, and what each step buys."""
STEPS = (*PLAN_STEPS, *((tuple(table.name for table in topic.registers), topic.gain) for topic in topics()))
"""Those of the plan, then the management ledgers by task."""
ADVISED = frozenset(
    [
        "debt",
        "ledger",
        "staff",
        "guarantee_items",
        "bonds",
        "hidden_debt",
        "temporary_payments",
        "carryovers",
        "macro",
        "monthly",
        "transfers",
        "parcels",
        "projects",
        "project_costs",
    ]
)
"""Tables to fill once the first is filled; the others where the bureau has them."""
