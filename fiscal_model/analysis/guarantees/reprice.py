"""What a standard, a headcount or a share costs: the registers changed and the need computed again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from fiscal_model.analysis.guarantees.changed_registers import STAFF, Edits, address, changed_place, overruled
from fiscal_model.blocks.guarantees.guarantees_block import Guarantees, with_changed_registers
from fiscal_model.inputs.place import Place
from fiscal_model.model.projection import Plan
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import Fault, InputError, did_you_mean

TOTAL, TOGETHER = "total", "together"
TEN_YUAN = 10.0

Change = Mapping[str, float | Mapping[str, float]]
_SUPERIOR = ("central_share", "province_share", "city_share")
_NOT_A_NUMBER = {
    "item_code", "name", "guarantee", "driver", "year", "arranged", "unit", "source", "note", "group", "rule",
}  # fmt: skip
_WHERE = "调整测算"


def reprice(plan: Plan, changes: Mapping[str, Change]) -> pd.DataFrame:
    """Work out what changes to the registers of the three guarantees cost.

    Parameters
    ----------
    plan : Plan
    changes : mapping
        Item code, or ``staff:`` and the name of a staff group, to the columns that change: a number is the new value,
        ``{"add": x}`` a difference. A new ``county_share`` is taken from, or given to, the other levels in proportion; a
        new ``standard`` moves the national standard of every plan year by its difference to the register's, whatever
        the year's standard rests on, and leaves the local extra as it is.

    Returns
    -------
    DataFrame
        item, label, year (plan years), need, county: extra cost in 万元 of each change by itself, then ``total`` of all of
        them made together; where changes meet in one duty a row ``together`` holds what they add to each other.

    Raises
    ------
    InputError
        Lists every unknown item or column and every value that the register would refuse.

    Notes
    -----
    The changed registers go through `guarantees_block`, the very functions the plan was made by.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"), years=3)
    >>> extra = reprice(plan, {"L12": {"standard": {"add": 30}}})
    >>> extra["item"].unique().tolist(), bool((extra["county"] <= extra["need"]).all())
    (['L12', 'total'], True)
    """
    place = plan.basis.place
    edits, faults = _edits(place, plan.basis.guarantees, changes)
    if faults:
        raise InputError(faults)
    singles = {key: _extra(plan, {key: rows}) for key, rows in edits.items()}
    labels = {key: _label(place, key) for key in edits}
    frames = [_rows(plan, key, labels[key], *extra) for key, extra in singles.items()]
    together = _extra(plan, edits) if len(edits) != 1 else next(iter(singles.values()))
    between = together - sum(singles.values())
    if np.max(np.abs(between), initial=0.0) > 1e-6:
        frames.append(_rows(plan, TOGETHER, "相互影响", *between))
    return pd.concat([*frames, _rows(plan, TOTAL, "合计", *together)], ignore_index=True)


def cost_one_more(plan: Plan) -> pd.DataFrame:
    """Work out what one more of everything costs.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        item, label, step (``多1人``, ``标准提高10元``, ``多1个编制并实有1人``), year, need, county in 万元; one more person
        and ten yuan more of standard on each guarantee item, one more filled post in each staff group. Empty without
        registers.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> len(cost_one_more(fm.project(fm.read_place("data/places/gangu"), fm.read_scenario("baseline"))))
    0
    """
    place = plan.basis.place
    items = place.rows("guarantee_items")
    names = dict(zip(items["item_code"].astype(str), items["name"].astype(str), strict=True))
    groups = {f"{STAFF}{group}": str(group) for group in place.rows("staff")["group"]}
    frames = [
        *_step(plan, names, "多1个对象", {"persons": {"add": 1.0}}),
        *_step(plan, names, "标准提高10元", {"standard": {"add": TEN_YUAN}}),
        *_step(plan, groups, "多1个编制并实有1人", {"posts": {"add": 1.0}, "serving_persons": {"add": 1.0}}),
    ]
    columns = ["item", "label", "step", "year", "need", "county"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _step(plan: Plan, labels: Mapping[str, str], step: str, change: Change) -> list[pd.DataFrame]:
    """One step on every row of a register: all of them at once where rows do not touch each other, else one by one."""
    if not labels:
        return []
    edits, _ = _edits(plan.basis.place, plan.basis.guarantees, dict.fromkeys(labels, change), checked=False)
    after, before = _needs(plan, edits), plan.basis.guarantees
    extras = dict(zip(labels, np.moveaxis(_by_row(after, labels) - _by_row(before, labels), -1, 0), strict=True))
    if not np.allclose(sum(extras.values()), _difference(after, before), atol=1e-6):
        extras = {key: _extra(plan, {key: edit}) for key, edit in edits.items()}
    count, (need, county) = len(plan.years), np.stack([*extras.values()], axis=1).reshape(2, -1)
    frame = pd.DataFrame({"item": np.repeat([*extras], count), "label": np.repeat([*labels.values()], count)})
    return [frame.assign(step=step, year=np.tile(plan.years, len(extras)), need=need, county=county)]


def _by_row(guarantees: Guarantees, keys: Collection[str]) -> np.ndarray:
    """Need and county cost by plan year of each row of the register that keys speak of, (2, year, row)."""
    items, staff = guarantees.items, guarantees.staff
    if items is not None and set(keys) == set(items.codes):
        return np.array([items.need, items.county])[:, 1:]
    assert staff is not None
    return np.array([staff.by_group, staff.by_group])[:, 1:]


def _rows(plan: Plan, key: str, label: str, need: np.ndarray, county: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"item": key, "label": label, "year": plan.years, "need": need, "county": county})


def _label(place: Place, key: str) -> str:
    if key.startswith(STAFF):
        return key.removeprefix(STAFF)
    items = place.rows("guarantee_items")
    return str(items.loc[items["item_code"] == key, "name"].iloc[0])


def cost_together(plan: Plan, changes: Mapping[str, Change]) -> np.ndarray:
    """Extra need and county cost of valid changes made together, (2, year), 万元; `reprice` is for what a user writes."""
    edits, _ = _edits(plan.basis.place, plan.basis.guarantees, changes, checked=False)
    return _extra(plan, edits)


def _extra(plan: Plan, edits: Edits) -> np.ndarray:
    """Extra need and county cost of changed registers against the plan's own, (2, year)."""
    return _difference(_needs(plan, edits), plan.basis.guarantees)


