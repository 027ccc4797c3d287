"""What each package of measures does to a plan: the plan with it against the plan without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from fiscal_model.blocks.balance.packages import Packages
from fiscal_model.model.basis import with_packages
from fiscal_model.model.compute import compute
from fiscal_model.model.futures import Drivers
from fiscal_model.model.projection import Plan
from fiscal_model.words.markup import Sheet, frame_sheet, shows_itself

MEASURED = {
    "relief": "收支差额改善",
    "space": "财力扣除刚性支出变动",
    "fund": "稳调基金年末余额变动",
    "direct": "直接效果",
}
"""What is measured by year. ``direct`` is what the package itself brings, whatever the balance then does with it."""
SURPLUS = ("surplus_from_funds", "surplus_to_fund", "surplus_unallocated")
"""Steps that a surplus goes to; old carry-over joins the fund without being one."""


@shows_itself
@dataclass(frozen=True, repr=False)
class Measures:
    """Packages of one plan, the most effective first, 万元.

    Parameters
    ----------
    about : DataFrame
        Index package_code; name, kind, owner, start_date, finish_date, basis, certainty (all as in the register), registered (amount before
        weighing), effect (direct, in total), order (1 is the most effective).
    by_year : DataFrame
        package_code, measure (key of `MEASURED`), year, amount: the plan less the plan without the package.
    together : mapping of str to (year,) float
        The plan less the plan without any package.
    interaction : mapping of str to (year,) float
        ``together`` less the sum of the packages one by one.
    """

    packages: Packages
    about: pd.DataFrame
    by_year: pd.DataFrame
    together: Mapping[str, np.ndarray]
    interaction: Mapping[str, np.ndarray]

    @property
    def sheet(self) -> Sheet:
        """The packages, the most effective first, as a table."""
        heads = {
            "name": "措施", "owner": "责任单位", "certainty": "把握", "registered": "登记金额",
            "effect": "规划期效果",
        }  # fmt: skip
        return frame_sheet("增收节支措施", self.about, heads)

    def of(self, package_code: str, measure: str) -> np.ndarray:
        """Return one package's effect by year, (year,)."""
        rows = self.by_year
        found = rows[(rows["package_code"] == package_code) & (rows["measure"] == measure)]
        return found["amount"].to_numpy(dtype=float)


@lru_cache(maxsize=16)  # a report asks in several places
def compare_measures(plan: Plan) -> Measures | None:
    """Compute the plan with and without each package, fitted once.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Measures or None
        None where the plan has no packages.

    Notes
    -----
    ``relief`` is what the package spares the year's balance: the shortage before any step of the waterfall, or the surplus
    it adds to. Packages are ordered by their relief over the plan, then by what they bring directly; those that cannot
    be told apart by their codes.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> found = compare_measures(fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline")))
    >>> singles = sum(found.of(code, "relief") for code in found.about.index)
    >>> bool(np.allclose(singles + found.interaction["relief"], found.together["relief"]))
    True
    """
    packages = plan.basis.balance.packages
    if not packages.codes:
        return None
    found = {code: _difference(plan, packages, packages.without(code), packages.only(code)) for code in packages.codes}
    together = _difference(plan, packages, packages.none(), packages)
    interaction = {name: amount - sum(single[name] for single in found.values()) for name, amount in together.items()}
    order = sorted(found, key=lambda code: (-_rounded(found[code]["relief"]), -_rounded(found[code]["direct"]), code))
    by_year = pd.DataFrame(
        [
            {"package_code": code, "measure": name, "year": year, "amount": float(amount)}
            for code in order
            for name in MEASURED
            for year, amount in zip(plan.years, found[code][name], strict=True)
        ]
    )
    return Measures(packages, _about(packages, order), by_year, together, interaction)


def _rounded(amounts: np.ndarray) -> float:
    return round(float(amounts.sum()), 2)


def _difference(plan: Plan, all_of_them: Packages, without: Packages, mine: Packages) -> dict[str, np.ndarray]:
    """The plan against the same plan with fewer packages."""
    lines, steps = compute(with_packages(plan.basis, without), Drivers.unchanged(len(plan.years)))
    return {
        "relief": _before_steps(plan.lines, plan.steps) - _before_steps(lines, steps),
        "space": plan.lines["fiscal_space"] - lines["fiscal_space"],
        "fund": plan.lines["stabilization_fund_stock"] - lines["stabilization_fund_stock"],
        "direct": _direct(mine),
    }


def _direct(packages: Packages) -> np.ndarray:
    """What packages bring the general, the funds and the state-capital budget; what is put off costs again later."""
    moved = packages.projects_postponed_out - packages.projects_postponed_in
    cut = packages.flexible_cut + packages.projects_cut + moved
    earned = packages.all_own_revenue + packages.fund_revenue + packages.state_capital_revenue
    return earned + packages.transfer_in + cut


def _before_steps(lines: Mapping[str, np.ndarray], steps: Mapping[str, np.ndarray]) -> np.ndarray:
    """Surplus (or shortage, negative) of the general budget before the waterfall, less the funds' own gap."""
    surplus = sum(amount for name, amount in steps.items() if name in SURPLUS)
    shortage = sum(amount for name, amount in steps.items() if not name.startswith("surplus"))
    return np.asarray(surplus - shortage - lines["fund_gap"], dtype=float)


def _about(packages: Packages, order: list[str]) -> pd.DataFrame:
    rows = packages.rows
    found = rows.groupby("package_code", sort=False).agg(
        name=("name", "first"),
        kind=("kind", "first"),
        owner=("owner", "first"),
        start_date=("start_date", "first"),
        finish_date=("finish_date", "first"),
        basis=("basis", "first"),
        certainty=("certainty", lambda words: "、".join(dict.fromkeys(word.label for word in words))),
        registered=("amount", "sum"),
        effect=("effect", "sum"),
    )
    return found.loc[order].assign(order=range(1, len(order) + 1))
