"""What is doubtful about a place's staff: too many for the posts, outside the posts, thin evidence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fiscal_model.arithmetic.spending.staff_groups import Heads, Salaries
from fiscal_model.blocks.guarantees.staff_register import StaffRegister
from fiscal_model.blocks.guarantees.unit_quotas import UnitOperations
from fiscal_model.inputs.place import Place
from fiscal_model.words.cautions import Caution

_WHERE = "保工资"
_CLOSE = 0.005
"""Two counts of the same thing may differ by this much without a word."""


def staff_cautions(
    place: Place,
    register: StaffRegister,
    heads: Heads,
    bill: Salaries,
    units: UnitOperations | None,
    years: tuple[int, ...],
) -> tuple[Caution, ...]:
    """List what a reader of the wage bill must know.

    ``years``: base year first.
    """
    return (
        *_over_posts(register, heads, bill, years),
        *_outside_posts(register, bill),
        *_age_profile(register),
        *_pay(place, register, years),
        *_units(register, heads, units),
    )


def _over_posts(register: StaffRegister, heads: Heads, bill: Salaries, years: tuple[int, ...]) -> Iterator[Caution]:
    paid = bill.pay + bill.contributions.sum(axis=-1)
    for position, group in enumerate(register.groups):
        over = heads.over_posts[:, position]
        if over.max() < 0.5:
            continue
        row = 0 if over[0] >= 0.5 else int(np.argmax(over >= 0.5))
        serving = heads.serving[row, position]
        cost = paid[row, position] / serving * over[row]
        text = (
            f"“{group}”{years[row]}年在职 {serving:,.0f} 人，编制 {register.staff.posts[position]:,.0f} 人，"
            f"超编 {over[row]:,.0f} 人，当年工资和缴费约 {cost:,.1f} 万元"
        )
        yield Caution("staff_over_posts", _WHERE, text)


def _outside_posts(register: StaffRegister, bill: Salaries) -> Iterator[Caution]:
    for position, group in enumerate(register.groups):
        persons = register.staff.contract_persons[position]
        if persons > 0:
            cost = bill.contract_staff[0, position]
            text = f"“{group}”有编外聘用 {persons:,.0f} 人，基期年 {cost:,.1f} 万元，不占编制，应逐步清理"
            yield Caution("contract_staff", _WHERE, text)


def _age_profile(register: StaffRegister) -> Iterator[Caution]:
    known = np.isfinite(register.profile_persons)
    if not known.all():
        names = "、".join(group for group, there in zip(register.groups, known, strict=True) if not there)
        text = f"没有年龄结构的人员组：{names}；退休人数按每年退出数，看不出退休高峰"
        yield Caution("retirement_profile_missing", _WHERE, text)
    for position, group in enumerate(register.groups):
        persons, serving = register.profile_persons[position], register.staff.serving_persons[position]
        if known[position] and abs(persons - serving) > _CLOSE * serving:
            text = f"“{group}”年龄结构合计 {persons:,.0f} 人，在职 {serving:,.0f} 人，退休人数按在职数折算"
            yield Caution("staff_ages_differ", _WHERE, text)
    for group in register.without_sex:
        text = f"“{group}”的年龄结构没有分性别，按男性法定退休年龄测算，女性较多的退休会偏少"
        yield Caution("staff_ages_without_sex", _WHERE, text)
    if register.ages_unverified:
        text = "法定退休年龄和延迟办法凭专业知识填写，未经核实（规则表“退休年龄”）"
        yield Caution("retirement_ages_unverified", _WHERE, text)


def _pay(place: Place, register: StaffRegister, years: tuple[int, ...]) -> Iterator[Caution]:
    for group, items, stated in zip(register.groups, register.pay, register.stated_pay, strict=True):
        if abs(items - stated) > _CLOSE * stated:
            text = f"“{group}”各项工资之和每人每年 {items:,.0f} 元，人员台账填 {stated:,.0f} 元，按各项之和测算"
            yield Caution("pay_items_differ", _WHERE, text)
    events = place.rows("pay_events")
    if len(events):
        inside = sorted({day for day in events["effective_date"] if years[0] <= day.year <= years[-1]})
        if inside:
            days = "、".join(f"{day.year}年{day.month}月" for day in inside)
            text = f"{days}的工资调整在“人均工资增速”之外另计；增速里已含这次调整的，应把增速调低"
            yield Caution("pay_event_on_top", _WHERE, text)


def _units(register: StaffRegister, heads: Heads, units: UnitOperations | None) -> Iterator[Caution]:
    if units is None:
        return
    for group, inside, serving in zip(register.groups, units.in_units[0], heads.serving[0], strict=True):
        if inside > serving + 0.5:
            text = f"“{group}”各单位定额人数合计 {inside:,.0f} 人，多于在职 {serving:,.0f} 人"
            yield Caution("units_exceed_staff", "保运转", text)
