"""Words of the affordability assessment that are no lines of the plan: what a proposal brings, and what may pay for it."""

from __future__ import annotations

TERMS: dict[str, str] = {
    "cost": "本级一般公共预算负担的支出",
    "fund_cost": "政府性基金负担的支出",
    "recurrent_cost": "其中逐年发生的经常性支出",
    "costs_before": "排在前面的事项由本级负担的支出",
    "payable": "可以用的财力（全部延续性支出之后的未安排财力，加指定的可压减支出，减排在前面的事项）",
    "fund_payable": "可以用的政府性基金（可统筹基金的未安排资金，减排在前面的事项）",
    "recurrent_from_one_time": "只有资产处置等一次性收入可付的经常性支出",
    "fund_shortfall": "由政府性基金负担而可统筹基金付不出的支出",
    "cost_growth": "本级负担支出的年均增幅",
    "resources_growth": "可用财力的年均增幅",
    "debt_service_ratio_without": "没有本事项时的偿债率",
    "debt_band_rise": "债务率风险档次上升的档数",
    "hidden_debt_new": "新增隐性债务",
    "forbidden_financing": "法律禁止的融资、担保、回购承诺的项数",
    "negative_list_hits": "属于投向负面清单的项数",
    "approvals_missing": "缺少的审批手续项数",
    "advance_funding": "由施工单位垫资的项数",
    "estimate_over": "初步设计概算超过可行性研究估算的比例",
    "estimate_excess": "总投资超过经核定概算的金额",
    "long_commitments": "政府和社会资本合作、跨年购买服务等长期支出责任",
    "payable_stressed": "压力情景下可以用的财力",
    "confirmed_share": "上级资金按凭证折算后的比例",
    "treasury_cover_lowest": "全年月末库款的最低保障倍数",
}
"""Name to meaning; formulas of the method file are over these and the lines of the plan, of the plan with the proposal."""

SHARES = frozenset(
    {"cost_growth", "resources_growth", "debt_service_ratio_without", "estimate_over", "confirmed_share"}
)
TIMES = frozenset({"treasury_cover_lowest"})
COUNTS = frozenset(
    {
        "debt_band_rise",
        "forbidden_financing",
        "negative_list_hits",
        "approvals_missing",
        "advance_funding",
        "hidden_debt_new",
    }
)
"""Terms that are no money: fractions, multiples, counts."""

SENSES = {"at_least": "不低于", "at_most": "不高于", "above": "大于"}
OVER = {"max": "各年最高", "min": "各年最低", "mean": "各年平均", "share_negative": "为负的年份占比", "whole": "全周期"}
"""How the years of a formula become the one figure that is scored."""