def _difference(after: Guarantees, before: Guarantees) -> np.ndarray:
    return np.array([after.need_total - before.need_total, after.county_total - before.county_total])[:, 1:]


def _needs(plan: Plan, edits: Edits) -> Guarantees:
    basis = plan.basis
    place = changed_place(basis.place, edits, plan.years, basis.guarantees)
    tables = {address(key)[0] for key in edits}
    return with_changed_registers(basis.guarantees, place, basis.history, plan.base_year, basis.assumed, tables)


def _edits(
    place: Place, guarantees: Guarantees, changes: Mapping[str, Change], checked: bool = True
) -> tuple[dict[str, dict[str, float]], list[Fault]]:
    """Turn changes into new values by register row; every fault at once."""
    edits: dict[str, dict[str, float]] = {}
    registers: dict[str, dict[str, Mapping[str, Any]]] = {}
    faults: list[Fault] = [] if changes else [Fault(_WHERE, "没有写任何调整", "请至少写一项，例如 L12 的 standard")]
    for key, change in changes.items():
        table, column, name = address(key)
        if table not in registers:
            records = place.rows(table).to_dict("records")
            registers[table] = {str(record[column]): record for record in reversed(records)}
        if name not in registers[table]:
            faults.append(_unknown_key(key, name, table, [*reversed(registers[table])]))
            continue
        row = registers[table][name]
        values, wrong = _values(key, row, change, table)
        wrong += [Fault(_WHERE, *each) for each in overruled(place, guarantees, key, values)] if checked else []
        faults += wrong
        if not wrong:
            edits[key] = values
            faults += _refused(key, row, values, set(change), table) if checked else []
    return edits, faults


