"""The zero-based library reviewed: what each project is worth by quantity, standard and share, what enters, waits, expires, goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from fiscal_model.analysis.affordability.library_doubts import growth_doubts, review_policies
from fiscal_model.blocks.checks.certificates import asked_by_year, list_starts, worked_out
from fiscal_model.blocks.guarantees.standards import standards_of
from fiscal_model.inputs.past_plans import last_before, read_vintages
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.model.projection import Plan
from fiscal_model.words.library_terms import LibraryOutcome, Maturity
from fiscal_model.words.markup import Sheet, shows_itself, years_sheet
from fiscal_model.words.vocabulary import ProjectCategory, ProjectStatus

CLASSES = tuple(ProjectCategory(name) for name in rules("project_library")["class"])
"""The five classes in the order in which they are arranged."""
_LEAST = 0.005


@shows_itself
@dataclass(frozen=True, repr=False)
class Library:
    """The reviewed library of a place; it advises and moves no number of the plan. Money is the county's, 万元.

    ``projects``: a row a project by class and priority: project_code, name, category, maturity, central_work, score (of
    100, ex-ante), before (last year's money), outcome, reason, targets; ``asked``, ``reviewed`` (project, year) float, the latter
    0 where it does not enter; ``lines``: the working, with standard, asked, reviewed, reason; ``moved``: entries and exits
    against last year; ``policies``; ``doubts``: fixed growth and links; ``against``: whose last year that is.
    """

    years: tuple[int, ...]
    projects: pd.DataFrame
    asked: np.ndarray
    reviewed: np.ndarray
    lines: pd.DataFrame
    moved: pd.DataFrame
    policies: pd.DataFrame
    doubts: pd.DataFrame
    against: str

    def of(self, outcome: LibraryOutcome) -> pd.DataFrame:
        """Return the projects of an outcome."""
        return self.projects[self.projects["outcome"] == outcome]

    @property
    def sheet(self) -> Sheet:
        """Asked and reviewed by year."""
        counts = "、".join(f"{outcome.label}{len(self.of(outcome))}个" for outcome in LibraryOutcome)
        rows = [("申报", self.asked.sum(axis=0)), ("核定进入预算", self.reviewed.sum(axis=0))]
        return years_sheet("项目库评审", self.years, rows, (counts,))


@lru_cache(maxsize=16)  # a report asks in several places
def review_library(plan: Plan, against: Place | None = None) -> Library | None:
    """Review the library of a plan's place; None where ``projects`` tells no maturity.

    Parameters
    ----------
    plan : Plan
    against : Place, optional
        Last year's library; else that of the past plan kept beside the place, else this one's own figures of the base year.

    Examples
    --------
    >>> import fiscal_model as fm
    >>> plan = fm.project(fm.read_place("data/places/yunshui"), fm.read_scenario("baseline"))
    >>> found = review_library(plan)
    >>> found.of(LibraryOutcome.EXITS)["name"].tolist()
    ['城区节庆灯会']
    """
    place, base, years = plan.basis.place, plan.base_year, list(plan.years)
    rows = place.rows("projects")
    if not rows["maturity"].notna().any():
        return None
    order = np.argsort([CLASSES.index(each) * 100 + rank for each, rank in zip(rows["category"], rows["priority"], strict=True)])  # fmt: skip
    rows, all_asked = rows.iloc[order].reset_index(drop=True), asked_by_year(place, base)
    codes = rows["project_code"]
    asked = all_asked.reindex(index=codes, columns=years, fill_value=0.0).to_numpy()
    earlier, said = _last_year(plan, against)
    before = asked_by_year(earlier, base).reindex(columns=[base], fill_value=0.0)[base]
    rows["before"] = before.reindex(codes, fill_value=0.0).to_numpy()
    lines = _worked(plan)
    by_code = lines[lines["year"].isin(years)].groupby("project_code").groups
    policies = place.rows("policies").set_index("policy_code")
    outcomes, reviewed = [], np.zeros_like(asked)
    starts = {start.code: start.wrong for start in list_starts(place, base)}
    for at, row in enumerate(rows.to_dict("records")):
        mine = lines.iloc[by_code.get(row["project_code"], [])]
        ends = policies["end_year"].get(row["policy_code"], np.nan)
        row |= {
            "ends": ends if ends == ends and ends is not None else np.inf,
            "score": score_of(row),
            "wrong": starts.get(row["project_code"]),
        }
        cuts, money = _accepted(row, asked[at], mine, years)
        outcome, reason = next(_stopped(row, plan.years[0], mine, money), (LibraryOutcome.ENTERS, cuts))
        reviewed[at] = money if outcome is LibraryOutcome.ENTERS else 0.0
        outcomes.append((row["score"], outcome, reason))
    rows["score"], rows["outcome"], rows["reason"] = zip(*outcomes, strict=True)
    rows["targets"] = codes.map(place.rows("project_targets")["project_code"].value_counts()).fillna(0).astype(int)
    named = earlier.rows("projects").set_index("project_code")["name"]
    moved = _moved(rows, reviewed[:, 0], before[~before.index.isin(codes)], named)
    reviewed_of = dict(zip(codes, reviewed.sum(axis=1), strict=True))
    return Library(
        plan.years, rows, asked, reviewed, lines, moved,
        review_policies(place, plan.years, reviewed_of), growth_doubts(plan, all_asked), said,
    )  # fmt: skip


def score_of(row: Mapping[str, Any]) -> float | None:
    """Return the ex-ante score of a project: its own, else the five dimensions added up; None without either."""
    points = [row.get(name) for name in rules("project_library")["dimension"]]
    given = row.get("score")
    if given is not None and given == given:
        return float(given)
    filled = [float(each) for each in points if each is not None and each == each]
    return sum(filled) if len(filled) == len(points) else None


def _last_year(plan: Plan, against: Place | None) -> tuple[Place, str]:
    place = plan.basis.place
    if against is not None:
        return against, against.title
    kept = last_before(read_vintages(place), plan.base_year, plan.basis.scenario.id)
    if kept is not None and "projects" in kept.tables:
        return replace(place, tables=kept.tables), f"历次规划 {kept.name}"
    return place, f"项目库登记的{plan.base_year}年数"


def _worked(plan: Plan) -> pd.DataFrame:
    """The lines with their standard in force, what they ask, what is accepted and why."""
    place = plan.basis.place
    lines = place.rows("project_lines").reset_index(drop=True)
    versions: dict[str, list[tuple[int, float]]] = {}
    for code, start, standard in zip(*(place.rows("spending_standards")[name] for name in ("standard_code", "start_year", "standard")), strict=True):  # fmt: skip
        versions.setdefault(code, []).append((start, standard))
    if place.has("guarantee_items"):
        laid = standards_of(place, plan.base_year, plan.years)
        for at, code in enumerate(place.rows("guarantee_items")["item_code"]):
            standards = (laid.national + laid.local_extra)[:, at]
            versions[code] = list(zip((plan.base_year, *plan.years), standards, strict=True))
    lines["standard"] = [
        max(((start, standard) for start, standard in versions.get(code, ()) if start <= year), default=(0, np.nan))[1]
        for code, year in zip(lines["standard_code"], lines["year"], strict=True)
    ]
    lines["asked"] = worked_out(lines)
    price, standard = lines["price"].astype(float), lines["standard"].astype(float)
    proven = lines["evidence"] != ""
    lines["reviewed"] = np.where(proven, worked_out(lines.assign(price=np.fmin(price, standard))), 0.0)
    lines["reason"] = np.select(
        [~proven, price > standard, standard.isna()],
        ["没有凭证，不予核定", "单价高于标准，按标准核定", "库中没有标准，按申报单价"],
        "按申报",
    )
    return lines


def _accepted(
    row: Mapping[str, Any], asked: np.ndarray, lines: pd.DataFrame, years: list[int]
) -> tuple[str, np.ndarray]:
    """What a project gets by year if it enters, and where it was cut."""
    if row["status"] is ProjectStatus.COMMITTED:
        return "已签约，按合同安排", asked
    listed, built = (
        lines.groupby("year")[name].sum().reindex(years, fill_value=0.0).to_numpy(dtype=float)
        for name in ("asked", "reviewed")
    )
    proven = lines["evidence"] != ""
    worked = np.minimum(asked, built)
    lasting = np.where(np.array(years) <= row["ends"], worked, 0.0)
    band = _band(row)
    money = lasting * (1.0 if band is None else band["multiplier"])
    cuts = {
        "单价高于标准核减": float((lines["asked"] - lines["reviewed"])[proven].sum()),
        "没有凭证核减": float(lines["asked"][~proven].sum()),
        "没有测算明细核减": float(np.maximum(asked - listed, 0.0).sum()),
        "政策到期以后不安排": float((worked - lasting).sum()),
        f"上年绩效“{band['label'] if band else ''}”核减": float((lasting - money).sum()),
    }
    return "、".join(f"{said}{f'{amount:,.1f}'.removesuffix('.0')}万元" for said, amount in cuts.items() if amount > _LEAST) or "按申报核定", money  # fmt: skip


def _band(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    score = row["performance"]
    if score is None or score != score:
        return None
    return next(band for band in rules("project_library")["performance"].values() if score >= band["least"])


def _stopped(
    row: Mapping[str, Any], first: int, lines: pd.DataFrame, money: np.ndarray
) -> Iterator[tuple[LibraryOutcome, str]]:
    """Yield what keeps a project out of the budget, the weightiest first; nothing where it enters."""
    if row["status"] is ProjectStatus.COMMITTED:
        return
    rule, band, score = rules("project_library"), _band(row), row["score"]
    until, new = valid_until(row), row["before"] <= _LEAST
    if row["maturity"] is Maturity.EXITED:
        yield LibraryOutcome.EXITS, "已经退出"
    if row["ends"] < first:
        yield LibraryOutcome.EXITS, f"依据的政策{row['ends']:.0f}年到期"
    if band is not None and band["multiplier"] == 0:
        yield LibraryOutcome.EXITS, f"上年绩效{row['performance']:g}分，“{band['label']}”，退出"
    if (
        new
        and row["maturity"] in (Maturity.RESERVE, Maturity.MATURE)
        and until is not None
        and until < dt.date(first, 1, 1)
    ):
        yield LibraryOutcome.EXPIRED, f"入库有效期止{until}，重新论证后再入库"
    if row["maturity"] is Maturity.RESERVE or row["maturity"] is None or row["maturity"] != row["maturity"]:
        yield LibraryOutcome.DEFERRED, "还在储备，条件不成熟"
    if score is not None and score < rule["ex_ante"]["partial"]:
        yield LibraryOutcome.DEFERRED, f"事前绩效{score:g}分，不予支持"
    if row["wrong"] is not None and score is None:
        yield LibraryOutcome.DEFERRED, "没有事前绩效评估"
    if row["wrong"]:
        yield LibraryOutcome.DEFERRED, row["wrong"]
    if not new and band is None:
        yield LibraryOutcome.DEFERRED, "没有上年绩效评价"
    if money.sum() <= _LEAST:
        yield LibraryOutcome.DEFERRED, "各行测算都没有凭证" if len(lines) else "没有测算明细"


def valid_until(row: Mapping[str, Any]) -> dt.date | None:
    """Return the last day of a project in the pool: its own, else the usual years from its entry; None without either."""
    given, entered = (None if cell is None or cell != cell else cell for cell in (row["valid_until"], row["entered"]))
    if given is not None or entered is None:
        return given
    return (entered.replace(day=1).replace(year=entered.year + rules("project_library")["reserve"]["years"])
            + dt.timedelta(days=entered.day - 1))  # fmt: skip


def _moved(rows: pd.DataFrame, now: np.ndarray, gone: pd.Series, named: pd.Series) -> pd.DataFrame:
    """Entries, exits, rises and cuts of the first plan year against last year; projects no longer listed at the end."""
    columns = ["project_code", "name", "category", "before", "now", "reason"]
    listed = rows.assign(now=now)[columns]
    lost = [{"project_code": code, "name": named[code], "category": None, "before": amount, "now": 0.0, "reason": "今年项目库没有"}
            for code, amount in gone.items() if amount > _LEAST]  # fmt: skip
    moved = pd.concat([listed, pd.DataFrame(lost, columns=columns)]) if lost else listed
    old, new = moved["before"] > _LEAST, moved["now"] > _LEAST
    change = moved["now"] - moved["before"]
    moved["event"] = np.select(
        [~old & new, old & ~new, change > _LEAST, change < -_LEAST], ["新进", "退出", "增加", "压减"], "不变"
    )
    return moved[old | new].reset_index(drop=True)
