"""Task 6: what the state-asset ledgers hold of the assets that special bonds paid for."""

from __future__ import annotations

import datetime as dt

from fiscal_model.registers.ledgers.topics import Topic
from fiscal_model.registers.rules import Reference
from fiscal_model.registers.schema import DONE, column, table
from fiscal_model.words.cells import Amount, Day, Text
from fiscal_model.words.debt_ledger_terms import BookedIn

_PROJECT = Reference("special_projects.project_code", "专项债券项目里没有“{}”", "请填 special_projects 表的项目编号")

# fmt: off
TOPIC = Topic(6, "任务六　地方政府债务管理", "专项债形成的资产与国资台账逐项核对：已完工、已验收、已入账各是多少，价值和权属是否一致；专项债与财力、项目收益的匹配指数逐年有灯", (
    table("project_asset_entries", "国资台账中的专项债资产", ("entry_code",), "国有资产台账里登记的专项债券项目资产，与项目资产逐项核对。", "资产管理信息系统、企业国有资产台账、公共基础设施卡片",
        "What the state-asset ledgers hold of special-bond projects; reconciled to `special_project_assets` by project and asset. Moves no number of the plan.",
        column("entry_code", Text, "资产卡片编号", "不重复；记在行政事业资产台账的，与 unit_assets 表的资产编号一致。", "unique; for `unit` the `asset_code` of `unit_assets`"),
        column("project_code", Text, "项目编号", "与 special_projects 表一致。", "as in `special_projects`", refers=_PROJECT),
        column("asset", Text, "资产名称", "与 special_project_assets 表一致。", "as in `special_project_assets`"),
        column("booked_in", BookedIn, "所在台账", "unit 行政事业资产台账、infrastructure 公共基础设施台账、firm 企业国有资产台账。"),
        column("booked_value", Amount, "入账价值", "登记的原值。", "gross value booked"),
        column("holder", Text, "登记单位", "台账上的权属单位。", "unit in the ledger"),
        column("registered_on", Day, "登记日期", "登记入账的日期。", "day it was booked", spans=DONE),
        example=dict(entry_code="GZ001", project_code="S01", asset="供热管网和换热站", booked_in="企业国有资产台账", booked_value=19800, holder="县供热公司", registered_on=dt.date(2019, 6, 30)),
    ),
))
# fmt: on
