"""The registers of debt, one row a thing: bonds, hidden debts."""

from __future__ import annotations

from pydantic import Field

from fiscal_model.cells import NOTE, SOURCE, UNIT, Amount, Day, Row, Share, Text, Year
from fiscal_model.vocabulary import Amortisation, BondPurpose, DebtKind, HiddenFunding, Unit, YesNo


class BondRow(Row):
    bond_code: Text = Field(title="债券编码", description="债券代码或转贷协议号，不重复。")
    kind: DebtKind = Field(title="债务类别", description="general 一般或 special 专项。")
    purpose: BondPurpose = Field(title="用途", description="new 新增、refinancing 再融资、swap 置换。")
    face: Amount = Field(title="转贷金额", description="转贷本县的金额。")
    coupon_rate: Share = Field(title="票面利率", description="小数，3.05% 写 0.0305。")
    issue_date: Day = Field(title="起息日", description="例如 2021-05-20。")
    maturity_date: Day = Field(title="到期日", description="晚于起息日。")
    amortisation: Amortisation = Field(
        title="还本方式", description="bullet 到期一次还本、equal_principal 等额本金。"
    )
    interest_frequency: int = Field(title="每年付息次数", description="1 或 2。", ge=1, le=2)
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE


class HiddenDebtRow(Row):
    debt_code: Text = Field(title="债务编号", description="隐性债务系统编号，不重复。")
    creditor: Text = Field(title="债权人", description="银行、信托、工程款等。")
    balance: Amount = Field(title="余额", description="基期年末余额。")
    rate: Share = Field(title="利率", description="小数。")
    planned_year: Year = Field(title="计划化解年度", description="化债方案确定的年度。")
    funding: HiddenFunding = Field(
        title="化解来源", description="budget 预算、asset_sale 资产处置、swap 置换、project_income 项目收益。"
    )
    after_2028: YesNo = Field(
        title="2028年后按合同", description="棚改等 2029 年及以后到期按合同偿还的填 yes，其余 no。"
    )
    year: Year = Field(title="年度", description="余额所属年份（基期年）。")
    unit: Unit = UNIT
    source: Text = SOURCE
    note: str = NOTE