def _unknown_key(key: str, name: str, table: str, known: list[str]) -> Fault:
    what = "人员组" if table == "staff" else "三保项目"
    if not known:
        return Fault(_WHERE, f"没有{TABLES[table].label}，“{key}”无法测算", f"请先填写 {table} 表")
    hint = did_you_mean(name, known)
    return Fault(_WHERE, f"没有{what}“{name}”", f"{hint}可填：{'、'.join(known)}")


def _values(key: str, row: Mapping[str, Any], change: Any, table: str) -> tuple[dict[str, float], list[Fault]]:
    fields = [name for name in TABLES[table].columns if name not in _NOT_A_NUMBER and name in row]
    if not isinstance(change, Mapping) or not change:
        remedy = f"请写成 列名和数值，例如 {{'{fields[0]}': {{'add': 1}}}}"
        return {}, [Fault(_WHERE, f"“{key}”没有写明调整哪一列", remedy)]
    values, faults = {}, []
    for field, given in change.items():
        if field not in fields:
            hint = did_you_mean(str(field), fields)
            faults.append(Fault(_WHERE, f"“{key}”没有可调整的列“{field}”", f"{hint}可填：{'、'.join(fields)}"))
            continue
        number = given.get("add") if isinstance(given, Mapping) and set(given) == {"add"} else given
        if isinstance(number, bool) or not isinstance(number, int | float) or not np.isfinite(number):
            found = f"“{key}”的“{field}”应为数字，填写的是“{given}”"
            faults.append(Fault(_WHERE, found, '请填新的数值，或写 {"add": 增减数}'))
            continue
        now = row[field]
        if number is not given and pd.isna(now):
            found = f"“{key}”的“{field}”在台账中是空的，不能增减"
            faults.append(Fault(_WHERE, found, "请直接填新的数值"))
            continue
        values[field] = float(number) + (float(now) if number is not given else 0.0)
    if "county_share" in values and not set(_SUPERIOR) & set(values):
        values |= _others(row, values["county_share"])
    return values, faults


def _others(row: Mapping[str, Any], county: float) -> dict[str, float]:
    """The superior levels' shares once the county bears another part, in proportion to what they bore."""
    shares = np.array([float(row[name]) for name in _SUPERIOR])
    whole = shares.sum()
    parts = shares / whole if whole > 0 else np.array([1.0, 0.0, 0.0])
    return dict(zip(_SUPERIOR, ((1 - county) * parts).tolist(), strict=True))


def _refused(key: str, row: Mapping[str, Any], values: Mapping[str, float], said: set[str], table: str) -> list[Fault]:
    """Hold the changed row against the checks of the table itself."""
    model, faults = TABLES[table].row, []
    given = {name: row[name] for name in TABLES[table].columns if name in row and pd.notna(row[name])}
    try:
        model.model_validate({**given, **values})
    except ValidationError as error:
        for detail in error.errors():
            field = str(detail["loc"][0])
            if field in said:
                meaning = (model.model_fields[field].description or "").rstrip("。")
                found = f"“{key}”的“{field}”调整后为 {values[field]:g}，超出范围"
                faults.append(Fault(_WHERE, found, meaning))
    shares = [
        values.get(f"{level}_share", given.get(f"{level}_share", 0.0))
        for level in ("central", "province", "city", "county")
    ]
    if table == "guarantee_items" and not faults and abs(sum(shares) - 1) > 1e-6:
        found = f"“{key}”四级负担比例调整后相加为 {sum(shares):g}"
        faults.append(Fault(_WHERE, found, "中央、省、市、县四级相加必须等于 1"))
    return faults
