"""What the performance ledgers change in the plan: standards of cost studies, and scores that lower a department's budget."""

from __future__ import annotations

import pandas as pd

from fiscal_model.blocks.ledgers.effects import Effect
from fiscal_model.blocks.ledgers.thrift_effects import rate_of
from fiscal_model.inputs.place import Place
from fiscal_model.law.rules import rules
from fiscal_model.words.vocabulary import MeasureKind

_YEARS = 10
"""The longest plan."""


def standards_proposed(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with ``unit_cost``, ``proposed`` and ``current`` standard, yuan, ``of``, where the latter stands, and
    ``more``: what the county pays more a year, 万元 (less below zero; nan where no standard is in force).

    What is proposed is the cost of a unit, at most the benchmark. Of a guarantee item the standard of its base year counts.
    """  # fmt: skip
    number = rows[["output", "direct", "indirect", "benchmark", "demand", "share"]].astype(float)
    cost = (number["direct"] + number["indirect"]) * 10_000 / number["output"]
    proposed = cost.clip(upper=number["benchmark"])
    items = place.rows("guarantee_items").drop_duplicates("item_code", keep="last").set_index("item_code")
    ours = items["standard"].astype(float) * items["periods"].astype(float)
    versions = place.rows("spending_standards")[["standard_code", "start_year", "standard"]]
    dated = rows[["study_code", "standard_code", "from_year"]].merge(versions, on="standard_code")
    dated = dated[dated["start_year"] <= dated["from_year"]].sort_values("start_year")
    library = rows["study_code"].map(dated.groupby("study_code")["standard"].last()).astype(float)
    current = library.fillna(rows["standard_code"].map(ours).astype(float))
    of = rows["standard_code"].isin(items.index).map({True: "三保", False: "项目"})
    more = (proposed - current) * number["demand"] * number["share"] / 10_000
    return rows.assign(unit_cost=cost, proposed=proposed, current=current, of=of, more=more)


def standard_saving(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what new standards save by year from their first on; those of guarantee items are changed in `standard_changes`."""
    found = standards_proposed(place, rows)
    found = found[(found["of"] == "项目") & found["more"].notna()]
    years = pd.DataFrame({"ahead": range(_YEARS)})
    each = found[["from_year", "more", "department"]].merge(years, how="cross")
    return pd.DataFrame(
        {"year": each["from_year"].astype(int) + each["ahead"], "amount": -each["more"], "owner": each["department"]}
    )


def multiplier_of(score: pd.Series) -> pd.Series:
    """Return what a year's base is multiplied by after each score, by the bands of the project library."""
    bands = rules("project_library")["performance"].values()
    return pd.Series(rate_of(score, {str(each["least"]): each["multiplier"] for each in bands}), score.index)


def result_cut(place: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what results take from departments by year; projects of the library are cut there."""
    rows = rows[rows["project_code"] == ""]
    cut = rows["base"].astype(float) * (1 - multiplier_of(rows["score"]))
    return pd.DataFrame({"year": rows["year"], "amount": cut, "owner": rows["department"]})


EFFECTS = (
    Effect("cost_studies", "按成本分析调整支出标准（台账）", MeasureKind.CUT, "flexible_spending", standard_saving),
    Effect("result_applications", "绩效结果应用核减（台账）", MeasureKind.CUT, "flexible_spending", result_cut),
)
