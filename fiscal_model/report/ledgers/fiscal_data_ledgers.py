"""Task 3: how fiscal data are classed and graded, the catalogue with what is missing, codes by year."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np
import pandas as pd

from fiscal_model.law.classification import chart
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.report.declaration import Column
from fiscal_model.report.ledger import ledger, rule_note
from fiscal_model.words.data_terms import CodeKind, DataLevel, Sharing
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
    "43-9", "code_versions", "编码表分年核对和孤立编码", "code_versions",
    [Column("种类", "kind", "text"), "name", Column("启用", "from_year", "year"), Column("停用", "to_year", "year"), "new_code", Column("新编码名称", "label", "text"),
     Column("不在当年编码表的使用年度", "years", "text"), Column("涉及金额", "amount", "number")],
    label="code", at_stake="amount",
    said="{total}个编码中{count}个没有对上，涉及{at_stake}万元：{names}。",
    fine="{total}个编码都在当年的编码表，改了的都有对照。",
    notes=(
        "当年的编码表＝科目表（data/rules/accounts.csv）、没有改过的单位，加本表各年版本；没有登记乡镇的不核对乡镇。",
        "使用：科目为 ledger 表各年，单位和乡镇为各登记表的“预算单位”“乡镇”（没有年度的按基期年）；金额只有科目有，为表外年度之和。",
    ),
)  # fmt: skip
def code_versions(plan: Plan) -> pd.DataFrame:
    """Versions of codes, and codes used outside the years of any, with what replaces them."""
    versions, known = plan.basis.place.rows("code_versions").sort_values(["kind", "code", "from_year"]), chart()
    named = versions["kind"].isin([CodeKind.UNIT, CodeKind.TOWNSHIP])
    versions = versions.assign(
        key=versions["name"].where(named, versions["code"]), last=versions["to_year"].astype(float).fillna(np.inf)
    )
    outside = _outside(versions, _used_codes(plan))
    versions["before"] = versions.groupby(["kind", "code"])["last"].shift()
    versions["latest"] = ~versions.duplicated(["kind", "key"], keep="last")
    rows = versions.merge(outside.assign(latest=True), how="outer", on=["kind", "key", "latest"])
    codes = {*zip(rows["kind"], rows["code"], strict=True), *known}
    new = list(zip(rows["kind"], rows["new_code"], strict=True))
    led = np.array([pair in codes for pair in new], bool)
    replaced = rows["new_code"].fillna("") != ""
    doubt = np.select(
        [rows["from_year"].isna(), replaced & ~led, rows["before"] >= rows["from_year"],
         rows["years"].notna() & replaced, rows["years"].notna()],
        ["孤立编码，补登版本或改正", "新编码不在编码表，改正", "年度重叠，填停用年度",
         "停用后仍在使用，改用新编码", "不在有效年度使用，核对"], "",
    )  # fmt: skip
    label = {(kind, code): name for kind, code, name in zip(rows["kind"], rows["code"], rows["name"], strict=True)}
    said = [label.get(pair) or (known[pair].label if pair in known else "") for pair in new]
    return rows.assign(kind=[CodeKind(each).label for each in rows["kind"]], code=rows["code"].fillna(rows["key"]), label=said,
                       amount=rows["amount"].fillna(0.0), doubt=doubt)  # fmt: skip


def _outside(versions: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """Kind, key, years and money of uses in years in which no version of the code holds; a code of the chart without one always does."""
    own = set(zip(versions["kind"], versions["key"], strict=True))
    always = pd.DataFrame(
        [(*pair, 0, np.inf) for pair in chart() if pair not in own], columns=["kind", "key", "from_year", "last"]
    )
    spells = pd.concat([versions[["kind", "key", "from_year", "last"]], always])
    judged = [kind in tuple(Budget) or (kind, key) in own or (kind == CodeKind.TOWNSHIP and kind in set(versions["kind"]))
              for kind, key in zip(used["kind"], used["key"], strict=True)]  # fmt: skip
    tried = used[judged].merge(spells, how="left", on=["kind", "key"])
    tried["held"] = tried["year"].between(tried["from_year"], tried["last"])
    held = tried.groupby(["kind", "key", "year"], as_index=False).agg(held=("held", "any"), amount=("amount", "first"))
    return held[~held["held"]].groupby(["kind", "key"], as_index=False).agg(
        years=("year", lambda years: "、".join(f"{year:.0f}" for year in years)), amount=("amount", "sum"))  # fmt: skip


def _used_codes(plan: Plan) -> pd.DataFrame:
    """Kind, key, year and money of what the place uses: subjects by code in the ledger, units and townships by name anywhere."""
    place = plan.basis.place
    parts = [place.rows("ledger").rename(columns={"budget": "kind", "code": "key"})[["kind", "key", "year", "amount"]]]
    for field, kind in (("unit_name", CodeKind.UNIT), ("township", CodeKind.TOWNSHIP)):
        tables = [place.rows(name) for name in TABLES if place.has(name) and field in TABLES[name].columns]
        parts += [
            pd.DataFrame({"kind": kind, "key": rows[field], "year": rows.get("year", plan.base_year), "amount": 0.0})
            for rows in tables
        ]
    return pd.concat(parts).astype({"amount": float}).groupby(["kind", "key", "year"], as_index=False)["amount"].sum()


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
