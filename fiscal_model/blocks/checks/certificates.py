"""Check V26: what starts in the plan above the exemption of the affordability method carries a valid certificate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fiscal_model.inputs.found import CAUTION, FAULT, At, Look, looked_at, row_of
from fiscal_model.inputs.history import History
from fiscal_model.inputs.place import Place
from fiscal_model.law.affordability_method import method
from fiscal_model.words.errors import did_you_mean
from fiscal_model.words.library_terms import CertificateOutcome, Maturity
from fiscal_model.words.vocabulary import ProjectFunding


@dataclass(frozen=True)
class Start:
    """A project that begins after the base year above the exemption. Money is 万元."""

    code: str
    name: str
    first: int
    yearly: float
    total: float
    wrong: str
    """In Chinese: what its certificate lacks; empty where it has a valid one."""
    refused: bool
    """Its certificate says 不通过."""


def worked_out(lines: pd.DataFrame) -> pd.Series:
    """Return what each row of ``project_lines`` asks of the county, 万元."""
    return (lines["quantity"] * lines["price"] * lines["share"] * 1e-4).astype(float)


def asked_by_year(place: Place, base_year: int) -> pd.DataFrame:
    """Return the county money that each project asks for, 万元: index code, columns year.

    As ``project_costs`` lists it; of a project that stands in the pool only, and up to the base year where no costs are
    listed, as its lines work it out.
    """
    costs, lines = place.rows("project_costs"), place.rows("project_lines")
    given = costs.loc[costs["funding"] == ProjectFunding.COUNTY, ["project_code", "year", "amount"]]
    past = (lines["year"] <= base_year) & ~lines["project_code"].isin(
        given.loc[given["year"] <= base_year, "project_code"]
    )
    lines = lines[~lines["project_code"].isin(costs["project_code"]) | past]
    both = pd.concat([given, lines[["project_code", "year"]].assign(amount=worked_out(lines))])
    table = both.astype({"year": int, "amount": float}).pivot_table("amount", "project_code", "year", "sum", 0.0)
    return table.reindex(place.rows("projects")["project_code"], fill_value=0.0)


def list_starts(place: Place, base_year: int) -> tuple[Start, ...]:
    """Return the projects that begin in the plan above the exemption, each with what its certificate lacks."""
    rule, asked, found = method(place), asked_by_year(place, base_year), []
    known = {row["code"]: row for row in place.rows("certificates").to_dict("records")}
    for row in place.rows("projects").to_dict("records"):
        money = asked.loc[row["project_code"]]
        money = money[money > 0]
        old = row.get("maturity") in (Maturity.EXECUTING, Maturity.EXITED)
        if old or not len(money) or money.index[0] <= base_year or rule.is_exempt(money.max(), money.sum()):
            continue
        given = row.get("certificate") or ""
        issued = known.get(given)
        found.append(
            Start(
                row["project_code"], row["name"], int(money.index[0]), float(money.max()), float(money.sum()),
                _wrong(given, issued, known, base_year),
                issued is not None and issued["outcome"] is CertificateOutcome.REFUSED,
            )
        )  # fmt: skip
    return tuple(found)


def _wrong(given: str, issued: dict[str, Any] | None, known: dict[str, Any], base_year: int) -> str:
    if not given:
        return "没有评估意见书"
    if issued is None:
        hint = did_you_mean(given, known)
        return f"评估意见书“{given}”不在 certificates 表{hint and f'，{hint}'}".rstrip("？")
    if issued["outcome"] is CertificateOutcome.REFUSED:
        return f"评估意见书“{given}”的结论是不通过"
    if issued["valid_until"] < dt.date(base_year + 1, 1, 1):
        return f"评估意见书“{given}”{issued['valid_until']}到期，须复评"
    return ""


@looked_at
def starts_certified(place: Place, history: History) -> Iterator[Look]:
    """V26: a new start without a valid certificate is a caution, one that was refused and is budgeted all the same a fault."""
    rule, budgeted = method(place), set(place.rows("project_costs")["project_code"])
    remedy = (
        f"小额免评为每年低于 {rule.exempt_yearly:g} 万元、合计低于 {rule.exempt_total:g} 万元；其余的先做财政承受能力评估，"
        "通过后在 projects 表填写评估意见书编号，没有通过的不得安排预算"
    )
    starts = list_starts(place, history.last_year)
    for start in starts:
        money = f"县级财力一年最多 {start.yearly:,.0f} 万元、合计 {start.total:,.0f} 万元"
        said = f"“{start.name}”{start.first} 年开始，{money}：{start.wrong}" if start.wrong else ""
        at: At = row_of("projects", project_code=start.code)
        if start.refused and start.code in budgeted:
            yield FAULT, f"{said}；{remedy}", at
        else:
            yield CAUTION, said
    if any(start.wrong for start in starts):
        yield CAUTION, remedy
