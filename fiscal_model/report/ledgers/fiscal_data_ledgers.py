"""Task 3: how fiscal data are classed and graded, the catalogue with what is missing, codes of old years."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np
import pandas as pd

from fiscal_model.law.classification import chart, label_of
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.data_terms import DataLevel, Sharing
from fiscal_model.words.vocabulary import Budget

_SENT_IN = ("department_records", "data_submissions", "supervision_experts", "pilot_duties")
"""Registers of departments and persons that need have no budget here."""
_COMMON = ("unit", "source", "note")
"""Columns that every register has: they say nothing of anyone."""


def _datasets(plan: Plan) -> pd.DataFrame:
    """Every register of the house and every dataset that is classed, with the rows that the place keeps."""
    place, house = plan.basis.place, list(TABLES)
    rows = place.rows("data_classes").set_index("dataset")
    found = rows.reindex([*house, *(name for name in rows.index if name not in TABLES)]).rename_axis("dataset")
    kept = [len(place.rows(name)) if name in TABLES else np.nan for name in found.index]
    label = [TABLES[name].label if name in TABLES else name for name in found.index]
    return found.assign(label=label, kept=kept, classed=found["category"].notna()).reset_index()


@ledger(
    "43-7", "data_classes", "财政数据分类分级", "data_classes",
    ["dataset", "category", "level", "owner", "refresh", "sharing"],
    label="label", stub="名称",
    said="{total}张数据表中{count}张没有分类分级或者登记不妥：{names}。",
    fine="{total}张数据表都已分类分级，责任单位和共享属性齐全。",
    notes=("本系统凡有数据的表都应登记；级别和共享属性以《财政数据分类分级规范》为准，本表只核对是否登记、是否自相矛盾。",),
)  # fmt: skip
def data_classes(plan: Plan) -> pd.DataFrame:
    """Datasets that are kept, with their class and level; one that is kept must be classed."""
    rows = _datasets(plan)
    rows = rows[rows["classed"] | (rows["kept"] > 0)]
    wide = rows["sharing"].isin([Sharing.OPEN, Sharing.UNCONDITIONAL])
    doubt = np.select(
        [rows["kept"].isna() & rows["dataset"].map(str.isascii), ~rows["classed"], rows["owner"].fillna("") == "", rows["level"].ne(DataLevel.ORDINARY) & wide],
        ["没有这张数据表，核对表名", "没有分类分级，补登", "没有责任单位，明确", "非一般数据共享过宽，改为有条件"], "",
    )  # fmt: skip
    return _doubts_first(rows.assign(doubt=doubt))


@ledger(
    "43-10", "data_fields", "财政数据字段分级和脱敏", "data_classes",
    ["dataset", Column("字段", "field", "text"), "category", Column("字段级别", "tag", "text"), "sharing", Column("脱敏", "mask", "text")],
    label="{label}：{field_label}", stub="数据表：字段",
    said="{total}个字段中{count}个没有级别，或者是敏感字段而所在表共享过宽：{names}。",
    fine="{total}个字段都有级别，敏感字段所在的表没有共享过宽。",
    notes=lambda plan, found: (
        f"字段级别：敏感字段列为敏感，其余随所在表；敏感字段{(found['mask'] != '').sum()}个，{rules('ledger_data')['sensitive_fields']['source']}。",
        "有敏感字段的表，脱敏副本在 masked 文件夹：姓名留姓，企业和代码换成序号（各表一致），备注不导出。",
    ),
)  # fmt: skip
def data_fields(plan: Plan) -> pd.DataFrame:
    """Every field of the registers that are kept with its level; sensitive ones first."""
    masks = dict(each.split() for each in rules("ledger_data")["sensitive_fields"]["value"])
    rows = _datasets(plan)
    rows = rows[(rows["kept"] > 0) & rows["dataset"].isin(TABLES)]
    fields = rows.assign(
        field=[[each for each in TABLES[name].columns if each not in _COMMON] for name in rows["dataset"]]
    )
    fields = fields.explode("field", ignore_index=True)
    named = [TABLES[name].column(field).label for name, field in zip(fields["dataset"], fields["field"], strict=True)]
    mask = (fields["dataset"] + "." + fields["field"]).map(masks).fillna("")
    wide = (mask != "") & fields["sharing"].isin([Sharing.OPEN, Sharing.UNCONDITIONAL])
    level = np.where(
        mask != "", "敏感", [each.label if isinstance(each, DataLevel) else "" for each in fields["level"]]
    )
    doubt = np.select([wide, level == ""], ["敏感字段，数据表改为有条件共享", "所在表没有分级，补登"], "")
    fields = fields.assign(field_label=named, tag=level, mask=mask, doubt=doubt)
    return fields.sort_values(by=["doubt", "mask"], key=lambda cells: cells == "", kind="stable")


@ledger(
    "43-8", "data_catalogue", "财政数据资源目录", "data_classes",
    ["dataset", Column("行数", "kept", "count"), "owner", "refresh", "updated_on", Column("距更新天数", "age", "count")],
    label="label", stub="名称",
    said="{total}张数据表中{count}张缺数据、没有登记或更新过期：{names}。",
    fine="{total}张数据表都有数据、有责任单位、按期更新。",
    notes=lambda plan, found: (
        f"缺失清单：{'、'.join(found.loc[found['kept'] == 0, 'label']) or '没有'}。天数算到登记的最近更新日。",
        rule_note("ledger_data", "refresh_days"),
    ),
)  # fmt: skip
def data_catalogue(plan: Plan) -> pd.DataFrame:
    """What the house can hold, what it holds and when it was refreshed; a register without rows is missing."""
    rows = _datasets(plan)
    updated = pd.to_datetime(rows["updated_on"])
    age = (updated.max() - updated).dt.days
    most = [
        rules("ledger_data")["refresh_days"]["value"].get(getattr(each, "label", ""), np.inf)
        for each in rows["refresh"]
    ]
    doubt = np.select(
        [rows["kept"] == 0, ~rows["classed"], rows["owner"].fillna("") == "", updated.isna(), age > np.array(most)],
        ["没有数据，列入缺失清单", "没有登记目录，补登", "没有责任单位，明确", "没有更新记录，补登", "更新过期，催更"], "",
    )  # fmt: skip
    return _doubts_first(rows.assign(age=age, doubt=doubt))


def _doubts_first(rows: pd.DataFrame) -> pd.DataFrame:
    """A long list is shortened in print: what is wrong must not be among the rest."""
    return rows.sort_values("doubt", key=lambda cells: cells == "", kind="stable")


@ledger(
    "43-9", "code_mappings", "科目对照和孤立科目", "code_mappings",
    [Column("预算", "budget", "text"), Column("启用年度", "from_year", "text"), Column("新科目", "new_code", "text"),
     Column("新科目名称", "label", "text"), Column("台账最后使用年度", "used", "text"), Column("涉及金额", "amount", "number")],
    label="old_code", at_stake="amount",
    said="{total}个旧科目和孤立科目中{count}个没有对上，涉及{at_stake}万元：{names}。",
    fine="{total}个旧科目和孤立科目都有对照。",
    notes=("孤立科目为 ledger 表使用、data/rules/accounts.csv 没有的编码；金额为该编码各年之和。",),
)  # fmt: skip
def code_mappings(plan: Plan) -> pd.DataFrame:
    """Codes of the ledger that the chart does not know, with the mappings; a mapping must lead to a known code."""
    place, known = plan.basis.place, chart()
    used = place.rows("ledger").rename(columns={"code": "old_code"}).groupby(["budget", "old_code"]).agg(
        used=("year", "max"), amount=("amount", "sum")).reset_index()  # fmt: skip
    used["known"] = [key in known for key in zip(used["budget"], used["old_code"], strict=True)]
    maps = place.rows("code_mappings")[["budget", "old_code", "from_year", "new_code"]]
    rows = maps.merge(used, how="outer", on=["budget", "old_code"])
    rows = rows[rows["new_code"].notna() | ~rows["known"].fillna(True).astype(bool)].reset_index(drop=True)
    led = [(budget, code) in known for budget, code in zip(rows["budget"], rows["new_code"], strict=True)]
    current = [(budget, code) in known for budget, code in zip(rows["budget"], rows["old_code"], strict=True)]
    doubt = np.select(
        [rows["new_code"].isna(), ~np.array(led, bool), current, rows["used"] >= rows["from_year"]],
        ["孤立科目，补对照或改正编码", "新科目不在科目表，改正", "旧科目仍在用，不需对照", "启用以后仍用旧科目，改正"], "",
    )  # fmt: skip
    label = [label_of(Budget(budget), code) if isinstance(code, str) else "—"
             for budget, code in zip(rows["budget"], rows["new_code"], strict=True)]  # fmt: skip
    years = {
        name: [f"{year:.0f}" if year == year else "—" for year in rows[name].astype(float)]
        for name in ("from_year", "used")
    }
    return rows.assign(label=label, **years, new_code=rows["new_code"].fillna("—"),
                       budget=[Budget(each).label for each in rows["budget"]], amount=rows["amount"].fillna(0.0), doubt=doubt)  # fmt: skip


@ledger(
    "43-11", "unit_names", "单位名称对照：预算单位表以外的名称", "units",
    [Column("使用的数据表（张）", "used", "count"), Column("数据表", "where", "text"), Column("预算单位表中相近的名称", "near", "text")],
    label="name", stub="名称",
    said="{total}个单位名称中{count}个不在预算单位表：{names}。",
    fine="{total}个单位名称都在预算单位表。",
    notes=("核对各登记表“单位”“部门”两列；企业、涉税报送部门、外聘专家和上级部门不核对。没有登记到预算单位表的单位，附表09-1和部门汇总不含它。",),
)  # fmt: skip
def unit_names(plan: Plan) -> pd.DataFrame:
    """Names of units and departments that registers use, against the register of units; the widest used first."""
    place, units = plan.basis.place, plan.basis.place.rows("units")
    known = sorted({*units["department"], *units["unit_name"]})
    parts = [
        pd.DataFrame({"name": place.rows(name)[field].unique(), "table": TABLES[name].label})
        for name in TABLES
        for field in ("unit_name", "department")
        if place.has(name) and name not in _SENT_IN and field in TABLES[name].columns
    ]
    used = pd.concat(parts).drop_duplicates()
    used = used[used["name"].fillna("") != ""]
    found = used.groupby("name")["table"].agg(used="size", where="、".join).reset_index()
    near = [
        [each for each in known if each in name or name in each] or get_close_matches(name, known, 1, 0.8)
        for name in found["name"]
    ]
    doubt = [
        "" if name in known else "与登记名称相近，统一名称" if like else "不在预算单位表，补登或改正"
        for name, like in zip(found["name"], near, strict=True)
    ]
    shown = [like[0] if like and verdict else "—" for like, verdict in zip(near, doubt, strict=True)]
    found = found.assign(near=shown, doubt=doubt)
    return _doubts_first(found.sort_values("used", ascending=False, kind="stable"))
