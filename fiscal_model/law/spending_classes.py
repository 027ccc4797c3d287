"""Where spending lands: functions (功能分类) and economic classes (政府预算支出经济分类) of what the plan knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fiscal_model.law import classification as accounts
from fiscal_model.law.rules import rule_table
from fiscal_model.words.vocabulary import Budget


@dataclass(frozen=True)
class Landing:
    """Code of a function and of an economic class; empty: it follows the rest of the base year."""

    function: str = ""
    economic: str = ""


@cache
def landings(kind: str) -> dict[str, Landing]:
    """Return where things of a kind land, by key: ``line``, ``scheme``, ``item``, ``staff_pay``, ``staff_part``, ``project`` …

    Examples
    --------
    >>> landings("line")["interest_general"]
    Landing(function='232', economic='511')
    """
    rows = rule_table("spending_classes")
    return {row["key"]: Landing(row["function"], row["economic"]) for row in rows if row["kind"] == kind}


def scheme_landing(scheme: str) -> Landing:
    """Return where subsidies to an insurance scheme land.

    Examples
    --------
    >>> scheme_landing("机关事业单位基本养老保险基金").function
    '2080507'
    """
    found = (landing for key, landing in landings("scheme").items() if key in scheme)
    return next(found, landings("line")["insurance_subsidy"])


@cache
def economic_classes() -> dict[str, str]:
    """Return the economic classes of government budgets, code to label."""
    return {row["code"]: row["label"] for row in rule_table("economic_classes")}


def is_function(code: str) -> bool:
    """Tell whether a code is a function of general-budget spending.

    Examples
    --------
    >>> is_function("2050202"), is_function("231"), is_function("教育")
    (True, False, False)
    """
    return accounts.is_expenditure(code) and accounts.why_not_a_code(Budget.GENERAL, code) is None
