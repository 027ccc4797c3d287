"""Sentences on hidden debt: cleared in time or not, swaps closed or not, the least costly way or what is missing, each both ways."""

import pytest
from report_case import said

HIDDEN = {
    "resolved": 900.0, "sources": ({"label": "预算资金", "amount": 900.0},), "stock": (500.0, 200.0, 0.0, 0.0, 0.0), "late": 0.0,
    "behind": (0.0,) * 5, "contract": 0.0, "uncovered": (0.0,) * 5, "unsold": (0.0,) * 5,
}  # fmt: skip
WAY = {
    "short": False, "missing": 0.0, "cost": 70.0, "planned_cost": 100.0, "saving": 30.0, "planned_most": 60.0, "most": 50.0,
    "beyond": (0.0,) * 5, "tightest": (),
}  # fmt: skip
SWAPS = {
    "progress": 0.25, "swapped": 10.0, "planned": 30.0, "saving": 2.0, "unmatched": (), "ledger": ({"row_line": 2},),
    "order": tuple({"debt_code": code, "reason": "当年到期"} for code in "甲乙丙丁"),
}  # fmt: skip


@pytest.fixture
def told(plan_of):
    """What the annex says of 云水's hidden debt with something else in the place of what was found."""

    def text(hidden=HIDDEN, way=WAY, swaps=SWAPS):
        found = {"hidden_debt": hidden, "clearing_strategy": way, "swaps": swaps, "platforms": None, "asset_pool": None}
        return said(
            plan_of("yunshui"), "93_09_hidden_debt", **{name: lambda each=each: each for name, each in found.items()}
        )

    return text


def test_without_a_register_nothing_is_worked_out(plan_of):
    text = said(plan_of("gangu"), "93_09_hidden_debt")
    assert text == "隐性债务未提供，未测算。不得新增隐性债务，不得以任何形式违法违规举债。"


def test_the_way_to_zero(told):
    plain = told().split("\n")[0]
    assert (
        plain
        == "隐性债务规划期化解900万元（预算资金900万元），年末余额为：2026年500万元、2027年200万元、2028年0、2029年0、2030年0。按计划2028年底清零。"
    )
    change = {
        "late": 80.0,
        "contract": 7.0,
        "behind": (0.0, 4.0, 0.0, 0.0, 0.0),
        "uncovered": (0.0, 3.0, 0.0, 6.0, 0.0),
    }
    text = told(HIDDEN | change | {"unsold": (9.0, 0.0, 0.0, 0.0, 0.0)})
    for sentence in (
        "原计划有80万元排在2028年以后，达不到2028年底清零的要求，本规划已提前到2028年，须落实资金。",
        "与逐年均衡化解相比，累计进度落后：2027年4万元。",
        "按合同在2029年及以后偿还的7万元单列，不在上述余额内。\n",
        "\n可用财力在“三保”和其他刚性支出之后不足以安排预算化债资金：2027年缺3万元、2029年缺6万元，须另行落实来源。\n",
        "\n资产变现达不到计划：2026年缺9万元，须另行落实来源。\n",
    ):
        assert sentence in text and sentence.strip() not in told()
    assert "按计划2028年底清零" not in text


def test_swaps_are_called_closed_only_where_none_is_open(told):
    closed = "置换顺序居前的为：甲（当年到期）、乙（当年到期）、丙（当年到期）（排序为设计值，未经核实）。债务、付款、销号全部闭环。\n"
    assert "待置换30万元，进度25.0%，待置换部分可节省利息2万元。" + closed in told()
    loops = tuple({"row_line": 3, "debt_code": "甲", "reason": why} for why in ("没有付款", "没有销号"))
    text = told(swaps=SWAPS | {"unmatched": loops})
    assert "\n闭环核对发现未闭环1笔：台账第3行甲没有付款；台账第3行甲没有销号。\n" in text and "全部闭环" not in text
    assert "闭环" not in told(swaps=SWAPS | {"ledger": ()})
    assert "置换" not in told(swaps={"progress": float("nan")}).replace("置换额度", "")


def test_the_least_costly_way_or_what_is_missing(told):
    end = "折现率、比较年限和可压减比例为设计值，未经核实。\n"
    way = "化债成本最低的安排现值为70万元，比原计划（100万元）少30万元；自有资金偿付高峰由60万元变为50万元。"
    assert way + end in told()
    tight = ({"year": 2026, "label": "置换额度"}, {"year": 2027, "label": "项目收益"})
    text = told(way=WAY | {"short": True, "missing": 40.0, "beyond": (0.0, 5.0, 0.0, 0.0, 0.0), "tightest": tight})
    missing = "2028年底不能全部清零，至少还差40万元。原计划超出当年可用财力：2027年5万元。"
    assert missing + "约束最紧的是2026年置换额度、2027年项目收益。" + end in text and "成本最低" not in text
    assert "折现率" not in told(way={})
